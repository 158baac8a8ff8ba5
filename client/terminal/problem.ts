/** What went wrong, in one harmless line for a person. */
import { RequestError } from "../connection/request_error.ts";
import { visibleInLine } from "./visible.ts";

/** The words of an error; a server's may hold anything. */
export function problemInWords(error: unknown): string {
  if (error instanceof RequestError && error.retryAfterMs !== undefined) {
    return `${visibleInLine(error.message)} (again in ${Math.ceil(error.retryAfterMs / 1_000)} s)`;
  }
  return visibleInLine(error instanceof Error ? error.message : String(error));
}

/** Whether an error says that there is no connection, rather than what the server thinks. */
export function isUnreachable({ code }: RequestError): boolean {
  return code === "connection_lost" || code === "closed" || code === "no_answer";
}
