/**
 * The grammar of ChatHTTP: requests out of a stream, responses into bytes (docs/dialects.md, "chathttp"). Lines end in LF or
 * CRLF; a blank line ends the head. It knows what a message looks like and nothing of what it means.
 */
import { LIMITS } from "../../../core/shared/limits.ts";
import { appended, joined, owned } from "../../byte_buffer.ts";
import { oneRead } from "../../one_read.ts";

/** The status of a response, as its first line says it. */
const REASONS = {
  200: "OK",
  202: "Accept",
  400: "Bad Request",
  401: "User Name Exist",
  500: "Internal Server Error",
} as const;
/** One of {@link REASONS}. */
export type Status = keyof typeof REASONS;

/** How the lines of a head end. */
export type LineEnd = "\n" | "\r\n";

/** One request. */
export interface ChatRequest {
  readonly method: string;
  /** The name in `User_Agent`; empty without one. */
  readonly name: string;
  readonly entity: string;
  readonly lineEnd: LineEnd;
}

/** Something that is no request. `fatal`: where the next one begins can't be known. */
export interface Garbage {
  readonly why: string;
  readonly fatal?: true;
}

/** Bytes of a head; past it nothing more is read. */
const HEAD_BYTES_MAX = 8 * 1024;
/** Bytes of an entity; a text that long is refused, but what follows it can still be read. */
const ENTITY_BYTES_MAX = LIMITS.lineBytesMax;

const NEWLINE = 10;
const RETURN = 13;
const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.\d$/;
const LENGTH = /^\d{1,9}$/;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Cuts a stream into requests, however it was torn or glued. */
export class RequestReader {
  #held: Uint8Array = new Uint8Array(0);
  /** The head whose entity is still to come. */
  #head: Head | undefined;

  /** Whether what is held is a request as soon as nothing more comes: its length was not said. */
  get open(): boolean {
    return this.#head !== undefined && this.#head.length === undefined;
  }

