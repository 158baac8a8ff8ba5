/**
 * The core's store over SQLite: one connection writes and reads, so that what is applied sees what was applied before it in
 * the same transaction. Nothing else in the server knows SQL.
 */
import { DatabaseSync } from "node:sqlite";
import type { FailedSignIns } from "../core/shared/commands.ts";
import type { NameKey } from "../core/shared/names.ts";
import { searchForm } from "../core/shared/search_form.ts";
import { Fault } from "../core/shared/faults.ts";
import type { Role } from "../core/shared/room_settings.ts";
import type {
  Account,
  Ban,
  BanKind,
  KeptMemory,
  ListedAccount,
  Membership,
  Recipient,
  Store,
  StoredInvite,
  StoredMember,
  StoredMessage,
  StoredPin,
  StoredReset,
  StoredRole,
  StoredRoom,
  StoredSetting,
  StoredToken,
  SyncTime,
  WaitingOf,
  Write,
} from "../core/store/store.ts";
import { SqliteAudit } from "./audit_log.ts";
import { SqliteConversations } from "./conversations_reader.ts";
import { DataFolderError } from "./data_folder.ts";
import { DiskSync } from "./disk_sync.ts";
import { SqliteInvitations } from "./invitations.ts";
import { migrate, SchemaError } from "./migrations.ts";
import { openForWriting } from "./open_database.ts";
import { SqlitePeople } from "./people_reader.ts";
import { SqliteReports } from "./reports.ts";
import { SqliteRetention } from "./old_things.ts";
import { Queries } from "./queries.ts";
import { copyIdleDatabase } from "./snapshot.ts";
import { lastBefore, readMessagesAt, readMissed, readPage, readRoomEvents, readWaiting } from "./reader.ts";
import { SqliteFiles } from "./files_reader.ts";
import {
  ACCOUNT,
  accountOf,
  MESSAGE,
  RESET,
  resetOf,
  roomOf,
  SETTINGS_READ,
  settingsIn,
  storedMessageOf,
  TOKEN,
  tokenOf,
} from "./rows.ts";
import { indexSome, waitsForIndex } from "./search_index.ts";
import { Statements } from "./statements.ts";
import { asContradiction, isTheDisks, refusalOf, transaction } from "./transactions.ts";
import { applyWrite } from "./write_handlers.ts";

/** What opening a store takes. */
interface StoreOptions {
  /** The database file; made when it is not there. */
  path: string;
  /** Names a database that is new. */
  newEpoch: () => string;
  /** Told what the disk said when it refused a write; for the log. */
  onFailure: (detail: string) => void;
  /** Gives up room on a full disk, so that what frees space can be written; tells whether there was any. */
  giveRoom?: () => boolean;
  /** Told how many milliseconds each transaction took, and whether the disk refused it. */
  onCommit?: (ms: number, failed: boolean) => void;
}

/** A store that can be closed. */
export interface OpenStore extends Store {
  /** How many transactions were begun. */
  readonly transactions: number;
  readonly files: SqliteFiles;
  /** Nothing more is written. Resolves when the disk has all of it that goes there by itself. */
  synced(): Promise<void>;
  /** Closes the database. */
  close(): void;
}

/** Opens the database and brings it to today's shape. @throws SchemaError DataFolderError */
export function openStore(options: StoreOptions): OpenStore {
  return new SqliteStore(options, prepared(options), new Queries(options.path));
}

/** What stands in the way is the operator's to see, in one line. */
function prepared(options: StoreOptions): string {
  try {
    return prepare(options);
  } catch (error) {
    if (error instanceof SchemaError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(`Cannot open the database "${options.path}": ${reason}`);
  }
}

/** Makes or migrates the database and gives its name. */
function prepare({ path, newEpoch }: StoreOptions): string {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    migrate(database, (schema) => copyBeforeUpgrade(database, path, schema));
    database.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?)").run(newEpoch());
    return database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()!.value as string;
  } finally {
    database.close();
  }
}

