/** Bytes a second of a transfer, from samples of its progress over the last seconds. */

const WINDOW_MS = 5_000;
/** Before this a figure is a guess. */
const KNOWN_AFTER_MS = 500;

/** The throughput of one transfer. */
export class Throughput {
  #samples: { at: number; done: number }[] = [];

  /** Takes in how many bytes are done. `at`: milliseconds of any clock that only goes forward. */
  sample(done: number, at: number): void {
    this.#samples.push({ at, done });
    while (this.#samples.length > 2 && this.#samples[0]!.at < at - WINDOW_MS) this.#samples.shift();
  }

  /** Forgets the samples: the link is another one. */
  restart(): void {
    this.#samples = [];
  }

  /** Bytes a second; undefined while nobody can know. */
  get perSecond(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < KNOWN_AFTER_MS || last.done <= first.done) return undefined;
    return (last.done - first.done) * 1_000 / (last.at - first.at);
  }
}
