/** Somebody who has not signed in: few may come from one address, and they may not stay silent. */
import type { Peers } from "../peers.ts";

/** What a stranger is held to. */
export interface UnauthenticatedOptions {
  readonly peers: Peers;
  readonly address: string;
  /** How long they may ask nothing now; milliseconds. */
  silenceMs(): number;
  /** Whether they may ask nothing for as long again. */
  mayWaitOn(): boolean;
  /** They have asked nothing for so long. */
  onSilent(ms: number): void;
}

/** Counts and times one connection while it is a stranger's. */
export class Unauthenticated {
  readonly #options: UnauthenticatedOptions;
  #is = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: UnauthenticatedOptions) {
    this.#options = options;
  }

  /** It is one now, or is none any more. */
  be(unauthenticated: boolean): void {
    if (unauthenticated === this.#is) return;
    this.#is = unauthenticated;
    this.#options.peers.countUnauthenticated(this.#options.address, unauthenticated ? 1 : -1);
    if (unauthenticated) this.wait();
    else clearTimeout(this.#timer);
  }

  /** It has asked something, or its language gives it longer: it has the whole time again. */
  wait(): void {
    if (!this.#is) return;
    const { silenceMs, mayWaitOn, onSilent } = this.#options;
    const ms = silenceMs();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => mayWaitOn() ? this.wait() : onSilent(ms), ms);
  }

  /** It is ending: it is waited for no more, and still counted. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
