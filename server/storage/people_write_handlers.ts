/** The core's writes about what accounts show, in SQL; part of the table in write_handlers.ts. */
import { looksOf } from "../core/accounts/look_alike.ts";
import { LIMITS } from "../core/shared/limits.ts";
import { type NameKey, nameKey } from "../core/shared/names.ts";
import type { PeopleWrite } from "../core/store/stored_people.ts";
import type { Statements } from "./statements.ts";

type WriteHandlers = {
  [K in PeopleWrite["kind"]]: (db: Statements, write: Extract<PeopleWrite, { kind: K }>) => void;
};

/** Write about what an account shows → its SQL. */
export const PEOPLE_WRITE_HANDLERS: WriteHandlers = {
  "account.nickname"(db, { account, nickname, at, seq }) {
    const { username_key: username, nickname: before } = db.one(
      "SELECT username_key, nickname FROM accounts WHERE id = ?",
      account,
    )! as { username_key: NameKey; nickname: string };
    const [key, keyBefore] = [nameKey(nickname), nameKey(before)];
    db.must("UPDATE accounts SET nickname = ?, nickname_key = ? WHERE id = ?", nickname, key, account);
    if (keyBefore !== username) db.run("DELETE FROM names WHERE key = ?", keyBefore);
    if (key !== username) db.run("INSERT INTO names (key, account) VALUES (?, ?)", key, account);
    db.run(
      `INSERT INTO former_nicknames (account, key, nickname, at, seq) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET nickname = excluded.nickname, at = excluded.at, seq = excluded.seq`,
      account,
      keyBefore,
      before,
      at,
      seq,
    );
    db.run("DELETE FROM former_nicknames WHERE account = ? AND key = ?", account, key);
    for (const look of looksOf(nickname)) keepLook(db, look, account);
    db.run("UPDATE tokens SET nickname = ? WHERE person = ?", nickname, account);
    callInConversations(db, account, nickname);
  },
  "account.email"(db, { account, email }) {
    const key = email === null ? null : nameKey(email);
    db.must(
      "UPDATE accounts SET email = ?, email_key = ?, confirm_by = NULL WHERE id = ?",
      email,
      key,
      account,
    );
    db.run("DELETE FROM email_codes WHERE account = ?", account);
    // What was sent to the address before opens nothing any more.
    db.run("UPDATE resets SET used = 1 WHERE account = ?", account);
  },
  "reset.link"(db, { account, link }) {
    db.run("DELETE FROM reset_links WHERE account = ?", account);
    if (!link) return;
    db.run("INSERT INTO reset_links (account, at, by_name) VALUES (?, ?, ?)", account, link.at, link.by);
  },
  "email.code"(db, { account, email, hash, at, expiresAt }) {
    db.run("DELETE FROM email_codes WHERE created_at < ?", at - LIMITS.codesKeptMs);
    db.run(
      "INSERT INTO email_codes (hash, account, email, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
      hash,
      account,
      email,
      at,
      expiresAt,
    );
  },
  "missed.set"(db, { account, level, seq }) {
    if (level === null) return void db.run("DELETE FROM missed_mail WHERE account = ?", account);
    db.run(
      `INSERT INTO missed_mail (account, level, seq, at) VALUES (?, ?, ?, 0)
       ON CONFLICT DO UPDATE SET level = excluded.level`,
      account,
      level,
      seq,
    );
  },
  "missed.told"(db, { account, at, seq, stop }) {
    db.must("UPDATE missed_mail SET seq = ?, at = ? WHERE account = ?", seq, at, account);
    db.run("DELETE FROM mail_stops WHERE account = ? AND at < ?", account, at - LIMITS.missedMailStopMs);
    db.run("INSERT INTO mail_stops (hash, account, at) VALUES (?, ?, ?)", stop, account, at);
  },
  "deletion.add"(db, { account, removes, upTo, name }) {
    db.run(
      "INSERT INTO deletions (account, removes, after, up_to) VALUES (?, ?, 0, ?)",
      account,
      removes ? 1 : 0,
      upTo,
    );
    callInConversations(db, account, name);
  },
  "deletion.advance"(db, { account, after, upTo, name }) {
    const own = "seq > ? AND seq <= ? AND +author = ?";
    db.run(
      `UPDATE changes SET actor_name = ? WHERE kind IN ('edited', 'recalled')
       AND message IN (SELECT seq FROM messages WHERE ${own})`,
      name,
      after,
      upTo,
      account,
    );
    db.run(`UPDATE messages SET author_name = ? WHERE ${own}`, name, after, upTo, account);
    db.run(
      "UPDATE reactions SET nickname = ? WHERE message > ? AND message <= ? AND person = ?",
      name,
      after,
      upTo,
      account,
    );
    db.must("UPDATE deletions SET after = ? WHERE account = ?", upTo, account);
  },
  "deletion.end"(db, { account, name }) {
    db.run("UPDATE files SET owner_name = ? WHERE owner = ?", name, account);
    db.must("DELETE FROM deletions WHERE account = ?", account);
  },
  "nicknames.expire"(db, { before, atMost }) {
    const over = db.all("SELECT DISTINCT account FROM former_nicknames WHERE at < ? LIMIT ?", before, atMost);
    for (const { account } of over) {
      db.run("DELETE FROM former_nicknames WHERE account = ? AND at < ?", account!, before);
      db.run("DELETE FROM looks WHERE account = ?", account!);
      const names = db.all(
        `SELECT username AS name FROM accounts WHERE id = ?1 UNION SELECT nickname FROM accounts WHERE id = ?1
         UNION SELECT nickname FROM former_nicknames WHERE account = ?1`,
        account!,
      );
      for (const look of new Set(names.flatMap(({ name }) => looksOf(name as string)))) {
        keepLook(db, look, account as string);
      }
    }
  },
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
  "block.set"(db, { owner, person, nickname, at, on }) {
    if (!on) return void db.run("DELETE FROM blocks WHERE owner = ? AND person = ?", owner, person);
    db.run(
      "INSERT INTO blocks (owner, person, nickname, at) VALUES (?, ?, ?, ?)",
      owner,
      person,
      nickname,
      at,
    );
  },
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

/** Everybody with whom somebody talks has them in their list, too. */
function callInConversations(db: Statements, account: string, nickname: string): void {
  db.run(
    `UPDATE conversations SET name = ?1, nickname = ?2
     WHERE peer = ?3 AND owner IN (SELECT peer FROM conversations WHERE owner = ?3)`,
    nameKey(nickname),
    nickname,
    account,
  );
}

/** @throws Contradiction when it is another account's */
function keepLook(db: Statements, look: string, account: string): void {
  db.must(
    `INSERT INTO looks (look, account) SELECT ?1, ?2
     WHERE NOT EXISTS (SELECT 1 FROM looks WHERE look = ?1 AND account <> ?2)
     ON CONFLICT DO UPDATE SET account = excluded.account`,
    look,
    account,
  );
}
