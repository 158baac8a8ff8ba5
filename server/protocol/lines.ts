/**
 * Frames of a stream: lines of text that end in a newline, bounded in bytes, and between them raw bytes where the
 * reader of a line asks for some. It knows no meaning: a frame is bytes, and only a whole frame is decoded, so a
 * character torn between two chunks is no error.
 */

import { ByteBuffer } from "./byte_buffer.ts";
import { pieceBuffer } from "./piece_buffers.ts";

/** A line without its end, raw bytes that were asked for, or the news that a line was too long (told once). */
export type Frame = { readonly line: Uint8Array } | { readonly raw: Uint8Array } | "too_long";

const NEWLINE = 10;
const RETURN = 13;

/** Cuts a stream into frames. */
export class LineFramer {
  /** What is held of the frame under way. */
  readonly #held = new ByteBuffer();
  #whole: Uint8Array | undefined;
  #skipping = false;
  /** How many raw bytes are to come, and how many of them are here. */
  #raw = 0;
  #rawHeld = 0;
  #rawBytes: Uint8Array | undefined;

  constructor(readonly bytesMax: number) {}

  /** Takes a chunk, gives the frames that it completes, one at a time: {@link expectRaw} counts from the next on. */
  *push(chunk: Uint8Array): Iterable<Frame> {
    for (let at = 0; at < chunk.length;) {
      if (this.#raw > 0) {
        const piece = chunk.subarray(at, at + this.#raw - this.#rawHeld);
        at += piece.length;
        const raw = this.#addRaw(piece);
        if (raw) yield { raw };
        continue;
      }
      const end = chunk.indexOf(NEWLINE, at);
      const piece = chunk.subarray(at, end === -1 ? chunk.length : end);
      at += piece.length + (end === -1 ? 0 : 1);
      const fits = this.#add(piece, end !== -1);
      if (!fits) yield "too_long";
      else if (end !== -1) yield* this.#line();
    }
  }

  /** Ends the line that is under way, for transports whose messages end it by themselves. */
  *end(): Iterable<Frame> {
    if (this.#held.length > 0 || this.#skipping) yield* this.#line();
  }

  /** The next `bytes` bytes, one at least, are no lines. */
  expectRaw(bytes: number): void {
    this.#raw = bytes;
  }

  /** Adds to the raw bytes; gives them once all are here. What comes in one piece is not copied. */
  #addRaw(piece: Uint8Array): Uint8Array | undefined {
    if (piece.length < this.#raw) {
      this.#rawBytes ??= pieceBuffer(this.#raw);
      this.#rawBytes.set(piece, this.#rawHeld);
    }
    this.#rawHeld += piece.length;
    if (this.#rawHeld < this.#raw) return undefined;
    const raw = this.#rawBytes ?? piece;
    this.#raw = this.#rawHeld = 0;
    this.#rawBytes = undefined;
    return raw;
  }

  /** Adds to the line; false when it has just become too long. `last`: it ends with this. */
  #add(piece: Uint8Array, last: boolean): boolean {
    if (this.#skipping) return true;
    if (this.#held.length + piece.length <= this.bytesMax) {
      // What ends in the chunk that it began in is not copied.
      if (last && this.#held.length === 0) this.#whole = piece;
      else this.#held.add(piece);
      return true;
    }
    this.#held.take();
    this.#skipping = !last;
    return false;
  }

  /** The line that is complete; nothing when it was too long, which has been told. */
  *#line(): Iterable<Frame> {
    const skipped = this.#skipping;
    this.#skipping = false;
    const line = this.#whole ?? this.#held.take();
    this.#whole = undefined;
    if (!skipped) yield { line: line.at(-1) === RETURN ? line.subarray(0, -1) : line };
  }
}
