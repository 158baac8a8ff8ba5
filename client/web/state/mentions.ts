/** Who a text speaks to: `@` and a nickname of somebody who can be spoken to there. */
import { nameKey } from "./place_key.ts";

/** A piece of a text: words, or a nickname that is mentioned. `text` is what is written, in both. */
export type MentionPiece = { text: string; mention?: string };

/** Nicknames by their comparable form. */
export type Names = ReadonlyMap<string, string>;

/** As Latin and as Chinese keyboards write it. */
const AT = /[@＠]/g;
const NICKNAME_CHARS_MAX = 32;
/** In a script without spaces between words a name ends where the next one begins; in the others not within a word. */
const WORD_CHAR = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}_]/u;
const made = new WeakMap<readonly string[], Names>();

/** Names that {@link splitMentions} can look up; made once for each list. */
export function namesOf(nicknames: readonly string[]): Names {
  const known = made.get(nicknames) ?? new Map(nicknames.map((each) => [nameKey(each), each]));
  made.set(nicknames, known);
  return known;
}

/** Cuts a text at what it mentions. */
export function splitMentions(text: string, names: Names): MentionPiece[] {
  const pieces: MentionPiece[] = [];
  let end = 0;
  for (const { index: at } of text.matchAll(AT)) {
    // What has a word before it is an address of mail.
    if (at < end || (at > 0 && WORD_CHAR.test(text[at - 1]!))) continue;
    const found = nameAt(text, at + 1, names);
    if (!found) continue;
    if (at > end) pieces.push({ text: text.slice(end, at) });
    end = at + 1 + found.length;
    pieces.push({ text: text.slice(at, end), mention: found.nickname });
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Whether a text mentions somebody. */
export function mentions(text: string, nickname: string): boolean {
  return splitMentions(text, namesOf([nickname])).some(({ mention }) => mention);
}

/** The longest name that begins there. */
function nameAt(text: string, start: number, names: Names): { nickname: string; length: number } | undefined {
  const chars = [...text.slice(start, start + 2 * NICKNAME_CHARS_MAX)].slice(0, NICKNAME_CHARS_MAX + 1);
  for (let count = Math.min(chars.length, NICKNAME_CHARS_MAX); count > 0; count--) {
    const written = chars.slice(0, count).join("");
    const next = chars[count];
    if (next !== undefined && WORD_CHAR.test(next) && WORD_CHAR.test(chars[count - 1]!)) continue;
    const nickname = names.get(nameKey(written));
    if (nickname !== undefined) return { nickname, length: written.length };
  }
  return undefined;
}
