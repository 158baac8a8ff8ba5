/**
 * The core's writes in SQL: one function for each kind, run inside a transaction of the
 * writer's. A missing kind is a compile error. `must` marks a statement that has to change a row.
 */
import { looksOf } from "../core/accounts/look_alike.ts";
import { type NameKey, nameKey } from "../core/shared/names.ts";
import type { RoomSettings } from "../core/shared/room_settings.ts";
import type { StoredChange, StoredRoom, Write, WriteKind } from "../core/store/store.ts";
import type { StoredConversation } from "../core/store/stored_conversations.ts";
import { AUDIT_WRITE_HANDLERS } from "./audit_log.ts";
import { FILE_WRITE_HANDLERS } from "./file_write_handlers.ts";
import { PEOPLE_WRITE_HANDLERS } from "./people_write_handlers.ts";
import { keepLastSeq } from "./last_seq.ts";
import { REPORT_WRITE_HANDLERS } from "./reports.ts";
import { RETENTION_WRITE_HANDLERS } from "./old_things.ts";
import { INVITATION_WRITE_HANDLERS } from "./invitations.ts";
import { indexAgain, indexMessage } from "./search_index.ts";
import type { Statements } from "./statements.ts";

type WriteHandlers = { [K in WriteKind]: (db: Statements, write: Extract<Write, { kind: K }>) => void };

/** Carries out one write. @throws Contradiction, or the database's own error */
export function applyWrite(db: Statements, write: Write): void {
  (WRITE_HANDLERS[write.kind] as (db: Statements, write: Write) => void)(db, write);
}

