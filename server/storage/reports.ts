/** Reported messages in SQL. */
import type { Write, WriteKind } from "../core/store/store.ts";
import type { ReportStore, StoredReport } from "../core/store/stored_reports.ts";
import type { Row } from "./rows.ts";
import type { Statements } from "./statements.ts";

type ReportKind = Extract<WriteKind, `report.${string}` | "reports.expire">;
type WriteHandlers = { [K in ReportKind]: (db: Statements, write: Extract<Write, { kind: K }>) => void };

/** Write about a report → its SQL. */
export const REPORT_WRITE_HANDLERS: WriteHandlers = {
  "report.add": (db, { report: r }) =>
    void db.run(
      `INSERT INTO reports (id, at, reporter, reporter_name, message, author, author_name, room, room_name, text, file, why)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[r.id, r.at, r.reporter, r.reporterName, r.message, r.author, r.authorName, r.room, r.roomName],
      ...[new TextEncoder().encode(r.text), r.file, r.why],
    ),
  "report.close": (db, { id, at, by }) =>
    db.must("UPDATE reports SET closed_at = ?, closed_by = ? WHERE id = ? AND closed_at IS NULL", at, by, id),
  "reports.expire": (db, { closedBefore }) =>
    void db.run("DELETE FROM reports WHERE closed_at < ?", closedBefore),
};

/** Reads for {@link ReportStore}. */
export class SqliteReports implements ReportStore {
  readonly #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  find(id: string): StoredReport | undefined {
    const row = this.#db.one("SELECT * FROM reports WHERE id = ?", id);
    return row && reportOf(row);
  }

  list({ closed, beyond, limit }: { closed: boolean; beyond?: string; limit: number }): StoredReport[] {
    const rows = closed
      ? this.#db.all(
        "SELECT * FROM reports WHERE closed_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?",
        beyond ?? "\u{10ffff}",
        limit,
      )
      : this.#db.all(
        "SELECT * FROM reports WHERE closed_at IS NULL AND id > ? ORDER BY id LIMIT ?",
        beyond ?? "",
        limit,
      );
    return rows.map(reportOf);
  }

  openCount(reporter?: string): number {
    const open = "SELECT count(*) AS n FROM reports WHERE closed_at IS NULL";
    const row = reporter === undefined
      ? this.#db.one(open)
      : this.#db.one(`${open} AND reporter = ?`, reporter);
    return row!.n as number;
  }

  hasMessage(message: string, by?: string): boolean {
    const row = by === undefined
      ? this.#db.one("SELECT 1 FROM reports WHERE message = ? LIMIT 1", message)
      : this.#db.one(
        "SELECT 1 FROM reports WHERE message = ? AND reporter = ? AND closed_at IS NULL LIMIT 1",
        message,
        by,
      );
    return row !== undefined;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function reportOf(row: Row): StoredReport {
  return {
    id: row.id as string,
    at: row.at as number,
    reporter: row.reporter as string,
    reporterName: row.reporter_name as string,
    message: row.message as string,
    author: row.author as string,
    authorName: row.author_name as string,
    room: row.room as string | null,
    roomName: row.room_name as string | null,
    text: decoder.decode(row.text as Uint8Array),
    file: row.file as string | null,
    why: row.why as string,
    closedAt: row.closed_at as number | null,
    closedBy: row.closed_by as string | null,
  };
}
