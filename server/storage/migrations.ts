/**
 * The database's shape, as numbered steps that are never changed once released. `PRAGMA user_version` says how
 * many of them a database has seen. Each runs in one transaction; a database of a newer shape is refused.
 */
import type { DatabaseSync } from "node:sqlite";
import { looksOf } from "../core/accounts/look_alike.ts";
import { nameKey } from "../core/shared/names.ts";

const MIGRATIONS: readonly string[] = [
  // 1: accounts, rooms, messages
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL, username_key TEXT NOT NULL UNIQUE,
    nickname TEXT NOT NULL, nickname_key TEXT NOT NULL UNIQUE,
    email TEXT, email_key TEXT UNIQUE,
    phone TEXT,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  -- Usernames and nicknames are one name space: either may be typed at sign-in.
  CREATE TABLE names (key TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE) STRICT;
  CREATE INDEX names_account ON names (account);

  -- person: the id of an account or of a guest
  CREATE TABLE tokens (
    hash TEXT PRIMARY KEY, person TEXT NOT NULL, nickname TEXT NOT NULL, guest INTEGER NOT NULL,
    created_at INTEGER NOT NULL, used_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tokens_person ON tokens (person, used_at);
  CREATE TABLE resets (
    hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE, created_at INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX resets_account ON resets (account, created_at);

  CREATE TABLE rooms (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE, ephemeral INTEGER NOT NULL,
    owner TEXT, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE places (
    person TEXT NOT NULL, room TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE, since INTEGER NOT NULL,
    PRIMARY KEY (person, room)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX places_room ON places (room);
  CREATE TABLE bans (
    room TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE, nickname TEXT NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY (room, nickname)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
    author TEXT NOT NULL, author_name TEXT NOT NULL,
    room TEXT REFERENCES rooms ON DELETE CASCADE,
    to_names TEXT,
    text TEXT NOT NULL, kind TEXT NOT NULL, reply TEXT, key TEXT,
    edited_at INTEGER, recalled_at INTEGER
  ) STRICT;
  CREATE INDEX messages_room ON messages (room, seq);
  CREATE UNIQUE INDEX messages_key ON messages (author, key) WHERE key IS NOT NULL;
  CREATE TABLE recipients (
    seq INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE, person TEXT NOT NULL, nickname TEXT NOT NULL,
    PRIMARY KEY (seq, person)
  ) STRICT, WITHOUT ROWID;
  -- One row for each side of each private conversation that a message belongs to.
  CREATE TABLE private (
    owner TEXT NOT NULL, peer TEXT NOT NULL, seq INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
    PRIMARY KEY (owner, peer, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX private_owner ON private (owner, seq);
  CREATE INDEX private_seq ON private (seq);
  CREATE TABLE waiting (
    person TEXT NOT NULL, seq INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE, PRIMARY KEY (person, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX waiting_seq ON waiting (seq);
  CREATE TABLE reactions (
    message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
    emoji TEXT NOT NULL, person TEXT NOT NULL, nickname TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (message, emoji, person)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE marks (person TEXT NOT NULL, conversation TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (person, conversation)) STRICT, WITHOUT ROWID;

  -- What happened besides messages, for those who come back: edits, recalls, reactions, kicks, owners.
  CREATE TABLE changes (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL,
    room TEXT REFERENCES rooms ON DELETE CASCADE,
    message INTEGER REFERENCES messages ON DELETE CASCADE,
    actor_name TEXT, emoji TEXT, reaction_on INTEGER,
    subject TEXT, nickname TEXT, minutes INTEGER
  ) STRICT;
  CREATE INDEX changes_room ON changes (room, seq);
  CREATE INDEX changes_message ON changes (message);
  CREATE INDEX changes_subject ON changes (subject, seq) WHERE subject IS NOT NULL;

  -- The highest number ever given: kept in meta when a room takes its events along.
  CREATE VIEW last_seq AS SELECT max(
    coalesce((SELECT max(seq) FROM messages), 0), coalesce((SELECT max(seq) FROM changes), 0),
    coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'last_seq'), 0)
  ) AS seq;

  -- rowid is messages.seq. Ideographs are indexed one by one (see search_text.ts).
  CREATE VIRTUAL TABLE message_search USING fts5 (
    text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
  );
  `,
  // 2: files
  `
  -- room and peer: where it is for; both null for nobody any more. Bytes are in the data folder under files/.
  CREATE TABLE files (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, owner_name TEXT NOT NULL,
    room TEXT REFERENCES rooms ON DELETE CASCADE, peer TEXT, peer_name TEXT,
    folder TEXT REFERENCES files ON DELETE CASCADE, is_folder INTEGER NOT NULL,
    name TEXT NOT NULL, size INTEGER NOT NULL, md5 TEXT NOT NULL, sha256 TEXT NOT NULL, type TEXT NOT NULL,
    state TEXT NOT NULL, offer TEXT, created_at INTEGER NOT NULL, used_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX files_owner ON files (owner, state);
  CREATE INDEX files_room ON files (room);
  CREATE INDEX files_folder ON files (folder, name) WHERE folder IS NOT NULL;
  CREATE INDEX files_partial ON files (used_at) WHERE state = 'partial';
  ALTER TABLE messages ADD COLUMN file TEXT REFERENCES files;
  CREATE INDEX messages_file ON messages (file) WHERE file IS NOT NULL;
  `,
  // 3: passwords of which a program sends the MD5
  `
  -- An Argon2id hash over the MD5. password_hash is '' while nothing but the MD5 is known.
  ALTER TABLE accounts ADD COLUMN md5_hash TEXT;
  -- Hashes of the MD5 of the code, with spaces between.
  ALTER TABLE resets ADD COLUMN md5s TEXT NOT NULL DEFAULT '';
  `,
  // 4: lists of conversations and of sessions
  `
  -- The last message of what is private with each nickname; name is its key.
  CREATE TABLE conversations (
    owner TEXT NOT NULL, name TEXT NOT NULL, peer TEXT NOT NULL, nickname TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (owner, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX conversations_seq ON conversations (owner, seq);
  INSERT INTO conversations (owner, name, peer, nickname, seq)
    SELECT owner, name_key(nickname), peer, nickname, seq FROM (
      SELECT p.owner, p.peer, p.seq, CASE m.author WHEN p.peer THEN m.author_name ELSE r.nickname END AS nickname
      FROM private p JOIN messages m ON m.seq = p.seq LEFT JOIN recipients r ON r.seq = p.seq AND r.person = p.peer
    ) WHERE nickname IS NOT NULL ORDER BY seq
    ON CONFLICT DO UPDATE SET peer = excluded.peer, nickname = excluded.nickname, seq = excluded.seq;
  -- Where a token was last used from, and by which program.
  ALTER TABLE tokens ADD COLUMN address TEXT;
  ALTER TABLE tokens ADD COLUMN client TEXT;
  `,
  // 5: accounts that are disabled, codes that live as long as they say
  `
  ALTER TABLE accounts ADD COLUMN disabled_at INTEGER;
  ALTER TABLE resets ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
  UPDATE resets SET expires_at = created_at + 600000;
  `,
  // 6: what waits for whose answer
  `
  CREATE INDEX files_waiting ON files (peer, id) WHERE offer = 'waiting';
  `,
  // 7: whom a ban is about, and by whom it is
  `
  ALTER TABLE bans ADD COLUMN name TEXT;
  ALTER TABLE bans ADD COLUMN person TEXT;
  ALTER TABLE bans ADD COLUMN by_name TEXT;
  ALTER TABLE bans ADD COLUMN by_guest INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE bans ADD COLUMN network TEXT;
  ALTER TABLE bans ADD COLUMN network_until INTEGER NOT NULL DEFAULT 0;
  `,
  // 8: another form of what is searched for, and the names of files
  `
  -- Messages up to this one are indexed anew while the server runs (see search_index.ts).
  INSERT INTO meta (key, value) SELECT 'search_todo', max(seq) FROM messages HAVING max(seq) IS NOT NULL;
  `,
  // 9: what the names of accounts look like
  `
  -- Older accounts may look alike.
  CREATE TABLE looks (
    look TEXT NOT NULL, account TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE, PRIMARY KEY (look, account)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX looks_account ON looks (account);
  INSERT OR IGNORE INTO looks (look, account)
    SELECT look.value, a.id FROM accounts a, json_each(looks_of(a.username)) look
    UNION ALL SELECT look.value, a.id FROM accounts a, json_each(looks_of(a.nickname)) look;
  `,
  // 10: which messages are guests'
  `
  -- Of older ones: whoever has no account, and who had one that is deleted.
  ALTER TABLE messages ADD COLUMN author_guest INTEGER NOT NULL DEFAULT 0;
  UPDATE messages SET author_guest = 1 WHERE author NOT IN (SELECT id FROM accounts);
  `,
  // 11: who may read what is searched, and files apart from what is only said
  `
  DROP TABLE message_search;
  -- place: the room, or the people who have it in private (see search_index.ts).
  CREATE VIRTUAL TABLE message_search USING fts5 (
    text, place, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
  );
  INSERT INTO meta (key, value) SELECT 'search_todo', max(seq) FROM messages HAVING max(seq) IS NOT NULL
    ON CONFLICT DO UPDATE SET value = excluded.value;
  CREATE INDEX messages_files ON messages (room, seq) WHERE file IS NOT NULL;
  CREATE INDEX files_between ON files (owner, peer) WHERE peer IS NOT NULL;
  `,
  // 12: who made a room, whether it lasts, and by whom is what waits
  `
  ALTER TABLE rooms ADD COLUMN maker TEXT;
  ALTER TABLE rooms ADD COLUMN network TEXT;
  ALTER TABLE rooms ADD COLUMN lasting INTEGER NOT NULL DEFAULT 0;
  -- Who spoke in older ones may have had an account that is deleted: they stay.
  UPDATE rooms SET lasting = 1 WHERE EXISTS (SELECT 1 FROM messages m WHERE m.room = rooms.id);

  ALTER TABLE waiting ADD COLUMN author TEXT NOT NULL DEFAULT '';
  ALTER TABLE waiting ADD COLUMN guest INTEGER NOT NULL DEFAULT 0;
  UPDATE waiting SET (author, guest) = (SELECT author, author_guest FROM messages m WHERE m.seq = waiting.seq);
  CREATE INDEX waiting_author ON waiting (person, author);
  CREATE INDEX waiting_guest ON waiting (person) WHERE guest = 1;
  `,
  // 13: a conversation with each person, also where several had one nickname
  `
  DROP TABLE conversations;
  -- The last message of what is private with each person; name is the key of the nickname in it.
  CREATE TABLE conversations (
    owner TEXT NOT NULL, peer TEXT NOT NULL, name TEXT NOT NULL, nickname TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (owner, peer)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO conversations (owner, peer, name, nickname, seq)
    SELECT owner, peer, name_key(nickname), nickname, seq FROM (
      SELECT p.owner, p.peer, p.seq, CASE m.author WHEN p.peer THEN m.author_name ELSE r.nickname END AS nickname
      FROM (SELECT owner, peer, max(seq) AS seq FROM private GROUP BY owner, peer) p
      JOIN messages m ON m.seq = p.seq LEFT JOIN recipients r ON r.seq = p.seq AND r.person = p.peer
    ) WHERE nickname IS NOT NULL;
  CREATE INDEX conversations_seq ON conversations (owner, seq, name);
  CREATE INDEX conversations_name ON conversations (owner, name, seq);
  `,
  // 14: what is searched for is folded as names are
  `
  INSERT INTO meta (key, value) SELECT 'search_todo', max(seq) FROM messages HAVING max(seq) IS NOT NULL
    ON CONFLICT DO UPDATE SET value = excluded.value;
  `,
  // 15: settings
  `
  -- value: as somebody has set it; standard: what holds on this server where nobody has.
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT, standard TEXT) STRICT, WITHOUT ROWID;
  `,
  // 16: who did what to whom, when, from where
  `
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, address TEXT,
    actor TEXT, actor_name TEXT, action TEXT NOT NULL, subject TEXT, subject_name TEXT,
    room TEXT, room_name TEXT, hidden INTEGER NOT NULL, detail TEXT
  ) STRICT;
  CREATE INDEX audit_at ON audit (at);
  CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
  END;
  -- What is older than is kept says meta, and that moves forward only.
  CREATE TRIGGER audit_lasts BEFORE DELETE ON audit
  WHEN old.at >= coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'audit_since'), 0) BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
  END;
  `,
  // 17: wrong passwords, for the owners of the accounts that they were tried for
  `
  CREATE TABLE failures (
    account TEXT PRIMARY KEY REFERENCES accounts ON DELETE CASCADE, count INTEGER NOT NULL, at INTEGER NOT NULL,
    address TEXT
  ) STRICT, WITHOUT ROWID;
  `,
  // 18: what accounts show of themselves
  `
  CREATE TABLE profiles (
    account TEXT PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    availability TEXT, emoji TEXT, status TEXT, status_until INTEGER, avatar TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE avatars (
    account TEXT PRIMARY KEY REFERENCES accounts ON DELETE CASCADE, id TEXT NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL
  ) STRICT;
  CREATE INDEX avatars_id ON avatars (id);
  `,
  // 19: who runs the server, how rooms are set, who has which place in them, who may come in, who may not speak, what is pinned
  `
  -- key: of an open room that of its name, of a private one its id. Nobody outside is to find that its name is taken.
  ALTER TABLE rooms ADD COLUMN private INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN topic TEXT NOT NULL DEFAULT '';
  ALTER TABLE rooms ADD COLUMN description TEXT NOT NULL DEFAULT '';
  ALTER TABLE rooms ADD COLUMN writing TEXT NOT NULL DEFAULT 'everybody';
  ALTER TABLE rooms ADD COLUMN history TEXT NOT NULL DEFAULT 'all';
  ALTER TABLE rooms ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 0;

  DROP INDEX places_room;
  CREATE INDEX places_room ON places (room, since, person);
  ALTER TABLE places ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
  ALTER TABLE places ADD COLUMN notify TEXT NOT NULL DEFAULT 'all';

  CREATE TABLE invites (
    person TEXT NOT NULL, room TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE, by_id TEXT NOT NULL,
    by_name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (person, room)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX invites_room ON invites (room);

  CREATE TABLE mutes (
    room TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE, nickname TEXT NOT NULL, until INTEGER NOT NULL,
    name TEXT, person TEXT, by_name TEXT, by_guest INTEGER NOT NULL DEFAULT 0,
    network TEXT, network_until INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (room, nickname)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE pins (
    message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE, room TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE,
    by_name TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX pins_room ON pins (room, at);

  -- What an event of a room says besides, as JSON; who took a message back that was another's.
  ALTER TABLE changes ADD COLUMN detail TEXT;
  ALTER TABLE accounts ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
  ALTER TABLE messages ADD COLUMN removed_by TEXT;
  `,
  // 20: files by their age
  `
  CREATE INDEX files_age ON files (created_at, id) WHERE folder IS NULL AND state = 'stored';
  `,
  // 21: what accounts were called before
  `
  CREATE TABLE former_nicknames (
    account TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE, key TEXT NOT NULL, nickname TEXT NOT NULL,
    at INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (account, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX former_nicknames_key ON former_nicknames (key, at);
  CREATE INDEX former_nicknames_at ON former_nicknames (at);
  `,
  // 22: who hears nothing from whom in private
  `
  CREATE TABLE blocks (
    owner TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE, person TEXT NOT NULL, nickname TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (owner, person)
  ) STRICT, WITHOUT ROWID;
  -- Of somebody who blocked the author: they never see it.
  ALTER TABLE recipients ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
  `,
  // 23: invitations by link
  `
  -- maker: null where it was whoever runs the server; rooms: ids, as JSON.
  CREATE TABLE invitations (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, maker TEXT REFERENCES accounts ON DELETE CASCADE,
    role TEXT NOT NULL, rooms TEXT NOT NULL, uses INTEGER NOT NULL, used INTEGER NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX invitations_maker ON invitations (maker);
  CREATE INDEX accounts_admins ON accounts (role) WHERE role = 'admin';
  `,
  // 24: messages that were reported
  `
  -- Everything as it was then: what was reported may go, and still be looked into. text: as UTF-8.
  CREATE TABLE reports (
    id TEXT PRIMARY KEY, at INTEGER NOT NULL, reporter TEXT NOT NULL, reporter_name TEXT NOT NULL,
    message TEXT NOT NULL, author TEXT NOT NULL, author_name TEXT NOT NULL, room TEXT, room_name TEXT,
    text BLOB NOT NULL, file TEXT, why TEXT NOT NULL, closed_at INTEGER, closed_by TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reports_open ON reports (reporter) WHERE closed_at IS NULL;
  CREATE INDEX reports_message ON reports (message);
  `,
  // 25: mail addresses that wait to be confirmed, accounts whose messages are to lose their names
  `
  CREATE TABLE email_codes (
    hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE, email TEXT NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX email_codes_account ON email_codes (account, created_at);
  -- after: what was gone through; up_to: what it wrote last may have this number.
  CREATE TABLE deletions (
    account TEXT PRIMARY KEY, removes INTEGER NOT NULL, after INTEGER NOT NULL, up_to INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // 26: accounts whose address has to be confirmed first
  `
  ALTER TABLE accounts ADD COLUMN confirm_by INTEGER;
  CREATE INDEX accounts_confirm ON accounts (confirm_by) WHERE confirm_by IS NOT NULL;
  `,
  // 27: what the audit log is looked through for
  `
  ALTER TABLE audit ADD COLUMN form TEXT NOT NULL DEFAULT '';
  `,
  // 28: letters about what was missed
  `
  -- seq, at: what was told up to where, and when.
  CREATE TABLE missed_mail (
    account TEXT PRIMARY KEY REFERENCES accounts ON DELETE CASCADE, level TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE mail_stops (
    hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE, at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX mail_stops_account ON mail_stops (account, at);
  `,
  // 29: links to a new password that somebody else has made, until the owner of the account is told
  `
  CREATE TABLE reset_links (
    account TEXT PRIMARY KEY REFERENCES accounts ON DELETE CASCADE, at INTEGER NOT NULL, by_name TEXT
  ) STRICT, WITHOUT ROWID;
  `,
  // 30: what one of several nodes has in memory
  `
  CREATE TABLE memory (kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
  `,
  // 31: files that are in no conversation yet
  `
  CREATE INDEX files_deposits ON files (used_at) WHERE state = 'stored' AND room IS NULL AND peer IS NULL AND folder IS NULL;
  `,
  // 32: tokens that no program was shown
  `
  ALTER TABLE tokens ADD COLUMN brief INTEGER NOT NULL DEFAULT 0;
  `,
  // 33: messages that no program is to answer, who gave a room its topic
  `
  ALTER TABLE messages ADD COLUMN notice INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN topic_by TEXT;
  ALTER TABLE rooms ADD COLUMN topic_at INTEGER;
  `,
  // 34: invitations that a block keeps from whoever is invited
  `
  ALTER TABLE invites ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
  `,
  // 35: what a room was called before
  `
  CREATE INDEX changes_settings ON changes (room) WHERE kind = 'room';
  `,
];

/** The newest shape that this program knows. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** A database that this program can't open, with the reason for its operator. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** How many steps a database has seen. */
export function schemaOf(database: DatabaseSync): number {
  return (database.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
}

/**
 * Brings a database to {@link SCHEMA_VERSION}, whole or not at all. `copy`: keeps what was there before, if there was
 * anything; `upTo`: to an older shape than today's. @throws SchemaError when it is newer than that, or can't be copied
 */
export function migrate(
  database: DatabaseSync,
  copy: (schema: number) => void = () => {},
  upTo: number = SCHEMA_VERSION,
): void {
  const seen = schemaOf(database);
  if (seen > SCHEMA_VERSION) {
    throw new SchemaError(
      `Cannot open the database: its schema is version ${seen} and this program knows ${SCHEMA_VERSION}; use a newer Switchboard`,
    );
  }
  if (seen >= upTo) return;
  if (seen > 0) copy(seen);
  database.function("name_key", { deterministic: true }, (name) => nameKey(String(name)));
  database.function(
    "looks_of",
    { deterministic: true },
    (name) => JSON.stringify(looksOf(String(name))),
  );
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const step of MIGRATIONS.slice(seen, upTo)) database.exec(step);
    database.exec(`PRAGMA user_version = ${upTo}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
