/**
 * The bytes of files where several nodes share them: what is whole is kept where all reach it before anybody is told of
 * it, and a node's own disk holds copies of what was asked for lately. What is still being sent is on one node alone.
 */
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asFault, Fault } from "../core/shared/faults.ts";
import { type DiskBlobStore, pathOfBlob } from "./disk_blob_store.ts";

/** Where all nodes reach the bytes of whole files. */
interface SharedBlobs {
  /** Keeps them; again is no harm. @throws when that is not certain */
  put(id: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws Fault `disk_full` so many more do not go in */
  checkRoom(bytes: number): Promise<void>;
  /** Undefined: there are none. `isWanted`: see {@link BlobStore.read}. @throws when that can't be said */
  get(id: string, isWanted: () => boolean): Promise<AsyncIterable<Uint8Array> | undefined>;
  remove(ids: readonly string[]): Promise<void>;
}

/** What a cached blob store is given. */
interface CacheOptions {
  readonly disk: DiskBlobStore;
  readonly shared: SharedBlobs;
  /** The folder of whole files, and one for what is being fetched. */
  readonly folder: string;
  readonly fetching: string;
  /** Room for copies. */
  readonly bytesMax: number;
  /** How large a file is that is whole; undefined: it is not, or not any more. */
  readonly sizeOf: (id: string) => number | undefined;
  readonly onFailure: (detail: string) => void;
}

/** Bytes read at a time. */
const BLOCK = 256 * 1024;

/** A blob store whose disk is a cache. */
export function openCachedBlobStore(options: CacheOptions): DiskBlobStore {
  const { disk, shared, onFailure } = options;
  const copies = new Copies(options);
  const fetches = new Map<string, Fetch>();
  const fetchOf = (id: string): Fetch => {
    const known = fetches.get(id);
    if (known) return known;
    const fetch = new Fetch(id, options, () => {
      fetches.delete(id);
      copies.used(id);
    });
    fetches.set(id, fetch);
    return fetch;
  };
  return {
    ...disk,
    async keep(id, size) {
      try {
        await shared.checkRoom(size);
        await shared.put(id, disk.read(id, 0, size));
      } catch (error) {
        throw error instanceof Fault && error.code === "disk_full" ? error : unreachable(error);
      }
      copies.used(id, size);
    },
    async *read(id, ...range) {
      if (options.sizeOf(id) === undefined || await copies.isHere(id)) yield* disk.read(id, ...range);
      else yield* fetchOf(id).read(...range);
    },
    async remove(ids) {
      await disk.remove(ids);
      for (const id of ids) copies.forget(id);
      await shared.remove(ids).catch((error) => onFailure(String(error)));
    },
  };
}

/** The copies on this node's disk, the one used last last. */
class Copies {
  readonly #options: CacheOptions;
  readonly #sizes = new Map<string, number>();
  #bytes = 0;
  readonly #ready: Promise<void>;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#ready = this.#look();
  }

  /** Whether there is a copy; then it was used just now. */
  async isHere(id: string): Promise<boolean> {
    await this.#ready;
    const size = this.#options.sizeOf(id);
    const found = await stat(join(this.#options.folder, pathOfBlob(id))).catch(() => undefined);
    if (size === undefined || found?.size !== size) return false;
    this.used(id);
    return true;
  }

  /** A copy is there, and used. Those that were used longest ago make room for it. */
  used(id: string, size: number | undefined = this.#options.sizeOf(id)): void {
    this.forget(id);
    if (size === undefined) return;
    this.#sizes.set(id, size);
    this.#bytes += size;
    const gone: string[] = [];
    for (const oldest of this.#sizes.keys()) {
      if (this.#bytes <= this.#options.bytesMax || oldest === id) break;
      this.forget(oldest);
      gone.push(oldest);
    }
    if (gone.length > 0) void this.#options.disk.remove(gone);
  }

  forget(id: string): void {
    this.#bytes -= this.#sizes.get(id) ?? 0;
    this.#sizes.delete(id);
  }

  async #look(): Promise<void> {
    await rm(this.#options.fetching, { recursive: true, force: true });
    for await (const { id } of this.#options.disk.list()) this.used(id);
  }
}

/** Bytes on their way to this node's disk. Whoever wants them reads what has come so far and waits for the rest. */
class Fetch {
  readonly #id: string;
  readonly #options: CacheOptions;
  readonly #path: string;
  #handle: FileHandle | undefined;
  #written = 0;
  #isOver = false;
  #failed: Fault | undefined;
  /** Whether each that reads still waits. */
  readonly #readers = new Set<() => boolean>();
  #wake: (() => void)[] = [];

  /** `onEnd`: told when all of it is there, or nothing more will be. */
  constructor(id: string, options: CacheOptions, readonly onEnd: () => void) {
    this.#id = id;
    this.#options = options;
    this.#path = join(options.fetching, id);
    void this.#fetch().catch((error) => {
      this.#failed = error instanceof Fault ? error : unreachable(error);
    }).then(() => this.#end());
  }

  async *read(offset: number, end: number, isWanted = () => true): AsyncIterable<Uint8Array> {
    const reader = () => isWanted();
    this.#readers.add(reader);
    try {
      for (let at = offset; at < end;) {
        while (this.#written <= at && !this.#isOver) {
          await new Promise<void>((resolve) => this.#wake.push(resolve));
        }
        if (this.#failed) throw this.#failed;
        const bytes = Math.min(BLOCK, end - at, this.#written - at);
        if (bytes <= 0) return;
        const block = new Uint8Array(bytes);
        const { bytesRead } = await this.#handle!.read(block, 0, bytes, at);
        at += bytesRead;
        yield block.subarray(0, bytesRead);
      }
    } finally {
      this.#readers.delete(reader);
      await this.#close();
    }
  }

  async #fetch(): Promise<void> {
    const { shared, fetching, folder, sizeOf } = this.#options;
    const isWanted = () => this.#readers.values().some((reads) => reads());
    const bytes = await shared.get(this.#id, isWanted);
    if (!bytes) throw gone("they are not in the cluster's store");
    await mkdir(fetching, { recursive: true, mode: 0o700 });
    this.#handle = await open(this.#path, "w+", 0o600);
    for await (const block of bytes) {
      await this.#handle.write(block, 0, block.length, this.#written);
      this.#written += block.length;
      this.#wakeAll();
    }
    if (this.#written !== sizeOf(this.#id)) throw gone(`${this.#written} bytes have come`);
    const whole = join(folder, pathOfBlob(this.#id));
    await mkdir(dirname(whole), { recursive: true, mode: 0o700 });
    await rename(this.#path, whole);
  }

  async #end(): Promise<void> {
    this.#isOver = true;
    this.onEnd();
    if (this.#failed) await rm(this.#path, { force: true });
    this.#wakeAll();
    await this.#close();
  }

  async #close(): Promise<void> {
    if (!this.#isOver || this.#readers.size > 0) return;
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function gone(detail: string): Fault {
  return new Fault("file_gone", "Cannot read this file: its bytes are no longer there", { detail });
}

function unreachable(error: unknown): Fault {
  const { detail = String(error) } = asFault(error);
  return new Fault(
    "unavailable",
    "Cannot reach the bytes of this file now: too few of the cluster's servers answer",
    {
      detail,
      retryAfterMs: 2_000,
    },
  );
}
