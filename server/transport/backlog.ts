/** What one peer has asked and not been answered: past the bounds it is not read any further. */
import { LIMITS } from "../core/limits.ts";
import type { Asked } from "../protocol/dialect.ts";

/** Counts requests and the raw bytes that came with them. */
export class Backlog {
  #requests = 0;
  #bytes = 0;

  get empty(): boolean {
    return this.#requests === 0;
  }

  take(asked: Asked): void {
    this.#requests++;
    this.#bytes += bytesOf(asked);
  }

  answered(asked: Asked): void {
    this.#requests--;
    this.#bytes -= bytesOf(asked);
  }

  /** Whether more waits than this share of the bounds. */
  over(share: number): boolean {
    return this.#requests > LIMITS.unansweredCommandsMax * share ||
      this.#bytes > LIMITS.unansweredBytesMax * share;
  }
}

function bytesOf(asked: Asked): number {
  return "command" in asked && "data" in asked.command ? asked.command.data.length : 0;
}
