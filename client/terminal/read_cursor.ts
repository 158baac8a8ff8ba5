/** Tells the server how far one has read what one looks at, now and then. */
import type { Chat } from "./chat.ts";
import { conversation, type Window } from "./windows.ts";

const EVERY_MS = 1_000;

/** The read marks of one chat. */
export class ReadMarks {
  readonly #told = new WeakMap<Window, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly chat: Chat) {}

  /** Something new may be on the screen. Where nobody sits before it, nothing is read. */
  look(): void {
    if (!this.chat.desk.screen.interactive) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, EVERY_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tell(): void {
    const { connection, desk } = this.chat;
    const window = desk.windows.current;
    const id = window?.newest;
    if (!window || id === undefined || this.#told.get(window) === id || connection.state !== "online") return;
    this.#told.set(window, id);
    // Nobody waits for it: the next message tells it anew.
    connection.ask("read", { ...conversation(window.place), message: id }).catch(() => {});
  }
}
