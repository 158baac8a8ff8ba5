/**
 * Tells one peer what happens. Where that must wait, because its dialect says something else first or the line for it is still to
 * come, it is kept in its order and bounded like what waits for a peer that reads slowly.
 */
import { Buffer } from "node:buffer";

/** Why it waits. */
export type CorkReason = "words" | "line";

/** What a peer is told. */
export type Words = string | Uint8Array;

/** The peer, as far as telling needs it. */
export interface EventTarget {
  /** How much may be held; bytes. */
  readonly bytesMax: number;
  /** Whether it reads so slowly that what is of the moment is left out. */
  behind(): boolean;
  queue(words: Words): void;
  /** More is held than may be. */
  overflow(): void;
}

/** What is told to one peer. */
export class EventBuffer {
  readonly #target: EventTarget;
  readonly #reasons = new Set<CorkReason>();
  #held: Words[] = [];
  #bytes = 0;

  constructor(told: EventTarget) {
    this.#target = told;
  }

  /** Bytes that are held. */
  get size(): number {
    return this.#bytes;
  }

  /** Whether anything is waited for. */
  get corked(): boolean {
    return this.#reasons.size > 0;
  }

  /** Something has happened; `transient`: it is of the moment only. */
  push(words: Words, transient = false): void {
    if (!this.corked) {
      if (!transient || !this.#target.behind()) this.#target.queue(words);
      return;
    }
    this.#bytes += sizeOf(words);
    if (this.#bytes <= this.#target.bytesMax) return void this.#held.push(words);
    this.drop();
    this.#target.overflow();
  }

  /** What happens waits for this too. */
  cork(reason: CorkReason): void {
    this.#reasons.add(reason);
  }

  /** This has come: what waited is told when nothing else is waited for, after `first`. */
  uncork(reason: CorkReason, first?: Words): void {
    if (first !== undefined) {
      this.#held.unshift(first);
      this.#bytes += sizeOf(first);
    }
    this.#reasons.delete(reason);
    if (!this.corked) this.#flush();
  }

  /** Nothing is waited for any more: what was held is told. */
  uncorkAll(): void {
    this.#reasons.clear();
    this.#flush();
  }

  /** Forgets what is held. */
  drop(): void {
    this.#reasons.clear();
    this.#held = [];
    this.#bytes = 0;
  }

  /** Another peer is told from now on, and waits for what this one waited for. */
  moveTo(to: EventBuffer): void {
    for (const reason of this.#reasons) to.#reasons.add(reason);
    to.#held.push(...this.#held);
    to.#bytes += this.#bytes;
    this.drop();
  }

  #flush(): void {
    const held = this.#held;
    this.#held = [];
    this.#bytes = 0;
    for (const words of held) this.#target.queue(words);
  }
}

function sizeOf(words: Words): number {
  return typeof words === "string" ? Buffer.byteLength(words) : words.length;
}