/** An upgrade can be undone: what was there before stays beside it. */
function copyBeforeUpgrade(database: DatabaseSync, path: string, schema: number): void {
  const copy = path.replace(/(\.db)?$/, `-schema-${schema}.db`);
  try {
    copyIdleDatabase(database, path, copy);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SchemaError(`Cannot upgrade the database: no copy of it could be made as "${copy}": ${reason}`);
  }
}

/** What may change how many bytes of files are kept. */
const CHANGES_BYTES: ReadonlySet<Write["kind"]> = new Set(
  [
    "file.stored",
    "file.remove",
    "file.gone",
    "file.forget",
    "offer.answer",
    "message.recall",
    "room.remove",
    "account.remove",
  ] as const,
);

/** What makes a database larger. Anything else frees room, or is little and what those need who want to free some. */
const GROWS: ReadonlySet<Write["kind"]> = new Set(
  [
    "account.add",
    "invitation.add",
    "avatar.set",
    "reset.add",
    "room.add",
    "file.add",
    "message.add",
    "message.edit",
    "message.react",
    "report.add",
  ] as const,
);

/** Those who talk meanwhile have the disk to themselves most of the time. */
const INDEX_PAUSE_MS = 20;

class SqliteStore implements OpenStore {
  readonly #db: Statements;
  readonly #sync: DiskSync;
  readonly #options: StoreOptions;
  readonly files: SqliteFiles;
  readonly conversations: SqliteConversations;
  readonly invitations: SqliteInvitations;
  readonly audit: SqliteAudit;
  readonly retention: SqliteRetention;
  readonly reports: SqliteReports;
  readonly people: SqlitePeople;
  #indexing: ReturnType<typeof setTimeout> | undefined;
  /** Whether anything in this transaction makes the database larger. */
  #grew = false;
  transactions = 0;
  writes = 0;

