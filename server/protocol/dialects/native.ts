/**
 * The native protocol: one JSON object a line. Documented in docs/protocol.md; every example there is run by a
 * test. Over WebSocket one text message holds one or more lines.
 */
import * as v from "valibot";
import type { Command, Op } from "../../core/commands.ts";
import { Fault, type FaultCode, quote } from "../../core/faults.ts";
import { LIMITS } from "../../core/limits.ts";
import type { Asked, Dialect, Result, Speaker } from "../dialect.ts";
import { LineFramer } from "../lines.ts";
import { FIELDS } from "./native_fields.ts";

/** The native dialect. */
export const native: Dialect = {
  name: "native",
  encode: (event, own) => own ? undefined : `${JSON.stringify(event)}\n`,
  speaker: () => new NativeSpeaker(),
};

class NativeSpeaker implements Speaker {
  readonly #framer = new LineFramer(LIMITS.lineBytesMax);

  *receive(chunk: Uint8Array, whole: boolean): Iterable<Asked> {
    for (const frame of this.#framer.push(chunk)) yield* readFrame(frame);
    if (whole) { for (const frame of this.#framer.end()) yield* readFrame(frame); }
  }

  answer({ tag }: Asked, result: Result): string {
    if ("reply" in result) return `${JSON.stringify({ re: tag, ok: true, ...(result.reply as object) })}\n`;
    const { code, message, retryAfterMs } = result.fault;
    const error = {
      code,
      message,
      ...(retryAfterMs !== undefined && { retry_after_ms: Math.ceil(retryAfterMs) }),
    };
    return `${JSON.stringify({ re: tag, ok: false, error })}\n`;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function* readFrame(frame: Uint8Array | "too_long"): Iterable<Asked> {
  if (frame === "too_long") {
    yield {
      ...nonsense("too_large", `Cannot read this line: it is longer than ${LIMITS.lineBytesMax / 1024} KiB`),
      fatal: true,
    };
  } else if (frame.length > 0) yield readLine(frame);
}

function readLine(frame: Uint8Array): Asked {
  let text: string;
  try {
    text = decoder.decode(frame);
  } catch {
    return nonsense("bad_utf8", "Cannot read this line: it is not UTF-8");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const hint = 'send one JSON object a line, such as {"id":1,"op":"guest","nickname":"ada"}';
    return nonsense("bad_request", `Cannot read ${quote(text)}: it is not JSON; ${hint}`);
  }
  return readRequest(value);
}

/** Reads a request that is JSON already, as an HTTP body is. */
export function readRequest(value: unknown): Asked {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return nonsense("bad_request", 'Cannot read this: a request is a JSON object with an "op"');
  }
  // `id` names the request, or the message that it is about; then `tag` can name the request.
  const { id, op, ...others } = value as { id?: unknown; op?: unknown; tag?: unknown };
  const given = others.tag ?? id;
  const tag = typeof given === "number" || typeof given === "string" ? given : null;
  if (typeof op !== "string") {
    return nonsense("bad_request", 'Cannot read this request: "op" is missing', tag);
  }
  if (!Object.hasOwn(FIELDS, op)) {
    return nonsense(
      "unknown_op",
      `Cannot do ${quote(op)}: there is no such op; docs/protocol.md lists them`,
      tag,
    );
  }
  const result = v.safeParse(FIELDS[op as Op], value);
  if (result.success) return { tag, command: { op, ...result.output } as Command };
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "";
  const problem = issue.received === "undefined"
    ? "is missing"
    : `must be ${issue.expected}, not ${issue.received}`;
  return nonsense("bad_request", `Cannot ${op}: ${JSON.stringify(path)} ${problem}`, tag);
}

function nonsense(code: FaultCode, message: string, tag: number | string | null = null): Asked {
  return { tag, fault: new Fault(code, message) };
}
