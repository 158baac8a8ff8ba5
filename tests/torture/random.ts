/** Chance that is the same for the same seed (splitmix32). */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  /** From `low` up to `high`. */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** One of them. */
  of<Kind>(all: readonly Kind[]): Kind {
    return all[Math.floor(this.next() * all.length)]!;
  }

  /** Another one, whose numbers do not depend on how many this one gives later. */
  child(): Random {
    return new Random(Math.floor(this.next() * 2 ** 32));
  }
}
