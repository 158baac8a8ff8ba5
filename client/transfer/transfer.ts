/**
 * Files over a connection, whatever they are read from and written to: pieces in flight, progress, going on after a
 * lost link. Disks are in disk.ts; the page brings its own.
 */
import type { Answer, Commands } from "../../server/core/shared/commands.ts";
import type { Connection, Piece } from "../connection/connection.ts";
import { patiently } from "../connection/retry_after.ts";
import { RequestError } from "../connection/request_error.ts";
import { unlessAborted } from "../connection/waiting.ts";

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
export type Place = { room: string } | { to: string } | { folder: string };

/** Told now and then: bytes that have got there, of how many. */
export type Progress = (done: number, size: number) => void;

/** What both ways take. */
export interface TransferOptions {
  onProgress?: Progress;
  signal?: AbortSignal;
}

const PIECE_BYTES = 256 * 1024;
const IN_FLIGHT = 8;
/** How often the bytes may turn out to end elsewhere, as they do when an earlier attempt was still arriving. */
const ELSEWHERE_MAX = 8;

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
  place: Place,
  options: TransferOptions = {},
): Promise<Answer<"finish">> {
  const send: SendBytes = (file, from) => sendFrom(connection, source, file, from, options);
  return deliver(connection, source, place, send, options.signal);
}

/**
 * Announces a file, has its bytes sent on whatever way, and finishes it. What was lost on the way is asked again, and
 * what the server wants later is done later. @throws RequestError, or the signal's reason
 */
export async function deliver(
  connection: Connection,
  { name, size, md5, ...caption }: Announced & Caption,
  place: Place,
  send: SendBytes,
  signal?: AbortSignal,
): Promise<Answer<"finish"> & { file: string }> {
  let whole: string | undefined;
  let elsewhere = 0;
  while (true) {
    signal?.throwIfAborted();
    let isAnnounced = whole !== undefined;
    try {
      if (whole === undefined) {
        const announce = () => connection.ask("upload", { ...place, name, size, md5 });
        const { file, offset } = await patiently(announce, signal);
        isAnnounced = true;
        await send(file, offset);
        whole = file;
      }
      const file = whole;
      return { file, ...await patiently(() => connection.ask("finish", { file, ...caption }), signal) };
    } catch (error) {
      if (isLost(error)) await unlessAborted(connection.online(), signal);
      else if (whole !== undefined && isFault(error, "unknown_file")) whole = undefined;
      // Another connection of the same person sends the same, or has finished it: this one is announced anew.
      else if (!isFault(error, "wrong_offset") && !(isAnnounced && isFault(error, "unknown_file"))) {
        throw error;
      } else if (++elsewhere > ELSEWHERE_MAX) throw error;
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
      if (!isLost(error)) throw error;
      await unlessAborted(connection.online(), options.signal);
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
    for (let offset = from; offset < size; offset += PIECE_BYTES) {
      signal?.throwIfAborted();
      const data = await source.read(offset, Math.min(PIECE_BYTES, size - offset));
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
  const pieces: Piece[] = [];
  let wake: (() => void) | undefined;
  const stopTaking = connection.takePieces(file, (piece) => {
    pieces.push(piece);
    wake?.();
  });
  const stopWaiting = connection.onLost(() => wake?.());
  const { state } = connection;
  try {
    const answer = await connection.ask("download", { file, offset: sink.offset });
    while (sink.offset < answer.size) {
      signal?.throwIfAborted();
      const piece = pieces.shift();
      if (piece?.error) throw new RequestError(piece.error.code, piece.error.message);
      // What an attempt that was given up had asked for may still be coming.
      if (piece && piece.offset !== sink.offset) continue;
      if (piece) {
        await sink.write(piece.data);
        onProgress?.(sink.offset, answer.size);
      } else if (connection.state !== state) {
        throw new RequestError("connection_lost", "Cannot download: the connection was lost");
      } else await unlessAborted(new Promise<void>((resolve) => wake = resolve), signal);
    }
    return answer;
  } finally {
    stopTaking();
    stopWaiting();
  }
}

/** Asks again after a lost connection; for what may be asked twice. */
export async function persistently<T>(
  connection: Connection,
  ask: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  while (true) {
    try {
      return await patiently(ask, signal);
    } catch (error) {
      if (!isLost(error)) throw error;
      await unlessAborted(connection.online(), signal);
    }
  }
}

/** Whether something may go well on another connection. */
function isLost(error: unknown): boolean {
  return isFault(error, "connection_lost") || isFault(error, "no_answer") || isFault(error, "shutting_down");
}

function isFault(error: unknown, code: RequestError["code"]): boolean {
  return error instanceof RequestError && error.code === code;
}
