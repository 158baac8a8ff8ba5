/**
 * The one place that writes to the database. What is to be kept in one turn of the event loop is committed together
 * at its end: so a single message waits for one commit only, and a thousand at once share a few. Why this is no thread
 * of its own: docs/decisions.md.
 */
import { setImmediate } from "node:timers";
import { Fault } from "../core/shared/faults.ts";
import { LIMITS } from "../core/shared/limits.ts";
import { Conflict, type Write } from "../core/store.ts";
import { Statements } from "./statements.ts";
import { indexSome, waitsForIndex } from "./search_index.ts";
import type { StoreOptions } from "./sqlite_store.ts";
import { commitBatch, type JobResult, openForWriting, transaction } from "./transactions.ts";

/** Those who talk meanwhile have the disk to themselves most of the time. */
const INDEX_PAUSE_MS = 20;

/** What makes a database larger. Anything else frees room, or is little and what those need who want to free some. */
const GROWS: ReadonlySet<Write["kind"]> = new Set(
  [
    "account.add",
    "reset.add",
    "room.add",
    "file.add",
    "message.add",
    "message.edit",
    "message.react",
  ] as const,
);

interface Job {
  writes: readonly Write[];
  /** Characters of text in them (UTF-16 units). */
  chars: number;
  resolve(): void;
  reject(error: Error): void;
}

/** Commits lists of writes in the order of the calls. */
export class Writer {
  readonly #db: Statements;
  readonly #onFailure: (detail: string) => void;
  readonly #onCommit: (ms: number, failed: boolean) => void;
  readonly #giveRoom: () => boolean;
  #waiting: Job[] = [];
  #scheduled = false;
  #indexing: ReturnType<typeof setTimeout> | undefined;
  /** How many transactions were begun, for those who measure. */
  batches = 0;

  /** Opens a database that is already of today's shape. */
  constructor(
    { path, onFailure, onCommit = () => {}, giveRoom = () => false }: Omit<StoreOptions, "newEpoch">,
  ) {
    this.#db = new Statements(openForWriting(path));
    this.#onFailure = onFailure;
    this.#onCommit = onCommit;
    this.#giveRoom = giveRoom;
    if (waitsForIndex(this.#db)) this.#indexLater();
  }

  /** How many jobs are not on disk yet. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Resolves when the writes are on disk. @throws Conflict, Fault `storage_failed` `disk_full` `busy` */
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
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#commitNext());
    });
  }

  /** Commits what waits, then closes the database. */
  close(): void {
    clearTimeout(this.#indexing);
    while (this.#waiting.length > 0) this.#commitNext();
    this.#emptyLog();
    this.#db.database.close();
  }

  /** SQLite does so itself at the last close, but a search that was just ended may still have the database open. */
  #emptyLog(): void {
    try {
      this.#db.database.exec("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (error) {
      // Nothing is lost: the next start reads the log.
      this.#onFailure(`emptying the log: ${error instanceof Error ? error.message : error}`);
    }
  }

  #commitNext(): void {
    this.#scheduled = false;
    const jobs = this.#waiting.splice(0, batchOf(this.#waiting));
    if (jobs.length === 0) return;
    this.batches++;
    const began = performance.now();
    const results = this.#commit(jobs);
    this.#onCommit(performance.now() - began, results.some((result) => !result.ok && !result.conflict));
    jobs.forEach((job, index) => {
      const result = results[index]!;
      if (result.ok) job.resolve();
      else job.reject(this.#errorOf(result));
    });
    if (this.#waiting.length === 0) return;
    this.#scheduled = true;
    // More than goes together: what was committed is told and read first.
    setTimeout(() => this.#commitNext());
  }

  /** On a full disk what frees space is tried again with the room that is kept for it. */
  #commit(jobs: readonly Job[]): JobResult[] {
    const results = commitBatch(this.#db, jobs.map((job) => job.writes));
    const again = jobs.filter((job, index) =>
      isFull(results[index]!) && !job.writes.some(({ kind }) => GROWS.has(kind))
    );
    if (again.length === 0 || !this.#giveRoom()) return results;
    const second = commitBatch(this.#db, again.map((job) => job.writes));
    return results.map((result, index) => second[again.indexOf(jobs[index]!)] ?? result);
  }

  /** What an upgrade left to be indexed anew, a little at a time. A disk that refuses it now is asked at the next start. */
  #indexLater(): void {
    this.#indexing = setTimeout(() => {
      try {
        let more = false;
        transaction(this.#db, () => more = indexSome(this.#db));
        if (more) this.#indexLater();
      } catch (error) {
        this.#onFailure(`indexing anew: ${error instanceof Error ? error.message : error}`);
      }
    }, INDEX_PAUSE_MS);
  }

  #errorOf(result: JobResult & { ok: false }): Error {
    if (result.conflict) return new Conflict(result.detail);
    this.#onFailure(result.detail);
    if (result.full) {
      const words =
        "Cannot keep this: the server's disk is full, and nobody was told; recall what is not needed, or try later";
      return new Fault("disk_full", words, { detail: result.detail });
    }
    const words = "Cannot keep this: the server's disk refused it, and nobody was told; try again later";
    return new Fault("storage_failed", words, { detail: result.detail });
  }
}

function isFull(result: JobResult): boolean {
  return !result.ok && result.full;
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
