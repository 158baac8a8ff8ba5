/**
 * Directions of text (the Unicode bidirectional algorithm): what others wrote must not turn what stands around it. Names
 * within sentences keep the direction of their own letters; the catalogues' sentences come through here, so that no
 * other part of the page thinks of it. What is shown changes, never what is stored.
 */

const OVERRIDES = /[\u202a-\u202e]/gu;
const ISOLATES = /[\u2066-\u2069]/gu;
const POP_ISOLATE = "\u2069";

/** A text without embeddings and overrides, and with every isolate ended within it. */
export function withoutBidiOverrides(text: string): string {
  let open = 0;
  const inner = text.replaceAll(OVERRIDES, "").replaceAll(ISOLATES, (mark) => {
    if (mark !== POP_ISOLATE) open++;
    else if (open === 0) return ""; // it would end what begins before the text
    else open--;
    return mark;
  });
  return inner + POP_ISOLATE.repeat(open);
}

const FIRST_STRONG_ISOLATE = "\u2068";
/** What runs from right to left, by its blocks, and the marks that say so: nothing else turns what stands beside it. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A text as it may stand in a sentence: most as they are, what could turn others between two marks that nobody sees. */
export function bidiIsolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? FIRST_STRONG_ISOLATE + withoutBidiOverrides(text) + POP_ISOLATE : text;
}
