/**
 * Frames of text that end in a newline, bounded in bytes. It knows no meaning: a frame is bytes, and only a whole
 * frame is decoded, so a character torn between two chunks is no error.
 */

/** A frame without its end, or the news that one was too long (told once; the rest of it is passed over). */
export type Frame = Uint8Array | "too_long";

const NEWLINE = 10;
const RETURN = 13;

/** Cuts a stream into lines. */
export class LineFramer {
  #parts: Uint8Array[] = [];
  #held = 0;
  #skipping = false;

  constructor(readonly bytesMax: number) {}

  /** Takes a chunk, gives the lines that it completes. */
  *push(chunk: Uint8Array): Iterable<Frame> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const frame = this.#take(chunk.subarray(start, end));
      start = end + 1;
      if (this.#skipping) this.#skipping = false;
      else if (frame) yield frame;
      else yield "too_long";
    }
    if (start < chunk.length && !this.#hold(chunk.subarray(start))) yield "too_long";
  }

  /** Ends the line that is under way, for transports whose messages end it by themselves. */
  *end(): Iterable<Frame> {
    if (this.#held > 0 && !this.#skipping) yield this.#take(new Uint8Array(0)) ?? "too_long";
    this.#skipping = false;
  }

  /** Keeps a piece; false when the line has just become too long. */
  #hold(piece: Uint8Array): boolean {
    if (this.#skipping) return true;
    this.#held += piece.length;
    if (this.#held > this.bytesMax) {
      this.#skipping = true;
      this.#clear();
      return false;
    }
    this.#parts.push(piece.slice());
    return true;
  }

  #take(last: Uint8Array): Uint8Array | undefined {
    const length = this.#held + last.length;
    if (length > this.bytesMax) return void this.#clear();
    let line = last;
    if (this.#held > 0) {
      line = new Uint8Array(length);
      let at = 0;
      for (const part of [...this.#parts, last]) {
        line.set(part, at);
        at += part.length;
      }
    }
    this.#clear();
    return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
  }

  #clear(): void {
    this.#parts = [];
    this.#held = 0;
  }
}
