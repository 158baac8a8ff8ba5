/** Search in memory: what the index over SQLite is to find, said in one pattern. */
import { PICTURE, searchForm } from "../../server/core/shared/search_form.ts";

/** Whether a word, or what begins with it, is in a text; of what has no spaces between, whether it is anywhere. */
export function contains(text: string, word: string): boolean {
  const begins = /^[\p{Script=Latin}\p{N}]/u.test(word) ? "(?<![\\p{L}\\p{N}])" : "";
  const ends = [...word].length === 1 && begins !== "" && !PICTURE.test(word) ? "(?![\\p{L}\\p{N}])" : "";
  return new RegExp(`${begins}${RegExp.escape(word)}${ends}`, "u").test(searchForm(text));
}
