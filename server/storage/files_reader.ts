/** What is read of files. */
import type { FileInfo } from "../core/events.ts";
import type { PageQuery, StoredFile, UploadPlace } from "../core/store.ts";
import type { Reader } from "./reader.ts";
import { FILE, fileInfoOf, fileOf } from "./rows.ts";

/** A partial of the same sender, place, name, size and hash. */
export function readPartial(db: Reader, place: UploadPlace): StoredFile | undefined {
  const row = db.one(
    `SELECT ${FILE} FROM files f WHERE f.owner = ? AND f.state = 'partial' AND f.room IS ? AND f.peer IS ? AND f.folder IS ?
     AND f.is_folder = 0 AND f.name = ? AND f.size = ? AND f.md5 = ?`,
    place.owner,
    place.room,
    place.peer,
    place.folder,
    place.name,
    place.size,
    place.md5,
  );
  return row && fileOf(row);
}

/** Files of a folder by path. */
export function readFolder(db: Reader, folder: string): StoredFile[] {
  return db.all(`SELECT ${FILE} FROM files f WHERE f.folder = ? ORDER BY f.name`, folder).map(fileOf);
}

/** Files that messages of a conversation brought, newest first, each where it first appeared. */
export function readFiles(db: Reader, query: PageQuery): { files: FileInfo[]; more: boolean } {
  const [from, place, values]: [string, string, string[]] = query.between
    ? ["private p CROSS JOIN messages m ON m.seq = p.seq", "p.owner = ? AND p.peer = ?", [...query.between]]
    : ["messages m", "m.room = ?", [query.room ?? ""]];
  const rows = db.all(
    `SELECT ${FILE} FROM ${from} JOIN files f ON f.id = m.file
     WHERE ${place} AND m.seq < ? AND m.seq <= ? AND f.state = 'stored'
       AND m.seq = (SELECT min(seq) FROM messages WHERE file = f.id) ORDER BY m.seq DESC LIMIT ?`,
    ...values,
    query.before ?? Number.MAX_SAFE_INTEGER,
    query.upTo,
    query.limit + 1,
  );
  return { files: rows.slice(0, query.limit).map(fileInfoOf), more: rows.length > query.limit };
}

/** Bytes that files take: one owner's, or all. What is announced counts as if it were there. */
export function readBytesKept(db: Reader, owner: string | undefined): number {
  const sum =
    "SELECT coalesce(sum(max(size, 0)), 0) AS bytes FROM files WHERE state <> 'gone' AND is_folder = 0";
  const row = owner === undefined ? db.one(sum) : db.one(`${sum} AND owner = ?`, owner);
  return row!.bytes as number;
}
