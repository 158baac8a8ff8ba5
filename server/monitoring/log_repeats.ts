/**
 * Lines that come again and again are counted, not repeated: whoever can make a server write one can make it write a
 * million. The first is written at once; how often it came again is said a minute later.
 */

/** How many different lines are remembered; with more, the oldest has its count written and is forgotten. */
const REMEMBERED_MAX = 1_000;
const EVERY_MS = 60_000;

/** Counts lines. */
export class Repeats<Line> {
  readonly #told: (line: Line, times: number) => void;
  /** What a line says → the line, and how often it came again. */
  readonly #seen = new Map<string, { line: Line; times: number }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `told`: takes a line and how often it came again. */
  constructor(told: (line: Line, times: number) => void) {
    this.#told = told;
  }

  /** Whether a line is new, and so is to be written. `says`: equal for lines that are the same. */
  isNew(says: string, line: Line): boolean {
    const seen = this.#seen.get(says);
    if (seen) {
      seen.times++;
      return false;
    }
    if (this.#seen.size >= REMEMBERED_MAX) this.#forgetOldest();
    this.#seen.set(says, { line, times: 0 });
    this.#timer ??= setTimeout(() => this.flush(), EVERY_MS);
    Deno.unrefTimer(this.#timer);
    return true;
  }

  /** Tells how often each came again, and begins anew. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const seen = Array.from(this.#seen.values());
    this.#seen.clear();
    for (const { line, times } of seen) if (times > 0) this.#told(line, times);
  }

  #forgetOldest(): void {
    const [oldest] = this.#seen;
    if (!oldest) return;
    const [says, { line, times }] = oldest;
    this.#seen.delete(says);
    if (times > 0) this.#told(line, times);
  }
}
