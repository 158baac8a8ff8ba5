/**
 * What waits for one peer. Bounded in bytes, written once a round, one write under way at a time: so a peer that
 * does not read keeps its own bytes waiting and nobody else's.
 */
import { Buffer } from "node:buffer";
import { LIMITS } from "../../core/shared/limits.ts";
import { joined } from "../../protocol/byte_buffer.ts";
import type { PeerCodec, Raw } from "../../protocol/dialect.ts";

/** Takes bytes to the system, words or raw ones; `done` once it has taken them. `more`: the next go on with the same message. */
type WriteBytes = (bytes: Uint8Array, raw: boolean, done: () => void, more: boolean) => void;

/** Makes the next write out of what waits, for peers that can't take words as they come. */
type Pack = NonNullable<PeerCodec["pack"]>;

type Piece = string | Uint8Array | Raw;

const encoder = new TextEncoder();

/** A bounded queue in front of one peer. */
export class Outbox {
  readonly #write: WriteBytes;
  readonly #bytesMax: number;
  #pieces: Piece[] = [];
  #queued = 0;
  #writing = 0;
  /** How much of what is queued, and of what is being written, are bytes of files. */
  #queuedRaw = 0;
  #writingRaw = 0;
  #whenEmpty: (() => void) | undefined;
  /** Those who wait for room, and how little must wait for them to go on. */
  readonly #waiting: (() => void)[] = [];
  #roomAt = 0;
  readonly #below: { bytes: number; resolve: () => void }[] = [];
  #pack: Pack | undefined;
  /** What the peer needs between two writes that do not say otherwise; milliseconds. */
  #gapMs = 0;
  /** Writes that the system has taken, and when which of them was the last: see {@link isStuck}. */
  #writes = 0;
  #noted = { writes: -1, at: 0 };
  /** Runs while a peer needs a pause between two writes. */
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(write: WriteBytes, bytesMax: number) {
    this.#write = write;
    this.#bytesMax = bytesMax;
  }

  /** From now on writes are made by this, with so many milliseconds between two of them. */
  packWith(pack: Pack | undefined, gapMs = 0): void {
    this.#pack = pack;
    this.#gapMs = gapMs;
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
    this.#queuedRaw += raw.length;
  }

  /** Queues the last words, which find room always. */
  pushLast(words: string): void {
    this.#add(words, sizeOf(words));
  }

  /** Whether a peer has fallen so far behind that what is of the moment only is left out. */
  get behind(): boolean {
    return this.size > this.#bytesMax / 2;
  }

  /**
   * Whether the write under way has not been taken for `ms`, or as many times that as it is long; asked every so often. `now`:
   * milliseconds.
   */
  isStuck(now: number, ms: number): boolean {
    if (this.#writing === 0 || this.#noted.writes !== this.#writes) {
      this.#noted = { writes: this.#writes, at: now };
    }
    return now - this.#noted.at > ms * Math.max(1, this.#writing / LIMITS.writeBytes);
  }

  /** Forgets what is queued. */
  clear(): void {
    this.#pieces = [];
    this.#queued = 0;
    this.#queuedRaw = 0;
  }

