/**
 * Cuts what a WeTalk program sends into frames: a hello in clear, then sealed messages with raw bytes between them where some
 * were announced. However the stream was torn or glued, the frames are the same.
 */
import { LIMITS } from "../../../core/shared/limits.ts";
import { BLOCK_BYTES, openBlocks, Unsealer } from "./cipher.ts";
import { END, MARKS } from "./parser.ts";
import { HELLO_BYTES_MAX, type Keys } from "./key.ts";

/** A frame without its `__END___`, a piece of raw bytes, or why nothing more can be read. */
export type Frame =
  | { readonly hello: string }
  | { readonly message: Uint8Array }
  | { readonly raw: Uint8Array }
  | { readonly unreadable: string };

/** Digits that are looked at in one go. */
const DIGITS_AHEAD = 4_096;

/** Reads one program's bytes. */
export class Framer {
  #hello = "";
  /** The hello was said, and its answer is not known: whoever goes on now can't have sealed it. */
  #isSaid = false;
  #keys: Keys | undefined;
  #unsealer: Unsealer | undefined;
  /** What the hexadecimal digits that have come make, and how many these are. */
  readonly #bytes = new Uint8Array(DIGITS_AHEAD / 2);
  #digits = 0;
  /** Raw bytes still to come, file by file. */
  readonly #raw: number[] = [];
  #dead = false;
  /** Bytes that one message may have. */
  #bytesMax: number = LIMITS.lineBytesMax;

  /** Takes a chunk, gives the frames it completes, one at a time: {@link unlock} and {@link expectRaw} count from there. */
  *push(chunk: Uint8Array): Iterable<Frame> {
    for (let at = 0; at < chunk.length && !this.#dead;) {
      if (!this.#unsealer) at = yield* this.#readHello(chunk, at);
      else if (this.#raw.length > 0) at = yield* this.#readRaw(chunk, at);
      else at = yield* this.#readSealed(this.#unsealer, chunk, at);
    }
  }

  /** After the hello everything is sealed with these. */
  unlock(keys: Keys): void {
    this.#keys = keys;
    this.#unsealer = new Unsealer(keys);
  }

  /** After the plaintext that said so, this many bytes are raw; one at least. */
  expectRaw(bytes: number): void {
    this.#raw.push(bytes);
  }

  /** Its user is known now, and may write as much as the program's line takes: 32,767 characters of three bytes. */
  trust(): void {
    this.#bytesMax = 2 * LIMITS.lineBytesMax;
  }

  *#readHello(chunk: Uint8Array, at: number): Generator<Frame, number> {
    if (this.#isSaid) {
      yield* this.#die("the keys were not exchanged yet");
      return chunk.length;
    }
    const before = this.#hello.length;
    this.#hello += String.fromCharCode(...chunk.subarray(at, at + HELLO_BYTES_MAX + 1));
    const end = this.#hello.indexOf(END);
    const head = this.#hello.slice(0, MARKS.key.length);
    if (!MARKS.key.startsWith(head) || (end === -1 && this.#hello.length > HELLO_BYTES_MAX)) {
      yield* this.#die("what is said first are the numbers of a key exchange");
      return chunk.length;
    }
    if (end === -1) return chunk.length;
    this.#isSaid = true;
    yield { hello: this.#hello.slice(MARKS.key.length, end) };
    return at + end + END.length - before;
  }

  *#readRaw(chunk: Uint8Array, at: number): Generator<Frame, number> {
    this.#unsealer!.interrupt();
    const piece = chunk.subarray(at, at + this.#raw[0]!);
    this.#raw[0]! -= piece.length;
    if (this.#raw[0] === 0) this.#raw.shift();
    yield { raw: piece };
    return at + piece.length;
  }

  /** Opens as many blocks ahead as have come, up to a bound; what turns out to be raw bytes is left alone. */
  *#readSealed(unsealer: Unsealer, chunk: Uint8Array, start: number): Generator<Frame, number> {
    const held = this.#digits;
    let stop = start;
    while (stop < chunk.length && this.#digits < DIGITS_AHEAD) {
      const digit = digitOf(chunk[stop]!);
      if (digit === -1) break;
      const index = this.#digits++ >> 1;
      this.#bytes[index] = (this.#bytes[index]! << 4) | digit;
      stop++;
    }
    const whole = this.#bytes.slice(0, wholeBlocks(this.#digits >> 1));
    const open = openBlocks(whole, this.#keys!);
    for (let at = 0; at < whole.length; at += BLOCK_BYTES) {
      const end = at + BLOCK_BYTES;
      const plain = unsealer.add(whole.subarray(at, end), open.subarray(at, end));
      for (const message of plain ? messagesOf(plain) : []) yield { message };
      if (this.#raw.length > 0) {
        this.#digits = 0;
        return start + end * 2 - held;
      }
      if (unsealer.length <= this.#bytesMax) continue;
      yield* this.#die(`${this.#bytesMax / 1024} KiB of it have no end`);
      return chunk.length;
    }
    this.#bytes.copyWithin(0, whole.length);
    this.#digits -= whole.length * 2;
    if (stop < chunk.length && digitOf(chunk[stop]!) === -1) yield* this.#die("it is not hexadecimal");
    return stop;
  }

  *#die(unreadable: string): Iterable<Frame> {
    this.#dead = true;
    yield { unreadable };
  }
}

const encoder = new TextEncoder();
const END_BYTES = encoder.encode(END);

/** The messages of a plaintext, which ends in the end of one. */
function* messagesOf(plain: Uint8Array): Iterable<Uint8Array> {
  let start = 0;
  for (let at = 0; at + END_BYTES.length <= plain.length; at++) {
    if (plain[at] !== END_BYTES[0] || !END_BYTES.every((byte, index) => plain[at + index] === byte)) continue;
    yield plain.subarray(start, at);
    start = at + END_BYTES.length;
    at = start - 1;
  }
}

function wholeBlocks(bytes: number): number {
  return bytes - bytes % BLOCK_BYTES;
}

function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  if (byte >= 97 && byte <= 102) return byte - 87;
  return byte >= 65 && byte <= 70 ? byte - 55 : -1;
}
