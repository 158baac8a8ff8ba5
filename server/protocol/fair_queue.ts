/**
 * A few things at a time, and whose is next: not who asked first, but who has had least. What belongs to several, such as an
 * address and an account, waits behind whatever else any of them has there; so neither many guesses from one address nor guesses
 * from many at one account hold others up (start-time fair queueing: P. Goyal, H. Vin, H. Cheng, 1996). When too much
 * waits, whoever has most waiting is refused, not whoever comes last.
 */

import type { Network } from "./network.ts";

/** What waits. */
interface Waiting {
  /** Its place in the time that is measured in turns. */
  readonly start: number;
  begin(): void;
  refuse(): void;
}

/** The queue. */
export class FairQueue {
  #running = 0;
  /** In the order of coming. */
  #waiting: Waiting[] = [];
  /** The start of whatever began last. */
  #now = 0;
  /** Who → where their next may start. */
  readonly #next = new Map<string, number>();

  constructor(readonly atOnceMax: number, readonly waitingMax: number) {}

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /**
   * Does some work when it is the turn of all whose it is; who has so many `times` may have that many where others have one.
   * `full`: what to fail with when there is no room to wait.
   */
  async run<T>(whose: readonly Network[], work: () => T | Promise<T>, full: () => Error): Promise<T> {
    await this.#turn(whose, full);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#go();
    }
  }

  #turn(whose: readonly Network[], full: () => Error): Promise<void> {
    const start = Math.max(this.#now, ...whose.map(({ name }) => this.#next.get(name) ?? 0));
    for (const { name, times } of whose) this.#next.set(name, start + 1 / times);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ start, begin: resolve, refuse: () => reject(full()) });
      this.#go();
      if (this.#waiting.length <= this.waitingMax) return;
      const last = this.#waiting.reduce((one, other) => other.start >= one.start ? other : one);
      this.#waiting = this.#waiting.filter((each) => each !== last);
      last.refuse();
    });
  }

  #go(): void {
    while (this.#running < this.atOnceMax && this.#waiting.length > 0) {
      const next = this.#waiting.reduce((one, other) => other.start < one.start ? other : one);
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.#now = next.start;
      this.#running++;
      next.begin();
    }
    if (this.#waiting.length > 0) return;
    // Nobody waits behind anybody: all begin anew.
    this.#next.clear();
  }
}
