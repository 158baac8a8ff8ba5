/** Files of a disk over a connection, for the terminal client and the tests. Not for browsers. */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Answer } from "../../server/core/shared/commands.ts";
import type { Connection } from "../connection/connection.ts";
import { hasCode } from "../connection/request_error.ts";
import {
  download,
  type Sink,
  type TransferOptions,
  upload,
  type UploadTarget,
} from "../transfer/transfer.ts";

const BLOCK = 256 * 1024;

/** A download that is not kept: its bytes are not those announced, or its name leads out of its folder. */
export class RejectedDownload extends Error {
  override readonly name = "WrongBytes";
}

/** Sends a file of the disk. @throws RequestError, or the disk's own error */
export async function uploadPath(
  connection: Connection,
  path: string,
  target: UploadTarget,
  options: TransferOptions & { name?: string } = {},
): Promise<Answer<"finish">> {
  const { size } = await stat(path);
  const handle = await open(path, "r");
  try {
    const md5 = await hashOf(handle);
    const read = async (offset: number, length: number) => {
      const block = new Uint8Array(length);
      const { bytesRead } = await handle.read(block, 0, length, offset);
      return block.subarray(0, bytesRead);
    };
    return await upload(
      connection,
      { name: options.name ?? basename(path), size, md5, read },
      target,
      options,
    );
  } finally {
    await handle.close();
  }
}

/**
 * Fetches a file into a path, which appears only when everything is there and has the MD5 announced. What a broken
 * attempt left beside it (`.part`) is gone on with; should it turn out to be of something else, it begins anew.
 * @throws RequestError RejectedDownload, or the disk's own error
 */
export async function downloadPath(
  connection: Connection,
  file: string,
  path: string,
  options: TransferOptions = {},
): Promise<Answer<"download">> {
  const part = `${path}.part`;
  const { answer, began } = await downloadPart(connection, file, part, options);
  if (answer === undefined && began === 0) {
    throw new RejectedDownload(`Cannot keep "${path}": its bytes are not those that were announced`);
  }
  if (answer === undefined) return await downloadPath(connection, file, path, options);
  await rename(part, path);
  return answer;
}

/** Adds what is missing to a part, and says how much was there; what comes out wrong is removed and gives no answer. */
async function downloadPart(
  connection: Connection,
  file: string,
  part: string,
  options: TransferOptions,
): Promise<{ answer: Answer<"download"> | undefined; began: number }> {
  const handle = await open(part, "a+");
  let began = 0;
  try {
    const sink = await DiskSink.open(handle);
    began = sink.offset;
    const answer = await download(connection, file, sink, options);
    if (sink.md5() === answer.md5) return { answer, began };
  } catch (error) {
    const isTooLong = began > 0 && hasCode(error, "wrong_offset");
    if (!isTooLong) throw error;
  } finally {
    await handle.close();
  }
  await rm(part, { force: true });
  return { answer: undefined, began };
}

class DiskSink implements Sink {
  offset = 0;
  readonly #hash: Hash = createHash("md5");

  private constructor(readonly handle: FileHandle) {}

  static async open(handle: FileHandle): Promise<DiskSink> {
    const sink = new DiskSink(handle);
    for await (const block of blocksOf(handle)) {
      sink.#hash.update(block);
      sink.offset += block.length;
    }
    return sink;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, at, bytes.length - at, this.offset);
      at += bytesWritten;
      this.offset += bytesWritten;
    }
  }

  md5(): string {
    return this.#hash.copy().digest("hex");
  }
}

async function hashOf(handle: FileHandle): Promise<string> {
  const hash = createHash("md5");
  for await (const block of blocksOf(handle)) hash.update(block);
  return hash.digest("hex");
}

async function* blocksOf(handle: FileHandle): AsyncIterable<Uint8Array> {
  const block = new Uint8Array(BLOCK);
  for (let offset = 0;;) {
    const { bytesRead } = await handle.read(block, 0, BLOCK, offset);
    if (bytesRead === 0) return;
    yield block.subarray(0, bytesRead);
    offset += bytesRead;
  }
}
