/** Notices a dead link: after a silence it sends a ping, and gives the link up when nothing comes back. */

/** What a {@link Heartbeat} does. */
interface HeartbeatOptions {
  ping: () => void;
  /** Nothing came back in time. */
  onTimeout: () => void;
}

const IDLE_MS = 25_000;
/** How long a link that may be dead has for its answer. */
const PROBE_MS = 5_000;

/** Watches one link after the other. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Something came over the link. */
  received(): void {
    this.stop();
    this.#timer = setTimeout(() => this.probe(IDLE_MS), IDLE_MS);
  }

  /** Sends a ping at once; the link has `waitMs` to answer. */
  probe(waitMs = PROBE_MS): void {
    this.stop();
    this.#options.ping();
    this.#timer = setTimeout(this.#options.onTimeout, waitMs);
  }

  /** Nothing is expected any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
