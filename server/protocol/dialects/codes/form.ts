/**
 * How messages of the codes are written, in the form of either of their programs (docs/dialects.md, "codes"). Each takes what one
 * read gives for one message, and its thread ends at what it can't parse: so everything here is one message for one read.
 */
import { oneRead } from "../../one_read.ts";
import { CODE_BYTES, type Separator } from "./parser.ts";

/** A message: its code and its fields. */
export type Fields = readonly string[];

/** Behind the text of a line that begins with our words, and not with those of whom it is about. */
export const OUR_WORDS = "our words";

/** How both programs read. */
export const READS = oneRead();

/** Bytes of a file that one read takes behind its code. */
export const FILE_BYTES_MAX = READS.bytesMax - CODE_BYTES;

/** The code of a line. */
export const LINE = "209";
const FILE = "200";
const LIST = "210";

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A message in as many as it takes: a line goes on in the next with the same sender, a list with its further names. */
export function written(fields: Fields, form: Separator): Uint8Array[] {
  const [code = "", sender = "", text = ""] = fields;
  if (code === LINE) return textParts([code, sender, ""].join(form), textOf(text));
  const bytes = encoder.encode(code === LIST ? listOf(fields.slice(1), form) : fields.join(form));
  if (bytes.length <= READS.bytesMax || fields.length < 3) return [bytes];
  const half = Math.ceil(fields.length / 2);
  return [fields.slice(0, half), [code, ...fields.slice(half)]].flatMap((part) => written(part, form));
}

/** The program with `\r\n` adds a name for each field, an empty one too; the other one splits its only field at the tabs. */
function listOf(names: readonly string[], form: Separator): string {
  return form === "\r\n"
    ? [LIST, ...names].join(form)
    : [LIST, names.map((name) => `${name}\t`).join("")].join(form);
}

/** What stands before the bytes of a file: nothing but the code, or the name as well. */
export function fileHead(name: string, form: Separator): Uint8Array {
  return encoder.encode(form === "\r\n" ? FILE : `${FILE}${form}${name}\t`);
}

/** Whether a program can take these bytes as a file: the one with `\r\r` takes a text in which nothing separates anything. */
export function canTake(bytes: Uint8Array, form: Separator): boolean {
  if (form === "\r\n") return true;
  try {
    return !/\t|\r\r/.test(utf8.decode(bytes));
  } catch {
    return false;
  }
}

/** Lines of several messages in one: those of its sender, and those of others behind their names. */
export class JoinedLines {
  readonly #form: Separator;
  #sender: string | undefined;
  #text = "";

  constructor(form: Separator) {
    this.#form = form;
  }

  /** Whether nothing was added. */
  get isEmpty(): boolean {
    return this.#sender === undefined;
  }

  /** The whole message. */
  get bytes(): Uint8Array {
    return this.#with(this.#sender ?? "", this.#text);
  }

  /** Adds a line; false when it does not go into one read with the others, and then it is not added. */
  add([, from = "", text = "", words]: Fields): boolean {
    const sender = this.#sender ?? from;
    const shown = this.isEmpty
      ? textOf(text)
      : this.#text + furtherLines(sender, from, text, words === OUR_WORDS);
    if (this.#with(sender, shown).length > READS.bytesMax) return false;
    this.#sender = sender;
    this.#text = shown;
    return true;
  }

  #with(sender: string, text: string): Uint8Array {
    return encoder.encode([LINE, sender, text].join(this.#form));
  }
}

/** Whatever a window may begin a new line at. */
const LINE_END = String.raw`\n\v\f\r\x85\u2028\u2029`;
/** How another one's line would begin. */
const LIKE_ANOTHERS = String.raw`\S(?:[^${LINE_END}]{0,70}\S)?: `;
const FURTHER_LIKE_ANOTHERS = new RegExp(`([${LINE_END}])(?=${LIKE_ANOTHERS})`, "g");
const EACH_LINE_END = new RegExp(`[${LINE_END}]`, "g");

/** A text as it stands below its sender, none of whose further lines can be taken for another one's. */
function textOf(text: string): string {
  return text.replaceAll(FURTHER_LIKE_ANOTHERS, "$1> ");
}

/** What somebody has said, below what its sender, or somebody else, has said before. */
function furtherLines(sender: string, from: string, text: string, isOurs: boolean): string {
  if (from === sender) return isOurs ? `\n${textOf(text)}` : textOf(`\n${text}`);
  // No name can end before its end.
  const name = `${from.replaceAll(":", "\\:")}: `;
  return `\n${text}`.replaceAll(EACH_LINE_END, (end) => end + name);
}

function textParts(head: string, text: string): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const room = new Uint8Array(READS.bytesMax - encoder.encode(head).length);
  let rest = text;
  do {
    const { read } = encoder.encodeInto(rest, room);
    const end = read < rest.length ? wordEnd(rest, read) : read;
    parts.push(encoder.encode(head + rest.slice(0, end)));
    rest = rest.slice(end);
  } while (rest.length > 0);
  return parts;
}

/** Where to cut a text at the latest place before `end` that is no middle of a word, unless that is far away. */
function wordEnd(text: string, end: number): number {
  const cut = Math.max(text.lastIndexOf(" ", end - 1), text.lastIndexOf("\n", end - 1)) + 1;
  return cut > end / 2 ? cut : end;
}
