/**
 * What waits for a program of the codes, made into writes that it can read: one message each, none longer than one read but for
 * files, and time between two. A file takes its place among the messages: what comes after it waits for its bytes.
 */
import type { Event } from "../../core/events.ts";
import type { Raw, Said, Write } from "../dialect.ts";
import type { Transfer } from "./codes_files.ts";
import { type Message, type Separator, written } from "./codes_grammar.ts";
import { type Fields, FILE_MARK, LINE, messagesOf } from "./codes_words.ts";

/** The original program takes what it reads for one message. It gets 30 ms for each; timers may be early by one. */
const PAUSE_MS = 32;

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** Makes the writes of one program. */
export class Outgoing {
  /** What the peer puts between fields; undefined: it has not shown. */
  #separator: Separator | undefined;
  /** Whether the peer puts the bytes of a file directly behind the code. */
  #direct = false;
  /** In the order of their marks. */
  readonly #transfers: Transfer[] = [];
  /** What is being written of what waits, and its messages that are left. */
  #words = "";
  #left: Fields[] = [];
  /** Writes that are left of the message that is being written. */
  #parts: Uint8Array[] = [];

  /** The form in which the peer speaks is the one in which it is spoken to. */
  learn({ code, separator, body }: Message): void {
    this.#separator ??= separator;
    if (code === "109" && body.length > 0) this.#direct = separator === undefined;
  }

  /** A file whose mark waits next. */
  expect(transfer: Transfer): void {
    this.#transfers.push(transfer);
  }

  /** Takes a piece of a file, or the news that there are no more; gives what is to be queued. */
  take(event: Pick<Event<"chunk">, "file" | "error">, data: Uint8Array): Said {
    const transfer = this.#transfers.find(({ file, state }) => file === event.file && state === "coming");
    const head = encoder.encode(`200${this.#direct ? "" : this.#separator ?? "\r\n"}`);
    transfer?.take(event, data, head);
    return transfer?.bytes ? { raw: transfer.bytes } : {};
  }

  /** The next write; undefined while the bytes of a file are on their way. */
  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    const [first] = waiting;
    // The bytes of a file whose mark was forgotten with everything else.
    if (typeof first !== "string") return { bytes: NOTHING, taken: 1 };
    if (first !== this.#words) [this.#words, this.#left, this.#parts] = [first, messagesOf(first), []];
    while (this.#parts.length === 0) {
      const next = this.#left[0];
      if (!next) return this.#done(NOTHING);
      if (next[0] === FILE_MARK && this.#transfers[0]?.state === "coming") return undefined;
      this.#left.shift();
      if (next[0] !== FILE_MARK) this.#parts = written(next, this.#separator ?? "\r\n");
      else {
        const bytes = this.#transfers.shift()?.bytes;
        const from = waiting.findIndex((each) => typeof each !== "string" && each.raw === bytes);
        if (bytes && from !== -1) return { bytes, from, taken: 1, pauseMs: PAUSE_MS };
        this.#parts = written([LINE, ...next.slice(1)], this.#separator ?? "\r\n");
      }
    }
    const bytes = this.#parts.shift()!;
    return this.#parts.length + this.#left.length > 0
      ? { bytes, taken: 0, pauseMs: PAUSE_MS }
      : this.#done(bytes);
  }

  #done(bytes: Uint8Array): Write {
    this.#words = "";
    return { bytes, taken: 1, ...(bytes.length > 0 && { pauseMs: PAUSE_MS }) };
  }
}
