/**
 * Every thing that people can be told, in one closed map. Events are rich: they carry all there is to know, and
 * a dialect leaves out what it cannot show. Those with a `seq` are stored and replayed by `resume`; the others
 * are of the moment. Documented one by one in docs/protocol.md.
 */

import type { FaultCode } from "./faults.ts";
import type { Profile } from "./profile.ts";
import type { Ownership, Role, RoomSettings } from "./room_settings.ts";

/** What a message is, by its content. */
export type MessageKind = "text" | "image" | "video" | "file";

/** Where a private file stands. */
export type OfferState = "waiting" | "accepted" | "refused";

/** A file, or a folder of files, as those who may have it see it. */
export interface FileInfo {
  id: string;
  /** A file name; in a folder's list the path within it. */
  name: string;
  /** Bytes; of a folder, all its files together; -1 for an empty folder within a folder. */
  size: number;
  /** Lower-case hex; empty for a folder. */
  md5: string;
  /** Lower-case hex: the file's identity. Empty for a folder. */
  sha256: string;
  /** What the bytes are, as a MIME type; `inode/directory` for a folder. */
  type: string;
  /** For a private file. */
  offer?: OfferState;
  /** Nobody can have it any more. */
  gone?: true;
}

/** A file in a conversation's list: which message brought it, whose, and when. In a folder's list there is none. */
export interface ListedFile extends FileInfo {
  message?: string;
  from?: string;
  /** Milliseconds since 1970. */
  at?: number;
}

/** What a list of files can be narrowed to, by what the bytes are; `file`: none of the others. */
export const FILE_GROUPS = ["image", "video", "audio", "folder", "file"] as const;
/** One of them. */
export type FileGroup = typeof FILE_GROUPS[number];

/** The group that a MIME type belongs to. */
export function fileGroupOf(type: string): FileGroup {
  if (type === "inode/directory") return "folder";
  return FILE_GROUPS.find((group) => type.startsWith(`${group}/`)) ?? "file";
}

/** A message as everybody who may read it sees it. Exactly one of `room` and `to` is there. */
export interface Message {
  id: string;
  seq: number;
  /** Milliseconds since 1970. */
  at: number;
  /** The nickname it was written under. */
  from: string;
  /** What its author is called now, where that is something else. */
  now?: string;
  /** A guest's: another one may have the nickname later. */
  guest?: true;
  room?: string;
  /** To its author: everybody it went to. To a receiver: that receiver alone. */
  to?: string | string[];
  text: string;
  kind: MessageKind;
  /** The id of the message that it answers. */
  reply?: string;
  /** A program said it, and wants no program to answer (IRC's NOTICE). */
  notice?: true;
  /** When it was last edited. */
  edited?: number;
  /** True once it was taken back: the text is gone. */
  recalled?: true;
  /** Who took it back, where that was not its author. */
  removed_by?: string;
  /** Emoji → the nicknames that reacted so, first to last. */
  reactions?: Record<string, string[]>;
  file?: FileInfo;
}

/** Somebody's doing. */
interface Deed {
  /**
   * Whether whoever has done it has an account, told as it happens and not of what is past; asked only by dialects that show it, and
   * nothing that JSON holds.
   */
  ofAccount?: () => boolean;
}

/** Where a stored change of a message happened. */
interface Change extends Deed {
  id: string;
  seq: number;
  at: number;
  from: string;
  room?: string;
  to?: string | string[];
  /**
   * Of what is private: who wrote the message, as they are called now; undefined where it is gone. Asked only by dialects that name whom
   * one talks to, and nothing that JSON holds.
   */
  author?: () => string | undefined;
}

/** The answer to an offer: `id` is its message, `from` who answers, `to` whose file it is. */
interface Answered extends Deed {
  id: string;
  file: string;
  seq: number;
  at: number;
  from: string;
  to: string;
}

/** Why a connection ends, as `bye` says it. */
export type ByeCode =
  | "logged_out"
  | "password_changed"
  | "account_closed"
  | "account_suspended"
  | "silent"
  | "slow_reader"
  | "too_much_nonsense"
  | "too_large"
  | "rate_limited"
  | "too_many_connections"
  | "tls_needed"
  | "shutting_down";

