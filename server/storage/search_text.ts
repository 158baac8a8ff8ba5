/**
 * What is indexed of a text, and what a query asks of the index. SQLite's unicode61 tokenizer takes a run of
 * ideographs for one word, and a picture for none; writing them apart makes each a word, and a phrase of them finds
 * any part of a run.
 */
import { PICTURE, searchForm, searchWords, UNSPACED } from "../core/shared/search_form.ts";

const EACH_UNSPACED = new RegExp(UNSPACED, "gu");
const EACH_PICTURE = new RegExp(PICTURE, "gu");
/** Of private use, so a letter to the tokenizer, and before nothing that people write. */
const PICTURE_MARK = "\ue0f0";
// A single letter is not taken for a beginning: too much begins so. Of an unspaced run every part is found anyway.
const BEGINNING = /[\p{L}\p{N}\p{Co}]\p{M}*[\p{L}\p{N}\p{Co}][^\p{L}\p{N}\p{Co}]*$/u;

/** The form of a text that goes into the index. */
export function searchText(text: string): string {
  return indexed(searchForm(text));
}

/** The same of a message with a file. */
export function searchTextOf(text: string, file: string | null): string {
  return searchText(file === null ? text : `${text}\n${file}`);
}

/** A room, and a person, as the index knows where something was said. */
export function roomTerm(room: string): string {
  return `r${room}`;
}
export function personTerm(person: string): string {
  return `p${person}`;
}

/** Where a search looks: in these rooms, and in what this person has in private. */
interface SearchPlaces {
  readonly rooms: readonly string[];
  readonly person?: string | undefined;
}

/**
 * An FTS5 expression: every word must be there, in any order; a word is also found by its beginning.
 * Only what was said in one of the places is looked at. Undefined when nothing in the query can be searched for, or nowhere.
 */
export function searchExpression(query: string, { rooms, person }: SearchPlaces): string | undefined {
  const words = wordsExpression(query);
  const places = [...rooms.map(roomTerm), ...(person === undefined ? [] : [personTerm(person)])];
  if (words === undefined || places.length === 0) return undefined;
  return withPlaces(places, words);
}

function withPlaces(places: readonly string[], words: string): string {
  const anywhere = places.map((place) => `"${place.replaceAll('"', '""')}"`).join(" OR ");
  return `place : (${anywhere}) AND text : (${words})`;
}

/** Where somebody may be named in these rooms: each word of a nickname, whole. Undefined when it has no words. */
export function nameExpression(nickname: string, rooms: readonly string[]): string | undefined {
  const words = searchWords(nickname);
  if (words.length === 0 || rooms.length === 0) return undefined;
  return withPlaces(rooms.map(roomTerm), words.map((word) => `"${quotable(word)}"`).join(" AND "));
}

/** The same of the words alone, wherever they stand. */
export function wordsExpression(query: string): string | undefined {
  const words = searchWords(query);
  return words.length === 0 ? undefined : words.map(termOf).join(" AND ");
}

function termOf(word: string): string {
  const text = quotable(word);
  const isWhole = PICTURE.test([...word].at(-1)!) || !BEGINNING.test(text);
  return isWhole ? `"${text}"` : `"${text}"*`;
}

function quotable(word: string): string {
  return indexed(word).replaceAll('"', '""').trim();
}

/** Syllables are one letter each again, and what has no spaces around it gets them. */
function indexed(form: string): string {
  return form.normalize("NFC").replace(EACH_UNSPACED, " $& ").replace(
    EACH_PICTURE,
    (picture) => ` ${PICTURE_MARK}${picture.codePointAt(0)!.toString(16)} `,
  );
}
