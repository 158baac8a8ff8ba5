/**
 * Names within sentences: each keeps the direction of its own letters and turns nothing of the sentence around. What
 * is put into a sentence of the catalogues comes through here, so that no other place of the page thinks of it.
 */
import { unturned } from "./unturned.ts";

const FIRST_STRONG = "\u2068";
const END = "\u2069";
/** What runs from right to left, by its blocks, and the marks that say so: nothing else turns what stands beside it. */
const TURNING =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A text as it may stand in a sentence: most as they are, what could turn others between two marks that nobody sees. */
export function isolated(text: string): string {
  return TURNING.test(text) ? FIRST_STRONG + unturned(text) + END : text;
}
