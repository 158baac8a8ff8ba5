/**
 * A database as it was at one moment, as a file of its own, and what can be asked of it without a server. Taking one
 * neither stops nor slows who writes: it is one read transaction.
 */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { backup, DatabaseSync } from "node:sqlite";
import type { StoredSetting } from "../core/store/store.ts";
import { SETTINGS_READ, settingsIn } from "./rows.ts";
import { SCHEMA_VERSION, SchemaError, schemaOf } from "./migrations.ts";

/** A file whose bytes the blob store must have. */
export interface KeptFile {
  id: string;
  size: number;
  /** Lower-case hex. */
  sha256: string;
}

/** The first schemas that have files, and settings. */
const FILES_SINCE = 2;
const SETTINGS_SINCE = 15;
/** The first schema that keeps what one of several nodes has in memory. */
const MEMORY_SINCE = 30;

/**
 * Copies a database as it is now, while others write it; replaces what is there. Readable by its owner only. Nothing else
 * of this thread goes on meanwhile (snapshot_thread.ts).
 * @throws SQLite's error
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  rmSync(to, { force: true });
  // SQLite takes an empty file for a new one: so nobody else can ever read it.
  closeSync(openSync(to, "w", 0o600));
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    // All pages in one step, which is one read transaction: in several, every write would begin it anew.
    await backup(source, to, { rate: 0x7fff_ffff });
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to);
  try {
    copy.exec("PRAGMA journal_mode = DELETE"); // one file, without companions
  } finally {
    copy.close();
  }
}

/** Packs a file with gzip; replaces what is there. Readable by its owner only. */
export async function packFile(from: string, to: string): Promise<void> {
  rmSync(to, { force: true });
  await pipeline(createReadStream(from), createGzip(), createWriteStream(to, { mode: 0o600, flags: "wx" }));
}

/** Whose database a file has. */
export interface Found {
  /** Undefined: there is nothing in it. */
  readonly epoch: string | undefined;
  /** How far it has applied a cluster's log. */
  readonly seq: number;
  /** It is that of a node; and it is another one than those of most nodes, as that has found out. */
  readonly isNode: boolean;
  readonly isApart?: boolean;
  /** The life that this node was in. */
  readonly life?: string;
}

/** Looks into a database, mostly one that no server writes. */
export function lookInto(path: string): Found {
  if (!existsSync(path) || statSync(path).size === 0) return { epoch: undefined, seq: 0, isNode: false };
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const epoch = database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.value as
      | string
      | undefined;
    if (schemaOf(database) < MEMORY_SINCE) return { epoch, seq: 0, isNode: false };
    const noted = database.prepare("SELECT value FROM memory WHERE kind = 'log' AND id = ?");
    const position = noted.get("position");
    const { seq = 0, done } = position
      ? JSON.parse(position.value as string) as { seq: number; done?: number }
      : {};
    const isApart = noted.get("apart") !== undefined;
    const node = noted.get("node");
    const isNode = position !== undefined || node !== undefined;
    return {
      ...{ epoch, seq: done === undefined ? seq : seq - 1, isNode, isApart },
      ...(node && { life: JSON.parse(node.value as string) as string }),
    };
  } finally {
    database.close();
  }
}

/** Gives a database that no server writes another name, with all that is in it. */
export function moveDatabase(from: string, to: string): void {
  // Whoever closes it last takes what stands in its companions into it.
  const database = new DatabaseSync(from);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  renameSync(from, to);
  for (const companion of ["-wal", "-shm"]) rmSync(`${from}${companion}`, { force: true });
}

/** Takes out of a copy of a cluster's database which node it was copied from. */
export function forgetNode(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("DELETE FROM memory WHERE kind = 'log' AND id IN ('node', 'apart')");
  } finally {
    database.close();
  }
}

