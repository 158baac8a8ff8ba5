/** What the tests of WeTalk's bytes share: keys, and texts in which markers are likely. */
import fc from "fast-check";
import { DIV, END } from "../../server/protocol/dialects/wetalk/parser.ts";
import type { Keys } from "../../server/protocol/dialects/wetalk/framer.ts";

export const P = 1945555039024054273n;
export const HELLO = `__KEY___5${DIV}${P}${DIV}1234567890123456789${END}`;
export const encoder = new TextEncoder();
export const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const keys: Keys = { key: encoder.encode("1945555039024054"), iv: encoder.encode("5039024054273000") };

/** Texts in which markers are likely, whole and in parts. */
export const tricky = fc.array(
  fc.constantFrom(
    "_",
    "__",
    "___",
    "END",
    "DIV",
    "E",
    "D",
    END,
    DIV,
    "__END_",
    "END___",
    "__MSG___",
    "\0",
    "@",
    "x",
    "语",
    "👍",
  ),
  { maxLength: 8 },
).map((parts) => parts.join(""));
export const words = fc.oneof(tricky, fc.string({ unit: "binary", maxLength: 40 }));

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

export function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.slice(places[index], end));
}

export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = square * square % P) {
    if (rest & 1n) result = result * square % P;
  }
  return result;
}
