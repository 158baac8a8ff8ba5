/**
 * Who a text speaks to: `@` and a nickname mentions somebody. A nickname as a word of its own only names them, which
 * may be shown but calls nobody. `#` and the name of a room leads there. Server, page and terminal import this one rule.
 */
import { LIMITS } from "./limits.ts";
import { nameKey } from "./names.ts";

/** A piece of a text: words, or a nickname that is mentioned. `text` is what is written, in both. */
type MentionPiece = { text: string; mention?: string };

/** Names by their comparable form. */
export type Names = ReadonlyMap<string, string>;

/** As Latin and as Chinese keyboards write it. */
const AT = /[@＠]/g;
const HASH = /[#＃]/g;
/** Nearly every text is passed over by this. */
const AT_ONCE = /[@＠]/;
const LETTER = String.raw`[\p{L}\p{M}\p{N}_]`;
// Scripts that put no space between words, or hang endings on a name: there "@" and the name are told by the name alone.
const UNSPACED = ["Han", "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => String.raw`\p{Script=${script}}`).join("");
const WORD_CHAR = new RegExp(`[${LETTER}--[${UNSPACED}]]`, "v");
const WORD_CHAR_BEFORE = new RegExp(`[${LETTER}--[${UNSPACED}]]$`, "v");
// Beside "@" a name is a part of an address, or mentioned, which is looked at by itself.
const WITHIN_BEFORE = new RegExp(`(${LETTER}|@)$`, "u");
const WITHIN_AFTER = new RegExp(`^(${LETTER}|@)`, "u");
const made = new WeakMap<readonly string[], Names>();

/** Names that {@link splitMentions} can look up; made once for each list. */
export function namesOf(nicknames: readonly string[]): Names {
  const known = made.get(nicknames) ?? new Map(nicknames.map((each) => [nameKey(each), each]));
  made.set(nicknames, known);
  return known;
}

/** Cuts a text at those whom it mentions. */
export function splitMentions(text: string, names: Names): MentionPiece[] {
  return split(text, AT, names, LIMITS.nicknameCharsMax);
}

/** Cuts a text at the rooms that it names; of those that are known, others are words like any. */
export function splitRooms(text: string, rooms: Names): MentionPiece[] {
  return split(text, HASH, rooms, LIMITS.roomCharsMax);
}

function split(text: string, mark: RegExp, names: Names, charsMax: number): MentionPiece[] {
  const pieces: MentionPiece[] = [];
  let end = 0;
  for (const { index: at } of text.matchAll(mark)) {
    // What has a word before it is an address of mail.
    if (at < end || WORD_CHAR_BEFORE.test(text.slice(Math.max(0, at - 2), at))) continue;
    const found = nameAt(text, at + 1, names, charsMax);
    if (!found) continue;
    if (at > end) pieces.push({ text: text.slice(end, at) });
    end = at + 1 + found.length;
    pieces.push({ text: text.slice(at, end), mention: found.name });
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** What calls everybody in a room at once, whoever may: all of its members, or those who are here. */
export const CALLS = ["room", "here"] as const;
const CALL_NAMES: Names = new Map(CALLS.map((each) => [nameKey(each), each]));

/** Whether a text calls everybody in its room; whether its author may is another question. */
export function callOf(text: string): typeof CALLS[number] | undefined {
  if (!AT_ONCE.test(text)) return undefined;
  const found = splitMentions(text, CALL_NAMES).find(({ mention }) => mention !== undefined)?.mention;
  return CALLS.find((each) => each === found);
}

/** Whether a text mentions somebody. */
export function mentions(text: string, nickname: string): boolean {
  const names = new Map([[nameKey(nickname), nickname]]);
  return splitMentions(text, names).some(({ mention }) => mention !== undefined);
}

/** Whether a text mentions somebody, or has their nickname as a word of its own, wherever that stands. */
export function isNamed(text: string, nickname: string): boolean {
  return mentions(text, nickname) || hasWord(nameKey(text), nameKey(nickname));
}

function hasWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const end = at + name.length;
    const isWithin = WITHIN_BEFORE.test(text.slice(Math.max(0, at - 2), at)) ||
      WITHIN_AFTER.test(text.slice(end, end + 2));
    if (!isWithin) return true;
  }
  return false;
}

/** The longest name that begins there. */
function nameAt(
  text: string,
  start: number,
  names: Names,
  charsMax: number,
): { name: string; length: number } | undefined {
  const chars = [...text.slice(start, start + 2 * charsMax + 2)].slice(0, charsMax + 1);
  for (let count = Math.min(chars.length, charsMax); count > 0; count--) {
    const written = chars.slice(0, count).join("");
    const next = chars[count];
    if (next !== undefined && WORD_CHAR.test(next) && WORD_CHAR.test(chars[count - 1]!)) continue;
    const name = names.get(nameKey(written));
    if (name !== undefined) return { name, length: written.length };
  }
  return undefined;
}
