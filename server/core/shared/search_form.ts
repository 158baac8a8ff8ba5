/**
 * The form in which words are compared when somebody looks for them: by the server's index, and by the page, which
 * marks what was found. Letters alone count, not their case, width, accents or vowel points.
 */

// An umlaut is left out as an accent is. The marks of kana and Indic scripts are not: they make other letters.
const MARKS =
  /[[\p{Mn}&&[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]]--[\u3099\u309a]]|[\u0640\u200d]/gv;
const ASCII = /^[\0-\x7f]*$/;

/** A text as it is compared. It can be longer or shorter; the form of two texts joined is that of both, joined. */
export function searchForm(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  // Upper case on the way makes one of what a name's key makes one of (names.ts): what names the same is found by either.
  return text.normalize("NFKD").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ").normalize(
    "NFKD",
  )
    .replaceAll(MARKS, "");
}

/** Written without spaces between words: every part of a run counts as a word. Pictures are, too. */
export const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** A picture, or a part of one: a flag is two, a hand with its colour too. */
export const PICTURE = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]/u;
/** A letter or number of a word. */
export const LETTER = /[\p{L}\p{N}\p{Co}]/u;

/** The words of a query, as they are compared; what has nothing to look for is none. */
export function searchWords(query: string): string[] {
  // A NUL is no part of a word.
  const words = searchForm(query).split(/[\s\0]+/u);
  return [...new Set(words.filter((word) => LETTER.test(word) || PICTURE.test(word)))];
}
