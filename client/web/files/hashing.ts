/** MD5 of files, worked out in a worker. What was hashed once is known from then on. */
import { words } from "../words.ts";
import type { HashRequest, HashResponse } from "../md5_worker.ts";

/** What {@link Hashing.md5Of} may be given. */
interface HashOptions {
  /** Told now and then: bytes read. */
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

interface Job {
  onProgress: ((done: number) => void) | undefined;
  resolve(md5: string): void;
  reject(error: unknown): void;
}

/** The worker did not begin, or has ended: it comes from the server, which may be out of reach. */
export class WorkerGoneError extends Error {}

/** One worker, begun when it is needed. */
export class Hashing {
  readonly #known = new WeakMap<Blob, string>();
  readonly #jobs = new Map<number, Job>();
  #worker: Worker | undefined;
  #nextJob = 1;

  /** The MD5 in lower-case hex. @throws WorkerGoneError or another with a reason to show, or the signal's reason */
  async md5Of(blob: Blob, { onProgress, signal }: HashOptions = {}): Promise<string> {
    signal?.throwIfAborted();
    const known = this.#known.get(blob);
    if (known !== undefined) return known;
    const job = this.#nextJob++;
    const worker = this.#worker ??= this.#begin();
    const cancel = () => {
      worker.postMessage({ job } satisfies HashRequest);
      this.#jobs.get(job)?.reject(signal?.reason);
    };
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const md5 = await new Promise<string>((resolve, reject) => {
        this.#jobs.set(job, { onProgress, resolve, reject });
        worker.postMessage({ job, blob } satisfies HashRequest);
      });
      this.#known.set(blob, md5);
      return md5;
    } finally {
      this.#jobs.delete(job);
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Ends the worker. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #begin(): Worker {
    const worker = new Worker(new URL("md5_worker.js", document.baseURI), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<HashResponse>) => {
      const job = this.#jobs.get(data.job);
      if ("md5" in data) job?.resolve(data.md5);
      else if ("error" in data) job?.reject(failure(data.error));
      else job?.onProgress?.(data.done);
    });
    worker.addEventListener("error", () => {
      this.close();
      for (const job of this.#jobs.values()) job.reject(new WorkerGoneError(words.noHashing));
    });
    return worker;
  }
}

function failure(cause: string): Error {
  const unreadable = cause === "NotReadableError" || cause === "NotFoundError";
  return new Error(unreadable ? words.unreadable : words.noHashing, { cause });
}
