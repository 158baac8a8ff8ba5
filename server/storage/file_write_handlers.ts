/** The core's writes about files in SQL; part of the table in write_handlers.ts. */
import type { Write, WriteKind } from "../core/store/store.ts";
import type { StoredFile } from "../core/store/stored_files.ts";
import type { Statements } from "./statements.ts";

type FileKind = Extract<WriteKind, `file.${string}` | "offer.answer">;
type WriteHandlers = { [K in FileKind]: (db: Statements, write: Extract<Write, { kind: K }>) => void };

/** Write about a file → its SQL. */
export const FILE_WRITE_HANDLERS: WriteHandlers = {
  "file.add": (db, { file }) => addFile(db, file),
  "file.stored"(db, { id, size, md5, sha256, type }) {
    const offer = "CASE WHEN peer IS NOT NULL AND folder IS NULL THEN 'waiting' END";
    db.must(
      `UPDATE files SET state = 'stored', size = ?, md5 = ?, sha256 = ?, type = ?, offer = ${offer} WHERE id = ? AND state = 'partial'`,
      size,
      md5,
      sha256,
      type,
      id,
    );
  },
  "file.used": (db, { id, at }) =>
    void db.run(
      "UPDATE files SET used_at = ?1 WHERE id = ?2 OR id = (SELECT folder FROM files WHERE id = ?2)",
      at,
      id,
    ),
  "file.place": (db, { id, room, peer, peerName }) =>
    db.must(
      `UPDATE files SET room = ?1, peer = ?2, peer_name = ?3, offer = iif(?2 IS NULL, NULL, 'waiting')
       WHERE id = ?4 AND state = 'stored' AND room IS NULL AND peer IS NULL AND folder IS NULL`,
      ...[room, peer, peerName, id],
    ),
  "file.remove": (db, { id }) =>
    void db.run(
      `DELETE FROM files WHERE id = ? AND (state = 'partial' OR room IS NULL AND peer IS NULL AND folder IS NULL)`,
      id,
    ),
  "file.gone": (db, { id }) => gone(db, id),
  "file.forget": (db, { id }) => void db.run("DELETE FROM files WHERE id = ?", id),
  "offer.answer"(db, { file, seq, at, from, message, accepted }) {
    const answer = accepted ? "accepted" : "refused";
    db.must(
      "UPDATE files SET offer = ? WHERE id = ? AND offer = 'waiting' AND state = 'stored'",
      answer,
      file,
    );
    if (!accepted) gone(db, file);
    db.run(
      "INSERT INTO changes (seq, at, kind, message, actor_name) VALUES (?, ?, ?, ?, ?)",
      seq,
      at,
      answer,
      message,
      from,
    );
  },
};

function gone(db: Statements, id: string): void {
  db.run("UPDATE files SET state = 'gone' WHERE id = ?1 OR folder = ?1", id);
}

function addFile(db: Statements, file: StoredFile): void {
  db.run(
    `INSERT INTO files (id, owner, owner_name, room, peer, peer_name, folder, is_folder, name, size, md5, sha256, type,
       state, offer, created_at, used_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    file.id,
    file.owner,
    file.ownerName,
    file.room,
    file.peer,
    file.peerName,
    file.folder,
    file.isFolder ? 1 : 0,
    file.name,
    file.size,
    file.md5,
    file.sha256,
    file.type,
    file.state,
    file.offer,
    file.createdAt,
    file.createdAt,
  );
}
