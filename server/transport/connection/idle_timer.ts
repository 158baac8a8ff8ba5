/** The end of what a peer sends, for languages in which nothing but a pause tells it. */

/** A timer this late shows that the program was busy: more may have come and waits to be read. */
const LATE_MS = 5;

/** Waits for a peer to pause. */
export class IdleTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Calls back when so many milliseconds have passed and it has not begun anew meanwhile; undefined: there is nothing to wait
   * for. A callback that gives true is called again after as long.
   */
  start(ms: number | undefined, onIdle: () => boolean | void): void {
    this.stop();
    if (ms !== undefined) this.#wait(ms, onIdle, true);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number, onIdle: () => boolean | void, onceMore: boolean): void {
    const due = performance.now() + ms;
    this.#timer = setTimeout(() => {
      if (onceMore && performance.now() > due + LATE_MS) this.#wait(ms, onIdle, false);
      else if (onIdle() === true) this.#wait(ms, onIdle, true);
    }, ms);
  }
}