const WRITE_HANDLERS: WriteHandlers = {
  ...FILE_WRITE_HANDLERS,
  ...INVITATION_WRITE_HANDLERS,
  ...AUDIT_WRITE_HANDLERS,
  ...RETENTION_WRITE_HANDLERS,
  ...REPORT_WRITE_HANDLERS,
  ...PEOPLE_WRITE_HANDLERS,
  "memory.put"(db, { of, id, value }) {
    if (value === null) return void db.run("DELETE FROM memory WHERE kind = ? AND id = ?", of, id);
    db.run(
      "INSERT INTO memory (kind, id, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      of,
      id,
      value,
    );
  },
  "account.add"(db, { account: a }) {
    const keys = {
      username: nameKey(a.username),
      nickname: nameKey(a.nickname),
      email: a.email === null ? null : nameKey(a.email),
    };
    db.run(
      `INSERT INTO accounts (id, username, username_key, nickname, nickname_key, email, email_key, phone, password_hash, md5_hash, created_at, role, confirm_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      a.id,
      a.username,
      keys.username,
      a.nickname,
      keys.nickname,
      a.email,
      keys.email,
      a.phone,
      a.passwordHash ?? "",
      a.md5Hash,
      a.createdAt,
      a.role,
      a.confirmBy,
    );
    const names: NameKey[] = keys.username === keys.nickname
      ? [keys.username]
      : [keys.username, keys.nickname];
    for (const key of names) db.run("INSERT INTO names (key, account) VALUES (?, ?)", key, a.id);
    for (const look of new Set([a.username, a.nickname].flatMap(looksOf))) {
      db.must(
        "INSERT INTO looks (look, account) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM looks WHERE look = ?)",
        look,
        a.id,
        look,
      );
    }
  },
  "account.md5": (db, { account, md5Hash }) =>
    db.must("UPDATE accounts SET md5_hash = ? WHERE id = ?", md5Hash, account),
  "account.password"(db, { account, hash, md5Hash }) {
    db.must("UPDATE accounts SET password_hash = ?, md5_hash = ? WHERE id = ?", hash ?? "", md5Hash, account);
    db.run("UPDATE resets SET used = 1 WHERE account = ?", account);
  },
  "account.disable"(db, { account, at }) {
    db.must("UPDATE accounts SET disabled_at = ?, confirm_by = NULL WHERE id = ?", at, account);
    db.run("UPDATE resets SET used = 1 WHERE account = ?", account);
  },
  "account.role": (db, { account, role }) =>
    db.must("UPDATE accounts SET role = ? WHERE id = ?", role, account),
  "account.remove"(db, { account }) {
    db.must("DELETE FROM accounts WHERE id = ?", account);
    for (const table of ["tokens", "places", "marks", "waiting", "invites"]) {
      db.run(`DELETE FROM ${table} WHERE person = ?`, account);
    }
    db.run("DELETE FROM conversations WHERE owner = ?", account);
  },
  "token.add"(db, { token, keep }) {
    db.run(
      `INSERT INTO tokens (hash, person, nickname, guest, created_at, used_at, address, client, brief)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      token.hash,
      token.person,
      token.nickname,
      token.guest ? 1 : 0,
      token.createdAt,
      token.usedAt,
      token.address,
      token.client,
      token.brief ? 1 : 0,
    );
    db.run(
      "DELETE FROM tokens WHERE hash IN (SELECT hash FROM tokens WHERE person = ? AND NOT brief ORDER BY used_at DESC LIMIT -1 OFFSET ?)",
      token.person,
      keep,
    );
  },
  "token.used": (db, { hash, at, address, client }) =>
    db.must(
      "UPDATE tokens SET used_at = ?, address = ?, client = coalesce(?, client) WHERE hash = ?",
      at,
      address,
      client,
      hash,
    ),
  "token.rename": (db, { person, nickname }) =>
    void db.run("UPDATE tokens SET nickname = ? WHERE person = ?", nickname, person),
  "token.remove": (db, { hash }) => void db.run("DELETE FROM tokens WHERE hash = ?", hash),
  "token.clear": (db, { person, except }) =>
    void db.run("DELETE FROM tokens WHERE person = ? AND hash IS NOT ?", person, except),
  "tokens.expire"(db, { usedBefore, guestsUsedBefore }) {
    db.run(
      "DELETE FROM tokens WHERE used_at < CASE guest WHEN 1 THEN ? ELSE ? END",
      guestsUsedBefore,
      usedBefore,
    );
    const nobody = "person NOT IN (SELECT person FROM tokens) AND person NOT IN (SELECT id FROM accounts)";
    db.run(`DELETE FROM places WHERE ${nobody}`);
    db.run(`DELETE FROM marks WHERE ${nobody}`);
    db.run(`DELETE FROM conversations WHERE ${nobody.replaceAll("person NOT", "owner NOT")}`);
  },
  "failures.add": (db, { account, count, at, from }) =>
    void db.run(
      `INSERT INTO failures (account, count, at, address) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count, at = excluded.at, address = excluded.address`,
      account,
      count,
      at,
      from,
    ),
  "failures.clear": (db, { account }) => void db.run("DELETE FROM failures WHERE account = ?", account),
  "reset.add": (db, { reset }) =>
    void db.run(
      "INSERT INTO resets (hash, account, md5s, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
      reset.hash,
      reset.account,
      reset.md5s.join(" "),
      reset.createdAt,
      reset.expiresAt,
    ),
  "reset.use": (db, { hash }) => db.must("UPDATE resets SET used = 1 WHERE hash = ? AND used = 0", hash),
  "resets.expire": (db, { createdBefore }) =>
    void db.run("DELETE FROM resets WHERE created_at < ?", createdBefore),
  "setting.put"(db, { setting: { name, set, standard } }) {
    db.run("DELETE FROM settings WHERE name = ?", name);
    if (set === null && standard === null) return;
    db.run("INSERT INTO settings (name, value, standard) VALUES (?, ?, ?)", name, set, standard);
  },
  "room.add": (db, { room }) =>
    void db.run(
      `INSERT INTO rooms (id, name, key, ephemeral, owner, created_at, maker, network, lasting, private, topic, description, writing, history, archived, keep_days, topic_by, topic_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      room.id,
      room.name,
      keyOfRoom(room.id, room),
      room.ephemeral ? 1 : 0,
      room.owner,
      room.createdAt,
      room.maker,
      room.network,
      room.lasting ? 1 : 0,
      ...settingsOf(room.settings),
      room.topicSet?.by ?? null,
      room.topicSet?.at ?? null,
    ),
  "room.set": (db, { room, name, settings, topicSet }) =>
    db.must(
      `UPDATE rooms SET name = ?, key = ?, private = ?, topic = ?, description = ?, writing = ?, history = ?, archived = ?, keep_days = ?,
       topic_by = ?, topic_at = ? WHERE id = ?`,
      name,
      keyOfRoom(room, { name, settings }),
      ...settingsOf(settings),
      topicSet?.by ?? null,
      topicSet?.at ?? null,
      room,
    ),
  "room.lasts": (db, { room }) => void db.run("UPDATE rooms SET lasting = 1 WHERE id = ?", room),
  "room.owner": (db, { room, owner }) => void db.run("UPDATE rooms SET owner = ? WHERE id = ?", owner, room),
  "room.thin"(db, { room, atMost }) {
    keepLastSeq(db);
    const oldest = "(SELECT seq FROM messages WHERE room = ? ORDER BY seq LIMIT ?)";
    db.run(`DELETE FROM message_search WHERE rowid IN ${oldest}`, room, atMost);
    db.run(`DELETE FROM messages WHERE seq IN ${oldest}`, room, atMost);
  },
  "room.remove"(db, { room }) {
    keepLastSeq(db);
    db.run("DELETE FROM message_search WHERE rowid IN (SELECT seq FROM messages WHERE room = ?)", room);
    db.run("DELETE FROM marks WHERE conversation = ?", room);
    db.run("DELETE FROM rooms WHERE id = ?", room);
  },
  "membership.add": (db, { person, room, since }) =>
    void db.run(
      "INSERT INTO places (person, room, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      person,
      room,
      since,
    ),
  "membership.remove"(db, { person, room }) {
    db.run("DELETE FROM places WHERE person = ? AND room = ?", person, room);
    db.run("DELETE FROM marks WHERE person = ? AND conversation = ?", person, room);
  },
  "membership.clear": (db, { person }) => void db.run("DELETE FROM places WHERE person = ?", person),
  "membership.guests": (db, { room }) =>
    void db.run("DELETE FROM places WHERE room = ? AND person NOT IN (SELECT id FROM accounts)", room),
  "membership.role": (db, { person, room, role }) =>
    db.must("UPDATE places SET role = ? WHERE person = ? AND room = ?", role, person, room),
  "membership.notify": (db, { person, room, level }) =>
    db.must("UPDATE places SET notify = ? WHERE person = ? AND room = ?", level, person, room),
  "invite.add": (db, { invite }) =>
    void db.run(
      "INSERT OR REPLACE INTO invites (person, room, by_id, by_name, at, hidden) VALUES (?, ?, ?, ?, ?, ?)",
      invite.person,
      invite.room,
      invite.byId,
      invite.by,
      invite.at,
      invite.hidden ? 1 : 0,
    ),
  "invite.remove": (db, { room, person }) =>
    void db.run("DELETE FROM invites WHERE room = ? AND person = ?", room, person),
  "pin.add": (db, { room, pin }) =>
    void db.run(
      "INSERT INTO pins (message, room, by_name, at) VALUES (?, ?, ?, ?)",
      pin.seq,
      room,
      pin.by,
      pin.at,
    ),
  "pin.remove": (db, { seq }) => db.must("DELETE FROM pins WHERE message = ?", seq),
  "ban.add": (db, { of, ban }) =>
    void db.run(
      `INSERT OR REPLACE INTO ${of} (room, nickname, name, person, until, by_name, by_guest, network, network_until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ban.room,
      nameKey(ban.nickname),
      ban.nickname,
      ban.person,
      ban.until,
      ban.by,
      ban.byGuest ? 1 : 0,
      ban.network,
      ban.networkUntil,
    ),
  "ban.remove": (db, { of, room, nickname }) =>
    void db.run(`DELETE FROM ${of} WHERE room = ? AND nickname = ?`, room, nickname),
  "bans.expire": (db, { of, at }) => void db.run(`DELETE FROM ${of} WHERE until <= ?`, at),
  "room.event": (db, { event: e }) =>
    void db.run(
      `INSERT INTO changes (seq, at, kind, room, actor_name, subject, nickname, minutes, detail)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      e.seq,
      e.at,
      e.kind,
      e.room,
      e.by,
      e.subject,
      e.nickname,
      e.minutes,
      e.detail ? JSON.stringify(e.detail) : null,
    ),
  "message.add"(db, { message: m, recipients }) {
    db.run(
      `INSERT INTO messages (seq, id, at, author, author_name, author_guest, room, to_names, text, kind, reply, key, notice, file)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      m.seq,
      m.id,
      m.at,
      m.author,
      m.from,
      m.guest ? 1 : 0,
      m.room,
      m.to === null ? null : JSON.stringify(m.to),
      m.text,
      m.kind,
      m.reply,
      m.key,
      m.notice ? 1 : 0,
      m.file,
    );
    for (const { person, nickname, waiting, hidden } of recipients) {
      db.run(
        "INSERT INTO recipients (seq, person, nickname, hidden) VALUES (?, ?, ?, ?)",
        m.seq,
        person,
        nickname,
        hidden ? 1 : 0,
      );
      db.run("INSERT INTO private (owner, peer, seq) VALUES (?, ?, ?)", m.author, person, m.seq);
      if (person !== m.author && !hidden) {
        db.run("INSERT INTO private (owner, peer, seq) VALUES (?, ?, ?)", person, m.author, m.seq);
        noteConversation(db, person, { peer: m.author, nickname: m.from, seq: m.seq });
      }
      noteConversation(db, m.author, { peer: person, nickname, seq: m.seq });
      if (waiting) addWaiting(db, person, m.seq);
    }
    const readers = recipients.filter(({ hidden }) => !hidden).map(({ person }) => person);
    indexMessage(db, m, [m.author, ...readers]);
  },
  "message.edit"(db, { change, text }) {
    const { seq } = change.message;
    db.must(
      "UPDATE messages SET text = ?, edited_at = ? WHERE seq = ? AND recalled_at IS NULL",
      text,
      change.at,
      seq,
    );
    indexAgain(db, seq);
    addChange(db, change, "edited");
  },
  "message.recall"(db, { change }) {
    const { seq, author } = change.message;
    db.must(
      "UPDATE messages SET text = '', recalled_at = ?, removed_by = ? WHERE seq = ? AND recalled_at IS NULL",
      change.at,
      change.author === author ? null : change.from,
      seq,
    );
    db.run("DELETE FROM pins WHERE message = ?", seq);
    db.run("DELETE FROM message_search WHERE rowid = ?", seq);
    db.run("DELETE FROM reactions WHERE message = ?", seq);
    addChange(db, change, "recalled");
  },
  "message.react"(db, { change, emoji, on }) {
    const { seq } = change.message;
    const values = [seq, emoji, change.author];
    if (on) {
      db.must(
        `INSERT INTO reactions (message, emoji, person, nickname, seq)
         SELECT seq, ?2, ?3, ?4, ?5 FROM messages WHERE seq = ?1 AND recalled_at IS NULL ON CONFLICT DO NOTHING`,
        ...values,
        change.from,
        change.seq,
      );
    } else db.must("DELETE FROM reactions WHERE message = ? AND emoji = ? AND person = ?", ...values);
    addChange(db, change, "reacted", emoji, on);
  },
  "key.clear": (db, { seq }) => void db.run("UPDATE messages SET key = NULL WHERE seq = ?", seq),
  "cursor.set": (db, { person, conversation, seq }) =>
    void db.run(
      `INSERT INTO marks (person, conversation, seq) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)`,
      person,
      conversation,
      seq,
    ),
  "device.set"(db, { person, device, seq, keep }) {
    const ours = "person = ? AND conversation LIKE 'device/%'";
    db.run(
      "INSERT OR REPLACE INTO marks (person, conversation, seq) VALUES (?, ?, ?)",
      person,
      `device/${device}`,
      seq,
    );
    db.run(
      `DELETE FROM marks WHERE ${ours} AND conversation NOT IN
       (SELECT conversation FROM marks WHERE ${ours} ORDER BY seq DESC, conversation LIMIT ?)`,
      person,
      person,
      keep,
    );
  },
  "waiting.clear": (db, { person, upTo }) =>
    void db.run("DELETE FROM waiting WHERE person = ? AND seq <= ?", person, upTo),
  "waiting.since"(db, { person, at, latest }) {
    const said = db.all(
      `SELECT m.seq FROM (SELECT DISTINCT seq FROM private WHERE owner = ?1 ORDER BY seq DESC LIMIT ?2) p
       CROSS JOIN messages m ON m.seq = p.seq WHERE m.at >= ?3 AND m.author <> ?1`,
      ...[person, latest, at],
    );
    for (const { seq } of said) addWaiting(db, person, Number(seq));
  },
};

