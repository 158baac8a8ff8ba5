/**
 * What waits for one peer. Bounded in bytes, written once a round, one write under way at a time: so a peer that
 * does not read keeps its own bytes waiting and nobody else's.
 */

import { Buffer } from "node:buffer";

/** Takes bytes to the system, words or raw ones; `done` once it has taken them. */
export type WriteBytes = (bytes: Uint8Array, raw: boolean, done: () => void) => void;

/** Bytes that are no words, and that a transport with messages sends as one of their own. */
export interface Raw {
  readonly raw: Uint8Array;
}

type Piece = string | Uint8Array | Raw;

const encoder = new TextEncoder();

/** A bounded queue in front of one peer. */
export class Outbox {
  readonly #write: WriteBytes;
  readonly #bytesMax: number;
  #pieces: Piece[] = [];
  #queued = 0;
  #writing = 0;
  #whenEmpty: (() => void) | undefined;
  /** Those who wait for room, and how little must wait for them to go on. */
  readonly #waiting: (() => void)[] = [];
  #roomAt = 0;

  constructor(write: WriteBytes, bytesMax: number) {
    this.#write = write;
    this.#bytesMax = bytesMax;
  }

  /** Bytes that the system has not taken. */
  get size(): number {
    return this.#queued + this.#writing;
  }

  /** Queues words; false when there is no room, and then they are not queued. */
  push(words: string | Uint8Array): boolean {
    const bytes = sizeOf(words);
    if (this.size + bytes > this.#bytesMax) return false;
    this.#add(words, bytes);
    return true;
  }

  /** Queues raw bytes after what is queued; their sender has made sure of the room. */
  pushRaw(raw: Uint8Array): void {
    this.#pieces.push({ raw });
    this.#queued += raw.length;
  }

  /** Queues the last words, which find room always. */
  pushLast(words: string): void {
    this.#add(words, sizeOf(words));
  }

  /** Whether a peer has fallen so far behind that what is of the moment only is left out. */
  get behind(): boolean {
    return this.size > this.#bytesMax / 2;
  }

  /** Forgets what is queued. */
  clear(): void {
    this.#pieces = [];
    this.#queued = 0;
  }

  /** Writes what is queued, unless a write is under way: then it goes with the next. */
  flush(): void {
    if (this.#writing > 0 || this.#pieces.length === 0) return;
    const { bytes, raw } = this.#takeNext();
    this.#writing = bytes.length;
    this.#write(bytes, raw, () => {
      this.#writing = 0;
      if (this.#pieces.length > 0) this.flush();
      else this.#whenEmpty?.();
      if (this.size <= this.#roomAt) this.#makeRoom();
    });
  }

  /** Resolves once no more than so many bytes wait, or nothing will ever be written again. */
  room(bytes: number): Promise<void> {
    if (this.size <= bytes) return Promise.resolve();
    this.#roomAt = bytes;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Nothing will be written any more. */
  abandon(): void {
    this.clear();
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The words up to the next raw bytes, or those. */
  #takeNext(): { bytes: Uint8Array; raw: boolean } {
    const [first] = this.#pieces;
    if (isRaw(first)) {
      this.#pieces.shift();
      this.#queued -= first.raw.length;
      return { bytes: first.raw, raw: true };
    }
    const end = this.#pieces.findIndex(isRaw);
    const words = end === -1 ? this.#pieces.splice(0) : this.#pieces.splice(0, end);
    for (const piece of words as (string | Uint8Array)[]) this.#queued -= sizeOf(piece);
    return { bytes: joined(words as (string | Uint8Array)[]), raw: false };
  }

  /** Calls back once everything queued has been written. */
  whenEmpty(callback: () => void): void {
    this.#whenEmpty = callback;
    if (this.size === 0) callback();
  }

  #add(words: string | Uint8Array, bytes: number): void {
    if (bytes === 0) return;
    this.#pieces.push(words);
    this.#queued += bytes;
  }
}

function sizeOf(words: string | Uint8Array): number {
  return typeof words === "string" ? Buffer.byteLength(words) : words.length;
}

function isRaw(piece: Piece | undefined): piece is Raw {
  return typeof piece === "object" && "raw" in piece;
}

function joined(pieces: readonly (string | Uint8Array)[]): Uint8Array {
  const [first] = pieces;
  if (pieces.length === 1 && first instanceof Uint8Array) return first;
  if (pieces.every((piece) => typeof piece === "string")) return encoder.encode(pieces.join(""));
  const chunks = pieces.map((piece) => typeof piece === "string" ? encoder.encode(piece) : piece);
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
