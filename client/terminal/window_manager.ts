/**
 * Shows windows on a screen: the current one as it grows, of the others how much is unread. A screen without a
 * person shows all windows at once, each line with the name of its window.
 */
import { cut, withMargin } from "./layout.ts";
import type { Screen } from "./screen.ts";
import { sanitizedLine } from "./sanitize.ts";
import {
  addEntry,
  type Entry,
  putInOrder,
  type Target,
  targetName,
  type Window,
  Windows,
} from "./windows.ts";

const MARGIN = "      ";
/** How much of what was said before is shown again when one comes to a window. */
const SHOWN_AGAIN = 15;

interface Waiting {
  seq: number | undefined;
  entry: Entry;
  window: Window | undefined;
}

/** Windows on a screen. */
export class WindowManager {
  readonly windows = new Windows();
  #isOffline = false;
  /** How many messages were unread in the current window before it became current. */
  unreadBefore = 0;
  readonly #waiting: Waiting[] = [];
  #day: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly screen: Screen, readonly now: () => number = Date.now) {}

  /** Puts something into a window. `counts`: it makes a window that is not current unread. */
  put(window: Window, entry: Entry, counts = false): void {
    if (counts) entry.unseen = true;
    addEntry(window, entry);
    const isCurrent = window === this.windows.current;
    if (!this.screen.interactive || (isCurrent && window.state !== "filling")) this.#show(entry, window);
    else if (counts && !isCurrent) {
      window.unread++;
      this.showPrompt();
    }
  }

  /** Says something that belongs to no window. */
  showNote(text: string): void {
    this.#show({ text: this.screen.paint.dim(`-- ${text}`) });
  }

  /** Says that something did not work. */
  showError(text: string): void {
    this.#show({ text: this.screen.paint.bad(`! ${text}`) });
  }

  /** Shows lines as they are. */
  showLines(lines: readonly string[]): void {
    for (const text of lines) this.#show({ text });
  }

  /**
   * Makes a window the current one, without showing what is in it. What is half typed stays with the window
   * before, or, where `along`, was meant for this one.
   */
  switchTo(window: Window, along: boolean): void {
    const { current } = this.windows;
    if (!along && current && current !== window) {
      current.draft = this.screen.typed;
      this.screen.retype("");
    }
    this.unreadBefore = window.unread;
    this.windows.activate(window);
    this.#restoreDraft(window);
    this.showPrompt();
  }

  /** Gives back what was half typed in a window. */
  #restoreDraft(window: Window): void {
    const { draft = "" } = window;
    delete window.draft;
    if (draft === "") return;
    const { typed } = this.screen;
    this.screen.retype(typed === "" ? draft : `${draft}\n${typed}`);
  }

  /** Shows a window: its heading, and what was said there last, from the first message that nobody has seen yet. */
  showWindow(window: Window): void {
    this.heading(window);
    const { entries } = window;
    const last = Math.max(0, entries.length - SHOWN_AGAIN);
    const unseen = entries.findIndex((entry) => entry.unseen);
    for (const entry of entries.slice(unseen === -1 ? last : Math.min(unseen, last))) {
      this.#show(entry, window);
    }
    this.unreadBefore = 0;
  }

  /** Shows the messages of a window that nobody has seen yet. */
  showUnseen(window: Window): void {
    for (const entry of window.entries) if (entry.unseen) this.#show(entry, window);
  }

  heading(window: Window): void {
    const words = `── ${window.number} ${sanitizedLine(targetName(window.target))} `;
    const line = words + "─".repeat(Math.max(2, 40 - words.length));
    this.#show({ text: this.screen.paint.dim(cut(line, this.screen.columns - 1).replace("…", "─")) });
  }

  close(window: Window): void {
    this.windows.close(window);
    if (window.draft) this.showNote(`was half typed there: ${sanitizedLine(window.draft)}`);
    if (this.windows.current) this.#restoreDraft(this.windows.current);
    if (this.windows.current && this.screen.interactive) this.heading(this.windows.current);
    this.showPrompt();
  }

  /** Shows earlier messages, which were not put into the window. */
  showEarlier(entries: readonly Entry[], window: Window): void {
    this.#day = undefined;
    for (const entry of entries) this.#show(entry, window);
    this.#day = undefined;
  }

  /** Shows whether there is a connection. */
  set offline(isOffline: boolean) {
    this.#isOffline = isOffline;
    this.showPrompt();
  }

  showPrompt(): void {
    const { current, all } = this.windows;
    const unread = all.filter(({ unread }) => unread > 0)
      .map(({ number, target, unread }) => `${number}:${sanitizedLine(targetName(target))} ${unread}`);
    const before = unread.length === 0 ? "" : `[${unread.join(", ")}] `;
    const state = this.#isOffline ? " (offline)" : "";
    this.screen.prompt(`${before}${current ? sanitizedLine(targetName(current.target)) : ""}${state}> `);
  }

  /** Shows at once what waits to be shown. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { entry, window } of this.#waiting.splice(0)) this.screen.print(this.#laidOut(entry, window));
  }

  /** A reply arrives a little after the events that came with it, so what comes together is put in order first. */
  #show(entry: Entry, window?: Window): void {
    entry.unseen = false;
    // As it is now: what changes it is told by itself.
    putInOrder(this.#waiting, { seq: entry.seq, entry: { ...entry }, window });
    this.#timer ??= setTimeout(() => this.flush(), 0);
  }

  #laidOut({ at, text }: Entry, window: Window | undefined): string {
    if (!this.screen.interactive) {
      const where = window ? `[${sanitizedLine(targetName(window.target))}] ` : "";
      return text.split("\n").map((line) => `${where}${line}`).join("\n");
    }
    if (at === undefined) return withMargin("", text, this.screen.columns);
    const { paint, columns } = this.screen;
    const time = paint.dim(`${timeOfDay(at)} `);
    return `${this.#newDay(at)}${withMargin(time, text, columns)}`;
  }

  /** A line with the date, where another day begins. */
  #newDay(at: number): string {
    const day = new Date(at).toDateString();
    const before = this.#day ?? new Date(this.now()).toDateString();
    this.#day = day;
    return day === before ? "" : `${this.screen.paint.dim(`${MARGIN}${day}`)}\n`;
  }
}

function timeOfDay(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes()].map((part) => `${part}`.padStart(2, "0")).join(":");
}

/** The target that a typed name means: "@bob" a person, anything else a room. */
export function parseTarget(name: string): Target {
  return name.startsWith("@") ? { to: name.slice(1) } : { room: name };
}
