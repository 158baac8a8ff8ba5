/** SQL that is run again and again on one connection, each statement prepared once. */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { Contradiction } from "../core/store/store.ts";
import type { Row } from "./rows.ts";

/** Runs statements of one connection. */
export class Statements {
  readonly #prepared = new Map<string, StatementSync>();

  constructor(readonly database: DatabaseSync) {}

  /** Gives how many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** The first row. */
  one(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  /** Every row. */
  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** Row after row, as they are asked for. */
  each(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.#statement(sql).iterate(...values);
  }

  /** Runs what has to change a row. @throws Contradiction */
  must(sql: string, ...values: SQLInputValue[]): void {
    if (this.run(sql, ...values) === 0) throw new Contradiction(sql);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (!statement) this.#prepared.set(sql, statement = this.database.prepare(sql));
    return statement;
  }
}
