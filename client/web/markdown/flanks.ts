/**
 * Where a run of `*`, `_` or `~` may begin or end emphasis. CommonMark's flanking rules, with word boundaries drawn
 * tighter: people paste globs, paths, formulas and patterns, and what is no emphasis must stay as it was written.
 */

/** What a character is to the delimiter beside it. */
type Kind = "space" | "word" | "wide" | "delimiter" | "opening" | "closing" | "quote" | "stop" | "other";

const QUOTES = new Set(["'", '"', "–", "—"]);
const STOPS = new Set([".", ",", ";", ":", "!", "?"]);
const DELIMITERS = new Set(["*", "_", "~"]);
/** Written without spaces, or a picture: emphasis may begin and end next to these. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Extended_Pictographic}\p{So}\u200d\ufe0f]/u;
const WIDE_LETTER = /\p{L}/u;
const WORD = /[\p{L}\p{N}\p{M}`]/u;
const OPENING = /[\p{Ps}\p{Pi}]/u;
const CLOSING = /[\p{Pe}\p{Pf}]/u;
/** Outside of ASCII these stand between words of Chinese, or are signs for words. */
const SIGN = /[\p{Po}\p{Sm}\p{Sc}]/u;
/** Such as in `50%`, `C++`, `C#` and `<https://example.org>`. */
const ENDS_A_WORD = new Set(["%", "+", "#", ">", "$"]);

/** What stands around a run of delimiters. */
export interface Surroundings {
  delimiter: string;
  /** Whole characters; "" at an end of the text. */
  before: string;
  after: string;
  /** The character behind `after`. */
  beyond: string;
  /** A link or code ends right before it, whatever character that ends with. */
  isAfterPart: boolean;
}

/** Whether emphasis may begin here. */
export function mayOpen({ delimiter, before, after }: Surroundings): boolean {
  const next = kindOf(after, delimiter);
  if (next === "space" || next === "closing" || next === "stop") return false;
  const last = kindOf(before, delimiter);
  if (last === "space" || last === "opening") return true;
  const isWord = next === "word" || next === "wide" || next === "opening" || next === "delimiter";
  if (last === "word") return next === "wide" || (next === "opening" && !isAscii(after));
  if (last === "closing") return isWord && !isAscii(before);
  return isWord && (last === "quote" || last === "delimiter" || last === "wide");
}

/** Whether emphasis may end here. */
export function mayClose({ delimiter, before, after, beyond, isAfterPart }: Surroundings): boolean {
  const last = isAfterPart || ENDS_A_WORD.has(before) ? "word" : kindOf(before, delimiter);
  if (last === "space" || last === "opening" || last === "other") return false;
  const next = kindOf(after, delimiter);
  if (next === "space" || next === "closing") return true;
  // The name of a file goes on behind its dot.
  if (next === "stop") {
    return after !== "." || !["word", "delimiter", "other"].includes(kindOf(beyond, delimiter));
  }
  if (next === "word") return last === "wide" || (last === "closing" && !isAscii(before));
  if (next === "opening") return last !== "quote" && !isAscii(after);
  return last !== "quote" && (next === "quote" || next === "delimiter" || next === "wide");
}

function kindOf(character: string, delimiter: string): Kind {
  if (character === "" || /\s/.test(character)) return "space";
  if (DELIMITERS.has(character)) return "delimiter";
  if (QUOTES.has(character)) return "quote";
  if (STOPS.has(character)) return "stop";
  // As in snake_case, an underscore within a word is a part of it, in Chinese too.
  if (WIDE.test(character)) return delimiter === "_" && WIDE_LETTER.test(character) ? "word" : "wide";
  if (WORD.test(character)) return "word";
  if (OPENING.test(character)) return "opening";
  if (CLOSING.test(character)) return "closing";
  return !isAscii(character) && SIGN.test(character) ? "wide" : "other";
}

function isAscii(character: string): boolean {
  return character < "\x80";
}
