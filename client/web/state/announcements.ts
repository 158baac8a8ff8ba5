/** What a screen reader is told: new messages, each read out while they are few, counted when they are many. */
import { signal } from "@preact/signals";
import { beginningOf } from "../graphemes.ts";
import { words } from "../words.ts";

/** How long what comes is collected, so that one sentence does not cut off the other. */
const COLLECT_MS = 1_000;
const READ_OUT_MAX = 3;
/** More of a text is read in the conversation. */
const TEXT_MAX = 500;

/** One person's announcements. */
export class Announcements {
  /** What is said now. */
  readonly text = signal("");
  #waiting: { id: string; target: string; text: string }[] = [];
  #said: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Says a message soon. `target`: the name of its conversation; `text`: who says what and where, in plain words. */
  add(id: string, target: string, text: string): void {
    this.#waiting.push({ id, target, text: beginningOf(text, TEXT_MAX) });
    this.#timer ??= setTimeout(() => this.#say(), COLLECT_MS);
  }

  /** Takes back what was said of a message, or was about to be. */
  remove(id: string): void {
    this.#waiting = this.#waiting.filter((each) => each.id !== id);
    if (this.#said.includes(id)) this.text.value = "";
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #say(): void {
    const said = this.#waiting;
    this.#timer = undefined;
    this.#waiting = [];
    if (said.length === 0) return;
    this.#said = said.map(({ id }) => id);
    this.text.value = said.length > READ_OUT_MAX
      ? [...Map.groupBy(said, ({ target }) => target)].map(([target, { length }]) =>
        words.said(target, words.newMessages(length))
      ).join("\n")
      : said.map(({ text }) => text).join("\n");
  }
}
