/**
 * Files over a connection, whatever they are read from and written to: chunks in flight, progress, going on after a
 * lost link. Disks are in disk.ts; the page brings its own.
 */
import type { Answer, Commands } from "../../server/core/shared/commands.ts";
import type { Chunk, Connection } from "../connection/connection.ts";
import { withRetryAfter } from "../connection/retry_after.ts";
import { hasCode, RequestError } from "../connection/request_error.ts";
import { abortable } from "../connection/abortable.ts";

/** Where bytes come from. */
export interface Source {
  name: string;
  size: number;
  /** Hex. */
  md5: string;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Where bytes go. */
export interface Sink {
  /** How many are there already. */
  readonly offset: number;
  write(bytes: Uint8Array): void | Promise<void>;
}

/** Where an upload goes. */
export type UploadTarget = { room: string } | { to: string } | { folder: string };

/** Told now and then: bytes that have got there, of how many. */
export type Progress = (done: number, size: number) => void;

/** What both ways take. */
export interface TransferOptions {
  onProgress?: Progress;
  signal?: AbortSignal;
}

const CHUNK_BYTES = 256 * 1024;
const IN_FLIGHT = 8;
/** How often the bytes may turn out to end elsewhere, as they do when an earlier attempt was still arriving. */
const RESTARTS_MAX = 8;

/** What is announced before the first byte. */
type Announced = Pick<Source, "name" | "size" | "md5">;

/** What is said with it when it has arrived. */
export type Caption = Pick<Commands["finish"]["asks"], "text" | "reply">;

/** Sends the bytes of an upload from an offset to their end. @throws RequestError; after `connection_lost` it is called again */
type SendBytes = (file: string, from: number) => Promise<void>;

/** Sends a file and has it appear. After a lost link it goes on where it was. @throws RequestError, or the signal's reason */
export function upload(
  connection: Connection,
  source: Source,
  target: UploadTarget,
  options: TransferOptions = {},
): Promise<Answer<"finish"> & { file: string }> {
  const send: SendBytes = (file, from) => sendFrom(connection, source, file, from, options);
  return uploadWith(connection, source, target, send, options.signal);
}

/**
 * Announces a file, has its bytes sent on whatever way, and finishes it. What was lost on the way is asked again, and
 * what the server wants later is done later. @throws RequestError, or the signal's reason
 */
export async function uploadWith(
  connection: Connection,
  { name, size, md5, ...caption }: Announced & Caption,
  target: UploadTarget,
  send: SendBytes,
  signal?: AbortSignal,
): Promise<Answer<"finish"> & { file: string }> {
  let whole: string | undefined;
  let restarts = 0;
  while (true) {
    signal?.throwIfAborted();
    let isAnnounced = whole !== undefined;
    try {
      if (whole === undefined) {
        const announce = () => connection.ask("upload", { ...target, name, size, md5 });
        const { file, offset } = await withRetryAfter(announce, signal);
        isAnnounced = true;
        await send(file, offset);
        whole = file;
      }
      const file = whole;
      return { file, ...await withRetryAfter(() => connection.ask("finish", { file, ...caption }), signal) };
    } catch (error) {
      if (mayResume(error)) await abortable(connection.online(), signal);
      else if (whole !== undefined && hasCode(error, "unknown_file")) whole = undefined;
      // Another connection of the same person sends the same, or has finished it: this one is announced anew.
      else if (!hasCode(error, "wrong_offset") && !(isAnnounced && hasCode(error, "unknown_file"))) {
        throw error;
      } else if (++restarts > RESTARTS_MAX) throw error;
    }
  }
}

/** Fetches a file. After a lost link it goes on where it was. @throws RequestError, or the signal's reason */
export async function download(
  connection: Connection,
  file: string,
  sink: Sink,
  options: TransferOptions = {},
): Promise<Answer<"download">> {
  while (true) {
    options.signal?.throwIfAborted();
    try {
      return await receiveFrom(connection, file, sink, options);
    } catch (error) {
      if (!mayResume(error)) throw error;
      await abortable(connection.online(), options.signal);
    }
  }
}

/** Asks again after a lost connection, and when the server wants to be asked later; for what may be asked twice. */
export async function withReconnect<T>(
  connection: Connection,
  ask: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  while (true) {
    try {
      return await withRetryAfter(ask, signal);
    } catch (error) {
      if (!mayResume(error)) throw error;
      await abortable(connection.online(), signal);
    }
  }
}

async function sendFrom(
  connection: Connection,
  source: Source,
  file: string,
  from: number,
  { onProgress, signal }: TransferOptions,
): Promise<void> {
  const { size } = source;
  const inFlight: Promise<unknown>[] = [];
  onProgress?.(from, size);
  let lost = false;
  const stopWaiting = connection.onLost(() => lost = true);
  try {
    for (let offset = from; offset < size; offset += CHUNK_BYTES) {
      signal?.throwIfAborted();
      const data = await source.read(offset, Math.min(CHUNK_BYTES, size - offset));
      // The next link knows nothing of this upload until it is announced there.
      if (lost) throw new RequestError("connection_lost", "Cannot send a file: the connection was lost");
      const sent = connection.ask("chunk", { file, offset, data }).then((answer) =>
        onProgress?.(answer.offset, size)
      );
      sent.catch(() => {}); // awaited below; an earlier one may fail first
      inFlight.push(sent);
      if (inFlight.length >= IN_FLIGHT) await inFlight.shift();
    }
    await Promise.all(inFlight);
  } finally {
    stopWaiting();
  }
}

async function receiveFrom(
  connection: Connection,
  file: string,
  sink: Sink,
  { onProgress, signal }: TransferOptions,
): Promise<Answer<"download">> {
  const chunks: Chunk[] = [];
  let wake: (() => void) | undefined;
  const stopTaking = connection.onChunks(file, (chunk) => {
    chunks.push(chunk);
    wake?.();
  });
  const stopWaiting = connection.onLost(() => wake?.());
  const { state } = connection;
  try {
    const answer = await connection.ask("download", { file, offset: sink.offset });
    while (sink.offset < answer.size) {
      signal?.throwIfAborted();
      const chunk = chunks.shift();
      if (chunk?.error) throw new RequestError(chunk.error.code, chunk.error.message);
      // What an attempt that was given up had asked for may still be coming.
      if (chunk && chunk.offset !== sink.offset) continue;
      if (chunk) {
        await sink.write(chunk.data);
        onProgress?.(sink.offset, answer.size);
      } else if (connection.state !== state) {
        throw new RequestError("connection_lost", "Cannot download: the connection was lost");
      } else await abortable(new Promise<void>((resolve) => wake = resolve), signal);
    }
    return answer;
  } finally {
    stopTaking();
    stopWaiting();
  }
}

/** Whether it is worth going on with once there is a connection again. */
function mayResume(error: unknown): boolean {
  return hasCode(error, "connection_lost") || hasCode(error, "no_answer") || hasCode(error, "shutting_down");
}
