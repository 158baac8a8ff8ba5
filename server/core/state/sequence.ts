/** The one number that grows with every stored event of the server. */
import type { Journal } from "./journal.ts";

/** Counts the stored events. */
export class Sequence {
  readonly #journal: Journal;
  #last: number;

  constructor(last: number, journal: Journal) {
    this.#last = last;
    this.#journal = journal;
  }

  /** The number of the last stored event. */
  get last(): number {
    return this.#last;
  }

  /** The number of the next one. */
  next(): number {
    const before = this.#last++;
    this.#journal.note(() => this.#last = before);
    return this.#last;
  }
}
