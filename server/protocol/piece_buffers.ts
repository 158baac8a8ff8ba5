/**
 * Memory for the pieces of files that come in: used again, because a new buffer for each costs the main thread more
 * than all else that it does with one.
 */
import { LIMITS } from "../core/shared/limits.ts";

/** As many as a few fast uploads have under way. */
const SPARE_MAX = 8;

const spare: Uint8Array[] = [];

/** So many bytes, whatever is in them: all of them are to be written. */
export function pieceBuffer(length: number): Uint8Array {
  return length === LIMITS.chunkBytesMax && spare.pop() || new Uint8Array(length);
}

/** Takes a buffer back that nobody looks into any more. Others than {@link pieceBuffer} gives may be given, too. */
export function giveBack(bytes: Uint8Array): void {
  const whole = bytes.length === LIMITS.chunkBytesMax && bytes.buffer.byteLength === bytes.length;
  if (whole && spare.length < SPARE_MAX) spare.push(bytes);
}
