/** Search in memory: what the index over SQLite is to find, said in one pattern. */

/** Whether a word, or what begins with it, is in a text; in a script without spaces, whether it is anywhere. */
export function contains(text: string, word: string): boolean {
  const escaped = word.replace(/[^\p{L}\p{N}]/gu, "\\$&");
  const begins = /^[\p{Script=Latin}\p{N}]/u.test(word) ? "(?<![\\p{L}\\p{N}])" : "";
  const ends = [...word].length === 1 && begins !== "" ? "(?![\\p{L}\\p{N}])" : "";
  return new RegExp(`${begins}${escaped}${ends}`, "u").test(text.normalize("NFKC").toLowerCase());
}