/** Copies a database that nobody writes, but for its epoch; replaces what is there. Readable by its owner only. */
export function copyIdleDatabase(database: DatabaseSync, from: string, to: string): void {
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  rmSync(to, { force: true });
  copyFileSync(from, to, constants.COPYFILE_EXCL);
  chmodSync(to, 0o600);
  const copy = new DatabaseSync(to);
  try {
    // Whoever goes back to it goes on from there: the server that starts on it gives it a name of its own.
    copy.exec("DELETE FROM meta WHERE key = 'epoch'");
  } finally {
    copy.close();
  }
}

/** A database that no server writes, or that is only looked at. */
export class Snapshot {
  readonly #database: DatabaseSync;

  /** @throws SchemaError when it is newer than this program */
  constructor(path: string, options: { readOnly: boolean }) {
    this.#database = new DatabaseSync(path, { readOnly: options.readOnly });
    if (this.schema <= SCHEMA_VERSION) return;
    const { schema } = this;
    this.#database.close();
    throw new SchemaError(
      `Cannot read this database: its schema is version ${schema} and this program knows ${SCHEMA_VERSION}; use a newer Switchboard`,
    );
  }

  get schema(): number {
    return schemaOf(this.#database);
  }

  get epoch(): string {
    return this.#database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.value as string;
  }

  /** When the newest message was written; undefined where there is none. */
  get newestAt(): number | undefined {
    return this.#database.prepare("SELECT max(at) AS at FROM messages").get()?.at as number ?? undefined;
  }

  settings(): StoredSetting[] {
    return this.schema < SETTINGS_SINCE ? [] : settingsIn(this.#database.prepare(SETTINGS_READ).all());
  }

  /** Files whose bytes must be there whole. */
  keptFiles(): KeptFile[] {
    if (this.schema < FILES_SINCE) return [];
    const rows = this.#database.prepare(
      "SELECT id, size, sha256 FROM files WHERE state = 'stored' AND is_folder = 0 ORDER BY id",
    ).all();
    return rows.map((row) => ({
      id: row.id as string,
      size: row.size as number,
      sha256: row.sha256 as string,
    }));
  }

  /** Whether a file's bytes must be there; `partial`: some of them may be; undefined: they belong to nothing. */
  stateOf(id: string): "stored" | "partial" | undefined {
    if (this.schema < FILES_SINCE) return undefined;
    const state = this.#database.prepare("SELECT state FROM files WHERE id = ?").get(id)?.state;
    return state === "stored" || state === "partial" ? state : undefined;
  }

  /** Whether it is a node's of a cluster, where the bytes of files may be elsewhere. */
  get isShared(): boolean {
    if (this.schema < MEMORY_SINCE) return false;
    return this.#database.prepare("SELECT 1 FROM memory WHERE kind = 'log' LIMIT 1").get() !== undefined;
  }

  /** Forgets uploads that were under way. */
  dropPartials(): void {
    if (this.schema >= FILES_SINCE) this.#database.exec("DELETE FROM files WHERE state = 'partial'");
  }

  /** Gives the database another name: what happens in it from now on happened nowhere else. Nobody is connected there. */
  beginEpoch(epoch: string): void {
    if (this.schema >= MEMORY_SINCE) this.#database.exec("DELETE FROM memory");
    this.#database.prepare("UPDATE meta SET value = ? WHERE key = 'epoch'").run(epoch);
  }

  /** Marks files as taken back. */
  markGone(ids: readonly string[]): void {
    const mark = this.#database.prepare("UPDATE files SET state = 'gone' WHERE id = ?");
    for (const id of ids) mark.run(id);
  }

  /** What is wrong with the database itself; empty when nothing is. */
  faults(): string[] {
    try {
      const broken = this.#database.prepare("PRAGMA integrity_check").all()
        .map((row) => String(row.integrity_check)).filter((line) => line !== "ok");
      const astray = this.#database.prepare("PRAGMA foreign_key_check").all()
        .map((row) => `a row of ${row.table} names a row of ${row.parent} that is not there`);
      return [...broken, ...astray];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]; // it can't even be read through
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** The version of SQLite. */
export function sqliteVersion(): string {
  const database = new DatabaseSync(":memory:");
  try {
    return database.prepare("SELECT sqlite_version() AS version").get()!.version as string;
  } finally {
    database.close();
  }
}
