/** The one number that grows with every stored event of the server. */
export class Sequence {
  #taken: number;
  #settled: number;

  constructor(last: number) {
    this.#taken = last;
    this.#settled = last;
  }

  /** The number for the next stored event. */
  next(): number {
    return ++this.#taken;
  }

  /** The last number given out, on disk or not. */
  get taken(): number {
    return this.#taken;
  }

  /** The last number that everybody concerned has been told. */
  get settled(): number {
    return this.#settled;
  }

  /** Notes that everything up to `seq` has been told. */
  settle(seq: number): void {
    if (seq > this.#settled) this.#settled = seq;
  }
}
