/**
 * Bytes that come in pieces, in one buffer that grows: a view of a few bytes would keep the whole chunk they came in, and
 * each piece on its own costs more than a hundred bytes besides its own.
 */

const FIRST_BYTES = 256;
const NOTHING = new Uint8Array(0);

/** What has come of something that is not whole yet. */
export class ByteBuffer {
  #bytes: Uint8Array = NOTHING;
  #length = 0;

  /** How many bytes are held. */
  get length(): number {
    return this.#length;
  }

  /** Adds a copy of these. */
  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** All that is held, in one piece; nothing is left here. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = NOTHING;
    this.#length = 0;
    return taken;
  }

  /** At least twice as large each time, so that what comes byte by byte is copied a few times only. */
  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(FIRST_BYTES, this.#bytes.length * 2, length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
