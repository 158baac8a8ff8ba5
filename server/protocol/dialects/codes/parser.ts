/**
 * How the messages of the codes are read: three digits and fields behind them (docs/dialects.md, "codes"). Nothing frames them: what
 * arrives together is one. It knows no meaning.
 */
import type { FaultCode } from "../../../core/shared/faults.ts";
import { appended, owned } from "../../byte_buffer.ts";

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
  /** Everything behind the code, a separator included. */
  readonly after: Uint8Array;
}

/** What is no message. */
export interface Unreadable {
  readonly why: string;
  readonly fault: FaultCode;
}

/** Bytes of a code. */
export const CODE_BYTES = 3;
const SEPARATOR_BYTES = 2;

const latin1 = new TextDecoder("latin1");

/** How long nothing more must come until a message is whole that can go on; milliseconds. */
const IDLE_MS = 20;
/** The same for a file, which comes in pieces over a slow line; a person can't say anything else meanwhile. */
const FILE_IDLE_MS = 500;

/** Messages that go on as long as more arrives, and how long that may take each time. */
const GROWING: ReadonlyMap<string, number> = new Map([
  ["101", IDLE_MS],
  ["102", IDLE_MS],
  ["103", IDLE_MS],
  ["105", FILE_IDLE_MS],
  ["106", IDLE_MS],
  ["109", FILE_IDLE_MS],
]);
/** Of these those that are short: what begins like a message while one is held is the next one. */
const SIGNING_IN = new Set(["101", "102"]);
const BEGINNING = /^10\d(?:\r[\r\n]|$)/;
/** They have no fields: what arrived together with one and looks like a message is one. */
const WITHOUT_FIELDS = new Set(["104", "108"]);

/** Whether what a peer says first is a message that one of the original programs may send. */
export function begins(head: Uint8Array): "yes" | "no" | "more" {
  const text = latin1.decode(head.subarray(0, CODE_BYTES + SEPARATOR_BYTES));
  if (/^10[0126789]\r[\r\n]$/.test(text)) return "yes";
  return /^(?:1(?:0(?:[0126789]\r?)?)?)?$/.test(text) ? "more" : "no";
}

const NOTHING = new Uint8Array(0);

/** Makes messages out of what arrives. */
export class MessageReader {
  readonly #bytesMax: (code: string) => number;
  #held: Uint8Array = NOTHING;
  #length = 0;

  /** `bytesMax`: how long a message of a code may be; past it its bytes are not kept. */
  constructor(bytesMax: (code: string) => number) {
    this.#bytesMax = bytesMax;
  }

  /** How long nothing more must come until what is held is whole; undefined: nothing is. Milliseconds. */
  get idleMs(): number | undefined {
    return this.#length > 0 ? GROWING.get(this.#code) ?? IDLE_MS : undefined;
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
    if (this.#length > 0) yield* this.#whole(this.#code);
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
      const rest = bytes.subarray(CODE_BYTES);
      if (WITHOUT_FIELDS.has(code) && /^10\d/.test(latin1.decode(rest.subarray(0, CODE_BYTES)))) {
        yield* this.push(rest);
      }
    }
  }

  /** The first three bytes of what is held, or as many as there are. */
  get #code(): string {
    return latin1.decode(this.#held.subarray(0, CODE_BYTES));
  }

  /** Of what is too long only the code is kept. */
  #hold(chunk: Uint8Array): void {
    this.#length += chunk.length;
    this.#held = appended(this.#held, chunk);
    if (this.#length > this.#bytesMax(this.#code)) this.#held = owned(this.#held.subarray(0, CODE_BYTES));
  }

  #take(): Uint8Array {
    const bytes = this.#held;
    this.#held = NOTHING;
    this.#length = 0;
    return bytes;
  }
}

function messageOf(code: string, bytes: Uint8Array): Message {
  const behind = latin1.decode(bytes.subarray(CODE_BYTES, CODE_BYTES + SEPARATOR_BYTES));
  const separator = behind === "\r\n" || behind === "\r\r" ? behind : undefined;
  const after = bytes.subarray(CODE_BYTES);
  return { code, separator, body: after.subarray(separator ? SEPARATOR_BYTES : 0), after };
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
