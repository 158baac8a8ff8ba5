/**
 * The main thread's side of the writer: collects jobs while a batch is being committed and sends them as the
 * next one. So a single message waits for one commit only, and a thousand at once share a few.
 */
import { Fault } from "../core/faults.ts";
import { LIMITS } from "../core/limits.ts";
import { Conflict, type Write } from "../core/store.ts";
import type { FromWriter, JobResult, ToWriter } from "./writer_worker.ts";

interface Job {
  writes: readonly Write[];
  /** Characters of text in them (UTF-16 units). */
  chars: number;
  resolve(): void;
  reject(error: Error): void;
}

/** Commits lists of writes in the order of the calls. */
export class Writer {
  readonly #worker: Worker;
  readonly #onFailure: (detail: string) => void;
  #waiting: Job[] = [];
  #underWay: Job[] = [];
  #scheduled = false;
  #closed: (() => void) | undefined;
  /** How many transactions were sent, for those who measure. */
  batches = 0;

  private constructor(worker: Worker, onFailure: (detail: string) => void) {
    this.#worker = worker;
    this.#onFailure = onFailure;
    worker.onmessage = ({ data }: MessageEvent<FromWriter>) => {
      if (data.kind === "done") this.#done(data.results);
      else this.#closed?.();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(event.message);
    };
  }

  /** Starts the thread on a database that is already of today's shape. */
  static open(path: string, onFailure: (detail: string) => void): Promise<Writer> {
    const worker = new Worker(new URL("./writer_worker.ts", import.meta.url), { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onerror = (event) => {
        event.preventDefault();
        worker.terminate();
        reject(new Error(event.message));
      };
      worker.onmessage = () => resolve(new Writer(worker, onFailure));
      worker.postMessage({ kind: "open", path } satisfies ToWriter);
    });
  }

  /** How many jobs are not on disk yet. */
  get pending(): number {
    return this.#waiting.length + this.#underWay.length;
  }

  /** Resolves when the writes are on disk. @throws Conflict, Fault `storage_failed` `busy` */
  commit(writes: readonly Write[]): Promise<void> {
    if (this.pending >= LIMITS.writesWaitingMax) {
      return Promise.reject(
        new Fault("busy", "Cannot keep this now: the disk is too slow, try again soon", {
          retryAfterMs: 1_000,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes, chars: textIn(writes), resolve, reject });
      if (this.#underWay.length > 0 || this.#scheduled) return;
      this.#scheduled = true;
      queueMicrotask(() => this.#send());
    });
  }

  /** Commits what waits, then ends the thread. */
  async close(): Promise<void> {
    while (this.pending > 0) await this.commit([]).catch(() => {});
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      this.#worker.postMessage({ kind: "close" } satisfies ToWriter);
    });
    this.#worker.terminate();
  }

  #send(): void {
    this.#scheduled = false;
    if (this.#waiting.length === 0) return;
    this.#underWay = this.#waiting.splice(0, batchOf(this.#waiting));
    this.batches++;
    this.#worker.postMessage(
      { kind: "batch", jobs: this.#underWay.map((job) => job.writes) } satisfies ToWriter,
    );
  }

  #done(results: readonly JobResult[]): void {
    const jobs = this.#underWay;
    this.#underWay = [];
    this.#send();
    jobs.forEach((job, index) => {
      const result = results[index]!;
      if (result.ok) job.resolve();
      else job.reject(this.#errorOf(result));
    });
  }

  #errorOf(result: JobResult & { ok: false }): Error {
    if (result.conflict) return new Conflict(result.detail);
    this.#onFailure(result.detail);
    const words = "Cannot keep this: the server's disk refused it, and nobody was told; try again later";
    return new Fault("storage_failed", words, { detail: result.detail });
  }

  #fail(detail: string): void {
    const results: JobResult[] = this.#underWay.map(() => ({ ok: false, conflict: false, detail }));
    this.#done(results);
  }
}

/** How many of the first jobs go together. What is committed together is told together, and has to fit an outbox. */
function batchOf(jobs: readonly Job[]): number {
  let chars = 0;
  const end = jobs.findIndex((job, index) => {
    chars += job.chars;
    return index > 0 && (index >= LIMITS.batchWritesMax || chars > LIMITS.batchTextCharsMax);
  });
  return end === -1 ? jobs.length : end;
}

function textIn(writes: readonly Write[]): number {
  let chars = 0;
  for (const write of writes) {
    if (write.kind === "message.add") chars += write.message.text.length;
    else if (write.kind === "message.edit") chars += write.text.length;
  }
  return chars;
}
