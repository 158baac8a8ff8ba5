/** A clock that stands still until a test moves it. */
export class TestClock {
  #now = Date.now();

  /** What a server is given. */
  readonly read = (): number => this.#now;

  advance(ms: number): void {
    this.#now += ms;
  }
}

/** Units for {@link TestClock.advance}. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** A test that takes longer than this hangs, and fails. */
export const HANGS_MS = 4 * MINUTE;
