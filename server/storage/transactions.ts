/** Transactions: all of it is on disk afterwards, or nothing. */
import { Contradiction } from "../core/store/store.ts";
import type { Statements } from "./statements.ts";

/** SQLite's result codes (https://sqlite.org/rescode.html). */
const SQLITE_FULL = 13;
const SQLITE_CONSTRAINT = 19;

/** Does all of it or nothing. @throws what the work throws, or the database */
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

/** What the database says of something that it did not do. */
export function refusalOf(error: unknown): "full" | "contradiction" | "other" | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  if (typeof code !== "number") return undefined;
  // Without what extends it.
  const plain = code & 0xff;
  return plain === SQLITE_FULL ? "full" : plain === SQLITE_CONSTRAINT ? "contradiction" : "other";
}

/** Whether it is the disk that does not do it, rather than that it contradicts what is there. */
export function isTheDisks(error: unknown): boolean {
  const refusal = refusalOf(error);
  return refusal !== undefined && refusal !== "contradiction";
}

/** An error of the database as the core knows it, where it contradicts what is there. */
export function asContradiction(error: unknown): unknown {
  return refusalOf(error) === "contradiction" ? new Contradiction((error as Error).message) : error;
}
