/** Texts in lines of IRC: a message is so many bytes long, the page's is as long as it likes and has several lines. */
import { LIMITS } from "../../../core/shared/limits.ts";
import { codesOf, codesOpenIn, shown } from "./formatting.ts";

/** A line of a text. */
interface Wrapped {
  readonly text: string;
  /** It goes on with the line before it: there is no end of a line between them. */
  readonly continues: boolean;
}

/** ":", the blanks, and the end of the line. */
const AROUND_BYTES = 1 + 1 + 1 + 2 + 2;

const encoder = new TextEncoder();

const ASCII = /^[ -~]*$/;

/** In UTF-8. */
export function byteLength(text: string): number {
  return ASCII.test(text) ? text.length : encoder.encode(text).length;
}

/** How many bytes of text a message has room for. */
export function textBytes(source: string, command: string, target: string): number {
  return LIMITS.ircLineBytesMax - AROUND_BYTES - byteLength(source + command + target);
}

/** Words in lines of so many bytes. */
export function filled(words: readonly string[], bytesMax: number, separator: " " | "," = " "): string[] {
  const lines: string[] = [];
  let bytes = 0;
  for (const word of words) {
    const length = byteLength(word);
    if (lines.length > 0 && bytes + 1 + length <= bytesMax) {
      lines[lines.length - 1] += separator + word;
      bytes += 1 + length;
    } else {
      lines.push(word);
      bytes = length;
    }
  }
  return lines;
}

/** A text of the page in lines of so many bytes. Empty lines are there too. */
export function wrapped(text: string, bytesMax: number): Wrapped[] {
  const lines: Wrapped[] = [];
  for (const line of formatted(text.split(/\r\n|[\n\r]/))) {
    const pieces = piecesOf(line, bytesMax);
    for (const [index, piece] of pieces.entries()) lines.push({ text: piece, continues: index > 0 });
  }
  return lines;
}

/** Lines with the codes of IRC; of blocks of code, in which nothing is a mark, without the fences around them. */
function formatted(lines: readonly string[]): string[] {
  const made: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [fence] = FENCE.exec(lines[at]!) ?? [];
    const end = fence === undefined ? -1 : endOfBlock(lines, at, fence.trim());
    if (end === -1) made.push(codesOf(lines[at]!));
    else {
      made.push(...lines.slice(at + 1, end).map(shown));
      at = end;
    }
  }
  return made;
}

const FENCE = /^ {0,3}(?:`{3,}|~{3,})/;

/** Where a block of code ends that has begun so; -1: it has no end, or nothing is in it. */
function endOfBlock(lines: readonly string[], start: number, fence: string): number {
  const end = lines.findIndex((line, at) => at > start && line.trim().startsWith(fence) && FENCE.test(line));
  return lines.slice(start + 1, Math.max(0, end)).some((line) => line.trim() !== "") ? end : -1;
}

/** As much of a text as so many bytes hold, in whole characters. */
export function startOf(text: string, bytesMax: number): string {
  if (text.length * UNIT_BYTES_MAX <= bytesMax) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(bytesMax));
  return read === text.length ? text : text.slice(0, wholeCharacters(text, read));
}

/** What a UTF-16 code unit takes in UTF-8, at the most. */
const UNIT_BYTES_MAX = 3;

/** A line in pieces, cut behind a blank where there is one not too far back. */
function piecesOf(line: string, bytesMax: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (byteLength(rest) > bytesMax) {
    const { read } = encoder.encodeInto(rest, new Uint8Array(bytesMax));
    const blank = rest.lastIndexOf(" ", read - 1) + 1;
    const end = blank > read / 2 ? blank : wholeCharacters(rest, read);
    const piece = rest.slice(0, end);
    pieces.push(piece);
    rest = codesOpenIn(piece) + rest.slice(end);
  }
  return [...pieces, rest];
}

/** The end before a character, of several code points perhaps, that goes on behind it. */
function wholeCharacters(text: string, end: number): number {
  const from = Math.max(0, end - CHARACTER_UNITS_MAX);
  const around = text.slice(from, end + CHARACTER_UNITS_MAX);
  const starts = Array.from(characters.segment(around), ({ index }) => from + index);
  return starts.findLast((start) => start <= end && start > from) ?? end;
}

/** Of what is longer nobody sees that it is one character. */
const CHARACTER_UNITS_MAX = 64;
const characters = new Intl.Segmenter();