/** Event → what it tells. */
export interface Events {
  message: Message;
  edited: Change & { text: string };
  /** `reason`: why, told as it happens, and not kept. */
  recalled: Change & { reason?: string };
  reacted: Change & { emoji: string; on: boolean };
  kicked: Deed & {
    seq: number;
    at: number;
    room: string;
    nickname: string;
    by: string;
    minutes?: number;
    reason?: string;
  };
  /** `ownership`: what they may do, here and after somebody else got a place; as with `entered`. */
  owner: { seq: number; at: number; room: string; nickname: string; ownership?: () => Ownership };
  /** `by`: null where nobody gave it, because an owner is gone. */
  role: Deed & {
    seq: number;
    at: number;
    room: string;
    nickname: string;
    role: Role;
    by: string | null;
    ownership?: () => Ownership;
  };
  /** `until`: when they may speak again; null: now. */
  muted: Deed & { seq: number; at: number; room: string; nickname: string; by: string; until: number | null };
  /** `id`: the message. */
  pinned: Deed & { seq: number; at: number; room: string; id: string; on: boolean; by: string };
  /** How a room is set from now on, and which of it is new; `was`: its name before. */
  room: Deed & RoomSettings & {
    seq: number;
    at: number;
    room: string;
    was?: string;
    by: string;
    changed: string[];
  };
  /** One may come into a room (`on`), or not any more. */
  invited: { room: string; private?: true; by: string; at: number; on: boolean };
  /** Somebody is invited into a room, or would be if they were not kept from it; told to those who may invite there. */
  invitee: { room: string; private?: true; nickname: string; by: string; at: number };
  /** A private file waits for its receiver's answer; its message in every other respect. */
  offer: Message;
  accepted: Answered;
  refused: Answered;
  /** A private file has been downloaded to its end. */
  fetched: { file: string; id: string; from: string; to: string };
  /** A piece of a download: `bytes` raw bytes follow. With `error` it is the last and nothing follows. */
  chunk: { file: string; offset: number; bytes: number; error?: { code: FaultCode; message: string } };
  /** `guest`: whoever it is has no account. */
  /** `profile`: what an account shows; asked only by dialects that show it, and nothing that JSON holds. */
  entered: { room: string; nickname: string; guest?: true; profile?: () => Profile };
  /** `member`: still one, and merely not online any more. `ends`: whether they go altogether, which nothing that JSON holds says. */
  /** `reason`: why they leave. */
  left: Deed & { room: string; nickname: string; member?: true; reason?: string; ends?: () => boolean };
  /** `everybody`: who is online now; asked only by dialects that show it, and nothing that JSON holds. */
  online: { nickname: string; person: string; guest?: true; everybody?: () => string[] };
  offline: Deed & { nickname: string; everybody?: () => string[] };
  /**
   * Somebody has another nickname now. `rooms`: the open ones that they are in, `everybody`: who is online, `meets`: whether somebody of a
   * nickname shares a room with them; asked only by dialects that show it, and nothing that JSON holds.
   */
  renamed: {
    nickname: string;
    now: string;
    person: string;
    guest?: true;
    rooms?: () => readonly string[];
    everybody?: () => string[];
    meets?: (nickname: string) => boolean;
  };
  /** What one may do on this server besides what everybody may, as it is from now on. */
  privileges: { admin: boolean; invites: boolean };
  /** One blocks somebody, or no longer; told to one's own other sessions. */
  blocked: { nickname: string; person: string; on: boolean };
  /** Somebody shows something else of themselves: all of it, as it is now. */
  /** `shows`: which of it is new; `before`: what it was then; `meets` as with `renamed`. */
  profile: {
    nickname: string;
    person: string;
    shows?: () => "avatar" | "status";
    before?: () => Profile;
    meets?: (nickname: string) => boolean;
  } & Profile;
  typing: { from: string; guest?: true; room?: string; to?: string };
  /** Told to one's own other sessions, and in private to the person whose message was read. */
  read: { from: string; room?: string; with?: string; person?: string; id: string };
  notice: { text: string };
  /** Where the pages of the cluster's other nodes are from now on, and how many of them there are. */
  nodes: { urls: readonly string[]; other_nodes: number };
  /** The last words on a connection. `retry_after_ms`: when to come back; `nodes`: other nodes that one may come to. */
  bye: { code: ByeCode; message: string; retry_after_ms?: number; nodes?: readonly string[] };
}

/** The name of an event. */
export type EventName = keyof Events;

/** An event as a dialect takes it. */
export type Event<K extends EventName = EventName> = { [P in K]: { event: P } & Events[P] }[K];

/** The events that are stored and replayed. */
export type StoredEvent = Event<
  | ("message" | "edited" | "recalled" | "reacted" | "offer" | "accepted" | "refused")
  | ("kicked" | "owner" | "role" | "muted" | "pinned" | "room")
>;

const TRANSIENT: ReadonlySet<EventName> = new Set([
  "typing",
  "read",
  "online",
  "offline",
  "entered",
  "left",
  "profile",
]);

/** Whether a peer that reads too slowly is spared this event: it is of the moment, and `who` or `members` tell it anew. */
export function isTransient(event: Event): boolean {
  return TRANSIENT.has(event.event);
}

const TOKEN_ENDING: ReadonlySet<ByeCode> = new Set([
  "logged_out",
  "password_changed",
  "account_closed",
  "account_suspended",
]);

/** Whether last words with this code makes the token useless: one has to sign in again. */
export function endsToken(code: ByeCode): boolean {
  return TOKEN_ENDING.has(code);
}

/** What the author of a message is called now. */
export function authorOf({ from, now }: Pick<Message, "from" | "now">): string {
  return now ?? from;
}
