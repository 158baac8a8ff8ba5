/** Notices a dead link: after a silence it sends a ping, and gives the link up when nothing comes back. */

/** What a {@link Heartbeat} does. */
interface HeartbeatOptions {
  ping: () => void;
  /** Nothing came back in time. */
  onTimeout: () => void;
  /** Whether something is to be answered, and another server could be asked as well: this one has little time. */
  isUrgent: () => boolean;
}

const IDLE_MS = 25_000;
/** How long a link that may be dead has for its answer. */
const PROBE_MS = 5_000;
/** How long a server may be silent that is to answer something urgent, and as long once more for its answer to the ping. */
const URGENT_MS = 2_000;

/** Watches one link after the other. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWaiting = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Something came over the link. */
  received(): void {
    this.#isWaiting = true;
    if (this.#options.isUrgent()) this.#after(URGENT_MS, () => this.#silent());
    else this.#after(IDLE_MS, () => this.probe(IDLE_MS));
  }

  /** Something was asked. */
  asked(): void {
    if (!this.#isWaiting || !this.#options.isUrgent()) return;
    this.#isWaiting = false;
    this.#after(URGENT_MS, () => this.#silent());
  }

  /** Sends a ping at once; the link has `waitMs` to answer. */
  probe(waitMs = PROBE_MS): void {
    this.#options.ping();
    this.#after(waitMs, this.#options.onTimeout);
  }

  /** Nothing is expected any more. */
  stop(): void {
    this.#isWaiting = false;
    clearTimeout(this.#timer);
  }

  /** Nothing came for a short while: that means something only while something is to be answered. */
  #silent(): void {
    if (this.#options.isUrgent()) this.probe(URGENT_MS);
    else this.#after(IDLE_MS - URGENT_MS, () => this.probe(IDLE_MS));
  }

  #after(ms: number, work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, ms);
  }
}
