/**
 * When peers write what they were told: a portion of them at a time, and between two portions what has come in is
 * read. So a room of thousands holds nobody up, and what is said meanwhile goes with the next write. It knows no
 * events and no socket.
 */
import { LIMITS } from "../core/limits.ts";
import type { Listener } from "./listener.ts";

/** Calls back after input that is there has been read. */
export type NextTurn = (callback: () => void) => void;

/** Peers that write before input is read again: a fraction of a millisecond. */
const PORTION = 64;

/** The peers that have something to write, the one that has waited longest first. */
export class FanOut {
  readonly #nextTurn: NextTurn;
  readonly #waiting = new Set<Listener>();
  /** What one of them may have waiting, at the most. */
  #bytes = 0;
  #scheduled = false;

  constructor(nextTurn: NextTurn) {
    this.#nextTurn = nextTurn;
  }

  /** Has these write in their turn. `bytes`: what was queued for one of them, at the most. */
  add(listeners: Iterable<Listener>, bytes: number): void {
    for (const listener of listeners) this.#waiting.add(listener);
    this.#bytes += bytes;
    if (this.#bytes > LIMITS.fanOutBytesMax) this.#write(this.#waiting.size);
    else if (!this.#scheduled) this.#write(PORTION);
  }

  #write(most: number): void {
    let written = 0;
    for (const listener of this.#waiting) {
      if (written++ === most) return this.#goOnLater();
      this.#waiting.delete(listener);
      listener.flush();
    }
    this.#bytes = 0;
  }

  #goOnLater(): void {
    this.#scheduled = true;
    this.#nextTurn(() => {
      this.#scheduled = false;
      this.#write(PORTION);
    });
  }
}
