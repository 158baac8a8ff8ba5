/** How fast something goes, from how far it was at what time during the last seconds. */

const WINDOW_MS = 5_000;
/** Before this a speed is a guess. */
const KNOWN_AFTER_MS = 500;

/** Speed of one transfer. */
export class Pace {
  #marks: { at: number; done: number }[] = [];

  /** Takes in how far it is. `at`: milliseconds of any clock that only goes forward. */
  mark(done: number, at: number): void {
    this.#marks.push({ at, done });
    while (this.#marks.length > 2 && this.#marks[0]!.at < at - WINDOW_MS) this.#marks.shift();
  }

  /** What was before says nothing about what comes. */
  restart(): void {
    this.#marks = [];
  }

  /** Bytes a second; undefined while nobody can know. */
  get perSecond(): number | undefined {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (!first || !last || last.at - first.at < KNOWN_AFTER_MS || last.done <= first.done) return undefined;
    return (last.done - first.done) * 1_000 / (last.at - first.at);
  }
}
