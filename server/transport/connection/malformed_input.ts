/** What of one peer's input no language has: some of it is answered, too much of it ends the connection. */
import type { Event } from "../../core/shared/events.ts";
import { LIMITS } from "../../core/shared/limits.ts";
import { TokenBucket } from "../../protocol/rates.ts";
import { TOO_MUCH_MALFORMED, UNREADABLE } from "./disconnect_reasons.ts";

/** Counts it. */
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
