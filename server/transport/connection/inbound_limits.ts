/**
 * What is watched of what one peer sends: how much is unanswered and how much malformed, how long nobody has signed in, and, for languages
 * in which only a pause ends a message, how long nothing more has come.
 */
import { LIMITS } from "../../core/shared/limits.ts";
import type { Inbound } from "../../protocol/dialect.ts";
import type { SocketAdapter } from "./connection.ts";
import type { Event } from "../../core/shared/events.ts";
import { TokenBucket } from "../../protocol/rates.ts";
import { TOO_MUCH_MALFORMED, UNREADABLE } from "./disconnect_reasons.ts";
import type { Peers } from "./peers.ts";

/** Counts requests that are unanswered and the raw bytes that came with them: past the bounds the peer is not read any further. */
export class InboundBackpressure {
  readonly #adapter: Pick<SocketAdapter, "pause" | "resume">;
  #requests = 0;
  #bytes = 0;
  #paused = false;

  constructor(adapter: Pick<SocketAdapter, "pause" | "resume">) {
    this.#adapter = adapter;
  }

  get empty(): boolean {
    return this.#requests === 0;
  }

  /** Whether the peer is not read now. */
  get paused(): boolean {
    return this.#paused;
  }

  /** One more is asked. `ending`: what it comes to does not matter. */
  take(inbound: Inbound, ending: boolean): void {
    this.#requests++;
    this.#bytes += bytesOf(inbound);
    if (this.#paused || ending || !this.#over(1)) return;
    this.#paused = true;
    this.#adapter.pause();
  }

  answered(inbound: Inbound, ending: boolean): void {
    this.#requests--;
    this.#bytes -= bytesOf(inbound);
    if (!this.#paused || ending || this.#over(1 / 2)) return;
    this.#paused = false;
    this.#adapter.resume();
  }

  /** Whether more waits than this share of the bounds. */
  #over(share: number): boolean {
    return this.#requests > LIMITS.unansweredCommandsMax * share ||
      this.#bytes > LIMITS.unansweredBytesMax * share;
  }
}

function bytesOf(inbound: Inbound): number {
  return "command" in inbound && "data" in inbound.command ? inbound.command.data.length : 0;
}

/** Counts malformed input, which no language has: some of it is answered, too much of it ends the connection. */
export class MalformedInputCounter {
  readonly #bucket = new TokenBucket(
    { burst: LIMITS.malformedPerMinuteMax, perMinute: LIMITS.malformedPerMinuteMax },
    performance.now(),
  );

  /** Once more; `fatal`: nothing after it can be read. Gives the last words, when it was once too often. */
  count(fatal: boolean): Event<"bye"> | undefined {
    if (fatal) return UNREADABLE;
    return this.#bucket.take(performance.now()) > 0 ? TOO_MUCH_MALFORMED : undefined;
  }
}

/** What an unauthenticated peer is held to. */
interface UnauthenticatedOptions {
  readonly peers: Peers;
  readonly address: string;
  /** How long they may ask nothing now; milliseconds. */
  silenceMs(): number;
  /** Whether they may ask nothing for as long again. */
  mayWaitOn(): boolean;
  /** They have asked nothing for so long. */
  onSilent(ms: number): void;
}

/** Counts and times one connection while nobody has signed in there: few may come from one address, and they may not stay silent. */
export class Unauthenticated {
  readonly #options: UnauthenticatedOptions;
  #is = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: UnauthenticatedOptions) {
    this.#options = options;
  }

  /** Nobody is signed in there now, or somebody is. */
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

/** A timer this late shows that the program was busy: more may have come and waits to be read. */
const LATE_MS = 5;

/** Waits for a peer to pause, where nothing but that ends what it sends. */
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
