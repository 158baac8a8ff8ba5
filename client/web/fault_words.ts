/** What went wrong, in the page's words. Where the server knows more than its code says, its reason follows. */
import { RequestError } from "../connection/request_error.ts";
import type { FaultCode } from "../../server/core/shared/faults.ts";
import { formatMinutes } from "./files/format.ts";
import { words } from "./words.ts";

/** The codes that leave open why: which character, how many bytes, how many minutes. */
const OPEN: readonly string[] = [
  "bad_request",
  "weak_password",
  "bad_username",
  "bad_nickname",
  "bad_room",
  "kicked",
  "forbidden",
  "muted",
  "bad_text",
  "bad_emoji",
  "bad_file",
  "file_too_large",
  "quota_exceeded",
  "too_many_rooms",
] satisfies FaultCode[];

// Every message of the server is "Cannot …: why", and what it quotes may hold a colon.
const REASON = /^Cannot (?:"(?:[^"\\]|\\.)*"|[^":])*: (?<why>.+)$/s;

/** One sentence for whoever looks. */
export function faultWords(error: unknown): string {
  if (!(error instanceof RequestError)) return words.faultAlone(words.faults.connection_lost);
  const fault = words.faults[error.code] ?? words.faults.internal;
  const why = OPEN.includes(error.code) ? reasonOf(error) : undefined;
  return why === undefined ? words.faultAlone(fault) : words.faultWithReason(fault, why);
}

/** In the page's words, where its language has some, else in the server's. */
function reasonOf({ reason, message, retryAfterMs = 0 }: RequestError): string | undefined {
  const said = reason && words.reasons?.[reason];
  if (typeof said === "function") return said(formatMinutes(Math.ceil(retryAfterMs / 60_000)));
  return said ?? REASON.exec(message)?.groups?.why;
}
