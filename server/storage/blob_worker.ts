/// <reference lib="deno.worker" />
/**
 * A thread that writes the bytes of files and hashes them: both take their time for each piece, and everything else
 * goes on meanwhile. Started and ended by blob_thread.ts.
 */
import { createHash, type Hash } from "node:crypto";
import { constants, ftruncateSync, writeSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Hashes } from "../core/files/blob_store.ts";
import { makeLast } from "./make_last.ts";

/** What is asked of it: first the ring of slots, then one job after the other, each about one file. */
export type Asked = { readonly slots: SharedArrayBuffer } | {
  readonly job: number;
  readonly file: number;
  readonly task: Task;
};

/** What there is to do with a file. */
export type Task =
  /** Makes it if it is not there, and hashes what is; gives how long it is. `size`: so long it was, and is made again. */
  | { readonly do: "open"; readonly path: string; readonly size?: number }
  /** Writes bytes at its end, which must be `offset`; after the answer it hashes them. */
  | ({ readonly do: "append"; readonly offset: number } & Piece)
  /** Makes everything last through a power cut, and gives the hashes. */
  | { readonly do: "finish" }
  | { readonly do: "close" };

/** Bytes in the ring, or by themselves where they are too many for a slot. */
export type Piece = { readonly at: number; readonly length: number } | { readonly bytes: Uint8Array };

/** What came of a job. */
export type Done =
  & { readonly job: number }
  & ({ readonly value?: number | Hashes } | {
    readonly error: { readonly code: string; readonly message: string };
  });

/** Bytes read at a time. */
const BLOCK = 256 * 1024;

/** A file that is open. */
interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly md5: Hash;
  readonly sha256: Hash;
  offset: number;
}

let slots: Uint8Array = new Uint8Array(0);
const files = new Map<number, OpenFile>();

self.onmessage = ({ data }: MessageEvent<Asked>) => {
  if ("slots" in data) slots = new Uint8Array(data.slots);
  else if (data.task.do === "append") append(data.job, data.file, data.task);
  else {work(data.file, data.task).then((value) =>
      answer({ job: data.job, value }), (error) =>
      fail(data.job, error));}
};

function work(id: number, task: Exclude<Task, { do: "append" }>): Promise<number | Hashes | undefined> {
  switch (task.do) {
    case "open":
      return openFile(id, task.path, task.size);
    case "finish":
      return finish(files.get(id)!);
    case "close":
      return close(id);
  }
}

async function openFile(id: number, path: string, size: number | undefined): Promise<number> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const file = { path, handle, md5: createHash("md5"), sha256: createHash("sha256"), offset: 0 };
  try {
    if (size !== undefined) await cutTo(handle, size);
    // Pieces of other files have their turn between two blocks.
    for (const block = new Uint8Array(BLOCK);;) {
      const { bytesRead } = await handle.read(block, 0, BLOCK, file.offset);
      if (bytesRead === 0) break;
      add(file, block.subarray(0, bytesRead));
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  files.set(id, file);
  return file.offset;
}

async function cutTo(handle: FileHandle, size: number): Promise<void> {
  if ((await handle.stat()).size < size) throw new Error("bytes that were written are not there any more");
  await handle.truncate(size);
}

/** What the disk has taken is answered at once, so that the next piece comes while this one is hashed. */
function append(job: number, id: number, piece: Piece & { offset: number }): void {
  const file = files.get(id)!;
  if (piece.offset !== file.offset) return fail(job, "what came before was not written");
  const bytes = "bytes" in piece ? piece.bytes : slots.subarray(piece.at, piece.at + piece.length);
  try {
    write(file, bytes);
  } catch (error) {
    return fail(job, error);
  }
  answer({ job });
  add(file, bytes);
}

function write({ handle, offset }: OpenFile, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) {
      at += writeSync(handle.fd, bytes, at, bytes.length - at, offset + at);
    }
  } catch (error) {
    try {
      ftruncateSync(handle.fd, offset);
    } catch {
      // The next bytes go over what is left, and `finish` cuts off the rest.
    }
    throw error;
  }
}

function add(file: OpenFile, bytes: Uint8Array): void {
  file.md5.update(bytes);
  file.sha256.update(bytes);
  file.offset += bytes.length;
}

async function finish({ path, handle, md5, sha256, offset }: OpenFile): Promise<Hashes> {
  const { size } = await handle.stat();
  if (size !== offset) await handle.truncate(offset);
  await handle.datasync();
  // The name of a new file is to last as well.
  await makeLast(dirname(path));
  return { md5: md5.copy().digest("hex"), sha256: sha256.copy().digest("hex") };
}

async function close(id: number): Promise<undefined> {
  const { handle } = files.get(id)!;
  files.delete(id);
  // What had to last was made to by `finish`.
  await handle.close().catch(() => {});
}

function answer(done: Done): void {
  self.postMessage(done);
}

function fail(job: number, error: unknown): void {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  answer({ job, error: { code, message } });
}