  /** Takes a chunk, gives what it completes. */
  *push(chunk: Uint8Array): Iterable<ChatRequest | Garbage> {
    this.#held = this.#held.length === 0 ? chunk : appended(this.#held, chunk);
    while (true) {
      const found = this.#head ? this.#entity(this.#head) : this.#nextHead();
      if (found === "more") break;
      if (found !== undefined) yield found;
      if (found && "fatal" in found) return;
    }
    // What waits is copied: a view of a few bytes would keep the whole chunk they came in.
    if (this.#held.buffer === chunk.buffer) this.#held = owned(this.#held);
  }

  /** Nothing more comes: an entity without a length ends here. */
  *end(): Iterable<ChatRequest | Garbage> {
    if (this.open) yield this.#finish(this.#head!, this.#held.length);
  }

  /** Reads a head; undefined when it has, or has passed over something. */
  #nextHead(): Garbage | "more" | undefined {
    const start = this.#held.findIndex((byte) => byte !== NEWLINE && byte !== RETURN);
    if (start === -1) {
      this.#held = this.#held.subarray(this.#held.length);
      return "more";
    }
    this.#held = this.#held.subarray(start);
    const lineEnd = this.#held.indexOf(NEWLINE);
    if (lineEnd !== -1 && !REQUEST_LINE.test(textOf(trimmed(this.#held.subarray(0, lineEnd))) ?? "")) {
      this.#skipHead();
      return { why: 'Cannot read this request: it begins with a line like "ADD 127.0.0.1 HTTP/1.1"' };
    }
    const end = endOfHead(this.#held);
    if (end === -1 ? this.#held.length > HEAD_BYTES_MAX : end > HEAD_BYTES_MAX) {
      return {
        why: `Cannot read this request: its head is longer than ${HEAD_BYTES_MAX} bytes`,
        fatal: true,
      };
    }
    if (end === -1) return "more";
    const head = parseHead(this.#held.subarray(0, end));
    this.#held = this.#held.subarray(end);
    if ("why" in head) return head;
    this.#head = head;
    return undefined;
  }

  /** Passes over a head that is none, as far as it is here. */
  #skipHead(): void {
    const end = endOfHead(this.#held);
    this.#held = this.#held.subarray(end === -1 ? this.#held.length : end);
  }

  #entity(head: Head): ChatRequest | Garbage | "more" {
    const { length } = head;
    if (length !== undefined) return this.#held.length < length ? "more" : this.#finish(head, length);
    if (this.#held.length <= ENTITY_BYTES_MAX) return "more";
    return { why: `Cannot read this request: it is longer than ${ENTITY_BYTES_MAX} bytes`, fatal: true };
  }

  #finish({ method, name, lineEnd }: Head, length: number): ChatRequest | Garbage {
    const entity = textOf(this.#held.subarray(0, length));
    this.#head = undefined;
    this.#held = this.#held.subarray(length);
    return entity === undefined
      ? { why: "Cannot read this request: its entity is not UTF-8" }
      : { method, name, entity, lineEnd };
  }
}

/** A head without its entity. */
interface Head {
  readonly method: string;
  readonly name: string;
  /** Bytes of the entity; undefined: it ends where its sender pauses. */
  readonly length: number | undefined;
  readonly lineEnd: LineEnd;
}

/** Where the head ends, its blank line included; -1: not here. */
function endOfHead(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
    if (bytes[at + 1] === NEWLINE) return at + 2;
    if (bytes[at + 1] === RETURN && bytes[at + 2] === NEWLINE) return at + 3;
  }
  return -1;
}

function parseHead(bytes: Uint8Array): Head | Garbage {
  const text = textOf(bytes);
  if (text === undefined) return { why: "Cannot read this request: its head is not UTF-8", fatal: true };
  const [first = "", ...lines] = text.trimEnd().split(/\r?\n/);
  const method = REQUEST_LINE.exec(first)?.[1] ?? "";
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    // The description's underscores are accepted as hyphens as well.
    headers.set(line.slice(0, colon).toLowerCase().replaceAll("-", "_"), line.slice(colon + 1).trim());
  }
  const said = headers.get("content_length");
  // Only what is posted has an entity: without a length the others end with their heads.
  const length = said === undefined
    ? (method === "POST" ? undefined : 0)
    : LENGTH.test(said)
    ? Number(said)
    : -1;
  if (length !== undefined && (length < 0 || length > ENTITY_BYTES_MAX)) {
    const why = `Cannot read this request: "Content_Length" is a whole number up to ${ENTITY_BYTES_MAX}`;
    return { why, fatal: true };
  }
  return {
    method,
    name: headers.get("user_agent") ?? "",
    length,
    lineEnd: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

function trimmed(line: Uint8Array): Uint8Array {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Once somebody has signed in, the original program sleeps so long before each read. */
const SLEEP_MS = 500;

/** How it reads a response. */
export const READS = oneRead(SLEEP_MS);

/** Bytes that an entity has room for in a response. */
export const RESPONSE_ENTITY_BYTES_MAX = READS.bytesMax -
  headOf(500, READS.bytesMax, "\r\n", new Date(0)).length;

/** A response: the original programs read its lines by their position, so there are always these. */
export function responseOf(status: Status, entity: Uint8Array, lineEnd: LineEnd, at: Date): Uint8Array {
  return joined([encoder.encode(headOf(status, entity.length, lineEnd, at)), entity]);
}

function headOf(status: Status, length: number, lineEnd: LineEnd, at: Date): string {
  return [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    `Datetime: ${datetime(at)}`,
    "Server: Switchboard",
    "Developer: Switchboard",
    "Content_Encoding: utf-8",
    "Content_Language: en",
    `Content_Length: ${length}`,
    "Content_Type: text",
    "",
    "",
  ].join(lineEnd);
}

/** The time as the clock on the wall shows it. */
function datetime(at: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
