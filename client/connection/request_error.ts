/** What a request fails with. */
import type { FaultCode, FaultFields, FaultReason } from "../../server/core/shared/faults.ts";

/** Codes that arise on the client's side. */
const LOCAL_CODES = ["connection_lost", "no_answer", "closed"] as const;
export type LocalCode = typeof LOCAL_CODES[number];

/** A request that was answered with an error, or not at all. */
export class RequestError extends Error {
  override readonly name = "RequestError";

  constructor(
    readonly code: FaultCode | LocalCode,
    message: string,
    readonly retryAfterMs?: number,
    readonly reason?: FaultReason,
  ) {
    super(message);
  }
}

/** What the server has answered. */
export function requestErrorOf({ code, message, retry_after_ms, reason }: FaultFields): RequestError {
  return new RequestError(code, message, retry_after_ms, reason);
}

/** Whether a request failed because of the connection, and not because the server refused it. */
export function isConnectionError(error: unknown): error is RequestError {
  return error instanceof RequestError && LOCAL_CODES.some((code) => code === error.code);
}

/** Whether the server can do nothing for anybody now. */
export function isNotNow(error: RequestError): boolean {
  return error.code === "unavailable" || error.code === "shutting_down";
}

/** Whether a request failed with this code. */
export function hasCode(error: unknown, code: RequestError["code"]): boolean {
  return error instanceof RequestError && error.code === code;
}
