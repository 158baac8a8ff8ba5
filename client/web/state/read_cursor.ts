/** How far one has read a conversation: it only moves forward, and the server is told now and then. */
import { signal } from "@preact/signals";
import type { Answer } from "../../../server/core/shared/commands.ts";
import type { Message } from "../../../server/core/shared/events.ts";

const TELL_EVERY_MS = 1_000;

/** What is not told yet is told when the page goes: nobody is to find unread what they have read. */
const untold = new Set<() => void>();
addEventListener("pagehide", () => untold.forEach((tell) => tell()));

/** One person's read cursor in one conversation. */
export class ReadCursor {
  /** What has this `seq`, or a smaller one, was read. */
  readonly seq = signal(0);
  readonly #tell: (id: string) => void;
  #id: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `tell` says it to the server. */
  constructor(tell: (id: string) => void) {
    this.#tell = tell;
  }

  /** Takes over how far the newest page says that one has read. */
  set({ messages, first_unread: first }: Answer<"history">): void {
    const seq = first ? first.seq - 1 : messages.at(-1)?.seq ?? 0;
    // What was seen here and is not told yet counts too.
    this.seq.value = this.#timer === undefined ? seq : Math.max(seq, this.seq.value);
  }

  /** One has read up to this message. `tells`: somebody else wrote something of it. */
  advance({ id, seq }: Message, tells: boolean): void {
    if (seq <= this.seq.value) return;
    this.seq.value = seq;
    if (tells) this.#id = id;
    if (this.#id === undefined) return;
    this.#timer ??= setTimeout(this.#tellNow, TELL_EVERY_MS);
    untold.add(this.#tellNow);
  }

  readonly #tellNow = (): void => {
    clearTimeout(this.#timer);
    untold.delete(this.#tellNow);
    const told = this.#id;
    this.#timer = this.#id = undefined;
    if (told !== undefined) this.#tell(told);
  };
}
