/** The body of a request as its bytes arrive, to the last one: also when the other side is cut off in the middle. */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { Fault } from "../../core/shared/faults.ts";
import { LIMITS } from "../../core/shared/limits.ts";

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
  let pieces: Uint8Array[] = [];
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
    for (let rest = body.read(); rest !== null; rest = body.read()) pieces.push(rest);
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
      const all = Buffer.concat(pieces);
      [pieces, waiting] = [[], 0];
      if (ended === undefined) body.resume();
      for (let at = 0; at === 0 || at < all.length; at += LIMITS.chunkBytesMax) {
        await take(all.subarray(at, at + LIMITS.chunkBytesMax));
      }
    } while (ended === undefined || pieces.length > 0);
  } finally {
    body.off("data", keep);
  }
  if (ended === "cut") {
    throw new Fault("bad_request", "Cannot take the rest of this file: the request broke off");
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
