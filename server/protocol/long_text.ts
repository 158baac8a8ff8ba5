/**
 * Texts of old programs, which know no bound: what is longer than one message may be is said as several, in order. Every dialect
 * whose programs can write so much asks here.
 */
import { LIMITS } from "../core/shared/limits.ts";

/** Messages that one text becomes at most; a longer one is refused as what it is, whole. */
const PARTS_MAX = 16;

const encoder = new TextEncoder();

/** A text as the messages that it is said in: cut at the end of a line, else at a space, else between two characters. */
export function partsOfText(text: string): readonly string[] {
  const { textBytesMax } = LIMITS;
  if (text.length * 3 <= textBytesMax || !text.isWellFormed()) return [text];
  if (text.length > textBytesMax * PARTS_MAX) return [text];
  const parts: string[] = [];
  for (let rest = text; rest !== "";) {
    const end = endOfPart(rest, textBytesMax);
    const part = rest.slice(0, end);
    if (part.trim() !== "") parts.push(part);
    rest = rest.slice(/\s/.test(rest[end] ?? "") ? end + 1 : end);
  }
  return parts.length === 0 || parts.length > PARTS_MAX ? [text] : parts;
}

/** Where the first part of a text ends. */
function endOfPart(text: string, bytesMax: number): number {
  const { read } = encoder.encodeInto(text, new Uint8Array(bytesMax));
  if (read === text.length) return read;
  const fits = text.slice(0, read + 1);
  // Not so far back that there would be many parts.
  const least = read / 2;
  const line = fits.lastIndexOf("\n");
  if (line > least) return line;
  const space = fits.lastIndexOf(" ");
  return space > least ? space : wholeCharacters(text, read);
}

/** The end before the character, of several code points perhaps, that a part can't hold whole. */
function wholeCharacters(text: string, end: number): number {
  const from = Math.max(0, end - CHARACTER_UNITS_MAX);
  const around = text.slice(from, end + CHARACTER_UNITS_MAX);
  const starts = Array.from(characters.segment(around), ({ index }) => from + index);
  const before = starts.findLast((start) => start <= end && start > from);
  return before ?? end;
}

/** Of what is longer nobody sees that it is one character. */
const CHARACTER_UNITS_MAX = 64;
const characters = new Intl.Segmenter();
