/** How long one message may be, said before anything is sent. */
import { LIMITS } from "../../server/core/shared/limits.ts";

const encoder = new TextEncoder();
const numbers = new Intl.NumberFormat("en");

/** By how much a text is too long for one message, in words; undefined when it fits. */
export function excessInWords(text: string): string | undefined {
  const bytes = encoder.encode(text).length;
  const over = bytes - LIMITS.textBytesMax;
  if (over <= 0) return undefined;
  return `the text has ${numbers.format(bytes)} bytes, ${numbers.format(over)} more than a message may have`;
}
