/** The core's writes about what accounts show, in SQL; part of the table in write_handlers.ts. */
import type { PeopleWrite } from "../core/store/stored_people.ts";
import type { Statements } from "./statements.ts";

type WriteHandlers = {
  [K in PeopleWrite["kind"]]: (db: Statements, write: Extract<PeopleWrite, { kind: K }>) => void;
};

/** Write about what an account shows → its SQL. */
export const PEOPLE_WRITE_HANDLERS: WriteHandlers = {
  "status.set": (db, { account, availability, status }) =>
    void db.run(
      `INSERT INTO profiles (account, availability, emoji, status, status_until) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET availability = excluded.availability, emoji = excluded.emoji,
         status = excluded.status, status_until = excluded.status_until`,
      account,
      availability,
      status?.emoji ?? null,
      status?.text ?? null,
      status?.until ?? null,
    ),
  "avatar.set"(db, { account, avatar }) {
    db.run("DELETE FROM avatars WHERE account = ?", account);
    if (avatar) {
      db.run(
        "INSERT INTO avatars (account, id, type, data) VALUES (?, ?, ?, ?)",
        account,
        avatar.id,
        avatar.type,
        Uint8Array.fromBase64(avatar.data),
      );
    }
    db.run(
      "INSERT INTO profiles (account, avatar) VALUES (?, ?) ON CONFLICT DO UPDATE SET avatar = excluded.avatar",
      account,
      avatar?.id ?? null,
    );
  },
};
