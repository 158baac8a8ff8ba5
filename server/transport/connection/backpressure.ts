/** What one peer has asked and not been answered: past the bounds it is not read any further. */
import { LIMITS } from "../../core/shared/limits.ts";
import type { Inbound } from "../../protocol/dialect.ts";
import type { SocketAdapter } from "./socket_adapter.ts";

/** Counts requests and the raw bytes that came with them, and stops the reading. */
export class InboundBackpressure {
  readonly #adapter: Pick<SocketAdapter, "pause" | "resume">;
  #requests = 0;
  #bytes = 0;
  #paused = false;

  constructor(carrier: Pick<SocketAdapter, "pause" | "resume">) {
    this.#adapter = carrier;
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
