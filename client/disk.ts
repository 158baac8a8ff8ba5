/** Files of a disk over a connection, for the terminal client and the tests. Not for browsers. */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Answer } from "../server/core/commands.ts";
import type { Connection } from "./connection.ts";
import { download, type Place, type Sink, type TransferOptions, upload } from "./transfer.ts";

const BLOCK = 256 * 1024;

/** A download whose bytes are not what was announced. */
export class WrongBytes extends Error {
  override readonly name = "WrongBytes";
}

/** Sends a file of the disk. @throws RequestError, or the disk's own error */
export async function uploadPath(
  connection: Connection,
  path: string,
  place: Place,
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
      place,
      options,
    );
  } finally {
    await handle.close();
  }
}

/**
 * Fetches a file into a path, which appears only when everything is there and has the MD5 announced; what a broken
 * attempt left beside it (`.part`) is gone on with. @throws RequestError WrongBytes, or the disk's own error
 */
export async function downloadPath(
  connection: Connection,
  file: string,
  path: string,
  options: TransferOptions = {},
): Promise<Answer<"download">> {
  const part = `${path}.part`;
  const handle = await open(part, "a+");
  let answer: Answer<"download">;
  let md5: string;
  try {
    const sink = await DiskSink.open(handle);
    answer = await download(connection, file, sink, options);
    md5 = sink.md5();
  } finally {
    await handle.close();
  }
  if (md5 !== answer.md5) {
    await rm(part, { force: true });
    throw new WrongBytes(`Cannot keep "${path}": its MD5 is ${md5}, announced was ${answer.md5}`);
  }
  await rename(part, path);
  return answer;
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
