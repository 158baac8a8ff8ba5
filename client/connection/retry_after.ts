/** Doing later what the server wants later. */
import { RequestError } from "./request_error.ts";
import { delay } from "./waiting.ts";

/** Asks again as often as the server says that it wants to be asked later. @throws RequestError, or the signal's reason */
export async function patiently<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  while (true) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RequestError) || error.retryAfterMs === undefined) throw error;
      await delay(error.retryAfterMs, signal);
    }
  }
}
