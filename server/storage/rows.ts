/** Rows of the database as the core's values, and the columns that they are read with. */
import type { SQLOutputValue } from "node:sqlite";
import type { Message, MessageKind, StoredEvent } from "../core/events.ts";
import type { Account, StoredMessage } from "../core/store.ts";

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

/** Columns of {@link accountOf}. */
export const ACCOUNT = "a.id, a.username, a.nickname, a.email, a.phone, a.password_hash, a.created_at";

/** An account from its row. */
export function accountOf(row: Row): Account {
  return {
    id: row.id as string,
    username: row.username as string,
    nickname: row.nickname as string,
    email: row.email as string | null,
    phone: row.phone as string | null,
    passwordHash: row.password_hash as string,
    createdAt: row.created_at as number,
  };
}

// As bytes, because node:sqlite ends a text at its first NUL.
const TEXT = "CAST(m.text AS BLOB) AS text";
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function textOf(row: Row): string {
  return decoder.decode(row.text as Uint8Array);
}

/** Columns of {@link storedMessageOf}. */
export const MESSAGE =
  `m.seq, m.id, m.at, m.author, m.author_name, m.room, m.to_names, ${TEXT}, m.kind, m.reply, m.key, m.edited_at, m.recalled_at`;

/** A message as the core keeps it. */
export function storedMessageOf(row: Row): StoredMessage {
  return {
    seq: row.seq as number,
    id: row.id as string,
    at: row.at as number,
    author: row.author as string,
    from: row.author_name as string,
    room: row.room as string | null,
    to: row.to_names === null ? null : JSON.parse(row.to_names as string) as string[],
    text: textOf(row),
    kind: row.kind as MessageKind,
    reply: row.reply as string | null,
    key: row.key as string | null,
    edited: row.edited_at as number | null,
    recalled: row.recalled_at as number | null,
  };
}

/** Columns of {@link messageOf}: joined with the room's name and the reader's own name among the receivers. */
export const SEEN_MESSAGE = `${MESSAGE}, rooms.name AS room_name, r.nickname AS reader_name`;
/** The joins that go with {@link SEEN_MESSAGE}; takes the reader's id. */
export const SEEN_JOINS =
  "LEFT JOIN rooms ON rooms.id = m.room LEFT JOIN recipients r ON r.seq = m.seq AND r.person = ?";

/** A message as one reader sees it. */
export function messageOf(row: Row, reader: string): Message {
  const stored = storedMessageOf(row);
  return {
    id: stored.id,
    seq: stored.seq,
    at: stored.at,
    from: stored.from,
    ...placeOf(stored.to, row, stored.author === reader),
    text: stored.text,
    kind: stored.kind,
    ...(stored.reply !== null && { reply: stored.reply }),
    ...(stored.edited !== null && { edited: stored.edited }),
    ...(stored.recalled !== null && { recalled: true as const }),
  };
}

/** Columns of {@link changeOf}: a change `c` of a message `m`, if it is one. */
export const CHANGE =
  `c.seq AS change_seq, c.at AS change_at, c.kind AS change_kind, c.actor_name, c.emoji, c.reaction_on,
  c.nickname, c.minutes, m.id, m.author, m.to_names, ${TEXT}, rooms.name AS room_name, r.nickname AS reader_name`;

/** A stored change as the event that one reader was told. */
export function changeOf(row: Row, reader: string): StoredEvent {
  const seq = row.change_seq as number;
  const at = row.change_at as number;
  const kind = row.change_kind as Exclude<StoredEvent["event"], "message">;
  if (kind === "kicked" || kind === "owner") {
    const about = { seq, at, room: row.room_name as string, nickname: row.nickname as string };
    if (kind === "owner") return { event: kind, ...about };
    return {
      event: kind,
      ...about,
      by: row.actor_name as string,
      ...(row.minutes !== null && { minutes: row.minutes as number }),
    };
  }
  const to = row.to_names === null ? null : JSON.parse(row.to_names as string) as string[];
  const where = placeOf(to, row, row.author === reader);
  const place = { id: row.id as string, seq, at, from: row.actor_name as string, ...where };
  if (kind === "edited") return { event: kind, ...place, text: textOf(row) };
  if (kind === "reacted") {
    return { event: kind, ...place, emoji: row.emoji as string, on: row.reaction_on === 1 };
  }
  return { event: kind, ...place };
}

function placeOf(to: string[] | null, row: Row, own: boolean): { room: string } | { to: string | string[] } {
  if (to === null) return { room: row.room_name as string };
  if (!own && row.reader_name !== null) return { to: row.reader_name as string };
  return { to: to.length === 1 ? to[0]! : to };
}
