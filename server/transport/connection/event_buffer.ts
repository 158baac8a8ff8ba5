/**
 * Tells one peer what happens. Where that must wait, because its dialect says something else first or the line for it is still to
 * come, it is kept in its order and bounded like what waits for a peer that reads slowly.
 */
import { Buffer } from "node:buffer";

/** Why it waits. */
export type Reason = "words" | "line";

/** What a peer is told. */
export type Words = string | Uint8Array;

/** The peer, as far as telling needs it. */
export interface Told {
  /** How much may be held; bytes. */
  readonly bytesMax: number;
  /** Whether it reads so slowly that what is of the moment is left out. */
  behind(): boolean;
  queue(words: Words): void;
  /** More is held than may be. */
  overflow(): void;
}

/** What is told to one peer. */
export class Telling {
  readonly #told: Told;
  readonly #reasons = new Set<Reason>();
  #held: Words[] = [];
  #bytes = 0;

  constructor(told: Told) {
    this.#told = told;
  }

  /** Bytes that are held. */
  get size(): number {
    return this.#bytes;
  }

  /** Whether anything is waited for. */
  get waits(): boolean {
    return this.#reasons.size > 0;
  }

  /** Something has happened; `transient`: it is of the moment only. */
  tell(words: Words, transient = false): void {
    if (!this.waits) {
      if (!transient || !this.#told.behind()) this.#told.queue(words);
      return;
    }
    this.#bytes += sizeOf(words);
    if (this.#bytes <= this.#told.bytesMax) return void this.#held.push(words);
    this.drop();
    this.#told.overflow();
  }

  /** What happens waits for this too. */
  wait(reason: Reason): void {
    this.#reasons.add(reason);
  }

  /** This has come: what waited is told when nothing else is waited for, after `first`. */
  ready(reason: Reason, first?: Words): void {
    if (first !== undefined) {
      this.#held.unshift(first);
      this.#bytes += sizeOf(first);
    }
    this.#reasons.delete(reason);
    if (!this.waits) this.#tellHeld();
  }

  /** Nothing is waited for any more: what was held is told. */
  finish(): void {
    this.#reasons.clear();
    this.#tellHeld();
  }

  /** Forgets what is held. */
  drop(): void {
    this.#reasons.clear();
    this.#held = [];
    this.#bytes = 0;
  }

  /** Another peer is told from now on, and waits for what this one waited for. */
  handOver(to: Telling): void {
    for (const reason of this.#reasons) to.#reasons.add(reason);
    to.#held.push(...this.#held);
    to.#bytes += this.#bytes;
    this.drop();
  }

  #tellHeld(): void {
    const held = this.#held;
    this.#held = [];
    this.#bytes = 0;
    for (const words of held) this.#told.queue(words);
  }
}

function sizeOf(words: Words): number {
  return typeof words === "string" ? Buffer.byteLength(words) : words.length;
}