/** An open room is found by its name, a private one by those who are in it. */
function keyOfRoom(id: string, { name, settings }: Pick<StoredRoom, "name" | "settings">): string {
  return settings.private ? id : nameKey(name);
}

function settingsOf(settings: RoomSettings) {
  return [
    settings.private ? 1 : 0,
    settings.topic,
    settings.description,
    settings.writing,
    settings.history,
    settings.archived ? 1 : 0,
    settings.keep_days,
  ] as const;
}

function addWaiting(db: Statements, person: string, seq: number): void {
  db.run(
    `INSERT INTO waiting (person, seq, author, guest) VALUES (
       ?1, ?2, coalesce((SELECT author FROM messages WHERE seq = ?2), ''),
       coalesce((SELECT author_guest FROM messages WHERE seq = ?2), 0)
     ) ON CONFLICT DO NOTHING`,
    person,
    seq,
  );
}

function noteConversation(db: Statements, owner: string, { peer, nickname, seq }: StoredConversation): void {
  db.run(
    `INSERT INTO conversations (owner, peer, name, nickname, seq) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, nickname = excluded.nickname, seq = excluded.seq`,
    owner,
    peer,
    nameKey(nickname),
    nickname,
    seq,
  );
}

function addChange(
  db: Statements,
  change: StoredChange,
  kind: string,
  emoji: string | null = null,
  on: boolean | null = null,
): void {
  db.run(
    "INSERT INTO changes (seq, at, kind, room, message, actor_name, emoji, reaction_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    change.seq,
    change.at,
    kind,
    change.message.room,
    change.message.seq,
    change.from,
    emoji,
    on === null ? null : on ? 1 : 0,
  );
}
