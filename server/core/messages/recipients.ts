/** Whom something private reaches: somebody online, or an account for which it waits. */
import { isBlocked } from "../people/blocks.ts";
import { formerHolder } from "./conversations.ts";
import type { State } from "../state/state.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { Person } from "../state/presence.ts";
import type { Account, Recipient, WaitingOf } from "../store/store.ts";

/** Everybody named, each once. @throws bad_request unknown_nickname mailbox_full */
export function findRecipients(state: State, to: string | string[], sender: Person): Recipient[] {
  const names = Array.isArray(to) ? to : [to];
  if (names.length === 0 || names.length > LIMITS.recipientsMax) {
    throw new Fault(
      "bad_request",
      `Cannot send to ${names.length} nicknames: 1 to ${LIMITS.recipientsMax} are possible`,
    );
  }
  const found = new Map<string, Recipient>();
  for (const name of names) {
    const recipient = findRecipient(state, name, sender);
    const hidden = isBlocked(state, recipient.person, sender.id);
    found.set(recipient.person, { ...recipient, ...(hidden && { hidden }) });
  }
  return Array.from(found.values());
}

/** Whom a nickname reaches: whoever has it online, or whose account it is. @throws unknown_nickname mailbox_full */
export function findRecipient(state: State, name: string, sender: Person): Recipient {
  const holder = holderOf(state, name, "send to");
  if ("online" in holder) {
    return { person: holder.online.id, nickname: holder.online.nickname, waiting: false };
  }
  const { account } = holder;
  checkMailbox(state, account, sender);
  return { person: account.id, nickname: account.nickname, waiting: true };
}

/** Who has a nickname, or had it last: somebody who is there, or an account for which things wait. @throws unknown_nickname */
export function holderOf(
  state: State,
  name: string,
  action: string,
): { online: Person } | { account: Account } {
  const key = nameKey(name);
  const known = state.presence.byNickname(key) ?? state.store.accountWithNickname(key) ??
    formerHolder(state, key);
  const online = known && state.presence.byId(known.id);
  // Somebody with an account who may not come back finds it waiting.
  if (online && (online.hears || online.guest)) return { online };
  const account = known && state.store.accountById(known.id);
  if (account) return { account };
  throw new Fault(
    "unknown_nickname",
    `Cannot ${action} ${quote(name)}: nobody of this nickname is online or has an account`,
  );
}

/** Whether one more may wait for somebody: nobody takes the room of the others. @throws mailbox_full */
export function checkMailbox(
  state: State,
  { id, nickname }: { id: string; nickname: string },
  sender: Person,
): void {
  const { waitingMessagesMax, waitingOfGuestsMax, waitingPerSenderMax } = LIMITS;
  const full = (max: number, of?: WaitingOf) => state.store.waitingCount(id, max, of) >= max;
  const refuse = (what: string) =>
    new Fault("mailbox_full", `Cannot send to ${quote(nickname)}: ${what} wait for them already`);
  if (full(waitingMessagesMax)) throw refuse(`${waitingMessagesMax} messages`);
  if (full(waitingPerSenderMax, { author: sender.id })) {
    throw refuse(`${waitingPerSenderMax} messages of yours`);
  }
  if (sender.guest && full(waitingOfGuestsMax, { guests: true })) {
    throw refuse(`${waitingOfGuestsMax} messages of guests`);
  }
}
