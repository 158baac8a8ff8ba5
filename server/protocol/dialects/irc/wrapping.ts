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

/** How many bytes of text a message has room for. */
export function textBytes(source: string, command: string, target: string): number {
  return LIMITS.ircLineBytesMax - AROUND_BYTES - encoder.encode(source + command + target).length;
}

/** Words in lines of so many bytes. */
export function filled(words: readonly string[], bytesMax: number): string[] {
  const lines: string[] = [];
  let bytes = 0;
  for (const word of words) {
    const length = encoder.encode(word).length;
    if (lines.length > 0 && bytes + 1 + length <= bytesMax) {
      lines[lines.length - 1] += ` ${word}`;
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
  let isFenced = false;
  for (const line of text.split(/\r\n|[\n\r]/)) {
    const isFence = /^ {0,3}(?:```|~~~)/.test(line);
    if (isFence) isFenced = !isFenced;
    const pieces = piecesOf(isFence || isFenced ? codeLine(line, isFence) : codesOf(line), bytesMax);
    for (const [index, piece] of pieces.entries()) lines.push({ text: piece, continues: index > 0 });
  }
  return lines;
}

/** A line of a block of code, in which nothing is a mark. */
function codeLine(line: string, isFence: boolean): string {
  return isFence || line === "" ? shown(line) : `\x11${shown(line)}`;
}

/** A line in pieces, cut behind a blank where there is one not too far back. */
function piecesOf(line: string, bytesMax: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (encoder.encode(rest).length > bytesMax) {
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
