/**
 * What is indexed of a text, and what a query asks of the index. SQLite's unicode61 tokenizer takes a run of
 * ideographs for one word; writing them apart makes each a word, and a phrase of them finds any part of a run.
 */

// Scripts that are written without spaces between words.
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
const SOME_WORD = /[\p{L}\p{N}\p{Co}]/u;
// A single letter is not taken for a beginning: too much begins so. Of an unspaced run every part is found anyway.
const BEGINNING = /[\p{L}\p{N}\p{Co}]\p{M}*[\p{L}\p{N}\p{Co}][^\p{L}\p{N}\p{Co}]*$/u;

/** The form of a text that goes into the index. */
export function searchText(text: string): string {
  return text.normalize("NFKC").replace(UNSPACED, " $& ");
}

/**
 * An FTS5 expression: every word must be there, in any order; a word is also found by its beginning.
 * Undefined when nothing in the query can be searched for.
 */
export function searchExpression(query: string): string | undefined {
  // A NUL would end the expression, in the middle of its quotes.
  const words = query.normalize("NFKC").split(/[\s\0]+/u).filter((word) => SOME_WORD.test(word));
  if (words.length === 0) return undefined;
  return Array.from(new Set(words), termOf).join(" AND ");
}

function termOf(word: string): string {
  const text = searchText(word).replaceAll('"', '""').trim();
  return BEGINNING.test(text) ? `"${text}"*` : `"${text}"`;
}
