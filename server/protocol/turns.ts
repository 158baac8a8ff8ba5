/**
 * Whose question is answered next. Questions cost the disk and a reply, so they are answered a few at a time, in turns
 * of those who ask rather than in the order of asking, and between two the event loop gets on with everything else.
 */

/** Questions that may be on their way at a time: what a few of them cost together is what everybody else waits for. */
const AT_ONCE_MAX = 1;
/** How long questions may go on one after the other before something else is done; milliseconds. */
const SLICE_MS = 4;
/** So much between two questions, and something else has been done. */
const GAP_MS = 1;

/** A queue for each who asks. */
export class Turns {
  /** Who asks → what waits, in the order in which they are next. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #underWay = 0;
  /** When a run of questions began between which nothing else was done, and when its last one ended. */
  #since = 0;
  #ended = 0;
  #paused = false;

  /** How many wait. */
  get size(): number {
    return Array.from(this.#waiting.values(), (each) => each.length).reduce((sum, each) => sum + each, 0);
  }

  /** Begins a question when it is this one's turn; {@link end} must follow each that has begun. */
  take(who: string, begin: () => void): void {
    const waiting = this.#waiting.get(who);
    if (waiting) waiting.push(begin);
    else this.#waiting.set(who, [begin]);
    this.#next();
  }

  /** A question that had begun has its answer. */
  end(): void {
    this.#underWay--;
    this.#ended = performance.now();
    this.#next();
  }

  #next(): void {
    while (!this.#paused && this.#underWay < AT_ONCE_MAX) {
      const [first] = this.#waiting;
      if (!first) return;
      const now = performance.now();
      if (now - this.#ended > GAP_MS) this.#since = now;
      if (now - this.#since > SLICE_MS) return this.#pause();
      const [who, waiting] = first;
      const begin = waiting.shift()!;
      this.#waiting.delete(who);
      if (waiting.length > 0) this.#waiting.set(who, waiting);
      this.#underWay++;
      begin();
    }
  }

  #pause(): void {
    this.#paused = true;
    // No setImmediate: while such are due one after the other, the runtime looks at sockets every 61st time only.
    setTimeout(() => {
      this.#paused = false;
      this.#since = this.#ended = performance.now();
      this.#next();
    });
  }
}
