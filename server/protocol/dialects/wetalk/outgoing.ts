/**
 * What waits for a WeTalk program, made into writes that it can read. It takes up to 4,096 bytes at a time and deciphers them by
 * themselves, so every write is complete, has at most that many, and leaves time to be read before the next; and after it has
 * been told of a file's length it takes that many bytes for the file, so words wait until the file has gone out.
 */
import type { Raw, Write } from "../../dialect.ts";
import { oneRead } from "../../one_read.ts";
import { seal } from "./cipher.ts";
import { END, MARKS } from "./parser.ts";
import type { Keys } from "./key.ts";

/** A file that was promised, and what is known of it by now. */
export interface Transfer {
  readonly id: string;
  /** Whether it is shown in the conversation; otherwise it was asked for. */
  readonly isPicture: boolean;
  /** Says what is coming; the last of its messages tells the length. */
  readonly announcement: string;
  /** Bytes. */
  readonly size: number;
  /** Said in its place when it is refused. */
  instead: string | undefined;
  state: "asked" | "coming" | "refused";
}

/** Words that are said unless this picture, announced before them, was not shown after all. */
export function ifShown(picture: string, words: string): string {
  return `${MARK}${picture}${MARK}${words}${MARK}`;
}

/** No word of a program's holds a zero byte. */
const MARK = "\0";
const IF_SHOWN = /\0([^\0]*)\0([^\0]*)\0/g;

/** Pictures remembered that were not shown. */
const UNSHOWN_MAX = 1_000;

/** How its programs read. */
export const READS = oneRead();
/** Bytes of plaintext in one write: twice as many characters are read at a time. */
export const PLAIN_BYTES_MAX = READS.bytesMax / 2;
/**
 * Behind a part of a message that fills a read; milliseconds. Whatever comes then begins another read, so a program that is late reads
 * such parts one by one all the same; but it is behind by what it was late, and gets that time behind the message.
 */
export const PART_GAP_MS = 32;
/** Between the announcement of a file and its bytes; milliseconds. */
export const BEFORE_FILE_MS = 500;

/** Plaintexts on their way, and what comes of having written them. */
interface Sending {
  readonly parts: Uint8Array[];
  /** How many of those that wait it stands for. */
  readonly taken: number;
  /** Raw bytes that follow. */
  readonly raw: number;
}

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

/** Makes the writes of one program. */
export class Outgoing {
  #keys: Keys | undefined;
  #sending: Sending | undefined;
  /** Parts before the next write that filled a read. */
  #full = 0;
  /** Raw bytes of the announced file that are still to be written. */
  #raw = 0;
  /** In the order in which they are announced. */
  readonly #transfers: Transfer[] = [];
  /** Pictures in whose place something else was said. */
  readonly #unshown = new Set<string>();

  /** From now on words are sealed, except for the answer to the hello. */
  unlock(keys: Keys): void {
    this.#keys = keys;
  }

  /** A transfer's announcement is the next one that will wait here. */
  expect(transfer: Transfer): void {
    this.#transfers.push(transfer);
  }

  /** The next write. */
  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    if (this.#raw > 0) return this.#packRaw(waiting);
    const [first] = waiting;
    if (!this.#keys) return { bytes: NOTHING, taken: waiting.length };
    if (typeof first === "string" && first.startsWith(MARKS.key)) {
      return { bytes: encoder.encode(first), taken: 1 };
    }
    this.#sending ??= this.#begin(waiting);
    if (!this.#sending) return undefined;
    const { parts, taken, raw } = this.#sending;
    const bytes = seal(parts.shift() ?? NOTHING, this.#keys);
    if (parts.length > 0) return { bytes, taken: 0, ...this.#pauseBehind(bytes) };
    this.#sending = undefined;
    this.#raw = raw;
    return { bytes, taken, ...(raw > 0 ? { pauseMs: BEFORE_FILE_MS } : this.#pauseBehind(bytes)) };
  }

  #pauseBehind(bytes: Uint8Array): { pauseMs?: number } {
    if (bytes.length === READS.bytesMax) {
      this.#full++;
      return { pauseMs: PART_GAP_MS };
    }
    const behindMs = this.#full * (READS.lateMs - PART_GAP_MS);
    this.#full = 0;
    return behindMs > 0 ? { pauseMs: READS.gapMs + behindMs } : {};
  }

  #packRaw(waiting: readonly (string | Raw)[]): Write | undefined {
    const from = waiting.findIndex((each) => typeof each !== "string");
    if (from === -1) return undefined;
    const bytes = (waiting[from] as Raw).raw;
    this.#raw -= bytes.length;
    return { bytes, taken: 1, from, ...(this.#raw > 0 && { pauseMs: 0 }) };
  }

  /** What is to be written next; undefined while the first thing is not known to be possible. */
  #begin(waiting: readonly (string | Raw)[]): Sending | undefined {
    const [transfer] = this.#transfers;
    if (transfer && waiting[0] === transfer.announcement) {
      if (transfer.state === "asked") return undefined;
      this.#transfers.shift();
      const coming = transfer.state === "coming";
      if (!coming && transfer.isPicture) this.leaveOut(transfer.id);
      const words = coming ? transfer.announcement : transfer.instead ?? "";
      return { parts: partsOf(words), taken: 1, raw: coming ? transfer.size : 0 };
    }
    let words = "";
    let taken = 0;
    for (const each of waiting) {
      if (typeof each !== "string" || each === transfer?.announcement) break;
      const next = this.#withoutUnshown(each);
      if (taken > 0 && encoder.encode(words + next).length > PLAIN_BYTES_MAX) break;
      words += next;
      taken++;
    }
    return { parts: partsOf(words), taken, raw: 0 };
  }

  /** A picture is not shown here. */
  leaveOut(id: string): void {
    this.#unshown.add(id);
    if (this.#unshown.size > UNSHOWN_MAX) this.#unshown.delete(this.#unshown.values().next().value!);
  }

  #withoutUnshown(words: string): string {
    return words.replace(
      IF_SHOWN,
      (_, picture: string, said: string) => this.#unshown.has(picture) ? "" : said,
    );
  }
}

/**
 * Cuts messages into plaintexts: as many whole ones as fit, and one that is too long by itself. A program loses what follows an
 * `__END___` and is not complete; no character is torn.
 */
export function partsOf(words: string): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let group = "";
  const close = () => {
    if (group !== "") parts.push(encoder.encode(group));
    group = "";
  };
  for (const message of words.split(END).slice(0, -1).map((each) => each + END)) {
    if (encoder.encode(group + message).length > PLAIN_BYTES_MAX) close();
    group += message;
    const bytes = encoder.encode(group);
    if (bytes.length <= PLAIN_BYTES_MAX) continue;
    parts.push(...piecesOf(bytes));
    group = "";
  }
  close();
  return parts;
}

function piecesOf(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    let end = Math.min(at + PLAIN_BYTES_MAX, bytes.length);
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--;
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