  /** Writes what is queued, unless a write is under way: then it goes with the next. */
  flush(): void {
    if (this.#writing > 0 || this.#pause !== undefined || this.#pieces.length === 0) return;
    const { 0: only, length } = this.#pieces;
    if (length === 1 && only instanceof Uint8Array && !this.#pack) return this.#writeOnly(only);
    const queuedRaw = this.#queuedRaw;
    const next = this.#pack ? this.#packNext(this.#pack) : this.#takeNext();
    if (!next) return;
    this.#writing = next.bytes.length;
    this.#writingRaw = queuedRaw - this.#queuedRaw;
    if (next.bytes.length === 0) this.#written(next.pauseMs);
    else this.#write(next.bytes, next.raw, () => this.#written(next.pauseMs), next.more);
  }

  /** All that is queued, in one piece: nearly always, when many are told the same. */
  #writeOnly(bytes: Uint8Array): void {
    this.#pieces.length = 0;
    this.#queued = 0;
    this.#writing = bytes.length;
    this.#write(bufferOf(bytes), false, this.#onWritten, false);
  }

  /**
   * Resolves once no more than so many bytes of files wait, or nothing will ever be written again. Words do not count: they may
   * be waiting for those bytes.
   */
  room(bytes: number): Promise<void> {
    if (this.#waitingRaw <= bytes) return Promise.resolve();
    this.#roomAt = bytes;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves once no more than so many bytes wait, or nothing will ever be written again; undefined: no more do. */
  below(bytes: number): Promise<void> | undefined {
    if (this.size <= bytes) return undefined;
    return new Promise((resolve) => this.#below.push({ bytes, resolve }));
  }

  /** Nothing will be written any more. */
  abandon(): void {
    clearTimeout(this.#pause);
    this.clear();
    this.#makeRoom();
    for (const { resolve } of this.#below.splice(0)) resolve();
  }

  get #waitingRaw(): number {
    return this.#queuedRaw + this.#writingRaw;
  }

  readonly #onWritten = () => this.#written(0);

  #written(pauseMs: number): void {
    this.#writing = 0;
    this.#writingRaw = 0;
    this.#writes++;
    if (pauseMs > 0) this.#pause = setTimeout(() => this.#goOn(), pauseMs);
    if (this.#pieces.length > 0) this.flush();
    else this.#whenEmpty?.();
    if (this.#waitingRaw <= this.#roomAt) this.#makeRoom();
    for (const each of this.#below.splice(0)) {
      if (this.size <= each.bytes) each.resolve();
      else this.#below.push(each);
    }
  }

  #goOn(): void {
    this.#pause = undefined;
    this.flush();
  }

  #packNext(pack: Pack): NextWrite | undefined {
    const packed = pack(this.#pieces as (string | Raw)[]);
    if (!packed) return undefined;
    const { bytes, from = 0, taken, raw = false, more = false } = packed;
    const pauseMs = bytes.length === 0 ? 0 : packed.pauseMs ?? this.#gapMs;
    for (const piece of this.#pieces.splice(from, taken)) this.#forget(piece);
    return { bytes, raw, pauseMs, more };
  }

  #forget(piece: Piece): void {
    this.#queued -= sizeOf(piece);
    if (isRaw(piece)) this.#queuedRaw -= piece.raw.length;
  }

  #makeRoom(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The words up to the next raw bytes, or those. */
  #takeNext(): NextWrite {
    const [first] = this.#pieces;
    if (isRaw(first)) {
      this.#pieces.shift();
      this.#forget(first);
      return { bytes: first.raw, raw: true, pauseMs: 0, more: false };
    }
    const end = this.#pieces.findIndex(isRaw);
    const words = end === -1 ? this.#pieces.splice(0) : this.#pieces.splice(0, end);
    for (const piece of words as (string | Uint8Array)[]) this.#queued -= sizeOf(piece);
    return { bytes: inOnePiece(words as (string | Uint8Array)[]), raw: false, pauseMs: 0, more: false };
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

/** The last bytes that went to somebody, as sockets take them. */
let last: { readonly bytes: Uint8Array; readonly buffer: Buffer } | undefined;

/** Bytes as a Buffer: a socket makes one of anything else, and many in a row are told the same. */
function bufferOf(bytes: Uint8Array): Buffer {
  if (last?.bytes !== bytes) {
    last = { bytes, buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) };
  }
  return last.buffer;
}

interface NextWrite {
  bytes: Uint8Array;
  raw: boolean;
  pauseMs: number;
  more: boolean;
}

function sizeOf(piece: Piece): number {
  if (typeof piece === "string") return Buffer.byteLength(piece);
  return isRaw(piece) ? piece.raw.length : piece.length;
}

function isRaw(piece: Piece | undefined): piece is Raw {
  return typeof piece === "object" && !(piece instanceof Uint8Array);
}

/** Words in one piece: texts are joined as text first, which is faster than bytes. */
function inOnePiece(words: readonly (string | Uint8Array)[]): Uint8Array {
  const [first] = words;
  if (words.length === 1 && first instanceof Uint8Array) return first;
  if (words.every((piece) => typeof piece === "string")) return encoder.encode(words.join(""));
  return joined(words.map((piece) => typeof piece === "string" ? encoder.encode(piece) : piece));
}
