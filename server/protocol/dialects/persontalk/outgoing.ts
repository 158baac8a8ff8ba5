/** What goes to a PersonTalk program, in the framing that it uses: words in their order, raw bytes right after what announces them. */
import type { Raw, Write } from "../../dialect.ts";
import { type Framing, LENGTH_BYTES } from "./framer.ts";
import { END, NUMBER_END, RAW_FOLLOWS } from "./encoder.ts";

/** Bytes of words that go in one write. */
const JOINED_BYTES_MAX = 64 * 1024;
const encoder = new TextEncoder();

/** How a peer speaks. */
export interface Manner {
  readonly framing: Framing | undefined;
  readonly endsLines: boolean;
}

/** What waits for one program, as it is written. */
export class Outgoing {
  readonly #manner: Manner;
  /** Raw bytes due. */
  #raw = 0;
  /** A transport that has messages takes them one by one: what is left of these words. */
  #begun: { words: string; rest: string[] } | undefined;

  constructor(manner: Manner) {
    this.#manner = manner;
  }

  /** The next write. */
  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    return this.#raw > 0 ? this.#packRaw(waiting) : this.#packWords(waiting);
  }

  #packRaw(waiting: readonly (string | Raw)[]): Write | undefined {
    const from = waiting.findIndex((each) => typeof each !== "string");
    if (from === -1) return undefined;
    const { raw } = waiting[from] as Raw;
    this.#raw -= raw.length;
    return { bytes: raw, taken: 1, from, raw: true };
  }

  #packWords(waiting: readonly (string | Raw)[]): Write | undefined {
    if (this.#manner.framing === "message") return this.#packMessage(waiting);
    let text = "";
    let taken = 0;
    for (const words of waiting) {
      if (typeof words !== "string" || text.length > JOINED_BYTES_MAX || this.#raw > 0) break;
      for (const message of messagesOf(words)) text += this.#framed(message);
      taken++;
    }
    return taken === 0 ? undefined : { bytes: encoder.encode(text), taken };
  }

  #packMessage(waiting: readonly (string | Raw)[]): Write | undefined {
    const [words] = waiting;
    if (typeof words !== "string") return undefined;
    const rest = this.#begun?.words === words ? this.#begun.rest : messagesOf(words);
    const [message = "", ...others] = rest;
    this.#begun = others.length > 0 ? { words, rest: others } : undefined;
    const text = this.#framed(message);
    return { bytes: encoder.encode(text), taken: others.length > 0 ? 0 : 1 };
  }

  #framed(message: string): string {
    let text = message;
    if (message.startsWith(RAW_FOLLOWS)) {
      const end = message.indexOf(NUMBER_END);
      this.#raw = Number(message.slice(RAW_FOLLOWS.length, end));
      text = message.slice(end + NUMBER_END.length);
    }
    const { framing, endsLines } = this.#manner;
    if (framing === "message") return text;
    // A peer whose objects follow each other would take a newline for the first of the raw bytes.
    if (framing === "bare") return this.#raw > 0 && !endsLines ? text : `${text}\n`;
    return `${String(encoder.encode(text).length).padEnd(LENGTH_BYTES)}${text}`;
  }
}

function messagesOf(words: string): string[] {
  return words.split(END).slice(0, -1);
}
