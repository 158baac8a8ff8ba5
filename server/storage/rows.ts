/** Rows of the database as the core's values, and the columns that they are read with. */
import type { SQLOutputValue } from "node:sqlite";
import { fileInfo } from "../core/files/file_access.ts";
import type {
  Event,
  FileInfo,
  Message,
  MessageKind,
  OfferState,
  StoredEvent,
} from "../core/shared/events.ts";
import { isOfRoom, roomEventOf } from "../core/rooms/room_events.ts";
import type { RoomSettings } from "../core/shared/room_settings.ts";
import type {
  Account,
  RoomEventDetail,
  StoredMessage,
  StoredReset,
  StoredRoom,
  StoredSetting,
  StoredToken,
} from "../core/store/store.ts";
import type { StoredFile } from "../core/store/stored_files.ts";

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

/** Columns of {@link accountOf}. */
export const ACCOUNT =
  "a.id, a.username, a.nickname, a.email, a.phone, a.password_hash, a.md5_hash, a.created_at, a.disabled_at, a.role, a.confirm_by";

/** An account from its row. */
export function accountOf(row: Row): Account {
  return {
    id: row.id as string,
    username: row.username as string,
    nickname: row.nickname as string,
    email: row.email as string | null,
    phone: row.phone as string | null,
    passwordHash: row.password_hash === "" ? null : row.password_hash as string,
    md5Hash: row.md5_hash as string | null,
    createdAt: row.created_at as number,
    disabledAt: row.disabled_at as number | null,
    role: row.role as Account["role"],
    confirmBy: row.confirm_by as number | null,
  };
}

/** Columns of {@link tokenOf}. */
export const TOKEN = "hash, person, nickname, guest, created_at, used_at, address, client, brief";

/** A room from its row, which has `last_at` besides: when something was said there last. */
export function roomOf(row: Row): StoredRoom {
  return {
    id: row.id as string,
    name: row.name as string,
    ephemeral: row.ephemeral === 1,
    owner: row.owner as string | null,
    createdAt: row.created_at as number,
    // What was said there may be too old to be kept.
    spoken: row.last_at !== null || row.lasting === 1,
    lasting: row.lasting === 1,
    lastAt: (row.last_at ?? row.created_at) as number,
    maker: row.maker as string | null,
    network: row.network as string | null,
    topicSet: row.topic_by === null ? null : { by: row.topic_by as string, at: row.topic_at as number },
    settings: roomSettingsOf(row),
  };
}

function roomSettingsOf(row: Row): RoomSettings {
  return {
    topic: row.topic as string,
    description: row.description as string,
    private: row.private === 1,
    writing: row.writing as RoomSettings["writing"],
    history: row.history as RoomSettings["history"],
    archived: row.archived === 1,
    keep_days: row.keep_days as number,
  };
}

/** A token from its row. */
export function tokenOf(row: Row): StoredToken {
  return {
    hash: row.hash as string,
    person: row.person as string,
    nickname: row.nickname as string,
    guest: row.guest === 1,
    createdAt: row.created_at as number,
    usedAt: row.used_at as number,
    address: row.address as string | null,
    client: row.client as string | null,
    brief: row.brief === 1,
  };
}

/** Columns of {@link resetOf}. */
export const RESET = "hash, account, md5s, created_at, expires_at";

/** A code from its row. */
export function resetOf(row: Row): StoredReset {
  return {
    hash: row.hash as string,
    account: row.account as string,
    md5s: (row.md5s as string).split(" ").filter((each) => each !== ""),
    createdAt: row.created_at as number,
    expiresAt: row.expires_at as number,
  };
}

/** What {@link settingsIn} takes. */
export const SETTINGS_READ = "SELECT name, value, standard FROM settings ORDER BY name";

/** Settings from their rows. */
export function settingsIn(rows: readonly Row[]): StoredSetting[] {
  return rows.map(({ name, value, standard }) => ({
    name: name as string,
    set: value as string | null,
    standard: standard as string | null,
  }));
}

/** A message's text, for {@link textOf}: as bytes, because node:sqlite ends a text at its first NUL. */
export const TEXT = "CAST(m.text AS BLOB) AS text";
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A text from its bytes. */
export function textOf(row: Row): string {
  return decoder.decode(row.text as Uint8Array);
}

/** Columns of {@link storedMessageOf}. */
export const MESSAGE =
  `m.seq, m.id, m.at, m.author, m.author_name, m.author_guest, m.room, m.to_names, ${TEXT}, m.kind, m.reply, m.key, m.notice, m.edited_at, m.recalled_at, m.removed_by, m.file`;

