/** The bodies of HTTP requests: one native request each, and never more than a line may be. */
import { Fault } from "../../core/shared/faults.ts";
import { LIMITS } from "../../core/shared/limits.ts";
import type { Request as Asked } from "../../protocol/dialect.ts";
import { readRequest } from "../../protocol/requests.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads a request of one of these ops. @throws Fault too_large bad_utf8 bad_request unknown_op */
export async function readBody(request: Request, ops: ReadonlySet<string>): Promise<Asked> {
  const asked = readRequest(parse(decode(await readBytes(request))));
  if ("fault" in asked) throw asked.fault;
  const { op } = asked.command;
  if (ops.has(op)) return asked;
  throw new Fault(
    "unknown_op",
    `Cannot do ${op} here: connect to /ws for it, or use ${[...ops].join(", ")}`,
  );
}

async function readBytes({ headers, body }: Request): Promise<Uint8Array> {
  const max = LIMITS.lineBytesMax;
  const tooLarge = new Fault("too_large", `Cannot read this request: it is longer than ${max / 1024} KiB`);
  if (Number(headers.get("Content-Length") ?? 0) > max) throw tooLarge;
  const bytes = new Uint8Array(max);
  let length = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    if (length + part.value.length > max) throw tooLarge;
    bytes.set(part.value, length);
    length += part.value.length;
  }
  return bytes.subarray(0, length);
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Fault("bad_utf8", "Cannot read this request: it is not UTF-8");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault("bad_request", "Cannot read this request: it is not JSON");
  }
}
