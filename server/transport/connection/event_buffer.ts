/**
 * Events on their way to one peer. Where they must wait, because its dialect says something else first or the channel for them is still
 * to come, the buffer is corked: it keeps them in their order, bounded like what waits for a peer that reads slowly.
 */
import { Buffer } from "node:buffer";

/** Why it is corked. */
type CorkReason = "words" | "channel";

/** What a peer is told. */
export type Words = string | Uint8Array;

/** The peer, as far as the buffer needs it. */
interface EventTarget {
  /** How much may be held; bytes. */
  readonly bytesMax: number;
  /** Whether it reads so slowly that what is of the moment is left out. */
  behind(): boolean;
  queue(words: Words): void;
  /** More is held than may be. */
  overflow(): void;
}

/** The events of one peer. */
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

  /** Whether events are held back. */
  get corked(): boolean {
    return this.#reasons.size > 0;
  }

  /** Passes an event on, or keeps it. `transient`: it is of the moment only, and left out for a peer that is behind. */
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

  /** Events are kept until this reason is gone too. */
  cork(reason: CorkReason): void {
    this.#reasons.add(reason);
  }

  /** This reason is gone: without another one what was kept goes out, after `first`. */
  uncork(reason: CorkReason, first?: Words): void {
    if (first !== undefined) {
      this.#held.unshift(first);
      this.#bytes += sizeOf(first);
    }
    this.#reasons.delete(reason);
    if (!this.corked) this.#flush();
  }

  /** No reason counts any more: what was kept goes out. */
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

  /** Another buffer has what is kept here from now on, and is corked for the same reasons. */
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
