/**
 * One's own messages that the server has not confirmed, kept in this browser, so that a reload or a closed tab
 * loses none. Each keeps its key: whichever tab sends it, and however often, it is said once. Signing out, or
 * giving up on a message, removes it.
 */
import type { Place } from "../route.ts";
import type { Outgoing } from "./outgoing.ts";
import { nameKey, placeKey } from "./target_key.ts";

/** What is kept of one place. */
interface Unsent {
  place: Place;
  messages: readonly Outgoing[];
}

/** By the key of the place. */
type Kept = Record<string, Unsent>;

/** Keeps a message, in place of the same one as it was. */
export function keepUnsent(nickname: string, place: Place, message: Outgoing): void {
  change(nickname, place, (messages) => {
    const known = messages.some(({ key }) => key === message.key);
    return known ? messages.map((each) => each.key === message.key ? message : each) : [...messages, message];
  });
}

/** Keeps a message no longer. */
export function dropUnsent(nickname: string, place: Place, key: string): void {
  change(nickname, place, (messages) => messages.filter((each) => each.key !== key));
}

/** Everything that is kept of a nickname's. */
export function allUnsent(nickname: string): Unsent[] {
  return Object.values(read(nickname));
}

/** Removes all of a nickname's. */
export function forgetUnsent(nickname: string): void {
  write(nickname, {});
}

/** Always from what is there now: another tab may have added some of its own. */
function change(
  nickname: string,
  place: Place,
  change: (messages: readonly Outgoing[]) => readonly Outgoing[],
): void {
  const kept = read(nickname);
  const key = placeKey(place);
  const messages = change(kept[key]?.messages ?? []);
  if (messages.length > 0) kept[key] = { place, messages };
  else delete kept[key];
  write(nickname, kept);
}

function read(nickname: string): Kept {
  try {
    return JSON.parse(localStorage.getItem(entryOf(nickname)) ?? "{}");
  } catch {
    return {};
  }
}

function write(nickname: string, kept: Kept): void {
  try {
    if (Object.keys(kept).length > 0) localStorage.setItem(entryOf(nickname), JSON.stringify(kept));
    else localStorage.removeItem(entryOf(nickname));
  } catch {
    // Full or forbidden: they last as long as the page.
  }
}

function entryOf(nickname: string): string {
  return `switchboard.unsent:${nameKey(nickname)}`;
}
