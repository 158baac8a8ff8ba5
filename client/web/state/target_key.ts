/** When two names, or two targets, are the same one: as the server sees it, by NFKC and lower case. */
import { nameKey } from "../../../server/core/shared/names.ts";
import type { ConversationName } from "../../../server/core/shared/commands.ts";
import type { Target } from "../route.ts";

export { nameKey };

/** The comparable form of a target. */
export function targetKey(target: Target): string {
  if ("room" in target) return `room:${nameKey(target.room)}`;
  return target.person === undefined ? `with:${nameKey(target.with)}` : `person:${target.person}`;
}

/** Whether a private conversation is with somebody whose nickname is another's now: to be read, and not to be written in. */
export function isFormer(target: Target): target is { with: string; person: string } {
  return "with" in target && target.person !== undefined;
}

/** A target as requests name it. */
export function conversationNameOf(target: Target): ConversationName {
  return isFormer(target) ? { person: target.person } : target;
}

/** The target that an answer names; undefined: it names none. */
export function targetNamed({ room, with: nickname, person }: ConversationName): Target | undefined {
  if (room !== undefined) return { room };
  return nickname === undefined ? undefined : { with: nickname, ...(person !== undefined && { person }) };
}

/** What a target is called. */
export function targetName(target: Target): string {
  return "room" in target ? target.room : target.with;
}
