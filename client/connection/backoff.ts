/**
 * When a lost link is tried again: as the server asked, else later and later, and never in step with others. A link
 * that is lost again as soon as it stands counts like one that could not be made.
 */

const FIRST_MS = 250;
const MOST_MS = 15_000;
/** A link that has held for so long is none that ends at once. */
const STEADY_MS = 5_000;

/** The tries of one connection. */
export class Retry {
  readonly #again: () => void;
  #tries = 0;
  #workedAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedMs: number | undefined;

  constructor(again: () => void) {
    this.#again = again;
  }

  /** The server has said when to come back. */
  asked(ms: number | undefined): void {
    this.#askedMs = ms;
  }

  /** Tries again in a while. */
  later(): void {
    if (this.#workedAt !== undefined && performance.now() - this.#workedAt >= STEADY_MS) this.#tries = 0;
    this.#workedAt = undefined;
    const backoff = Math.min(MOST_MS, FIRST_MS * 2 ** this.#tries++);
    const wait = this.#askedMs ?? backoff * (0.5 + Math.random() / 2);
    this.#askedMs = undefined;
    this.#timer = setTimeout(() => this.now(), wait);
  }

  /** Tries at once, if it waits. */
  now(): void {
    if (this.#timer === undefined) return;
    this.stop();
    this.#again();
  }

  /** It came to something: if it stays so for a while, the next time begins anew. */
  worked(): void {
    this.#workedAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
