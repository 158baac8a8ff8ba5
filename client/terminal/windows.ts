/** The conversations that are open, each a window with a number; one of them is current. Shows nothing itself. */
import { nameKey } from "../../server/core/shared/names.ts";

/** Where a message goes: a room, or one person. */
export type Target = { room: string } | { to: string };

/** One thing that a window shows. */
export interface Entry {
  /** The order of what is stored; what has none stays where it came. */
  seq?: number;
  /** Milliseconds since 1970. */
  at?: number;
  readonly text: string;
  /** Whether nobody has seen this message yet. */
  unseen?: boolean;
}

/** One conversation. */
export interface Window {
  readonly number: number;
  target: Target;
  readonly entries: Entry[];
  /** How many messages came since it was current. */
  unread: number;
  /** new: its history was not asked for · stale: what was said during a gap was not · filling: it is on its way */
  state: "new" | "stale" | "filling" | "ready";
  /** What was typed and not entered when another window was turned to. */
  draft?: string;
  /** In private: the id of whoever has the nickname, as far as it was told. */
  person?: string;
  /** The ids of the oldest and the newest message that it has. */
  oldest?: string;
  newest?: string;
}

const ENTRIES_MAX = 500;

/** The open windows, in the order of their numbers. */
export class Windows {
  readonly #open: Window[] = [];
  #current: Window | undefined;
  #before: Window | undefined;

  get all(): readonly Window[] {
    return this.#open;
  }

  /** Undefined when all are closed. */
  get current(): Window | undefined {
    return this.#current;
  }

  find(target: Target): Window | undefined {
    return this.#open.find((window) => isSame(window.target, target));
  }

  numbered(number: number): Window | undefined {
    return this.#open.find((window) => window.number === number);
  }

  /** The window of a target, opened if need be. */
  open(target: Target): Window {
    const found = this.find(target);
    if (found) return found;
    let number = 1;
    while (this.numbered(number)) number++;
    const window: Window = { number, target, entries: [], unread: 0, state: "new" };
    this.#open.push(window);
    this.#open.sort((one, other) => one.number - other.number);
    return window;
  }

  /** Whoever a window is with has another nickname. */
  renamed(before: string, now: string): void {
    const window = this.find({ to: before });
    if (window && !this.find({ to: now })) window.target = { to: now };
  }

  activate(window: Window): void {
    if (this.#current !== window) this.#before = this.#current;
    this.#current = window;
    window.unread = 0;
  }

  /** Closes one; the one that was current before it, or the first, becomes current. */
  close(window: Window): void {
    this.#open.splice(this.#open.indexOf(window), 1);
    if (this.#before === window) this.#before = undefined;
    if (this.#current !== window) return;
    const before = this.#before;
    this.#before = undefined;
    this.#current = before && this.#open.includes(before) ? before : this.#open[0];
    if (this.#current) this.#current.unread = 0;
  }

  /** The next one after the current one in which something is unread. */
  get nextUnread(): Window | undefined {
    const { number = 0 } = this.#current ?? {};
    const unread = this.#open.filter((window) => window.unread > 0);
    return unread.find((window) => window.number > number) ?? unread[0];
  }
}

/** What a target is called; a person has an "@" before. */
export function targetName(target: Target): string {
  return "room" in target ? target.room : `@${target.to}`;
}

/** How `history`, `search`, `files` and `read` name a target. */
export function conversationName(target: Target): { room: string } | { with: string } {
  return "room" in target ? target : { with: target.to };
}

/** Puts something into a list where its number says. */
export function putInOrder<T extends { seq?: number }>(list: T[], item: T): void {
  let at = list.length;
  while (item.seq !== undefined && at > 0 && (list[at - 1]!.seq ?? -1) > item.seq) at--;
  list.splice(at, 0, item);
}

/** Adds to what a window shows; the oldest goes when it has enough. */
export function addEntry(window: Window, entry: Entry): void {
  putInOrder(window.entries, entry);
  if (window.entries.length > ENTRIES_MAX) window.entries.shift();
}

function isSame(one: Target, other: Target): boolean {
  if ("room" in one) return "room" in other && nameKey(one.room) === nameKey(other.room);
  return "to" in other && nameKey(one.to) === nameKey(other.to);
}
