/**
 * Transactions: how the database is opened for writing, and how a batch of jobs, each a list of writes, is committed
 * whole, or as much of it as can stand.
 */
import { DatabaseSync } from "node:sqlite";
import { Conflict, type Write } from "../core/store.ts";
import { carry } from "./write_handlers.ts";
import type { Statements } from "./statements.ts";

/** What one job came to. */
export type JobResult = { ok: true } | { ok: false; conflict: boolean; full: boolean; detail: string };

/** SQLite's result code for "a constraint was violated" (https://sqlite.org/rescode.html). */
const SQLITE_CONSTRAINT = 19;
const SQLITE_FULL = 13;
const DONE: JobResult = { ok: true };

/** Opens the database as every writer must. */
export function openForWriting(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON",
  );
  // What is taken back is overwritten, not only forgotten.
  database.exec("PRAGMA secure_delete = ON");
  return database;
}

/** Commits jobs as one transaction. A job that fails is left out and the others stand. */
export function commitBatch(db: Statements, jobs: readonly (readonly Write[])[]): JobResult[] {
  try {
    transaction(db, () => jobs.forEach((job) => job.forEach((write) => carry(db, write))));
    return jobs.map(() => DONE);
  } catch {
    return oneByOne(db, jobs);
  }
}

/** The slow way, when something in a batch is wrong: each job stands or falls by itself. */
function oneByOne(db: Statements, jobs: readonly (readonly Write[])[]): JobResult[] {
  const results: JobResult[] = [];
  try {
    transaction(db, () => {
      for (const job of jobs) results.push(attempt(db, job));
    });
    return results;
  } catch (error) {
    const failed = failure(error);
    return jobs.map(() => failed);
  }
}

function attempt(db: Statements, job: readonly Write[]): JobResult {
  db.run("SAVEPOINT job");
  try {
    for (const write of job) carry(db, write);
    db.run("RELEASE job");
    return DONE;
  } catch (error) {
    if (!db.database.isTransaction) throw error;
    db.run("ROLLBACK TO job");
    db.run("RELEASE job");
    return failure(error);
  }
}

/** Does all of it or nothing. */
export function transaction(db: Statements, work: () => void): void {
  db.run("BEGIN IMMEDIATE");
  try {
    work();
    db.run("COMMIT");
  } catch (error) {
    if (db.database.isTransaction) db.run("ROLLBACK");
    throw error;
  }
}

function failure(error: unknown): JobResult {
  const conflict = error instanceof Conflict || codeOf(error) === SQLITE_CONSTRAINT;
  return {
    ok: false,
    conflict,
    full: isDiskFull(error),
    detail: error instanceof Error ? error.message : String(error),
  };
}

/** Whether the database says that its disk is full. */
export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === SQLITE_FULL;
}

/** SQLite's result code, without what extends it. */
function codeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}
