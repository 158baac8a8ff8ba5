/** What a screen reader is told: new messages, each read out while they are few, counted when they are many. */
import { signal } from "@preact/signals";
import { words } from "../words.ts";

/** How long what comes is collected, so that one sentence does not cut off the other. */
const COLLECT_MS = 1_000;
const READ_OUT_MAX = 3;

/** One person's announcements. */
export class Announcements {
  /** What is said now. */
  readonly text = signal("");
  #waiting: { id: string; text: string }[] = [];
  #said: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Says a message soon. */
  add(id: string, text: string): void {
    this.#waiting.push({ id, text });
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
      ? words.newMessages(said.length)
      : said.map(({ text }) => text).join("\n");
  }
}
