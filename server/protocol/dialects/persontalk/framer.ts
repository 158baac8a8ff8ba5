/**
 * Cuts what a PersonTalk program sends into messages and raw bytes, in the framing that it uses: a length before each message,
 * bare JSON and lines, or the messages of a transport that has them. However a stream was torn or glued, they are the same.
 */
import { LIMITS } from "../../../core/shared/limits.ts";
import { appended, owned } from "../../byte_buffer.ts";
import type { Form } from "../../dialect.ts";

/** Digits and spaces that say how long a message is. */
export const LENGTH_BYTES = 15;

/** How a peer tells one message from the next. */
export type Framing = "length" | "bare" | "message";

/** A message, a piece of raw bytes, or what can't be read; `fatal`: nor anything after it. */
export type Frame =
  | { readonly message: Uint8Array }
  | { readonly raw: Uint8Array }
  | { readonly unreadable: string; readonly fatal: boolean };

const LENGTH = /^\d{1,15} *$/;
/** Bytes of what somebody who has signed in may paste into the program's window, which has no bound. */
const PASTED_BYTES_MAX = 4 * LIMITS.lineBytesMax;
const latin1 = new TextDecoder("latin1");
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const DIGITS = { first: 48, last: 57 };
const BRACE = { open: 123, close: 125 };

/** Reads one peer's bytes. */
export class Framer {
  /** Found out from what comes first. */
  framing: Framing | undefined;
  /** Whether a peer that sends bare JSON ends it with a newline. */
  endsLines = false;
  #held: Uint8Array = new Uint8Array(0);
  /** Bytes that one message may have. */
  #bytesMax: number = LIMITS.lineBytesMax;
  /** Raw bytes to come. */
  #raw = 0;
  #dead = false;
  #object = new ObjectEnd();
  /** A bare object has just ended: a newline after it is its end. */
  #afterObject = false;

  /** Reads as another line of the same program is read, where there is one. */
  constructor(like?: Framer) {
    this.framing = like?.framing;
    this.endsLines = like?.endsLines ?? false;
    if (like) this.#bytesMax = like.#bytesMax;
  }

  /** Its user is known now. */
  trust(): void {
    this.#bytesMax = PASTED_BYTES_MAX;
  }

  /** After the message that said so, this many bytes are raw. */
  expectRaw(bytes: number): void {
    this.#raw += bytes;
  }

