/** The audit log in SQL. Triggers refuse every change of an entry, and its end before its time. */
import { searchForm } from "../core/shared/search_form.ts";
import type { Write, WriteKind } from "../core/store/store.ts";
import type { AuditEntry, ListedAudit } from "../core/shared/audit_entry.ts";
import type { AuditQuery, AuditStore } from "../core/store/stored_audit.ts";
import type { Row } from "./rows.ts";
import type { Statements } from "./statements.ts";

type AuditKind = Extract<WriteKind, `audit.${string}`>;
type WriteHandlers = { [K in AuditKind]: (db: Statements, write: Extract<Write, { kind: K }>) => void };

/** Write about the audit log → its SQL. */
export const AUDIT_WRITE_HANDLERS: WriteHandlers = {
  "audit.add": (db, { entry: e }) =>
    void db.run(
      `INSERT INTO audit (at, address, actor, actor_name, action, subject, subject_name, room, room_name, hidden, detail, form)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      e.at,
      e.from,
      e.actor,
      e.actorName,
      e.action,
      e.subject,
      e.subjectName,
      e.room,
      e.roomName,
      e.hidden ? 1 : 0,
      e.detail && JSON.stringify(e.detail),
      // Kept, so that looking through many of them takes no function of ours.
      searchForm([e.actorName, e.subjectName, e.roomName, e.from, e.action].filter(Boolean).join("\n")),
    ),
  "audit.expire"(db, { before, atMost }) {
    db.run(
      `INSERT INTO meta (key, value) VALUES ('audit_since', ?)
       ON CONFLICT DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))`,
      String(before),
    );
    db.run(
      "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY at LIMIT ?)",
      before,
      atMost,
    );
  },
};

/** Reads for {@link AuditStore}. */
export class SqliteAudit implements AuditStore {
  readonly #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  list({ since, after, before, rooms, text = "", limit }: AuditQuery): ListedAudit[] {
    const form = searchForm(text);
    return this.#db.all(
      `SELECT * FROM audit WHERE id > ? AND id < ? AND at >= ? AND (?4 = '' OR instr(form, ?4) > 0) AND (hidden = 0 OR ?5 IS NULL OR room IN (SELECT value FROM json_each(?5)))
       ORDER BY id ${after === undefined ? "DESC" : "ASC"} LIMIT ?6`,
      after ?? 0,
      before ?? Number.MAX_SAFE_INTEGER,
      since ?? 0,
      form,
      rooms === undefined ? null : JSON.stringify(rooms),
      limit,
    ).map((row) => ({ id: row.id as number, ...entryOf(row) }));
  }

  hasBefore(time: number): boolean {
    return this.#db.one("SELECT 1 FROM audit WHERE at < ? LIMIT 1", time) !== undefined;
  }
}

function entryOf(row: Row): AuditEntry {
  return {
    at: row.at as number,
    from: row.address as string | null,
    actor: row.actor as string | null,
    actorName: row.actor_name as string | null,
    action: row.action as string,
    subject: row.subject as string | null,
    subjectName: row.subject_name as string | null,
    room: row.room as string | null,
    roomName: row.room_name as string | null,
    hidden: row.hidden === 1,
    detail: row.detail === null ? null : JSON.parse(row.detail as string) as AuditEntry["detail"],
  };
}
