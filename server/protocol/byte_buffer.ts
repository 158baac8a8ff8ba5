/**
 * Bytes that come in pieces, in one buffer that grows: a view of a few bytes would keep the whole chunk they came in, each
 * piece on its own costs more than a hundred bytes besides its own, and joining anew each time copies everything again.
 */

const FIRST_BYTES = 256;
const NOTHING = new Uint8Array(0);
/** A buffer that was made here → how far it is written. */
const written = new WeakMap<ArrayBufferLike, number>();

/** What was held and more behind it, in memory of its own. What was held stays as it is. */
export function appended(held: Uint8Array, more: Uint8Array): Uint8Array {
  const length = held.length + more.length;
  const end = held.byteOffset + held.length;
  if (written.get(held.buffer) === end && end + more.length <= held.buffer.byteLength) {
    new Uint8Array(held.buffer).set(more, end);
    written.set(held.buffer, end + more.length);
    return new Uint8Array(held.buffer, held.byteOffset, length);
  }
  // At least twice as much each time, so that what comes byte by byte is copied a few times only.
  const larger = new Uint8Array(Math.max(FIRST_BYTES, length * 2));
  larger.set(held);
  larger.set(more, held.length);
  written.set(larger.buffer, length);
  return larger.subarray(0, length);
}

/** All of these in one piece, in memory of its own. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The same bytes in memory of their own. */
export function owned(piece: Uint8Array): Uint8Array {
  return piece.length === 0 ? NOTHING : new Uint8Array(piece);
}

/** What has come of something that is not whole yet. */
export class ByteBuffer {
  #bytes: Uint8Array = NOTHING;

  /** How many bytes are held. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Adds a copy of these. */
  add(piece: Uint8Array): void {
    this.#bytes = appended(this.#bytes, piece);
  }

  /** All that is held, in one piece; nothing is left here. */
  take(): Uint8Array {
    const taken = this.#bytes;
    this.#bytes = NOTHING;
    return taken;
  }
}
