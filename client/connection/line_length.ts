/** What a client may send in one line, so that no client sends what the server could not read. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { RequestError } from "./request_error.ts";

const encoder = new TextEncoder();

/** The UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Why a line, or the body of a request, can't be sent; undefined: it can. */
export function tooLarge(action: string, line: string): RequestError | undefined {
  const bytes = byteLength(line);
  if (bytes <= LIMITS.lineBytesMax) return undefined;
  const why = `it takes ${bytes} bytes, and the server reads ${LIMITS.lineBytesMax} at once`;
  return new RequestError("too_large", `Cannot ${action}: ${why}`);
}
