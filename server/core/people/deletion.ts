/**
 * The end of one's own account. It is gone at once, and its names are free; what it wrote loses its name, and where the
 * operator has set it so its words too, a few at each step, so that nobody is held up.
 */
import { checkProof, hashesOf, proveAccount } from "../accounts/accounts.ts";
import { endAccount } from "../admin/admin_accounts.ts";
import type { Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import { idsOf } from "../files/file_access.ts";
import { deliveriesOf } from "../messages/changes.ts";
import type { Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { DELETED_NAME } from "../shared/names.ts";
import type { State } from "../state/state.ts";
import type { StoredDeletion } from "../store/stored_people.ts";
import type { StoredMessage } from "../store/store.ts";
import { accountSession } from "./status.ts";

const WRONG = "Cannot delete the account: the password is wrong";

/** Ends one's own account for good. @throws account_needed bad_password account_disabled busy */
export async function deleteOwnAccount(
  core: Core,
  caller: Caller,
  asked: Command<"account.delete">,
): Promise<Prepared<Answer<"account.delete">>> {
  const { id: session, person } = accountSession(caller, "delete an account");
  const name = core.store.accountById(person.id)?.username ?? "";
  const proven = await proveAccount(core, WRONG, { name, password: asked.password, md5: undefined });
  return { proposal: { kind: "account.delete", at: core.clock(), session, proof: hashesOf(proven) } };
}

/** @throws bad_password account_disabled forbidden */
export function applyDelete(
  state: State,
  { session, proof, at }: Proposal<"account.delete">,
): Outcome<Answer<"account.delete">> {
  const { person: { id: account } } = sessionIn(state, session);
  const { role } = checkProof(state, account, proof, WRONG);
  if (role === "admin" && state.store.people.administrators() === 1) {
    throw new Fault(
      "forbidden",
      "Cannot delete the account: nobody else is an administrator, make one first",
    );
  }
  const removes = state.settings.get("deleted_messages") === "remove";
  state.store.write({
    ...{ kind: "deletion.add", account, removes, upTo: state.sequence.last },
    name: DELETED_NAME,
  });
  return { reply: {}, ...endAccount(state, account, at, "You have deleted this account.") };
}

/** Every second: the next step for one of those who are gone. */
export function forgetting(core: Core, now: number): Proposal<"account.forget">[] {
  const next = core.store.people.deletion();
  return next ? [{ kind: "account.forget", at: now, account: next.account, after: next.after }] : [];
}

/** A few messages lose their author's name, or are taken back. */
export function applyForget(state: State, p: Proposal<"account.forget">): Outcome {
  const deletion = state.store.people.deletion();
  if (deletion?.account !== p.account || deletion.after !== p.after) return {};
  const { store } = state;
  const { account, after, upTo } = deletion;
  const looked = Math.min(upTo, after + LIMITS.ownMessagesLookedAtMax);
  const found = store.people.messagesBy(account, after, looked, LIMITS.messagesEndedAtOnceMax);
  const done = found.length < LIMITS.messagesEndedAtOnceMax ? looked : found.at(-1)!.seq;
  const { tell, gone } = deletion.removes ? takenBack(state, deletion, found, p.at) : { tell: [], gone: [] };
  store.write({ kind: "deletion.advance", account, after, upTo: done, name: DELETED_NAME });
  if (done >= upTo) store.write({ kind: "deletion.end", account, name: DELETED_NAME });
  return { tell, gone };
}

function takenBack(
  state: State,
  { account }: StoredDeletion,
  messages: readonly StoredMessage[],
  at: number,
): { tell: Delivery[]; gone: string[] } {
  const tell: Delivery[] = [];
  const gone: string[] = [];
  for (const message of messages) {
    if (message.recalled !== null) continue;
    const seq = state.sequence.next();
    const change = { seq, at, author: account, from: DELETED_NAME, message };
    state.store.write({ kind: "message.recall", change });
    const room = message.room === null ? undefined : state.rooms.byId(message.room)?.name;
    const where = message.room === null ? { to: message.to ?? [] } : { room: room ?? "" };
    const event = { event: "recalled", id: message.id, seq, at, from: DELETED_NAME, ...where } as const;
    tell.push(...deliveriesOf(state, undefined, message, event));
    const file = message.file === null ? undefined : state.store.files.find(message.file);
    if (!file) continue;
    gone.push(...idsOf(state, file));
    state.store.write({ kind: "file.gone", id: file.id });
  }
  return { tell, gone };
}
