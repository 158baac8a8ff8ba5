/**
 * Cuts what an IRC client sends into lines. A line ends in "\n", with or without a "\r" before it; its tags and the rest of it are bounded by
 * themselves (message-tags of IRCv3: a client sends 4,096 bytes with the "@" and the space behind them; RFC 1459: 512 bytes with the end).
 */
import { LIMITS } from "../../../core/shared/limits.ts";
import { ByteBuffer } from "../../byte_buffer.ts";

/** A line without its end, or why one can't be read. */
export type Frame = { readonly line: Uint8Array } | "too_long";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const AT = 64;

/** The two bytes that end a line count among those of its rest. */
const END_BYTES = 2;

/** Reads one client's stream. */
export class LineReader {
  readonly #held = new ByteBuffer();
  #skipping = false;

  /** Takes a chunk, gives the lines that it completes; empty ones are nothing. */
  *push(chunk: Uint8Array): Iterable<Frame> {
    for (let at = 0; at < chunk.length;) {
      const end = chunk.indexOf(NEWLINE, at);
      const piece = chunk.subarray(at, end === -1 ? chunk.length : end);
      at += piece.length + (end === -1 ? 0 : 1);
      const isWhole = end !== -1 && this.#held.length === 0 && !this.#skipping;
      if (isWhole) yield* framed(piece);
      else {
        yield* this.#add(piece);
        if (end !== -1) yield* this.end();
      }
    }
  }

  /** The line under way is whole. */
  *end(): Iterable<Frame> {
    const skipped = this.#skipping;
    this.#skipping = false;
    const held = this.#held.take();
    if (!skipped) yield* framed(held);
  }

  /** Adds to the line; told once when it has become longer than any may be. */
  *#add(piece: Uint8Array): Iterable<Frame> {
    if (this.#skipping) return;
    this.#held.add(piece);
    if (this.#held.length <= LIMITS.ircTagBytesMax + LIMITS.ircLineBytesMax) return;
    this.#held.take();
    this.#skipping = true;
    yield "too_long";
  }
}

/** A line without what is left of its end; an empty one is nothing. */
function* framed(bytes: Uint8Array): Iterable<Frame> {
  const line = bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
  if (line.length > 0) yield fits(line) ? { line } : "too_long";
}

/** Whether the tags of a line and the rest of it are as long as they may be. */
function fits(line: Uint8Array): boolean {
  const space = line[0] === AT ? line.indexOf(SPACE) : -1;
  const tagBytes = line[0] === AT ? (space === -1 ? line.length : space + 1) : 0;
  return tagBytes <= LIMITS.ircTagBytesMax && line.length - tagBytes <= LIMITS.ircLineBytesMax - END_BYTES;
}
