/** Why a server hung up, where it said so before. */
import type { Event } from "../../server/core/shared/events.ts";
import { RequestError } from "../connection/request_error.ts";
import { Ending, EXIT } from "./exit_code.ts";
import { isUnreachable } from "./problem.ts";
import { visibleInLine } from "./visible.ts";

/** The last words of a server. */
export class Farewell {
  #words: string | undefined;

  /** Takes an event; only `bye` counts. */
  hear(event: Event): void {
    if (event.event === "bye") this.#words = visibleInLine(event.message);
  }

  /** An error, or what the server said, where the error is that it hung up. */
  explain(error: unknown): unknown {
    const isEnd = error instanceof RequestError && isUnreachable(error) ||
      error instanceof Ending && error.code === EXIT.unreachable;
    return isEnd && this.#words !== undefined ? new Ending(EXIT.unreachable, this.#words) : error;
  }
}
