/** What a request comes to when it comes to nothing. */
import type { FaultCode } from "../../server/core/shared/faults.ts";

/** Codes that arise on the client's side. */
export type LocalCode = "connection_lost" | "no_answer" | "closed";

/** A request that was answered with an error, or not at all. */
export class RequestError extends Error {
  override readonly name = "RequestError";

  constructor(readonly code: FaultCode | LocalCode, message: string, readonly retryAfterMs?: number) {
    super(message);
  }
}
