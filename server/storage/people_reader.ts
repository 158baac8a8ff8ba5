/** What accounts show of themselves, over SQLite. */
import type { Blocked, OwnFile, ResetLink } from "../core/shared/commands.ts";
import type { Message } from "../core/shared/events.ts";
import type { StoredMessage } from "../core/store/store.ts";
import type { NameKey } from "../core/shared/names.ts";
import type { Availability, Profile, Status } from "../core/shared/profile.ts";
import type {
  FormerNickname,
  MissedMail,
  PeopleQuery,
  PeopleStore,
  StoredAvatar,
  StoredDeletion,
  StoredPerson,
} from "../core/store/stored_people.ts";
import { MESSAGE, messageOf, type Row, SEEN_JOINS, SEEN_MESSAGE, storedMessageOf } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** Columns of {@link profileOf}. */
const PROFILE = "p.availability, p.emoji, p.status, p.status_until, p.avatar";

/** Reads for {@link PeopleStore}. */
export class SqlitePeople implements PeopleStore {
  readonly #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  list({ text, after, limit }: PeopleQuery): StoredPerson[] {
    return this.#db.all(
      `SELECT a.id, a.nickname, ${PROFILE} FROM accounts a LEFT JOIN profiles p ON p.account = a.id
       WHERE a.nickname_key > ?1 AND (?2 = '' OR instr(a.nickname_key, ?2) > 0) AND a.disabled_at IS NULL
       ORDER BY a.nickname_key LIMIT ?3`,
      after,
      text,
      limit,
    ).map((row) => ({
      id: row.id as string,
      nickname: row.nickname as string,
      profile: profileOf(row),
    }));
  }

  profile(account: string): Profile {
    const row = this.#db.one(`SELECT ${PROFILE} FROM profiles p WHERE p.account = ?`, account);
    return row ? profileOf(row) : {};
  }

  profiles(accounts: readonly string[]): Map<string, Profile> {
    const rows = this.#db.all(
      `SELECT p.account, ${PROFILE} FROM json_each(?) s CROSS JOIN profiles p ON p.account = s.value`,
      JSON.stringify(accounts),
    );
    return new Map(rows.map((row) => [row.account as string, profileOf(row)]));
  }

  formerNicknames(account: string): FormerNickname[] {
    return this.#db.all(
      "SELECT nickname, at, seq FROM former_nicknames WHERE account = ? ORDER BY at DESC, key",
      account,
    ).map((row) => ({
      nickname: row.nickname as string,
      at: row.at as number,
      seq: row.seq as number,
    }));
  }

  formerHolder(key: NameKey): string | undefined {
    const row = this.#db.one(
      "SELECT account FROM former_nicknames WHERE key = ? ORDER BY at DESC LIMIT 1",
      key,
    );
    return row && row.account as string;
  }

  blocks(owner: string): Blocked[] {
    return this.#db.all(
      `SELECT b.person, coalesce(a.nickname, b.nickname) AS nickname, b.at FROM blocks b
       LEFT JOIN accounts a ON a.id = b.person WHERE b.owner = ? ORDER BY b.at DESC, b.person`,
      owner,
    ).map((row) => ({
      nickname: row.nickname as string,
      person: row.person as string,
      at: row.at as number,
    }));
  }

  isBlocked(owner: string, person: string): boolean {
    return this.#db.one("SELECT 1 FROM blocks WHERE owner = ? AND person = ?", owner, person) !== undefined;
  }

  resetLink(account: string): ResetLink | undefined {
    const row = this.#db.one("SELECT at, by_name FROM reset_links WHERE account = ?", account);
    return row && { at: row.at as number, by: row.by_name as string | null };
  }

  emailWaiting(account: string, now: number): string | undefined {
    const row = this.#db.one(
      "SELECT email FROM email_codes WHERE account = ? AND expires_at > ? ORDER BY created_at DESC LIMIT 1",
      account,
      now,
    );
    return row && row.email as string;
  }

  emailCodesSince(account: string, since: number): number {
    const sql = "SELECT count(*) AS n FROM email_codes WHERE account = ? AND created_at > ?";
    return this.#db.one(sql, account, since)!.n as number;
  }

  emailOfCode(hash: string, now: number): { account: string; email: string } | undefined {
    const row = this.#db.one(
      "SELECT account, email FROM email_codes WHERE hash = ? AND expires_at > ?",
      hash,
      now,
    );
    return row && { account: row.account as string, email: row.email as string };
  }

  unconfirmed(before: number, limit: number): string[] {
    const sql = "SELECT id FROM accounts WHERE confirm_by <= ? ORDER BY id LIMIT ?";
    return this.#db.all(sql, before, limit).map(({ id }) => id as string);
  }

  missedMail(account: string): MissedMail | undefined {
    const row = this.#db.one("SELECT level, seq, at FROM missed_mail WHERE account = ?", account);
    return row && {
      level: row.level as MissedMail["level"],
      seq: row.seq as number,
      at: row.at as number,
    };
  }

  missedMailDue(before: number): string[] {
    return this.#db.all("SELECT account FROM missed_mail WHERE at <= ? ORDER BY account", before)
      .map((row) => row.account as string);
  }

  accountOfStop(hash: string, since: number): string | undefined {
    const row = this.#db.one("SELECT account FROM mail_stops WHERE hash = ? AND at >= ?", hash, since);
    return row && row.account as string;
  }

  deletion(): StoredDeletion | undefined {
    const row = this.#db.one("SELECT * FROM deletions ORDER BY account LIMIT 1");
    return row && {
      account: row.account as string,
      removes: row.removes === 1,
      after: row.after as number,
      upTo: row.up_to as number,
    };
  }

  messagesBy(author: string, after: number, upTo: number, limit: number): StoredMessage[] {
    return this.#db.all(
      `SELECT ${MESSAGE} FROM messages m WHERE m.seq > ? AND m.seq <= ? AND +m.author = ? ORDER BY m.seq LIMIT ?`,
      after,
      upTo,
      author,
      limit,
    ).map(storedMessageOf);
  }

  ownMessages(account: string, after: number, upTo: number): Message[] {
    return this.#db.all(
      `SELECT ${SEEN_MESSAGE} FROM messages m ${SEEN_JOINS}
       LEFT JOIN rooms own_room ON own_room.id = m.room
       LEFT JOIN places own_place ON own_place.room = m.room AND own_place.person = ?1
       WHERE m.seq > ?2 AND m.seq <= ?3 AND (+m.author = ?1 OR m.seq IN (
         SELECT p.seq FROM private p WHERE p.owner = ?1 AND p.seq > ?2 AND p.seq <= ?3
       )) AND (m.room IS NULL OR iif(own_room.history = 'all',
         own_room.private = 0 OR own_place.since IS NOT NULL, coalesce(m.seq > own_place.since, 0)
       )) ORDER BY m.seq`,
      account,
      after,
      upTo,
    ).map((row) => messageOf(row, account));
  }

  ownFiles(owner: string, after: string, limit: number): OwnFile[] {
    return this.#db.all(
      `SELECT f.id, f.name, f.size, d.name AS folder FROM files f LEFT JOIN files d ON d.id = f.folder
       WHERE f.owner = ? AND f.state = 'stored' AND f.is_folder = 0 AND f.size >= 0 AND f.id > ? ORDER BY f.id LIMIT ?`,
      owner,
      after,
      limit,
    ).map((row) => ({
      id: row.id as string,
      name: row.name as string,
      size: row.size as number,
      ...(row.folder !== null && { folder: row.folder as string }),
    }));
  }

  avatar(id: string): StoredAvatar | undefined {
    const row = this.#db.one("SELECT id, type, data FROM avatars WHERE id = ? LIMIT 1", id);
    return row && {
      id: row.id as string,
      type: row.type as string,
      data: (row.data as Uint8Array).toBase64(),
    };
  }
}

function profileOf(row: Row): Profile {
  const { availability, emoji, status: text, status_until: until, avatar } = row;
  const status: Status = {
    ...(emoji !== null && { emoji: emoji as string }),
    ...(text !== null && { text: text as string }),
    ...(until !== null && { until: until as number }),
  };
  return {
    ...(availability !== null && { availability: availability as Availability }),
    ...((emoji !== null || text !== null) && { status }),
    ...(avatar !== null && { avatar: avatar as string }),
  };
}
