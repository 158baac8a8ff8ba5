/**
 * The end of one's own account, and what follows from the end of any: what it wrote loses its name, and where the operator
 * has set it so its words too, a few at each step, so that nobody is held up.
 */
import { checkProof, hashesOf, proveAccount } from "../accounts/accounts.ts";
import { endAccount } from "../accounts/closing.ts";
import { accountSession, type Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import { takeBack } from "../messages/changes.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { DELETED_NAME } from "../shared/names.ts";
import type { State } from "../state/state.ts";

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
  if (role === "admin" && state.store.administrators().length === 1) {
    throw new Fault(
      "forbidden",
      "Cannot delete the account: nobody else is an administrator, make one first",
      { reason: "last_administrator" },
    );
  }
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
  const by = { id: account, nickname: DELETED_NAME, session: undefined, at: p.at };
  const removed = deletion.removes ? found.filter(({ recalled }) => recalled === null) : [];
  const outcomes = removed.map((message) => takeBack(state, message, by));
  store.write({ kind: "deletion.advance", account, after, upTo: done, name: DELETED_NAME });
  if (done >= upTo) store.write({ kind: "deletion.end", account, name: DELETED_NAME });
  return {
    tell: outcomes.flatMap(({ tell = [] }) => tell),
    gone: outcomes.flatMap(({ gone = [] }) => gone),
  };
}
