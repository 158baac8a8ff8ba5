/**
 * The bytes of files in a folder: one file for each id, spread over subfolders by the end of the id. Which of them
 * are whole, and whose they are, the database says.
 */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { fileTypeFromBuffer } from "file-type";
import { Fault } from "../core/faults.ts";
import { LIMITS } from "../core/limits.ts";
import type { Hashes, Inlet, Vault } from "../core/vault.ts";

/** Bytes read at a time. */
const BLOCK = 256 * 1024;
const UNKNOWN_TYPE = "application/octet-stream";

/** A vault that can say what it holds. */
export interface DiskVault extends Vault {
  /** Every id with bytes, and how many. */
  list(): AsyncIterable<{ id: string; size: number }>;
}

/** A vault in a folder, which is made when something is first put into it. */
export function openVault(folder: string): DiskVault {
  const pathOf = (id: string) => join(folder, id.slice(-2).toLowerCase(), id);
  return {
    async open(id) {
      try {
        await mkdir(join(folder, id.slice(-2).toLowerCase()), { recursive: true, mode: 0o700 });
        return await DiskInlet.open(pathOf(id));
      } catch (error) {
        throw diskFault(error);
      }
    },
    read: (id, offset, end) => readBlocks(pathOf(id), offset, end),
    async remove(ids) {
      for (const id of ids) await rm(pathOf(id), { force: true });
    },
    async free() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
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
          const handle = await open(pathOf(id), "r");
          const { size } = await handle.stat();
          await handle.close();
          yield { id, size };
        }
      }
    },
  };
}

class DiskInlet implements Inlet {
  readonly #handle: FileHandle;
  #md5: Hash = createHash("md5");
  #sha256: Hash = createHash("sha256");
  #offset = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Opens a file at its end, hashing what is there already. */
  static async open(path: string): Promise<DiskInlet> {
    const handle = await open(path, "a+", 0o600);
    const inlet = new DiskInlet(handle);
    const block = new Uint8Array(BLOCK);
    while (true) {
      const { bytesRead } = await handle.read(block, 0, BLOCK, inlet.#offset);
      if (bytesRead === 0) return inlet;
      inlet.#hash(block.subarray(0, bytesRead));
      inlet.#offset += bytesRead;
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
        await this.#handle.truncate(this.#offset);
        throw error;
      }
    } catch (error) {
      throw diskFault(error);
    }
    this.#offset += bytes.length;
  }

  async finish(): Promise<Hashes> {
    try {
      await this.#handle.datasync();
    } catch (error) {
      throw diskFault(error);
    }
    return { md5: this.#md5.copy().digest("hex"), sha256: this.#sha256.copy().digest("hex") };
  }

  async close(): Promise<void> {
    await this.#handle.close();
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
