/** Whom something private reaches: somebody online, or an account for which it waits. */
import type { Core } from "./core.ts";
import { Fault, quote } from "./faults.ts";
import { LIMITS } from "./limits.ts";
import { nameKey } from "./shared/names.ts";
import type { Recipient } from "./store.ts";

/** Everybody named, each once. @throws bad_request unknown_nickname mailbox_full */
export function findRecipients(core: Core, to: string | string[]): Recipient[] {
  const names = Array.isArray(to) ? to : [to];
  if (names.length === 0 || names.length > LIMITS.recipientsMax) {
    throw new Fault(
      "bad_request",
      `Cannot send to ${names.length} nicknames: 1 to ${LIMITS.recipientsMax} are possible`,
    );
  }
  const found = new Map<string, Recipient>();
  for (const name of names) {
    const recipient = findRecipient(core, name);
    found.set(recipient.person, recipient);
  }
  return Array.from(found.values());
}

/** Whom a nickname reaches: whoever has it online, or whose account it is. @throws unknown_nickname mailbox_full */
export function findRecipient(core: Core, name: string): Recipient {
  const key = nameKey(name);
  const online = core.presence.byNickname(key);
  // Somebody with an account who may not come back finds it waiting.
  if (online && (online.hears || online.guest)) {
    return { person: online.id, nickname: online.nickname, waiting: false };
  }
  const account = core.store.accountWithNickname(key);
  if (!account) {
    throw new Fault(
      "unknown_nickname",
      `Cannot send to ${quote(name)}: nobody of this nickname is online or has an account`,
    );
  }
  if (core.store.waitingCount(account.id, LIMITS.waitingMessagesMax) >= LIMITS.waitingMessagesMax) {
    throw new Fault(
      "mailbox_full",
      `Cannot send to ${quote(name)}: ${LIMITS.waitingMessagesMax} messages wait for them already`,
    );
  }
  return { person: account.id, nickname: account.nickname, waiting: true };
}
