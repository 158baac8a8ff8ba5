/** The bodies of HTTP requests: one native request each, never longer than a line may be; or the bytes of a file as they arrive. */
import { Fault } from "../../core/shared/faults.ts";
import { LIMITS } from "../../core/shared/limits.ts";
import type { Request as Asked } from "../../protocol/dialect.ts";
import { readRequest } from "../../protocol/requests.ts";
import { giveBack, pieceBuffer } from "../../protocol/piece_buffers.ts";
import type { IncomingMessage } from "node:http";

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

/** Bytes that wait for their turn; past it the connection is not read. */
const WAITING_BYTES_MAX = 4 * LIMITS.chunkBytesMax;
/** What came is handed on after this when nothing more comes: who is cut off unnoticed goes on from there. */
const PAUSE_MS = 50;

/**
 * Hands a body on piece by piece, the next when the last has been taken; of an empty one an empty piece.
 * @throws what `take` does, or Fault `bad_request` when the body broke off and all that came of it has been taken
 */
export async function receive(
  body: IncomingMessage,
  take: (data: Uint8Array) => Promise<void>,
): Promise<void> {
  const pieces: Uint8Array[] = [];
  let waiting = 0;
  let ended: "whole" | "cut" | undefined = body.readableEnded ? "whole" : body.destroyed ? "cut" : undefined;
  let wake = () => {};
  const keep = (piece: Uint8Array) => {
    pieces.push(piece);
    waiting += piece.length;
    if (waiting >= WAITING_BYTES_MAX) body.pause();
    wake();
  };
  body.on("data", keep);
  const end = (how: "whole" | "cut") => {
    // What was read while nobody wanted more is there still.
    for (let rest = body.read(); rest !== null; rest = body.read()) {
      pieces.push(rest);
      waiting += rest.length;
    }
    ended ??= how;
    wake();
  };
  body.once("end", () => end("whole"));
  for (const name of ["aborted", "error", "close"]) {
    body.once(name, () => end(body.complete ? "whole" : "cut"));
  }
  try {
    do {
      while (ended === undefined && waiting < LIMITS.chunkBytesMax) {
        if (!await woken((resolve) => wake = resolve, waiting > 0 ? PAUSE_MS : undefined)) break;
      }
      const data = pieceBuffer(Math.min(waiting, LIMITS.chunkBytesMax));
      moveInto(data, pieces);
      waiting -= data.length;
      if (ended === undefined && waiting < WAITING_BYTES_MAX) body.resume();
      await take(data);
      giveBack(data);
    } while (ended === undefined || pieces.length > 0);
  } finally {
    body.off("data", keep);
  }
  if (ended === "cut") {
    throw new Fault("bad_request", "Cannot take the rest of this file: the request broke off");
  }
}

/** Fills a buffer with the first bytes of these, which must be as many at least; they are not there any more then. */
function moveInto(data: Uint8Array, pieces: Uint8Array[]): void {
  for (let at = 0; at < data.length;) {
    const [first] = pieces as [Uint8Array];
    const part = first.subarray(0, data.length - at);
    data.set(part, at);
    at += part.length;
    if (part.length === first.length) pieces.shift();
    else pieces[0] = first.subarray(part.length);
  }
}

/** Waits for a call; false when it does not come in time. */
function woken(listen: (resolve: () => void) => void, ms: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(() => resolve(false), ms);
    listen(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
