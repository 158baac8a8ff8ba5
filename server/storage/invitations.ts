/** Invitations by link, over SQLite: what is read of them, and the core's writes about them. */
import type {
  InvitationsQuery,
  InvitationStore,
  InvitationWrite,
  StoredInvitation,
} from "../core/store/stored_invitations.ts";
import type { Row } from "./rows.ts";
import type { Statements } from "./statements.ts";

type WriteHandlers = {
  [K in InvitationWrite["kind"]]: (db: Statements, write: Extract<InvitationWrite, { kind: K }>) => void;
};

/** Write about an invitation → its SQL; part of the table in write_handlers.ts. */
export const INVITATION_WRITE_HANDLERS: WriteHandlers = {
  "invitation.add": (db, { invitation: i }) =>
    void db.run(
      `INSERT INTO invitations (id, hash, maker, role, rooms, uses, used, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      i.id,
      i.hash,
      i.maker,
      i.role,
      JSON.stringify(i.rooms),
      i.uses,
      i.used,
      i.createdAt,
      i.expiresAt,
    ),
  "invitation.use": (db, { id }) =>
    db.must("UPDATE invitations SET used = used + 1 WHERE id = ? AND used < uses", id),
  "invitation.remove": (db, { id }) => void db.run("DELETE FROM invitations WHERE id = ?", id),
  "invitations.expire": (db, { before }) =>
    void db.run("DELETE FROM invitations WHERE expires_at <= ?", before),
};

/** Reads for {@link InvitationStore}. */
export class SqliteInvitations implements InvitationStore {
  readonly #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  withHash(hash: string): StoredInvitation | undefined {
    const row = this.#db.one("SELECT * FROM invitations WHERE hash = ?", hash);
    return row && invitationOf(row);
  }

  withId(id: string): StoredInvitation | undefined {
    const row = this.#db.one("SELECT * FROM invitations WHERE id = ?", id);
    return row && invitationOf(row);
  }

  list({ maker, before, now, limit }: InvitationsQuery): StoredInvitation[] {
    return this.#db.all(
      `SELECT * FROM invitations WHERE expires_at > ?1 AND (?2 IS NULL OR maker = ?2) AND (?3 IS NULL OR id < ?3)
       ORDER BY id DESC LIMIT ?4`,
      now,
      maker ?? null,
      before ?? null,
      limit,
    ).map(invitationOf);
  }

  count(now: number, maker?: string): number {
    return this.#db.one(
      "SELECT count(*) AS n FROM invitations WHERE expires_at > ?1 AND (?2 IS NULL OR maker = ?2)",
      now,
      maker ?? null,
    )!.n as number;
  }
}

function invitationOf(row: Row): StoredInvitation {
  return {
    id: row.id as string,
    hash: row.hash as string,
    maker: row.maker as string | null,
    role: row.role as StoredInvitation["role"],
    rooms: JSON.parse(row.rooms as string) as string[],
    uses: row.uses as number,
    used: row.used as number,
    createdAt: row.created_at as number,
    expiresAt: row.expires_at as number,
  };
}
