/**
 * Files over a connection, whatever they are read from and written to: pieces in flight, progress, going on after a
 * lost link. Disks are in disk.ts; the page brings its own.
 */
import type { Answer } from "../server/core/commands.ts";
import { type Connection, type Piece } from "./connection.ts";
import { RequestError } from "./request_error.ts";

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
const IN_FLIGHT = 4;

/** Sends a file and has it appear. After a lost link it goes on where it was. @throws RequestError, or the signal's reason */
export async function upload(
  connection: Connection,
  source: Source,
  place: Place,
  options: TransferOptions = {},
): Promise<Answer<"finish">> {
  while (true) {
    options.signal?.throwIfAborted();
    try {
      const { name, size, md5 } = source;
      const { file, offset } = await connection.ask("upload", { ...place, name, size, md5 });
      await sendFrom(connection, source, file, offset, options);
      return await connection.ask("finish", { file });
    } catch (error) {
      if (!isLost(error)) throw error;
      await connection.online();
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
      await connection.online();
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
  for (let offset = from; offset < size; offset += PIECE_BYTES) {
    signal?.throwIfAborted();
    const data = await source.read(offset, Math.min(PIECE_BYTES, size - offset));
    const sent = connection.ask("chunk", { file, offset, data }).then((answer) =>
      onProgress?.(answer.offset, size)
    );
    sent.catch(() => {}); // awaited below; an earlier one may fail first
    inFlight.push(sent);
    if (inFlight.length >= IN_FLIGHT) await inFlight.shift();
  }
  await Promise.all(inFlight);
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
      if (piece) {
        await sink.write(piece.data);
        onProgress?.(sink.offset, answer.size);
      } else if (connection.state !== state) {
        throw new RequestError("connection_lost", "Cannot download: the connection was lost");
      } else await new Promise<void>((resolve) => wake = resolve);
    }
    return answer;
  } finally {
    stopTaking();
    stopWaiting();
  }
}

function isLost(error: unknown): boolean {
  return error instanceof RequestError && (error.code === "connection_lost" || error.code === "no_answer");
}
