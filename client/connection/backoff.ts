/**
 * When a lost link is made again: after what the server asked for, else with exponential backoff and jitter. A link
 * that is lost again as soon as it stands counts like one that could not be made.
 */

const FIRST_MS = 250;
const MAX_MS = 15_000;
/** The same where there are several servers: one of them is there again soon. */
const QUICK_MAX_MS = 3_000;
/** A link that has held for so long resets the backoff. */
const STABLE_MS = 5_000;

/** The attempts of one connection. */
export class Backoff {
  readonly #attempt: () => void;
  #attempts = 0;
  #succeededAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryAfterMs: number | undefined;

  constructor(attempt: () => void) {
    this.#attempt = attempt;
  }

  /** How long the server wants the next attempt to wait; undefined: it does not say. */
  retryAfter(ms: number | undefined): void {
    this.#retryAfterMs = ms;
  }

  /** Plans the next attempt. `hasOthers`: it may come to another server. */
  schedule(hasOthers = false): void {
    const isStable = this.#succeededAt !== undefined && performance.now() - this.#succeededAt >= STABLE_MS;
    if (isStable) this.#attempts = 0;
    this.#succeededAt = undefined;
    const backoff = Math.min(hasOthers ? QUICK_MAX_MS : MAX_MS, FIRST_MS * 2 ** this.#attempts++);
    const wait = this.#retryAfterMs ?? backoff * (0.5 + Math.random() / 2);
    this.#retryAfterMs = undefined;
    this.#timer = setTimeout(() => this.now(), wait);
  }

  /** Makes the planned attempt at once, if there is one. */
  now(): void {
    if (this.#timer === undefined) return;
    this.cancel();
    this.#attempt();
  }

  /** An attempt succeeded: if the link stays up for a while, the next loss begins anew. */
  succeeded(): void {
    this.#succeededAt = performance.now();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
