/**
 * Notices a dead link: after a silence it sends a ping, and gives the link up when nothing comes back. Where there are other
 * servers to go to that takes seconds.
 */

/** What a {@link Heartbeat} does. */
interface HeartbeatOptions {
  ping: () => void;
  /** Nothing came back in time. */
  onTimeout: () => void;
  /** Whether another server could be asked as well: this one has little time. */
  hasOthers: () => boolean;
  /** Bytes that the network has not taken yet. */
  unsent: () => number;
}

/** How long a server may be silent until it is pinged, and then until it is given up, where it is the only one. */
const IDLE_MS = 25_000;
/** How long a link that may be dead has for its answer. */
const PROBE_MS = 5_000;
/** The same where there are others: both, and coming to another one, take less than 5 s. */
const QUICK_IDLE_MS = 1_500;
const QUICK_PROBE_MS = 2_100;
/** A link that is given up so soon says more of the network than of the server: the next one has twice the time, up to so many times, until it has stood as long. */
const SOON_MS = 5_000;
const PATIENCE_MAX = 8;
/** Whoever is woken so late was asleep, and so is the network perhaps. */
const LATE_MS = 1_000;
/** What has come by then is read. */
const READ_MS = 100;

/** Watches one link after the other. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #beganAt = 0;
  #patience = 1;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** A link is there. */
  begin(): void {
    this.#beganAt = performance.now();
    this.received();
  }

  /** Something came over the link. */
  received(): void {
    if (!this.#isSoon) this.#patience = 1;
    this.#after(this.#options.hasOthers() ? QUICK_IDLE_MS : IDLE_MS, () => this.#ask(this.#waitMs));
  }

  /** Sends a ping at once; the link has a few seconds to answer. */
  probe(): void {
    this.#ask(Math.min(this.#waitMs, PROBE_MS));
  }

  /** Nothing is expected any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  get #waitMs(): number {
    return this.#options.hasOthers() ? QUICK_PROBE_MS * this.#patience : IDLE_MS;
  }

  get #isSoon(): boolean {
    return performance.now() - this.#beganAt < SOON_MS * this.#patience;
  }

  #ask(waitMs: number): void {
    this.#options.ping();
    this.#await(waitMs, this.#options.unsent(), true);
  }

  /** Waits for anything. `unsent`: bytes that were before it. */
  #await(waitMs: number, unsent: number, mayBeLate: boolean): void {
    const due = performance.now() + waitMs;
    this.#after(waitMs, () => {
      const left = this.#options.unsent();
      const wasAsleep = mayBeLate && performance.now() - due > LATE_MS;
      // A slow network that still takes something is no dead one.
      if (wasAsleep || (left > 0 && left < unsent)) return this.#await(waitMs, left, !wasAsleep);
      this.#after(READ_MS, () => this.#giveUp());
    });
  }

  #giveUp(): void {
    if (this.#isSoon) this.#patience = Math.min(this.#patience * 2, PATIENCE_MAX);
    this.#options.onTimeout();
  }

  #after(ms: number, work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, ms);
  }
}
