/**
 * What waits for one peer. Bounded in bytes, written once a round, one write under way at a time: so a peer that
 * does not read keeps its own bytes waiting and nobody else's.
 */

/** Takes bytes to the system; `done` once it has taken them. */
export type WriteBytes = (bytes: Uint8Array, done: () => void) => void;

const encoder = new TextEncoder();

/** A bounded queue in front of one peer. */
export class Outbox {
  readonly #write: WriteBytes;
  readonly #bytesMax: number;
  #pieces: (string | Uint8Array)[] = [];
  #queued = 0;
  #writing = 0;
  #whenEmpty: (() => void) | undefined;

  constructor(write: WriteBytes, bytesMax: number) {
    this.#write = write;
    this.#bytesMax = bytesMax;
  }

  /** Bytes that the system has not taken; for strings an estimate until they are written. */
  get size(): number {
    return this.#queued + this.#writing;
  }

  /** Queues words; false when there is no room, and then they are not queued. */
  push(words: string | Uint8Array): boolean {
    if (this.size + words.length > this.#bytesMax) return false;
    this.#pieces.push(words);
    this.#queued += words.length;
    return true;
  }

  /** Queues the last words, which find room always. */
  pushLast(words: string): void {
    this.#pieces.push(words);
    this.#queued += words.length;
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
    const bytes = joined(this.#pieces);
    this.clear();
    this.#writing = bytes.length;
    this.#write(bytes, () => {
      this.#writing = 0;
      if (this.#pieces.length > 0) this.flush();
      else this.#whenEmpty?.();
    });
  }

  /** Calls back once everything queued has been written. */
  whenEmpty(callback: () => void): void {
    this.#whenEmpty = callback;
    if (this.size === 0) callback();
  }
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
