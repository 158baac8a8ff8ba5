/**
 * The bytes of files in a folder: one file for each id, spread over subfolders by the end of the id. Which of them
 * are whole, and whose they are, the database says.
 */
import { type FileHandle, open, readdir, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileTypeFromBuffer } from "file-type";
import { Fault } from "../core/shared/faults.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { BlobStore, BlobWriter, Hashes } from "../core/files/blob_store.ts";
import { BlobThread, type ThreadFile } from "./blob_thread.ts";

/** How long what the disk has left is taken for known, less what is added meanwhile. */
const FREE_KNOWN_MS = 250;
/** Bytes read at a time. */
const BLOCK = 256 * 1024;
const UNKNOWN_TYPE = "application/octet-stream";

/** A blob store that can say what it holds. */
export interface DiskBlobStore extends BlobStore {
  /** Every id with bytes, and how many. */
  list(): AsyncIterable<{ id: string; size: number }>;
  /** Resolves once nothing is being removed. What is open for adding must have been closed. */
  close(): Promise<void>;
}

/** Where the bytes of a file are below the folder of files; "/" stands between folders. @throws when that is elsewhere */
export function pathOfBlob(id: string): string {
  if (!/^[\w -]+$/.test(id)) throw new Error(`${JSON.stringify(id)} is no file's id`);
  return `${id.slice(-2).toLowerCase()}/${id}`;
}

/**
 * A blob store in a folder, which is made when something is first put into it. `onFailure`: what could not be removed.
 * `thread`: another one, for tests.
 */
export function openBlobStore(
  folder: string,
  onFailure: (detail: string) => void,
  thread: BlobThread = new BlobThread(),
): DiskBlobStore {
  const pathOf = (id: string) => join(folder, pathOfBlob(id));
  const free = new FreeBytes(folder);
  const removals = new Set<Promise<void>>();
  const removeAll = async (ids: Iterable<string>) => {
    for (const id of ids) {
      try {
        await rm(pathOf(id), { force: true });
      } catch (error) {
        onFailure(String(error));
      }
    }
  };
  return {
    async open(id) {
      try {
        return await DiskBlobWriter.open(pathOf(id), thread, (bytes) => free.added(bytes));
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
      free.forget();
    },
    async close() {
      thread.end();
      await Promise.all(removals);
    },
    async free() {
      try {
        return await free.bytes();
      } catch (error) {
        throw diskFault(error);
      }
    },
    // The disk is all that a server alone has.
    keep: () => Promise.resolve(),
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

/** What the disk has left. It is asked for with every piece of a file, and not looked at each time. */
class FreeBytes {
  readonly #folder: string;
  #known: { readonly at: number; readonly bytes: Promise<number> } | undefined;
  #added = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async bytes(): Promise<number> {
    const now = performance.now();
    if (!this.#known || now - this.#known.at > FREE_KNOWN_MS) {
      this.#known = { at: now, bytes: this.#look() };
      this.#known.bytes.catch(() => this.forget());
      this.#added = 0;
    }
    return await this.#known.bytes - this.#added;
  }

  added(bytes: number): void {
    this.#added += bytes;
  }

  forget(): void {
    this.#known = undefined;
  }

  async #look(): Promise<number> {
    const found = await stat(this.#folder).catch(() => undefined);
    if (found?.isDirectory() === false) throw new Error("it is no folder");
    const { bavail, bsize } = await statfs(found ? this.#folder : dirname(this.#folder));
    return bavail * bsize;
  }
}

/**
 * Adds to one file. It is ahead of its disk by what waits in the thread; what the disk refused of that is told with
 * whatever comes next.
 */
class DiskBlobWriter implements BlobWriter {
  readonly #path: string;
  readonly #thread: BlobThread;
  readonly #added: (bytes: number) => void;
  #file: ThreadFile;
  #offset: number;
  /** How many bytes the disk has. */
  #written: number;
  /** Ends when the disk has all that was taken, or has refused some of it. */
  #writing: Promise<unknown> = Promise.resolve();
  #refused: { readonly why: unknown } | undefined;

  private constructor(path: string, thread: BlobThread, file: ThreadFile, added: (bytes: number) => void) {
    this.#path = path;
    this.#thread = thread;
    this.#added = added;
    this.#file = file;
    this.#offset = this.#written = file.size;
  }

  /** Opens a file at its end, hashing what is there already. */
  static async open(
    path: string,
    thread: BlobThread,
    added: (bytes: number) => void,
  ): Promise<DiskBlobWriter> {
    return new DiskBlobWriter(path, thread, await thread.open(path), added);
  }

  get offset(): number {
    return this.#offset;
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#do(async (file) => {
      const { written } = await this.#thread.append(file, this.#offset, bytes);
      this.#offset += bytes.length;
      this.#added(bytes.length);
      this.#writing = written.then(
        () => void (this.#written += bytes.length),
        (why) => void (this.#refused ??= { why }),
      );
    });
  }

  async finish(): Promise<Hashes> {
    await this.#writing;
    return await this.#do((file) => this.#thread.finish(file));
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#thread.close(this.#file);
  }

  async #do<T>(task: (file: ThreadFile) => Promise<T>): Promise<T> {
    try {
      if (this.#refused) await this.#goBack(this.#refused.why);
      // When the thread has died, another one takes the file over as far as it was written.
      if (!this.#thread.has(this.#file)) this.#file = await this.#thread.open(this.#path, this.#written);
      return await task(this.#file);
    } catch (error) {
      throw diskFault(error);
    }
  }

  /** What was taken and not written is not there. @throws why not */
  async #goBack(why: unknown): Promise<never> {
    await this.#writing;
    this.#offset = this.#written;
    this.#refused = undefined;
    throw why;
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