  /** Takes what came, gives what it completes, one at a time: {@link expectRaw} counts from there. */
  *push(chunk: Uint8Array, form: Form): Iterable<Frame> {
    if (form !== "stream") return yield* this.#whole(chunk, form);
    this.#held = this.#held.length === 0 ? chunk : appended(this.#held, chunk);
    while (this.#held.length > 0 && !this.#dead) {
      this.framing ??= isDigit(this.#held[0]!) ? "length" : "bare";
      const before = this.#held;
      if (this.#raw > 0) {
        if (this.#skipLineEnd()) continue;
        if (this.framing === "bare" && this.#afterObject && this.endsLines) break;
        yield { raw: this.#take(Math.min(this.#raw, before.length), true) };
      } else if (this.framing === "length") yield* this.#counted();
      else yield* this.#bare();
      if (this.#held === before) break;
    }
    if (this.#held.buffer === chunk.buffer) this.#held = owned(this.#held);
  }

  *#whole(chunk: Uint8Array, form: Form): Iterable<Frame> {
    this.framing = "message";
    if (form === "binary") {
      const piece = chunk.subarray(0, this.#raw);
      this.#raw -= piece.length;
      if (piece.length > 0) yield { raw: piece };
      if (piece.length < chunk.length) {
        yield { unreadable: "it is binary, and no file was announced", fatal: false };
      }
    } else if (this.#raw > 0) {
      yield* this.#die(`${this.#raw} bytes of a file were to come as binary messages`);
    } else if (chunk.length > this.#bytesMax) yield* this.#dieOfLength();
    else yield { message: chunk };
  }

  *#counted(): Iterable<Frame> {
    const head = latin1.decode(this.#held.subarray(0, LENGTH_BYTES));
    if (!LENGTH.test(head)) {
      return yield* this.#die("before it stand its length and spaces, 15 characters together");
    }
    if (head.length < LENGTH_BYTES) return;
    const length = Number(head);
    if (length > this.#bytesMax) return yield* this.#dieOfLength();
    if (this.#held.length < LENGTH_BYTES + length) return;
    yield { message: this.#take(LENGTH_BYTES + length).subarray(LENGTH_BYTES) };
  }

  /** An object by its braces, anything else by the newline after it. */
  *#bare(): Iterable<Frame> {
    if (this.#skipBlank()) return;
    const end = this.#held[0] === BRACE.open ? this.#object.find(this.#held) : "line";
    if (end === "more") return yield* this.#bound();
    this.#object = new ObjectEnd();
    if (end === "line") {
      const newline = this.#held.indexOf(NEWLINE);
      if (newline === -1) return yield* this.#bound();
      const line = this.#take(newline + 1);
      yield { message: line.subarray(0, line.at(-2) === RETURN ? -2 : -1) };
    } else {
      this.#afterObject = true;
      yield { message: this.#take(end) };
    }
  }

  *#bound(): Iterable<Frame> {
    if (this.#held.length > this.#bytesMax) yield* this.#dieOfLength();
  }

  /** Passes over what may stand between messages; true when it did. */
  #skipBlank(): boolean {
    let blank = this.#held.findIndex((byte) => byte !== NEWLINE && byte !== RETURN && byte !== SPACE);
    if (blank === -1) blank = this.#held.length;
    const ended = this.#held.subarray(0, blank).includes(NEWLINE);
    if (this.#afterObject && blank < this.#held.length) {
      this.endsLines = ended;
      this.#afterObject = false;
    } else if (this.#afterObject && ended) {
      this.endsLines = true;
      this.#afterObject = false;
    }
    if (blank === 0) return false;
    this.#take(blank);
    return true;
  }

  /**
   * A peer that ends its objects with newlines ends the one before raw bytes so too; true when that was passed over. Not yet said
   * is whether a return alone is one.
   */
  #skipLineEnd(): boolean {
    if (this.framing !== "bare" || !this.#afterObject || !this.endsLines) return false;
    const [first, second] = this.#held;
    if (first === RETURN && second === undefined) return false;
    this.#afterObject = false;
    const length = first === NEWLINE ? 1 : first === RETURN && second === NEWLINE ? 2 : 0;
    if (length > 0) this.#take(length);
    return length > 0;
  }

  #take(bytes: number, raw = false): Uint8Array {
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    if (raw) this.#raw -= bytes;
    return taken;
  }

  #dieOfLength(): Iterable<Frame> {
    return this.#die(`it is longer than ${this.#bytesMax / 1024} KiB`);
  }

  *#die(unreadable: string): Iterable<Frame> {
    this.#dead = true;
    yield { unreadable, fatal: true };
  }
}

/** Where a JSON object ends that is still coming. What can't be one is a line. */
class ObjectEnd {
  #at = 0;
  #depth = 0;
  #quoted = false;
  #escaped = false;
  #begun = false;

  /** How many bytes it has, or that this can't be said yet, or that it is none. */
  find(bytes: Uint8Array): number | "more" | "line" {
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at]!;
      if (this.#quoted) {
        if (byte === NEWLINE) return "line";
        if (this.#escaped) this.#escaped = false;
        else if (byte === 92) this.#escaped = true;
        else if (byte === 34) this.#quoted = false;
        continue;
      }
      if (!this.#begun && this.#at > 0 && byte > SPACE) {
        if (byte !== 34 && byte !== BRACE.close) return "line";
        this.#begun = true;
      }
      if (byte === 34) this.#quoted = true;
      else if (byte === BRACE.open) this.#depth++;
      else if (byte === BRACE.close && --this.#depth === 0) return this.#at + 1;
    }
    return "more";
  }
}

function isDigit(byte: number): boolean {
  return byte >= DIGITS.first && byte <= DIGITS.last;
}
