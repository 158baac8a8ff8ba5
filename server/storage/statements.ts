/** SQL that is run again and again, each statement prepared once. */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { Conflict } from "../core/store.ts";

/** Runs statements of one connection. */
export class Statements {
  readonly #prepared = new Map<string, StatementSync>();

  constructor(readonly database: DatabaseSync) {}

  /** Gives how many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    let statement = this.#prepared.get(sql);
    if (!statement) this.#prepared.set(sql, statement = this.database.prepare(sql));
    return Number(statement.run(...values).changes);
  }

  /** Runs what has to change a row. @throws Conflict */
  must(sql: string, ...values: SQLInputValue[]): void {
    if (this.run(sql, ...values) === 0) throw new Conflict(sql);
  }
}
