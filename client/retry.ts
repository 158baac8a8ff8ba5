/** When a lost link is tried again: as the server asked, else later and later, and never in step with others. */

const FIRST_MS = 250;
const MOST_MS = 15_000;

/** The tries of one connection. */
export class Retry {
  readonly #again: () => void;
  #tries = 0;
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

  /** It came to something: the next time begins anew. */
  worked(): void {
    this.#tries = 0;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
