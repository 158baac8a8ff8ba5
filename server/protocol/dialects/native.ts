/**
 * The native protocol: one JSON object a line. Documented in docs/protocol.md; every example there is run by a
 * test. Over WebSocket one text message holds one or more lines.
 */
import { quote } from "../../core/faults.ts";
import { LIMITS } from "../../core/limits.ts";
import type { Asked, Dialect, Result, Speaker } from "../dialect.ts";
import { LineFramer } from "../lines.ts";
import { nonsense, readRequest } from "../requests.ts";

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
