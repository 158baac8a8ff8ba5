/**
 * The grammar of the codes: messages of three digits and fields behind them (docs/dialects.md, "codes"). Nothing frames them: what
 * arrives together is one, and what goes out is read with a single `recv(4096)`. It knows no meaning.
 */
import type { FaultCode } from "../../core/faults.ts";

/** What stands between two fields. */
export type Separator = "\r\n" | "\r\r";

/** What a peer has said. */
export interface Message {
  /** Three digits. */
  readonly code: string;
  /** What stands behind the code; undefined: nothing, or bytes without one. */
  readonly separator: Separator | undefined;
  /** Everything after that. */
  readonly body: Uint8Array;
}

/** What is no message. */
export interface Unreadable {
  readonly why: string;
  readonly fault: FaultCode;
}

const CODE_BYTES = 3;
const SEPARATOR_BYTES = 2;

const latin1 = new TextDecoder("latin1");

/** Messages that go on as long as more arrives. */
const GROWING = new Set(["101", "102", "106", "109"]);
/** Of these those that are short: what begins like a message while one is held is the next one. */
const SIGNING_IN = new Set(["101", "102"]);
const BEGINNING = /^10[012689](?:\r[\r\n]|$)/;

/** Whether what a peer says first is a message that one of the original programs may send. */
export function begins(head: Uint8Array): "yes" | "no" | "more" {
  const text = latin1.decode(head.subarray(0, CODE_BYTES + SEPARATOR_BYTES));
  if (/^10[012689]\r[\r\n]$/.test(text)) return "yes";
  return /^(?:1(?:0(?:[012689]\r?)?)?)?$/.test(text) ? "more" : "no";
}

/** Makes messages out of what arrives. */
export class MessageReader {
  readonly #bytesMax: (code: string) => number;
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** `bytesMax`: how long a message of a code may be; past it its bytes are not kept. */
  constructor(bytesMax: (code: string) => number) {
    this.#bytesMax = bytesMax;
  }

  /** Whether something is held that goes on if more comes soon. */
  get open(): boolean {
    return this.#length > 0;
  }

  /** Takes what has arrived, gives what is known to be whole. */
  *push(chunk: Uint8Array): Iterable<Message | Unreadable> {
    if (SIGNING_IN.has(this.#code) && BEGINNING.test(latin1.decode(chunk.subarray(0, 5)))) yield* this.end();
    this.#hold(chunk);
    const code = this.#code;
    if (!/^\d*$/.test(code)) {
      this.#take();
      yield { why: "Cannot read this: a message begins with three digits", fault: "bad_request" };
    } else if (code.length === CODE_BYTES && !GROWING.has(code)) {
      yield* this.#whole(code);
    }
  }

  /** Nothing more has come: what is held is whole. */
  *end(): Iterable<Message | Unreadable> {
    if (this.open) yield* this.#whole(this.#code);
  }

  *#whole(code: string): Iterable<Message | Unreadable> {
    const length = this.#length;
    const bytesMax = this.#bytesMax(code);
    const bytes = this.#take();
    if (code.length < CODE_BYTES) {
      yield { why: "Cannot read this: a message begins with three digits", fault: "bad_request" };
    } else if (length > bytesMax) {
      const why = `Cannot take this: it has ${length} bytes, ${bytesMax} are possible`;
      yield { why, fault: "too_large" };
    } else {
      yield messageOf(code, bytes);
      // It has no fields: what arrived together with it and looks like a message is one.
      const rest = bytes.subarray(CODE_BYTES);
      if (code === "108" && /^10[012689]/.test(latin1.decode(rest.subarray(0, CODE_BYTES)))) {
        yield* this.push(rest);
      }
    }
  }

  /** The first three bytes of what is held, or as many as there are. */
  get #code(): string {
    const [first] = this.#pieces;
    return first ? latin1.decode(first.subarray(0, CODE_BYTES)) : "";
  }

  #hold(chunk: Uint8Array): void {
    this.#length += chunk.length;
    const [first] = this.#pieces;
    // The code is always in the first piece.
    if (first && first.length < CODE_BYTES) this.#pieces = [joined([first, chunk])];
    else if (!first || this.#length <= this.#bytesMax(this.#code)) this.#pieces.push(chunk.slice());
    else this.#pieces.length = 1;
  }

  #take(): Uint8Array {
    const bytes = joined(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return bytes;
  }
}

function messageOf(code: string, bytes: Uint8Array): Message {
  const behind = latin1.decode(bytes.subarray(CODE_BYTES, CODE_BYTES + SEPARATOR_BYTES));
  const separator = behind === "\r\n" || behind === "\r\r" ? behind : undefined;
  return { code, separator, body: bytes.subarray(CODE_BYTES + (separator ? SEPARATOR_BYTES : 0)) };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The first field and everything behind the separator that ends it, which may hold more of them; undefined: that is no UTF-8.
 */
export function fieldsOf(
  { body, separator }: Message,
): [first: string, rest: string | undefined] | undefined {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return undefined;
  }
  const end = separator === undefined ? -1 : text.indexOf(separator);
  return end === -1 ? [text, undefined] : [text.slice(0, end), text.slice(end + SEPARATOR_BYTES)];
}

/** What the original programs take with one read. */
export const READ_BYTES = 4_096;
/** Bytes of a file that one read takes behind its code. */
export const FILE_BYTES_IN_ONE_READ = READ_BYTES - CODE_BYTES - SEPARATOR_BYTES;

const encoder = new TextEncoder();

/**
 * A message in as many as it takes, each for one read: a text (`209`) goes on in the next with the same sender, a list (`210`)
 * with its further names.
 */
export function written(fields: readonly string[], separator: Separator): Uint8Array[] {
  const [code = "", sender = "", text] = fields;
  if (code === "209") return textParts([code, sender, ""].join(separator), text ?? "");
  const bytes = encoder.encode(fields.join(separator));
  if (bytes.length <= READ_BYTES || fields.length < 3) return [bytes];
  const half = Math.ceil(fields.length / 2);
  return [fields.slice(0, half), [code, ...fields.slice(half)]].flatMap((part) => written(part, separator));
}

function textParts(head: string, text: string): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const room = new Uint8Array(READ_BYTES - encoder.encode(head).length);
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

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
