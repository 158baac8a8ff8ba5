/**
 * The native protocol: one JSON object a line. Documented in docs/protocol.md; every example there is run by a
 * test. Over WebSocket one text message holds one or more lines.
 */
import type { Event } from "../../../core/shared/events.ts";
import { Fault, fieldsOf, quote } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { encodeBy, type EventTable } from "../../dialect.ts";
import type { Dialect, Form, Inbound, Output, PeerCodec, Result } from "../../dialect.ts";
import { type Frame, LineFramer } from "../../lines.ts";
import { giveBack } from "../../piece_buffers.ts";
import { malformed, readRequest, type Tag, tagOf } from "../../requests.ts";

/** The native dialect. */
export const native: Dialect = {
  name: "native",
  joins: true,
  detect: (head) => recognises(head),
  encode: (event, own) => own ? undefined : encodeBy(EVENTS, event),
  codec: () => new Codec(),
};

const whole = (event: Event): string => `${JSON.stringify(event)}\n`;

/** Every event is told with all that it has; docs/protocol.md has a section on each. */
const EVENTS: EventTable<[], string> = {
  message: whole,
  edited: whole,
  recalled: whole,
  reacted: whole,
  kicked: whole,
  owner: whole,
  role: whole,
  muted: whole,
  pinned: whole,
  room: whole,
  invited: whole,
  invitee: whole,
  offer: whole,
  accepted: whole,
  refused: whole,
  fetched: whole,
  chunk: whole,
  entered: whole,
  left: whole,
  online: whole,
  offline: whole,
  privileges: whole,
  blocked: whole,
  profile: whole,
  renamed: whole,
  typing: whole,
  read: whole,
  notice: whole,
  nodes: whole,
  bye: whole,
};

class Codec implements PeerCodec {
  readonly #framer = new LineFramer(LIMITS.lineBytesMax);
  /** The line whose raw bytes are to come. */
  #before: LineBefore | undefined;

  *receive(chunk: Uint8Array, form: Form): Iterable<Inbound> {
    if (form === "binary") return yield* this.#binary(chunk);
    if (form === "text" && this.#before) {
      const { tag } = this.#before;
      this.#before = undefined;
      yield malformed(
        "bad_request",
        "Cannot do this: its raw bytes have to come as the next binary message",
        tag,
      );
    }
    for (const frame of this.#framer.push(chunk)) yield* this.#frame(frame, form);
    if (form === "text") { for (const frame of this.#framer.end()) yield* this.#frame(frame, form); }
  }

  answer(asked: Inbound, result: Result): Output {
    // What has been answered was written, or never will be.
    if ("command" in asked && "data" in asked.command) giveBack(asked.command.data);
    const { tag } = asked;
    if ("reply" in result) return line({ re: tag, ok: true, ...(result.reply as object) });
    return line({ re: tag, ok: false, error: fieldsOf(result.fault) });
  }

  piece(event: Event<"chunk">, data: Uint8Array): Output {
    return { ...line(event), raw: data };
  }

  *#frame(frame: Frame, form: Form): Iterable<Inbound> {
    if (frame === "too_long") {
      const message = `Cannot read this line: it is longer than ${LIMITS.lineBytesMax / 1024} KiB`;
      yield { ...malformed("too_large", message), fatal: true };
    } else if ("raw" in frame) yield* this.#binary(frame.raw);
    else if (frame.line.length > 0) yield* this.#line(frame.line, form);
  }

  *#line(line: Uint8Array, form: Form): Iterable<Inbound> {
    const value = parseLine(line);
    if (isMalformed(value)) return yield value;
    const before = lineBefore(value);
    if (!before) return yield readRequest(value);
    if (!(before.bytes >= 0 && before.bytes <= LIMITS.chunkBytesMax)) {
      const message = `Cannot take this: "bytes" is a whole number up to ${LIMITS.chunkBytesMax}`;
      return yield { ...malformed("too_large", message, before.tag), fatal: true };
    }
    this.#before = before;
    if (before.bytes === 0) yield* this.#binary(new Uint8Array(0));
    else if (form === "stream") this.#framer.expectRaw(before.bytes);
  }

  /** Raw bytes have come, whose line came before them. */
  *#binary(data: Uint8Array): Iterable<Inbound> {
    const before = this.#before;
    this.#before = undefined;
    if (!before) {
      yield malformed(
        "bad_request",
        'Cannot read this message: it is binary, and no line with "bytes" came before it',
      );
    } else if (before.bytes !== data.length) {
      yield malformed(
        "bad_request",
        `Cannot do this: ${data.length} raw bytes came, announced were ${before.bytes}`,
        before.tag,
      );
    } else yield readRequest({ ...before.value, data });
  }
}

/** A line that raw bytes follow. */
interface LineBefore {
  readonly value: object;
  readonly tag: Tag;
  readonly bytes: number;
}

function line(value: object): Output {
  return { words: `${JSON.stringify(value)}\n` };
}

/** Any JSON object whose first field is not another dialect's; blank space before it is passed over. */
function recognises(head: Uint8Array): "yes" | "no" | "more" {
  const first = head.find((byte) => !BLANK.has(byte));
  if (first === undefined) return head.length > HEAD_BLANK_MAX ? "no" : "more";
  return first === OPENING_BRACE ? "yes" : "no";
}

const BLANK: ReadonlySet<number> = new Set([9, 10, 13, 32]);
const OPENING_BRACE = 123;
const HEAD_BLANK_MAX = 256;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A line's JSON, or why it is none. */
function parseLine(line: Uint8Array): unknown {
  let text: string;
  try {
    text = decoder.decode(line);
  } catch {
    return malformed("bad_utf8", "Cannot read this line: it is not UTF-8");
  }
  try {
    return JSON.parse(text);
  } catch {
    const hint = 'send one JSON object a line, such as {"id":1,"op":"guest","nickname":"ada"}';
    return malformed("bad_request", `Cannot read ${quote(text)}: it is not JSON; ${hint}`);
  }
}

/** Nothing that JSON can hold is a Fault. */
function isMalformed(value: unknown): value is Inbound {
  return typeof value === "object" && value !== null && "fault" in value && value.fault instanceof Fault;
}

function lineBefore(value: unknown): LineBefore | undefined {
  if (typeof value !== "object" || value === null || !("bytes" in value)) return undefined;
  const bytes = typeof value.bytes === "number" && Number.isSafeInteger(value.bytes) ? value.bytes : -1;
  return { value, tag: tagOf(value), bytes };
}
