/** Notices a link that carries nothing any more: after a silence it is tried with a ping, and given up without an answer. */

/** What a {@link LinkWatch} does. */
interface LinkWatchOptions {
  /** Asks for a sign of life. */
  ping: () => void;
  /** There was none. */
  onDead: () => void;
}

const QUIET_MS = 25_000;
/** How long a link that may be dead has for its answer. */
const PROBE_MS = 5_000;

/** Watches one link after the other. */
export class LinkWatch {
  readonly #options: LinkWatchOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LinkWatchOptions) {
    this.#options = options;
  }

  /** Something came. */
  heard(): void {
    this.stop();
    this.#timer = setTimeout(() => this.probe(QUIET_MS), QUIET_MS);
  }

  /** Tries the link at once; it has `waitMs` for its answer. */
  probe(waitMs = PROBE_MS): void {
    this.stop();
    this.#options.ping();
    this.#timer = setTimeout(this.#options.onDead, waitMs);
  }

  /** Nothing is expected any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