  constructor(options: StoreOptions, readonly epoch: string, readonly queries: Queries) {
    this.#options = options;
    this.#db = new Statements(openForWriting(options.path));
    this.#sync = new DiskSync(this.#db, {
      path: options.path,
      onFailure: (error) => void this.#faultOf(error),
    });
    this.files = new SqliteFiles(this.#db);
    this.invitations = new SqliteInvitations(this.#db);
    this.conversations = new SqliteConversations(this.#db);
    this.audit = new SqliteAudit(this.#db);
    this.retention = new SqliteRetention(this.#db);
    this.reports = new SqliteReports(this.#db);
    this.people = new SqlitePeople(this.#db);
    if (waitsForIndex(this.#db)) this.#indexLater();
  }

  close(): void {
    clearTimeout(this.#indexing);
    void this.#sync.close();
    this.queries.close();
    this.#emptyLog();
    this.#db.database.close();
  }

  synced(): Promise<void> {
    return this.#sync.close();
  }

  transact(work: () => void, sync: SyncTime = "now"): void {
    this.transactions++;
    this.#grew = false;
    const began = performance.now();
    let refused = false;
    try {
      this.#sync.transact(work, sync);
    } catch (error) {
      this.files.forgetSums();
      refused = isTheDisks(error);
      throw refused ? this.#faultOf(error) : asContradiction(error);
    } finally {
      this.#options.onCommit?.(performance.now() - began, refused);
    }
  }

  write(write: Write): void {
    this.writes++;
    if (GROWS.has(write.kind)) this.#grew = true;
    applyWrite(this.#db, write);
    if (CHANGES_BYTES.has(write.kind)) this.files.forgetSums();
  }

  madeRoom(): boolean {
    return !this.#grew && (this.#options.giveRoom?.() ?? false);
  }

  #faultOf(error: unknown): Fault {
    const detail = error instanceof Error ? error.message : String(error);
    this.#options.onFailure(detail);
    if (refusalOf(error) === "full") {
      const words =
        "Cannot keep this: the server's disk is full, and nobody was told; recall what is not needed, or try later";
      return new Fault("disk_full", words, { detail });
    }
    const words = "Cannot keep this: the server's disk refused it, and nobody was told; try again later";
    return new Fault("storage_failed", words, { detail });
  }

  /** SQLite does so itself at the last close, but a search that was just ended may still have the database open. */
  #emptyLog(): void {
    try {
      this.#db.database.exec("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (error) {
      // Nothing is lost: the next start reads the log.
      this.#options.onFailure(`emptying the log: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** What an upgrade left to be indexed anew, a little at a time. A disk that refuses it now is asked at the next start. */
  #indexLater(): void {
    this.#indexing = setTimeout(() => {
      try {
        let more = false;
        transaction(this.#db, () => more = indexSome(this.#db));
        if (more) this.#indexLater();
      } catch (error) {
        this.#options.onFailure(`indexing anew: ${error instanceof Error ? error.message : error}`);
      }
    }, INDEX_PAUSE_MS);
  }

  spareBytes(): number {
    const pages = this.#db.one("PRAGMA freelist_count")!.freelist_count as number;
    return pages * (this.#db.one("PRAGMA page_size")!.page_size as number);
  }

  lastSeq(): number {
    return this.#db.one("SELECT seq FROM last_seq")!.seq as number;
  }

  accountNamed(key: NameKey): Account | undefined {
    return this.accountWithUsername(key) ?? this.accountWithNickname(key) ?? this.accountWithEmail(key);
  }

  accountWithUsername(key: NameKey): Account | undefined {
    return this.#account("a.username_key = ?", key);
  }

  accountWithNickname(key: NameKey): Account | undefined {
    return this.#account("a.nickname_key = ?", key);
  }

  accountWithEmail(key: NameKey): Account | undefined {
    return this.#account("a.email_key = ?", key);
  }

  accountLooking(looks: readonly string[], except = ""): Account | undefined {
    return this.#account(
      "a.id = (SELECT account FROM looks WHERE look IN (SELECT value FROM json_each(?)) AND account <> ? LIMIT 1)",
      JSON.stringify(looks),
      except,
    );
  }

  accountById(id: string): Account | undefined {
    return this.#account("a.id = ?", id);
  }

  administrators(): string[] {
    const sql = "SELECT id FROM accounts WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id LIMIT 100";
    return this.#db.all(sql).map(({ id }) => id as string);
  }

  accounts(after: NameKey | "", limit: number, text = ""): ListedAccount[] {
    const rows = this.#db.all(
      `SELECT ${ACCOUNT}, (SELECT max(used_at) FROM tokens WHERE person = a.id) AS used_at
       FROM accounts a WHERE a.username_key > ?1 AND (?2 = '' OR instr(search_form(
         concat_ws(char(10), a.username, a.nickname, a.email)
       ), ?2) > 0) ORDER BY a.username_key LIMIT ?3`,
      after,
      searchForm(text),
      limit,
    );
    return rows.map((row) => ({ account: accountOf(row), usedAt: row.used_at as number | null }));
  }

  token(hash: string): StoredToken | undefined {
    const row = this.#db.one(`SELECT ${TOKEN} FROM tokens WHERE hash = ?`, hash);
    return row && tokenOf(row);
  }

  tokensOf(person: string): StoredToken[] {
    const sql = `SELECT ${TOKEN} FROM tokens WHERE person = ? ORDER BY used_at DESC, hash`;
    return this.#db.all(sql, person).map(tokenOf);
  }

  failuresOf(account: string): FailedSignIns | undefined {
    const row = this.#db.one("SELECT count, at, address FROM failures WHERE account = ?", account);
    return row && { count: row.count as number, at: row.at as number, from: row.address as string | null };
  }

  reset(hash: string): StoredReset | undefined {
    const row = this.#db.one(`SELECT ${RESET} FROM resets WHERE hash = ? AND used = 0`, hash);
    return row && resetOf(row);
  }

  resetsOf(account: string, now: number): StoredReset[] {
    return this.#db.all(
      `SELECT ${RESET} FROM resets WHERE account = ? AND used = 0 AND expires_at > ? ORDER BY created_at`,
      account,
      now,
    ).map(resetOf);
  }

  resetsSince(account: string, since: number): number {
    return this.#count(
      "SELECT count(*) AS n FROM resets WHERE account = ? AND created_at > ?",
      account,
      since,
    );
  }

  memory(): KeptMemory[] {
    return this.#db.all("SELECT kind, id, value FROM memory").map(({ kind, id, value }) => ({
      of: kind as KeptMemory["of"],
      id: id as string,
      value: value as string,
    }));
  }

  settings(): StoredSetting[] {
    return settingsIn(this.#db.all(SETTINGS_READ));
  }

  rooms(): StoredRoom[] {
    const rows = this.#db.all(
      `SELECT r.*, (SELECT at FROM messages m WHERE m.room = r.id ORDER BY seq DESC LIMIT 1) AS last_at
       FROM rooms r ORDER BY id`,
    );
    return rows.map(roomOf);
  }

  bans(of: BanKind, after: number): Ban[] {
    return this.#db.all(`SELECT * FROM ${of} WHERE until > ?`, after).map((row) => ({
      room: row.room as string,
      person: row.person as string | null,
      nickname: (row.name ?? row.nickname) as string,
      until: row.until as number,
      by: row.by_name as string | null,
      byGuest: row.by_guest === 1,
      network: row.network as string | null,
      networkUntil: row.network_until as number,
    }));
  }

  membershipsOf(person: string): Membership[] {
    return this.#memberships("ORDER BY since, room", person);
  }

  membershipIn(room: string, person: string): Membership | undefined {
    return this.#memberships("AND room = ?", person, room)[0];
  }

  #memberships(which: string, ...values: string[]): Membership[] {
    const sql = `SELECT room, since, notify FROM places WHERE person = ? ${which}`;
    return this.#db.all(sql, ...values).map((row) => ({
      room: row.room as string,
      since: row.since as number,
      notify: row.notify as Membership["notify"],
    }));
  }

  whoCameBefore(room: string, seq: number): Set<string> {
    const rows = this.#db.all("SELECT person FROM places WHERE room = ? AND since < ?", room, seq);
    return new Set(rows.map(({ person }) => person as string));
  }

  roles(): StoredRole[] {
    return this.#db.all("SELECT room, person, role FROM places WHERE role <> 'member' ORDER BY room, person")
      .map((row) => ({ room: row.room as string, person: row.person as string, role: row.role as Role }));
  }

  membersOf(room: string, limit: number): StoredMember[] {
    return this.#members("ORDER BY p.since, p.person LIMIT ?", room, limit);
  }

  namesBefore(room: string): string[] {
    return this.#db.all(
      "SELECT DISTINCT detail ->> 'was' AS was FROM changes WHERE room = ? AND kind = 'room' AND was IS NOT NULL",
      room,
    ).map(({ was }) => String(was));
  }

  memberCount(room: string): number {
    return this.#count(
      "SELECT count(*) AS n FROM places p JOIN accounts a ON a.id = p.person WHERE p.room = ?",
      room,
    );
  }

  memberOf(room: string, person: string): StoredMember | undefined {
    return this.#members("AND p.person = ?", room, person)[0];
  }

  heirOf(room: string): StoredMember | undefined {
    return this.#members(
      "AND a.disabled_at IS NULL ORDER BY p.role = 'moderator' DESC, p.since, p.person LIMIT 1",
      room,
    )[0];
  }

  #members(which: string, room: string, ...values: (string | number)[]): StoredMember[] {
    return this.#db.all(
      `SELECT p.person, p.role, p.since, a.nickname FROM places p JOIN accounts a ON a.id = p.person WHERE p.room = ? ${which}`,
      room,
      ...values,
    ).map((row) => ({
      person: row.person as string,
      nickname: row.nickname as string,
      role: row.role as Role,
      since: row.since as number,
    }));
  }

  sharesMember(room: string, other: string): boolean {
    const sql =
      "SELECT count(*) AS n FROM (SELECT 1 FROM places p JOIN places q ON q.person = p.person AND q.room = ? " +
      "WHERE p.room = ? AND p.person IN (SELECT id FROM accounts) LIMIT 1)";
    return this.#count(sql, other, room) > 0;
  }

  invites(): StoredInvite[] {
    return this.#invites("ORDER BY at, person");
  }

  invitesOf(person: string): StoredInvite[] {
    return this.#invites("WHERE person = ? ORDER BY at, room", person);
  }

  #invites(which: string, ...values: string[]): StoredInvite[] {
    return this.#db.all(`SELECT * FROM invites ${which}`, ...values).map((row) => ({
      person: row.person as string,
      room: row.room as string,
      byId: row.by_id as string,
      by: row.by_name as string,
      at: row.at as number,
      hidden: row.hidden === 1,
    }));
  }

  pins(room: string): StoredPin[] {
    const sql = "SELECT message, by_name, at FROM pins WHERE room = ? ORDER BY at DESC, message DESC";
    return this.#db.all(sql, room).map((row) => ({
      seq: row.message as number,
      by: row.by_name as string,
      at: row.at as number,
    }));
  }

  message(id: string): StoredMessage | undefined {
    const row = this.#db.one(`SELECT ${MESSAGE} FROM messages m WHERE m.id = ?`, id);
    return row && storedMessageOf(row);
  }

  messageWithKey(author: string, key: string): StoredMessage | undefined {
    const row = this.#db.one(
      `SELECT ${MESSAGE} FROM messages m WHERE m.author = ? AND m.key = ?`,
      author,
      key,
    );
    return row && storedMessageOf(row);
  }

  recipientsOf(seq: number): Omit<Recipient, "waiting">[] {
    const rows = this.#db.all("SELECT person, nickname, hidden FROM recipients WHERE seq = ?", seq);
    return rows.map((row) => ({
      person: row.person as string,
      nickname: row.nickname as string,
      ...(row.hidden === 1 && { hidden: true as const }),
    }));
  }

  reactionsOn(seq: number): { emoji: string; person: string }[] {
    const rows = this.#db.all("SELECT emoji, person FROM reactions WHERE message = ?", seq);
    return rows.map((row) => ({ emoji: row.emoji as string, person: row.person as string }));
  }

  waitingCount(person: string, max: number, of?: WaitingOf): number {
    const counted = (which: string, ...values: string[]) =>
      this.#count(
        `SELECT count(*) AS n FROM (SELECT 1 FROM waiting WHERE person = ? ${which} LIMIT ?)`,
        person,
        ...values,
        max,
      );
    if (!of) return counted("");
    return "author" in of ? counted("AND author = ?", of.author) : counted("AND guest = 1");
  }

  waiting(person: string, upTo: number) {
    return readWaiting(this.#db, person, upTo);
  }

  page(query: Parameters<Store["page"]>[0], reader: string) {
    return readPage(this.#db, query, reader);
  }

  seqBefore(at: number) {
    return lastBefore(this.#db, at);
  }

  messagesAt(seqs: readonly number[], reader: string) {
    return readMessagesAt(this.#db, seqs, reader);
  }

  search(query: Parameters<Store["search"]>[0]) {
    return this.queries.search(query);
  }

  readonly replay: Store["replay"] = (query) => readMissed(this.#db, query);

  readonly roomEvents: Store["roomEvents"] = (query) => readRoomEvents(this.#db, query);

  deviceSeq(person: string, device: string): number | undefined {
    return this.readCursor(person, `device/${device}`)?.seq;
  }

  readCursor(person: string, conversation: string): { id: string | null; seq: number } | undefined {
    const row = this.#db.one(
      "SELECT m.id, k.seq FROM marks k LEFT JOIN messages m ON m.seq = k.seq WHERE k.person = ? AND k.conversation = ?",
      person,
      conversation,
    );
    return row && { id: row.id as string | null, seq: row.seq as number };
  }

  messageOfFile(file: string, after = 0): StoredMessage | undefined {
    const row = this.#db.one(
      `SELECT ${MESSAGE} FROM messages m WHERE m.file = ? AND m.seq > ? ORDER BY m.seq LIMIT 1`,
      file,
      after,
    );
    return row && storedMessageOf(row);
  }

  #account(condition: string, ...values: string[]): Account | undefined {
    const row = this.#db.one(`SELECT ${ACCOUNT} FROM accounts a WHERE ${condition}`, ...values);
    return row && accountOf(row);
  }

  #count(sql: string, ...values: (string | number)[]): number {
    return this.#db.one(sql, ...values)!.n as number;
  }
}
