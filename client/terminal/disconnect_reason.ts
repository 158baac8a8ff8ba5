/** Why a server hung up, where it said so before. */
import type { Event } from "../../server/core/shared/events.ts";
import { isConnectionError } from "../connection/request_error.ts";
import { EXIT, ExitError } from "./exit_code.ts";
import { sanitizedLine } from "./sanitize.ts";

/** What `bye` said. */
export class DisconnectReason {
  #words: string | undefined;

  /** Takes an event; only `bye` counts. */
  handleEvent(event: Event): void {
    if (event.event === "bye") this.#words = sanitizedLine(event.message);
  }

  /** An error, or what the server said, where the error is that it hung up. */
  explain(error: unknown): unknown {
    const isEnd = isConnectionError(error) ||
      error instanceof ExitError && error.code === EXIT.unreachable;
    return isEnd && this.#words !== undefined ? new ExitError(EXIT.unreachable, this.#words) : error;
  }
}
