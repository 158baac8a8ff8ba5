/**
 * The thread that writes and hashes the bytes of files, seen from the main one. It is started when somebody opens a
 * file for adding, and ends when nobody has one open for a while. Should it die, what waits for it fails, and whoever
 * asks next gets another one.
 */
import type { Hashes } from "../core/files/blob_store.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { Asked, Done, Piece, Task } from "./blob_worker.ts";

/** In a bundle the thread's program stands where its source did, and has been compiled. */
const PROGRAM = import.meta.url.endsWith(".ts")
  ? new URL("./blob_worker.ts", import.meta.url)
  : new URL("./server/storage/blob_worker.js", import.meta.url);

/** Pieces that wait for the disk or are hashed now, of all files together; past it who brings one more waits. */
const SLOTS = LIMITS.uploadsAheadBytesMax / LIMITS.chunkBytesMax;
const SLOT_BYTES = LIMITS.chunkBytesMax;
/** It ends when no file has been open for so long: to start one makes everybody wait for a moment. */
const IDLE_MS = 600_000;

interface Job {
  readonly resolve: (value: number | Hashes | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** A file that the thread has open. */
export interface ThreadFile {
  readonly id: number;
  /** How many bytes it had when it was opened. */
  readonly size: number;
}

/** Who writes and hashes. Whatever fails does with what the system said, and its `code`. */
export class BlobThread {
  readonly #program: URL;
  #running: Running | undefined;
  #ids = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param program another one, for tests */
  constructor(program: URL = PROGRAM) {
    this.#program = program;
  }

  /** Whether a file is open: it is not any more when its thread has died. */
  has(file: ThreadFile): boolean {
    return this.#running?.files.has(file.id) === true;
  }

  /** Opens a file for adding, made when it is not there, and hashes what is in it. `size`: it is cut to that first. */
  async open(path: string, size?: number): Promise<ThreadFile> {
    clearTimeout(this.#timer);
    const running = this.#running ??= new Running(this.#program, (ended) => this.#ended(ended));
    const id = ++this.#ids;
    running.files.add(id);
    try {
      const there = await running.ask(id, { do: "open", path, ...(size !== undefined && { size }) });
      return { id, size: there as number };
    } catch (error) {
      this.#closed(running, id);
      throw error;
    }
  }

  /** Adds bytes at the end, which is `offset`; resolves when they are taken. `written`: they are on the disk, or why not. */
  async append(
    file: ThreadFile,
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ written: Promise<unknown> }> {
    return await this.#of(file).append(file.id, offset, bytes);
  }

  /** Makes everything last and gives the hashes over all of it. */
  async finish(file: ThreadFile): Promise<Hashes> {
    return await this.#of(file).ask(file.id, { do: "finish" }) as Hashes;
  }

  /** Never fails. */
  async close(file: ThreadFile): Promise<void> {
    const running = this.#running;
    if (!running?.files.has(file.id)) return;
    await running.ask(file.id, { do: "close" }).catch(() => {});
    this.#closed(running, file.id);
  }

  /** Ends it; what waits fails. */
  end(): void {
    this.#running?.end(new Error("the thread was ended"));
  }

  #of(file: ThreadFile): Running {
    if (this.has(file)) return this.#running!;
    throw new Error("the thread that had this file open is gone");
  }

  #closed(running: Running, id: number): void {
    running.files.delete(id);
    if (this.#running !== running || running.files.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), IDLE_MS);
  }

  #ended(running: Running): void {
    if (this.#running !== running) return;
    clearTimeout(this.#timer);
    this.#running = undefined;
  }
}

/** One life of the thread. */
class Running {
  /** Those that are open. */
  readonly files = new Set<number>();
  readonly #worker: Worker;
  readonly #slots = new Uint8Array(new SharedArrayBuffer(SLOTS * SLOT_BYTES));
  readonly #jobs = new Map<number, Job>();
  readonly #onEnd: (self: Running) => void;
  #lastJob = 0;
  /** How many pieces were put into the ring, and how many of them are not answered. */
  #put = 0;
  #unanswered = 0;
  /** Who waits for a slot, in the order of coming. */
  readonly #waiting: (() => void)[] = [];
  #over: Error | undefined;

  constructor(program: URL, onEnd: (self: Running) => void) {
    this.#onEnd = onEnd;
    this.#worker = new Worker(program, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Done>) => this.#done(data);
    this.#worker.onerror = (event) => {
      // Otherwise it would end the whole program.
      event.preventDefault();
      this.end(new Error(`the thread died: ${event.message}`));
    };
    this.#post({ slots: this.#slots.buffer });
  }

  ask(file: number, task: Task): Promise<number | Hashes | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#over);
      const job = ++this.#lastJob;
      this.#jobs.set(job, { resolve, reject });
      this.#post({ job, file, task });
    });
  }

  async append(file: number, offset: number, bytes: Uint8Array): Promise<{ written: Promise<unknown> }> {
    // Pieces are taken in the order of the ring, and the last one answered is still hashed: its slot is not free yet.
    if (this.#unanswered < SLOTS - 1) this.#unanswered++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const written = this.ask(file, { do: "append", offset, ...this.#piece(bytes) }).finally(() => {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#unanswered--;
    });
    return { written };
  }

  end(why: Error): void {
    if (this.#over) return;
    this.#over = why;
    this.#worker.terminate();
    this.#onEnd(this);
    for (const { reject } of this.#jobs.values()) reject(why);
    this.#jobs.clear();
  }

  /** Puts bytes into the next slot. They are copied, so that nobody who has them loses them. */
  #piece(bytes: Uint8Array): Piece {
    const at = this.#put++ % SLOTS * SLOT_BYTES;
    if (bytes.length > SLOT_BYTES) return { bytes };
    this.#slots.set(bytes, at);
    return { at, length: bytes.length };
  }

  #post(asked: Asked): void {
    this.#worker.postMessage(asked);
  }

  #done(done: Done): void {
    const waiting = this.#jobs.get(done.job);
    this.#jobs.delete(done.job);
    if ("error" in done) {
      waiting?.reject(Object.assign(new Error(done.error.message), { code: done.error.code }));
    } else waiting?.resolve(done.value);
  }
}
