/** Asking again after what the server's `retry_after_ms` says. */
import { delay } from "./abortable.ts";
import { RequestError } from "./request_error.ts";

/** Asks again as often as the server says when. @throws RequestError without such a time, or the signal's reason */
export async function withRetryAfter<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  while (true) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RequestError) || error.retryAfterMs === undefined) throw error;
      await delay(error.retryAfterMs, signal);
    }
  }
}