/** A message as the core keeps it. */
export function storedMessageOf(row: Row): StoredMessage {
  return {
    seq: row.seq as number,
    id: row.id as string,
    at: row.at as number,
    author: row.author as string,
    from: row.author_name as string,
    guest: row.author_guest === 1,
    room: row.room as string | null,
    to: row.to_names === null ? null : JSON.parse(row.to_names as string) as string[],
    text: textOf(row),
    kind: row.kind as MessageKind,
    reply: row.reply as string | null,
    key: row.key as string | null,
    notice: row.notice === 1,
    edited: row.edited_at as number | null,
    recalled: row.recalled_at as number | null,
    removedBy: row.removed_by as string | null,
    file: row.file as string | null,
  };
}

/** Columns of {@link fileOf}. */
export const FILE =
  `f.id AS file_id, f.owner, f.owner_name, f.room AS file_room, f.peer, f.peer_name, f.folder, f.is_folder, f.name AS file_name,
  f.size, f.md5, f.sha256, f.type, f.state, f.offer, f.created_at AS file_created_at`;

/** A file as the core keeps it. */
export function fileOf(row: Row): StoredFile {
  return {
    id: row.file_id as string,
    owner: row.owner as string,
    ownerName: row.owner_name as string,
    room: row.file_room as string | null,
    peer: row.peer as string | null,
    peerName: row.peer_name as string | null,
    folder: row.folder as string | null,
    isFolder: row.is_folder === 1,
    name: row.file_name as string,
    size: row.size as number,
    md5: row.md5 as string,
    sha256: row.sha256 as string,
    type: row.type as string,
    state: row.state as StoredFile["state"],
    offer: row.offer as OfferState | null,
    createdAt: row.file_created_at as number,
  };
}

/** A file as people see it. */
export function fileInfoOf(row: Row): FileInfo {
  return fileInfo(fileOf(row));
}

/** Columns of {@link messageOf}: joined with the room's name and the reader's own name among the receivers. */
export const SEEN_MESSAGE =
  `${MESSAGE}, rooms.name AS room_name, r.nickname AS reader_name, author.nickname AS author_now, ${FILE}`;
/** The joins that go with {@link SEEN_MESSAGE}; takes the reader's id. */
export const SEEN_JOINS =
  `LEFT JOIN rooms ON rooms.id = m.room LEFT JOIN recipients r ON r.seq = m.seq AND r.person = ?
  LEFT JOIN files f ON f.id = m.file LEFT JOIN accounts author ON author.id = m.author`;

/** A message as one reader sees it. */
export function messageOf(row: Row, reader: string): Message {
  const stored = storedMessageOf(row);
  return {
    id: stored.id,
    seq: stored.seq,
    at: stored.at,
    from: stored.from,
    ...(row.author_now !== null && row.author_now !== stored.from && { now: row.author_now as string }),
    ...(stored.guest && { guest: true as const }),
    ...placeOf(stored.to, row, stored.author === reader),
    text: stored.text,
    kind: stored.kind,
    ...(stored.reply !== null && { reply: stored.reply }),
    ...(stored.notice && { notice: true as const }),
    ...(stored.edited !== null && { edited: stored.edited }),
    ...(stored.recalled !== null && { recalled: true as const }),
    ...(stored.removedBy !== null && { removed_by: stored.removedBy }),
    ...(stored.recalled === null && row.file_id !== null && { file: fileInfoOf(row) }),
  };
}

/** A message as the event that one reader was told: a private file is an offer. */
export function messageEventOf(row: Row, reader: string): Event<"message" | "offer"> {
  const message = messageOf(row, reader);
  return { event: row.offer === null || message.recalled ? "message" : "offer", ...message };
}

/** Columns of {@link changeOf}: a change `c` of a message `m`, if it is one. */
export const CHANGE =
  `c.seq AS change_seq, c.at AS change_at, c.kind AS change_kind, c.actor_name, c.emoji, c.reaction_on,
  c.nickname, c.minutes, c.detail, m.id, m.author, m.author_name, m.to_names, ${TEXT}, m.file, rooms.name AS room_name, r.nickname AS reader_name`;

/** A stored change as the event that one reader was told. */
export function changeOf(row: Row, reader: string): StoredEvent {
  const seq = row.change_seq as number;
  const at = row.change_at as number;
  const kind = row.change_kind as Exclude<StoredEvent["event"], "message" | "offer">;
  if (kind === "accepted" || kind === "refused") {
    const answer = { id: row.id as string, file: row.file as string, seq, at };
    return { event: kind, ...answer, from: row.actor_name as string, to: row.author_name as string };
  }
  if (isOfRoom(kind)) {
    return roomEventOf({
      ...{ seq, at, room: row.room_name as string, kind, subject: null },
      nickname: row.nickname as string | null,
      by: row.actor_name as string | null,
      minutes: row.minutes as number | null,
      ...(row.detail !== null && { detail: JSON.parse(row.detail as string) as RoomEventDetail }),
    });
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
