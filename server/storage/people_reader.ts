/** What accounts show of themselves, over SQLite. */
import type { Blocked } from "../core/shared/commands.ts";
import type { NameKey } from "../core/shared/names.ts";
import type { Availability, Profile, Status } from "../core/shared/profile.ts";
import type {
  FormerNickname,
  PeopleQuery,
  PeopleStore,
  StoredAvatar,
  StoredPerson,
} from "../core/store/stored_people.ts";
import type { Row } from "./rows.ts";
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
