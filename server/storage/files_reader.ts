/** What is read of files, in SQL. */
import type { ListedFile } from "../core/shared/events.ts";
import type { PageQuery } from "../core/store/store.ts";
import type { FileFilter, FileStore, StoredFile, UploadPlace } from "../core/store/stored_files.ts";
import type { Statements } from "./statements.ts";
import { FILE, fileInfoOf, fileOf, type Row } from "./rows.ts";

const PAIR = "id FROM files WHERE owner = ? AND peer = ?";

/** As the index has it. */
const DEPOSIT = "state = 'stored' AND room IS NULL AND peer IS NULL AND folder IS NULL";

/** Files over a read-only connection. */
export class SqliteFiles implements FileStore {
  readonly #db: Statements;
  /** Bytes kept by owner, "" for all: asked with every piece of an upload, and changed rarely. */
  readonly #sums = new Map<string, number>();

  constructor(db: Statements) {
    this.#db = db;
  }

  find(id: string): StoredFile | undefined {
    return this.#one("f.id = ?", id);
  }

  usedAt(id: string): number | undefined {
    return this.#db.one("SELECT used_at FROM files WHERE id = ?", id)?.used_at as number | undefined;
  }

  partial(place: UploadPlace): StoredFile | undefined {
    const { owner, room, peer, folder, name, size, md5 } = place;
    return this.#one(
      `f.owner = ? AND f.state = 'partial' AND f.room IS ? AND f.peer IS ? AND f.folder IS ?
       AND f.is_folder = 0 AND f.name = ? AND f.size = ? AND f.md5 = ?`,
      ...[owner, room, peer, folder, name, size, md5],
    );
  }

  inFolder(folder: string): StoredFile[] {
    return this.#db.all(`SELECT ${FILE} FROM files f WHERE f.folder = ? ORDER BY f.name`, folder).map(fileOf);
  }

  at(folder: string, path: string): StoredFile | undefined {
    return this.#one("f.folder = ? AND f.name = ?", folder, path);
  }

  countIn(folder: string): number {
    return this.#db.one("SELECT count(*) AS n FROM files WHERE folder = ?", folder)!.n as number;
  }

  isAbove(folder: string, path: string): boolean {
    // "0" comes right after "/".
    const range = [`${path}/`, `${path}0`];
    return this.#one("f.folder = ? AND f.name > ? AND f.name < ? LIMIT 1", folder, ...range) !== undefined;
  }

  list(query: PageQuery, { name = "", kind }: FileFilter = {}) {
    // From the files of two people, or the messages with files of a room: not from all that was said.
    const [from, place, values]: [string, string, string[]] = query.between
      ? [
        `(SELECT ${PAIR} UNION SELECT ${PAIR}) pair JOIN messages m ON m.file = pair.id`,
        "EXISTS (SELECT 1 FROM private p WHERE p.owner = ? AND p.peer = ? AND p.seq = m.seq)",
        [...query.between, ...query.between.toReversed(), ...query.between],
      ]
      : ["messages m", "m.room = ? AND m.file IS NOT NULL", [query.room ?? ""]];
    const rows = this.#db.all(
      `SELECT ${FILE}, m.id AS message, m.author_name AS said_by, m.at AS said_at FROM ${from} JOIN files f ON f.id = m.file
       WHERE ${place} AND m.seq < ? AND m.seq > ? AND m.seq <= ? AND f.state = 'stored'
         AND m.seq = (SELECT min(seq) FROM messages WHERE file = f.id AND seq > ?)
         AND (? = '' OR instr(search_form(f.name), ?) > 0) AND (? IS NULL OR file_group(f.type) = ?) ORDER BY m.seq DESC LIMIT ?`,
      ...values,
      query.before ?? Number.MAX_SAFE_INTEGER,
      query.from ?? 0,
      query.upTo,
      query.from ?? 0,
      name,
      name,
      kind ?? null,
      kind ?? null,
      query.limit + 1,
    );
    return { files: rows.slice(0, query.limit).map(listedFileOf), more: rows.length > query.limit };
  }

  offeredTo(person: string, limit: number): StoredFile[] {
    const sql =
      `SELECT ${FILE} FROM files f WHERE f.peer = ? AND f.offer = 'waiting' AND f.state = 'stored' AND NOT EXISTS (
         SELECT 1 FROM messages m JOIN recipients r ON r.seq = m.seq WHERE m.file = f.id AND r.person = f.peer AND r.hidden = 1
       ) ORDER BY f.id LIMIT ?`;
    return this.#db.all(sql, person, limit).map(fileOf);
  }

  idsOfRoom(room: string): string[] {
    return this.#db.all("SELECT id FROM files WHERE room = ?", room).map(idOf);
  }

  partialsBefore(time: number): string[] {
    return this.#db.all("SELECT id FROM files WHERE state = 'partial' AND used_at < ?", time).map(idOf);
  }

  depositsBefore(time: number): string[] {
    return this.#db.all(`SELECT id FROM files WHERE ${DEPOSIT} AND used_at < ?`, time).map(idOf);
  }

  depositsOf(owner: string): number {
    return this.#db.one(`SELECT count(*) AS n FROM files WHERE ${DEPOSIT} AND owner = ?`, owner)!.n as number;
  }

  bytesKept(owner?: string): number {
    const known = this.#sums.get(owner ?? "");
    if (known !== undefined) return known;
    const sum =
      "SELECT coalesce(sum(max(size, 0)), 0) AS bytes FROM files WHERE state = 'stored' AND is_folder = 0";
    const row = owner === undefined ? this.#db.one(sum) : this.#db.one(`${sum} AND owner = ?`, owner);
    const bytes = row!.bytes as number;
    this.#sums.set(owner ?? "", bytes);
    return bytes;
  }

  /** Something was written that may change what is kept. */
  forgetSums(): void {
    this.#sums.clear();
  }

  /** Ids of uploads, folders aside, that are not finished. */
  partialIds(): string[] {
    return this.#db.all("SELECT id FROM files WHERE state = 'partial' AND is_folder = 0").map(idOf);
  }

  /** Ids of everything that should have bytes. */
  storedIds(): string[] {
    return this.#db.all("SELECT id FROM files WHERE state = 'stored' AND is_folder = 0").map(idOf);
  }

  #one(condition: string, ...values: (string | number | null)[]): StoredFile | undefined {
    const row = this.#db.one(`SELECT ${FILE} FROM files f WHERE ${condition}`, ...values);
    return row && fileOf(row);
  }
}

function listedFileOf(row: Row): ListedFile {
  const [message, from, at] = [row.message as string, row.said_by as string, row.said_at as number];
  return { ...fileInfoOf(row), message, from, at };
}

function idOf(row: Row): string {
  return row.id as string;
}
