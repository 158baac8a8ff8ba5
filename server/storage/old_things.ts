/** What is old, and its end, in SQL. */
import { nameKey } from "../core/shared/names.ts";
import type { Write, WriteKind } from "../core/store/store.ts";
import type { FileAge, RetentionStore } from "../core/store/stored_retention.ts";
import { keepLastSeq } from "./last_seq.ts";
import type { Statements } from "./statements.ts";

type RetentionKind = Extract<WriteKind, "messages.end">;
type WriteHandlers = { [K in RetentionKind]: (db: Statements, write: Extract<Write, { kind: K }>) => void };

const THESE = "IN (SELECT value FROM json_each(?))";

/** Write about what is old → its SQL. */
export const RETENTION_WRITE_HANDLERS: WriteHandlers = {
  "messages.end"(db, { room, seqs }) {
    keepLastSeq(db);
    const all = JSON.stringify(seqs);
    const pairs = room !== null
      ? []
      : db.all(`SELECT DISTINCT owner, peer FROM private WHERE seq ${THESE}`, all);
    db.run(`DELETE FROM message_search WHERE rowid ${THESE}`, all);
    db.run(`DELETE FROM messages WHERE seq ${THESE}`, all);
    for (const { owner, peer } of pairs) newestOf(db, owner as string, peer as string);
    if (room !== null) {
      db.run("DELETE FROM changes WHERE room = ? AND message IS NULL AND seq <= ?", room, Math.max(...seqs));
    }
  },
};

/** What a list of conversations shows of one that has lost some of its messages. */
function newestOf(db: Statements, owner: string, peer: string): void {
  const gone =
    "owner = ?1 AND peer = ?2 AND seq NOT IN (SELECT seq FROM private WHERE owner = ?1 AND peer = ?2)";
  if (db.run(`DELETE FROM conversations WHERE ${gone}`, owner, peer) === 0) return;
  const newest = db.one(
    `SELECT p.seq, CASE m.author WHEN p.peer THEN m.author_name ELSE r.nickname END AS nickname
     FROM private p CROSS JOIN messages m ON m.seq = p.seq LEFT JOIN recipients r ON r.seq = p.seq AND r.person = p.peer
     WHERE p.owner = ? AND p.peer = ? ORDER BY p.seq DESC LIMIT 1`,
    owner,
    peer,
  );
  if (typeof newest?.nickname !== "string") return;
  const { nickname, seq } = newest;
  db.run(
    "INSERT INTO conversations (owner, peer, name, nickname, seq) VALUES (?, ?, ?, ?, ?)",
    ...[owner, peer, nameKey(nickname), nickname, seq as number],
  );
}

/** Reads for {@link RetentionStore}. */
export class SqliteRetention implements RetentionStore {
  readonly #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  messagesAfter(room: string | null, seq: number, limit: number): { id: string; seq: number; at: number }[] {
    return this.#db.all(
      "SELECT id, seq, at FROM messages WHERE room IS ? AND seq > ? ORDER BY seq LIMIT ?",
      room,
      seq,
      limit,
    ).map((row) => ({ id: row.id as string, seq: row.seq as number, at: row.at as number }));
  }

  filesBefore(time: number, after: FileAge | undefined, limit: number): FileAge[] {
    return this.#db.all(
      `SELECT created_at, id FROM files WHERE folder IS NULL AND state = 'stored' AND created_at < ?
         AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?`,
      time,
      after?.createdAt ?? -1,
      after?.id ?? "",
      limit,
    ).map((row) => ({ createdAt: row.created_at as number, id: row.id as string }));
  }

  isPinned(seq: number): boolean {
    return this.#db.one("SELECT 1 FROM pins WHERE message = ?", seq) !== undefined;
  }

  isFilePinned(file: string): boolean {
    const sql = "SELECT 1 FROM messages m JOIN pins p ON p.message = m.seq WHERE m.file = ? LIMIT 1";
    return this.#db.one(sql, file) !== undefined;
  }

  isAwaited(seq: number): boolean {
    return this.#db.one("SELECT 1 FROM waiting WHERE seq = ? LIMIT 1", seq) !== undefined;
  }
}
