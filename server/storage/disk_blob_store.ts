/**
 * The bytes of files in a folder: one file for each id, spread over subfolders by the end of the id. Which of them
 * are whole, and whose they are, the database says.
 */
import { createHash, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileTypeFromBuffer } from "file-type";
import { Fault } from "../core/shared/faults.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { BlobStore, BlobWriter, Hashes } from "../core/files/blob_store.ts";

/** Bytes read at a time. */
const BLOCK = 256 * 1024;
const UNKNOWN_TYPE = "application/octet-stream";

/** A blob store that can say what it holds. */
export interface DiskBlobStore extends BlobStore {
  /** Every id with bytes, and how many. */
  list(): AsyncIterable<{ id: string; size: number }>;
  /** Resolves once nothing is being removed. */
  settled(): Promise<void>;
}

/** Where the bytes of a file are below the folder of files; "/" stands between folders. */
export function pathOfBlob(id: string): string {
  return `${id.slice(-2).toLowerCase()}/${id}`;
}

/** A blob store in a folder, which is made when something is first put into it. `onFailure`: what could not be removed. */
export function openBlobStore(folder: string, onFailure: (detail: string) => void): DiskBlobStore {
  const pathOf = (id: string) => join(folder, pathOfBlob(id));
  const removals = new Set<Promise<void>>();
  const removeAll = async (ids: Iterable<string>) => {
    for (const id of ids) {
      await rm(pathOf(id), { force: true }).catch((error) => onFailure(String(error)));
    }
  };
  return {
    async open(id) {
      try {
        await mkdir(dirname(pathOf(id)), { recursive: true, mode: 0o700 });
        return await DiskBlobWriter.open(pathOf(id));
      } catch (error) {
        throw diskFault(error);
      }
    },
    read: (id, offset, end) => readBlocks(pathOf(id), offset, end),
    async remove(ids) {
      const removal = removeAll(ids);
      removals.add(removal);
      await removal;
      removals.delete(removal);
    },
    async settled() {
      await Promise.all(removals);
    },
    async free() {
      try {
        const found = await stat(folder).catch(() => undefined);
        if (found?.isDirectory() === false) throw new Error("it is no folder");
        const { bavail, bsize } = await statfs(found ? folder : dirname(folder));
        return bavail * bsize;
      } catch (error) {
        throw diskFault(error);
      }
    },
    async sniff(id) {
      for await (const block of readBlocks(pathOf(id), 0, LIMITS.sniffBytes)) {
        return (await fileTypeFromBuffer(block))?.mime ?? UNKNOWN_TYPE;
      }
      return UNKNOWN_TYPE;
    },
    async *list() {
      for (const shelf of await readdir(folder).catch(() => [])) {
        for (const id of await readdir(join(folder, shelf)).catch(() => [])) {
          const found = await stat(join(folder, shelf, id)).catch(() => undefined);
          if (found?.isFile()) yield { id, size: found.size };
        }
      }
    },
  };
}

class DiskBlobWriter implements BlobWriter {
  readonly #path: string;
  readonly #handle: FileHandle;
  #md5: Hash = createHash("md5");
  #sha256: Hash = createHash("sha256");
  #offset = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Opens a file at its end, hashing what is there already. */
  static async open(path: string): Promise<DiskBlobWriter> {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const writer = new DiskBlobWriter(path, handle);
    try {
      await writer.#hashAll();
      return writer;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #hashAll(): Promise<void> {
    const block = new Uint8Array(BLOCK);
    while (true) {
      const { bytesRead } = await this.#handle.read(block, 0, BLOCK, this.#offset);
      if (bytesRead === 0) return;
      this.#hash(block.subarray(0, bytesRead));
      this.#offset += bytesRead;
    }
  }

  get offset(): number {
    return this.#offset;
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      // The disk works while the processor hashes; what the disk refuses is hashed on a copy and forgotten.
      const writing = this.#write(bytes);
      const before = [this.#md5.copy(), this.#sha256.copy()] as const;
      this.#hash(bytes);
      try {
        await writing;
      } catch (error) {
        [this.#md5, this.#sha256] = before;
        // Should this fail as well, the next bytes go over what is left, and `finish` cuts off the rest.
        await this.#handle.truncate(this.#offset).catch(() => {});
        throw error;
      }
    } catch (error) {
      throw diskFault(error);
    }
    this.#offset += bytes.length;
  }

  async finish(): Promise<Hashes> {
    try {
      const { size } = await this.#handle.stat();
      if (size !== this.#offset) await this.#handle.truncate(this.#offset);
      await this.#handle.datasync();
      await syncFolder(dirname(this.#path));
    } catch (error) {
      throw diskFault(error);
    }
    return { md5: this.#md5.copy().digest("hex"), sha256: this.#sha256.copy().digest("hex") };
  }

  async close(): Promise<void> {
    // What had to last was made to by `finish`.
    await this.#handle.close().catch(() => {});
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, this.#offset + at);
      at += bytesWritten;
    }
  }

  #hash(bytes: Uint8Array): void {
    this.#md5.update(bytes);
    this.#sha256.update(bytes);
  }
}

/** Makes the name of a new file last as well. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function* readBlocks(path: string, offset: number, end: number): AsyncIterable<Uint8Array> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    throw new Fault("file_gone", "Cannot read this file: its bytes are no longer there", {
      detail: String(error),
    });
  }
  try {
    for (let at = offset; at < end;) {
      const block = new Uint8Array(Math.min(BLOCK, end - at));
      const { bytesRead } = await handle.read(block, 0, block.length, at);
      if (bytesRead === 0) return;
      yield block.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function diskFault(error: unknown): Fault {
  const { code, message } = error as { code?: string; message?: string };
  const detail = `${code ?? ""} ${message ?? ""}`;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new Fault("disk_full", "Cannot keep these bytes: the server's disk is full", { detail });
  }
  return new Fault(
    "storage_failed",
    "Cannot keep these bytes: the server's disk refused them; try again later",
    { detail },
  );
}
