/**
 * Shows windows on a screen: the one looked at as it grows, of the others how much is new. A screen without a
 * person shows all windows at once, each line with the name of its window.
 */
import { cut, withMargin } from "./layout.ts";
import type { Screen } from "./screen.ts";
import { visibleInLine } from "./visible.ts";
import { named } from "./wording.ts";
import { addEntry, type Entry, type Place, placeName, putInOrder, type Window, Windows } from "./windows.ts";

const MARGIN = "      ";
/** How much of what was said before is shown again when one comes to a window. */
const SHOWN_AGAIN = 15;

interface Waiting {
  seq: number | undefined;
  entry: Entry;
  window: Window | undefined;
}

/** Windows on a screen. */
export class Desk {
  readonly windows = new Windows();
  #isOffline = false;
  /** How many messages were new in the window that is looked at, before it was. */
  unreadBefore = 0;
  readonly #waiting: Waiting[] = [];
  #day: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly screen: Screen, readonly now: () => number = Date.now) {}

  /** Puts something into a window. `counts`: it is news for somebody who does not look there. */
  put(window: Window, entry: Entry, counts = false): void {
    if (counts) entry.fresh = true;
    addEntry(window, entry);
    const isLookedAt = window === this.windows.current;
    if (!this.screen.interactive || (isLookedAt && window.state !== "filling")) this.#show(entry, window);
    else if (counts && !isLookedAt) {
      window.unread++;
      this.showPrompt();
    }
  }

  /** Says something that belongs to no window. */
  note(text: string): void {
    this.#show({ text: this.screen.paint.dim(`-- ${text}`) });
  }

  /** Says that something did not work. */
  complain(text: string): void {
    this.#show({ text: this.screen.paint.bad(`! ${text}`) });
  }

  /** Shows lines as they are. */
  list(lines: readonly string[]): void {
    for (const text of lines) this.#show({ text });
  }

  /**
   * Makes a window the one that is looked at, without showing what is in it. What is half typed stays with the window
   * before, or, where `along`, was meant for this one.
   */
  turnTo(window: Window, along: boolean): void {
    const { current } = this.windows;
    if (!along && current && current !== window) {
      current.draft = this.screen.typed;
      this.screen.retype("");
    }
    this.unreadBefore = window.unread;
    this.windows.lookAt(window);
    this.#takeUp(window);
    this.showPrompt();
  }

  /** Gives back what was half typed in a window. */
  #takeUp(window: Window): void {
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
    const fresh = entries.findIndex((entry) => entry.fresh);
    for (const entry of entries.slice(fresh === -1 ? last : Math.min(fresh, last))) this.#show(entry, window);
    this.unreadBefore = 0;
  }

  /** Shows the messages of a window that nobody has seen yet. */
  showFresh(window: Window): void {
    for (const entry of window.entries) if (entry.fresh) this.#show(entry, window);
  }

  heading(window: Window): void {
    const words = `── ${window.number} ${named(placeName(window.place))} `;
    const line = words + "─".repeat(Math.max(2, 40 - words.length));
    this.#show({ text: this.screen.paint.dim(cut(line, this.screen.columns - 1).replace("…", "─")) });
  }

  close(window: Window): void {
    this.windows.close(window);
    if (window.draft) this.note(`was half typed there: ${visibleInLine(window.draft)}`);
    if (this.windows.current) this.#takeUp(this.windows.current);
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
    const news = all.filter(({ unread }) => unread > 0)
      .map(({ number, place, unread }) => `${number}:${named(placeName(place))} ${unread}`);
    const before = news.length === 0 ? "" : `[${news.join(", ")}] `;
    const state = this.#isOffline ? " (offline)" : "";
    this.screen.prompt(`${before}${current ? named(placeName(current.place)) : ""}${state}> `);
  }

  /** Shows at once what waits to be shown. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { entry, window } of this.#waiting.splice(0)) this.screen.print(this.#laidOut(entry, window));
  }

  /** A reply is heard a little after the events that came with it, so what comes together is put in order first. */
  #show(entry: Entry, window?: Window): void {
    entry.fresh = false;
    // As it is now: what changes it is told by itself.
    putInOrder(this.#waiting, { seq: entry.seq, entry: { ...entry }, window });
    this.#timer ??= setTimeout(() => this.flush(), 0);
  }

  #laidOut({ at, text }: Entry, window: Window | undefined): string {
    if (!this.screen.interactive) {
      const where = window ? `[${named(placeName(window.place))}] ` : "";
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

/** The place that a typed name means: "@bob" a person, anything else a room. */
export function placeNamed(name: string): Place {
  return name.startsWith("@") ? { to: name.slice(1) } : { room: name };
}
