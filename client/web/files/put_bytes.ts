/** Bytes of a file on their way over HTTP, slice by slice, because one request has a bounded time. */
import type { FaultFields } from "../../../server/core/shared/faults.ts";
import type { Connection } from "../../connection/connection.ts";
import { RequestError, requestErrorOf } from "../../connection/request_error.ts";
import { withRetryAfter } from "../../connection/retry_after.ts";
import { delay } from "../../connection/abortable.ts";
import { withSession } from "../tab_session.ts";
import { words } from "../words.ts";

/** How bytes are sent. */
interface PutOptions {
  connection: Connection;
  /** Told often: bytes that have left here, of the whole file. */
  onProgress(done: number): void;
  signal: AbortSignal;
}

const SLICE_BYTES = 2 * 1024 * 1024;
/** How long a failed request waits before the next, while the connection itself seems to live. */
const AGAIN_MS = 1_000;

/** Sends a file from an offset to its end. @throws RequestError, Error for a file that can't be read, or the signal's reason */
export async function putBytes(file: string, blob: Blob, from: number, options: PutOptions): Promise<void> {
  const { connection, signal } = options;
  let offset = from;
  options.onProgress(offset);
  while (offset < blob.size) {
    const slice = blob.slice(offset, offset + SLICE_BYTES);
    const at = offset;
    try {
      offset = await withRetryAfter(() => putSlice(file, slice, at, options), signal);
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== "connection_lost") throw error;
      await checkReadable(slice);
      if (connection.state === "online") await delay(AGAIN_MS, signal);
      throw error;
    }
  }
}

/** Sends one slice; gives where the next begins. */
function putSlice(
  file: string,
  slice: Blob,
  offset: number,
  { connection, onProgress, signal }: PutOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = new XMLHttpRequest();
    const lost = () => reject(new RequestError("connection_lost", "Cannot reach the server"));
    const stopListening = connection.onLost(() => request.abort());
    const cancel = () => {
      reject(signal.reason);
      request.abort();
    };
    request.open("PUT", withSession(`files/${file}?offset=${offset}`));
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded }) => onProgress(offset + loaded));
    request.addEventListener("load", () => {
      const answer = request.response as Answer | null;
      if (answer?.ok) resolve(answer.offset);
      else reject(refusal(answer));
    });
    request.addEventListener("error", lost);
    request.addEventListener("abort", lost);
    request.addEventListener("loadend", () => {
      stopListening();
      signal.removeEventListener("abort", cancel);
    });
    signal.addEventListener("abort", cancel, { once: true });
    request.send(slice);
  });
}

type Answer = { ok: true; offset: number } | { ok: false; error: FaultFields };

function refusal(answer: Answer | null): RequestError {
  // A server that is stopping may send half an answer, and what stands between may send one of its own.
  if (answer === null || answer.ok) return new RequestError("connection_lost", "Cannot reach the server");
  return requestErrorOf(answer.error);
}

/** A file that changed on the disk fails as the network does; this tells them apart. */
async function checkReadable(slice: Blob): Promise<void> {
  try {
    await slice.slice(0, 1).arrayBuffer();
  } catch {
    throw new Error(words.unreadable);
  }
}
