/** Somebody who has not signed in: few may come from one address, and they may not stay silent. */
import type { Peers } from "../peers.ts";

/** What a stranger is held to. */
export interface StrangerOptions {
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
export class Stranger {
  readonly #options: StrangerOptions;
  #is = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StrangerOptions) {
    this.#options = options;
  }

  /** It is one now, or is none any more. */
  be(stranger: boolean): void {
    if (stranger === this.#is) return;
    this.#is = stranger;
    this.#options.peers.countStranger(this.#options.address, stranger ? 1 : -1);
    if (stranger) this.wait();
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
