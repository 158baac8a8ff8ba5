/** How long a text may be, as the server counts it: in bytes of UTF-8. */
import { byteLength } from "../../connection/line_length.ts";
import { LIMITS } from "../../../server/core/shared/limits.ts";

/** How many bytes a text has too many; how many it may still have, as a negative number. */
export function excessOf(text: string): number {
  // No character takes more than three bytes for each of its units: short texts need no counting.
  const most = text.length * 3;
  const bytes = most <= LIMITS.textBytesMax / 2 ? most : byteLength(text.trimEnd());
  return bytes - LIMITS.textBytesMax;
}
