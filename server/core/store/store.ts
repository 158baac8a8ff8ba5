/**
 * What the core keeps, and what it needs from whoever keeps it. A write is a value of one closed union, so that the core
 * knows no SQL.
 * server/storage implements it over SQLite, tests/support/memory_store.ts in memory.
 */
import type { FailedSignIns } from "../shared/commands.ts";
import type { Event, Message, MessageKind, StoredEvent } from "../shared/events.ts";
import type { NotificationLevel, Role, RoomSettings } from "../shared/room_settings.ts";
import type { FileStore, FileWrite } from "./stored_files.ts";
import type { NameKey } from "../shared/names.ts";
import type { AuditStore, AuditWrite } from "./stored_audit.ts";
import type { ReportStore, ReportWrite } from "./stored_reports.ts";
import type { RetentionStore, RetentionWrite } from "./stored_retention.ts";
import type { InvitationStore, InvitationWrite } from "./stored_invitations.ts";
import type { ConversationStore } from "./stored_conversations.ts";
import type { PeopleStore, PeopleWrite } from "./stored_people.ts";

/** A person with a password. */
export interface Account {
  id: string;
  username: string;
  nickname: string;
  email: string | null;
  phone: string | null;
  /** PHC string; null while only the MD5 of the password is known, because the account's own program sent nothing else. */
  passwordHash: string | null;
  /** PHC string over the upper-case hex MD5 of the password; null for an account older than that. */
  md5Hash: string | null;
  createdAt: number;
  /** Since when nobody may sign in with it. */
  disabledAt: number | null;
  /** Until when its address has to be confirmed, before anybody signs in with it; null: it need not be. */
  confirmBy: number | null;
  /** An administrator runs the server together with its operator. */
  role: "member" | "admin";
}

/** An account as its operator lists it. */
export interface ListedAccount {
  account: Account;
  /** When one of its tokens was last used, if it has any. */
  usedAt: number | null;
}

/** A right to come back without a password; `hash` is the SHA-256 of the token. */
export interface StoredToken {
  hash: string;
  /** The account's id, or the guest's. */
  person: string;
  nickname: string;
  guest: boolean;
  createdAt: number;
  usedAt: number;
  /** Where it was last used from, and by which program, as far as that is known. */
  address: string | null;
  client: string | null;
  /** Nobody was shown the token: once its connection is gone it says no more than where somebody was. */
  brief: boolean;
}

/** A one-time code for a new password, hashed. */
export interface StoredReset {
  hash: string;
  account: string;
  /** Hashes of the MD5 of the code, in every way of typing it. */
  md5s: string[];
  createdAt: number;
  /** From when on it is of no use. */
  expiresAt: number;
}

/** A room as it is kept: its members are not, they are whoever is there. */
export interface StoredRoom {
  id: string;
  name: string;
  ephemeral: boolean;
  /** The id of the person who owns it. */
  owner: string | null;
  createdAt: number;
  /** Whether anything was ever said in it, and whether by somebody with an account: then it lasts. */
  spoken: boolean;
  lasting: boolean;
  /** When the last thing was said in it, or it was made. */
  lastAt: number;
  /** Who made it, and the network they were in; null where nobody knows. */
  maker: string | null;
  network: string | null;
  /** Who gave it its topic, by id, and when; null where it has none, or nobody knows. */
  topicSet: { by: string; at: number } | null;
  settings: RoomSettings;
}

/** Somebody with an account who is a member of a room, online or not. */
export interface StoredMember {
  person: string;
  nickname: string;
  role: Role;
  since: number;
}

/** A moderator or an owner by appointment, by id. */
export interface StoredRole {
  room: string;
  person: string;
  role: Role;
}

/** Somebody with an account who may come into a room. */
export interface StoredInvite {
  room: string;
  person: string;
  /** Who lets them in: their id, and their nickname then. */
  byId: string;
  by: string;
  at: number;
  /** A block keeps it from whoever is invited: whoever invited them is not to find that out. */
  hidden: boolean;
}

/** A message that a room's moderators want to be found. */
export interface StoredPin {
  seq: number;
  by: string;
  at: number;
}

/** A setting as it is kept, its values as texts; null: none. */
export interface StoredSetting {
  name: string;
  /** By whoever set it. */
  set: string | null;
  /** What holds on this server where nobody has. */
  standard: string | null;
}

/** Of whom waiting messages are counted: of anybody, of one author, or of all guests. */
export type WaitingOf = { author: string } | { guests: true };

/** A message as it is kept. */
export interface StoredMessage {
  seq: number;
  id: string;
  at: number;
  author: string;
  from: string;
  /** Whether a guest wrote it. */
  guest: boolean;
  room: string | null;
  /** Nicknames it went to, as its author named them. */
  to: string[] | null;
  text: string;
  kind: MessageKind;
  reply: string | null;
  key: string | null;
  /** A program said it, and wants no program to answer. */
  notice: boolean;
  edited: number | null;
  recalled: number | null;
  /** Who took it back, where that was not its author. */
  removedBy: string | null;
  /** The id of its file. */
  file: string | null;
}

/** Somebody who gets a private message. `waiting`: was not there, so it is kept for the next sign-in. */
export interface Recipient {
  person: string;
  nickname: string;
  waiting: boolean;
  /** They have blocked its author, and never see it; it counts where it would have waited. */
  hidden?: true;
}

/** A change of a stored message that others are told. */
export interface StoredChange {
  seq: number;
  at: number;
  author: string;
  from: string;
  message: StoredMessage;
}

/** A stored event of a room that is no message. */
export interface StoredRoomEvent {
  seq: number;
  at: number;
  room: string;
  kind: "kicked" | "owner" | "role" | "muted" | "pinned" | "room";
  /** The id of the person it is about: a nickname may be somebody else's later. Null: it is about nobody. */
  subject: string | null;
  nickname: string | null;
  by: string | null;
  minutes: number | null;
  /** What else the event says, as it is told. */
  detail?: RoomEventDetail;
}

/** What each kind of event of a room says besides. */
export interface RoomEventDetail {
  role?: Role;
  /** Why somebody was put out. */
  reason?: string;
  /** Until when somebody is mute; null: they may speak again. */
  until?: number | null;
  /** Of a pin: the message, and whether it is pinned now. */
  id?: string;
  on?: boolean;
  /** The room's name before, and what was set. */
  was?: string;
  changed?: readonly string[];
  settings?: RoomSettings;
  /** The room's name at the time, for whoever is not in it any more. */
  room?: string;
}

/** One thing to keep. */
export type Write =
  | { kind: "account.add"; account: Account }
  | { kind: "account.password"; account: string; hash: string | null; md5Hash: string | null }
  /** A time disables it, null lets it sign in again, its address confirmed or not. Its codes are used up either way. */
  | { kind: "account.disable"; account: string; at: number | null }
  | { kind: "account.role"; account: string; role: Account["role"] }
  /** Its names are free then; what it wrote stays. */
  | { kind: "account.remove"; account: string }
  /** Adds what an older account lacks. */
  | { kind: "account.md5"; account: string; md5Hash: string }
  | { kind: "token.add"; token: StoredToken; keep: number }
  | { kind: "token.used"; hash: string; at: number; address: string | null; client: string | null }
  /** A guest is called otherwise from now on, and comes back so. */
  | { kind: "token.rename"; person: string; nickname: string }
  | { kind: "token.remove"; hash: string }
  | { kind: "token.clear"; person: string; except: string | null }
  | { kind: "tokens.expire"; usedBefore: number; guestsUsedBefore: number }
  /** Counts wrong passwords of an account. */
  | { kind: "failures.add"; account: string; count: number; at: number; from: string | null }
  | { kind: "failures.clear"; account: string }
  | { kind: "reset.add"; reset: StoredReset }
  | { kind: "reset.use"; hash: string }
  | { kind: "resets.expire"; createdBefore: number }
  | { kind: "room.add"; room: StoredRoom }
  | { kind: "room.owner"; room: string; owner: string | null }
  /** Somebody with an account spoke there. */
  | { kind: "room.lasts"; room: string }
  /** Its oldest messages go. */
  | { kind: "room.thin"; room: string; atMost: number }
  | { kind: "room.remove"; room: string }
  | { kind: "room.set"; room: string; name: string; settings: RoomSettings; topicSet: StoredRoom["topicSet"] }
  | { kind: "membership.add"; person: string; room: string; since: number }
  | { kind: "membership.remove"; person: string; room: string }
  | { kind: "membership.clear"; person: string }
  /** Nobody without an account is remembered as being in a room any more. */
  | { kind: "membership.guests"; room: string }
  | { kind: "membership.role"; person: string; room: string; role: Role }
  | { kind: "membership.notify"; person: string; room: string; level: NotificationLevel }
  | { kind: "invite.add"; invite: StoredInvite }
  | { kind: "invite.remove"; room: string; person: string }
  | { kind: "pin.add"; room: string; pin: StoredPin }
  | { kind: "pin.remove"; seq: number }
  /** `of`: what it keeps somebody from, the room or speaking there. */
  | { kind: "ban.add"; of: BanKind; ban: Ban }
  | { kind: "ban.remove"; of: BanKind; room: string; nickname: NameKey }
  /** Those that are over by then go. */
  | { kind: "bans.expire"; of: BanKind; at: number }
  | { kind: "room.event"; event: StoredRoomEvent }
  | { kind: "message.add"; message: StoredMessage; recipients: Recipient[] }
  | { kind: "message.edit"; change: StoredChange; text: string }
  | { kind: "message.recall"; change: StoredChange }
  | { kind: "message.react"; change: StoredChange; emoji: string; on: boolean }
  /** Without any value it goes. */
  | { kind: "setting.put"; setting: StoredSetting }
  /** What one of several nodes keeps of its memory; null: it is there no longer. */
  | { kind: "memory.put"; of: KeptMemory["of"]; id: string; value: string | null }
  | { kind: "key.clear"; seq: number }
  | { kind: "cursor.set"; person: string; conversation: string; seq: number }
  /** How far a device was told; of all of a person's so many are kept, the ones that are furthest. */
  | { kind: "device.set"; person: string; device: string; seq: number; keep: number }
  | { kind: "waiting.clear"; person: string; upTo: number }
  /** Of the last so many messages in private what others said since then waits, whether they were there or not. */
  | { kind: "waiting.since"; person: string; at: number; latest: number }
  | AuditWrite
  | RetentionWrite
  | ReportWrite
  | FileWrite
  | InvitationWrite
  | PeopleWrite;

/** The name of a write. */
export type WriteKind = Write["kind"];

/** A page of a conversation. `upTo`: nothing later than this `seq`, which nobody has been told yet. */
export interface PageQuery {
  /** A room's id. */
  room?: string;
  /** Two persons' ids: what is private between them, as the first one sees it. */
  between?: readonly [string, string];
  before?: number;
  after?: number;
  /** Nothing up to this `seq`: of a room whose newcomers don't see what was before. */
  from?: number;
  limit: number;
  upTo: number;
}

/** What may be searched by one person. */
export interface SearchQuery {
  text: string;
  person: string;
  /** Ids of the rooms that the person is in. */
  rooms: readonly string[];
  /** Of some of these rooms: nothing up to that `seq`. */
  from?: Readonly<Record<string, number>>;
  /** Whether private messages of the person are searched too. */
  private: boolean;
  /** With this person only. */
  peer?: string;
  before?: number;
  limit: number;
  upTo: number;
}

/** What one person may be told again. */
export interface ReplayQuery {
  person: string;
  /** Room ids with the `seq` at which the person came in, and changes of messages up to `from` left out. */
  rooms: readonly { room: string; since: number; from?: number }[];
  after: number;
  upTo: number;
  limit: number;
}

/** Which events of a room are wanted: with numbers after one up to another, and so many at the most. */
export interface RoomEventsQuery {
  room: string;
  after: number;
  upTo: number;
  limit: number;
}

/** A room that a person has not left. */
export interface Membership {
  room: string;
  since: number;
  notify: NotificationLevel;
}

/** What somebody is kept from: coming into a room, or speaking in it. */
export type BanKind = "bans" | "mutes";

/** A ban that still counts. A room has one of each kind for each nickname. */
export interface Ban {
  room: string;
  /** Whom it is about, by id; null for an older one, which knows the nickname alone. */
  person: string | null;
  nickname: string;
  until: number;
  /** Who put them out, and whether that was a guest. */
  by: string | null;
  byGuest: boolean;
  /** Of a guest: the network they were in, and until when new guests from there share it. */
  network: string | null;
  networkUntil: number;
}

/** One thing of what one of several nodes has in memory: see state/kept_memory.ts; and how far it has applied the log. */
export interface KeptMemory {
  of: "person" | "room" | "nodes" | "log";
  id: string;
  /** JSON. */
  value: string;
}

/** What a write raises that contradicts what is there. Whoever applies a proposal has checked that before. */
export class Contradiction extends Error {
  override readonly name = "Contradiction";
}

/** When a transaction is on disk: once it is committed, or soon after, where it is kept elsewhere too. */
export type SyncTime = "now" | "soon";

/**
 * Keeps what is applied. Writes belong into a transaction, and reads within it see them; each read sees one state.
 */
export interface Store {
  /** Names this database for ever. */
  readonly epoch: string;
  /** The highest `seq` ever kept. */
  lastSeq(): number;
  /** Bytes of what was taken back, into which what is kept next goes. */
  spareBytes(): number;
  /** How many writes were made since the start: it tells whether there were any. */
  readonly writes: number;

  /**
   * Does some work and commits it: what it writes is on disk afterwards, or nothing of it is. `soon`: it is a moment later.
   * @throws what the work throws; Fault `storage_failed` when the disk refuses, `disk_full` when it is full
   */
  transact(work: () => void, sync?: SyncTime): void;
  /** Keeps one thing, within a transaction. @throws the database's error when it contradicts what is there */
  write(write: Write): void;
  /** After a transaction found the disk full: whether its like may have room now, because it makes nothing larger. */
  madeRoom(): boolean;

  /** By username, nickname or email, in this order. */
  accountNamed(key: NameKey): Account | undefined;
  accountWithUsername(key: NameKey): Account | undefined;
  accountWithNickname(key: NameKey): Account | undefined;
  accountWithEmail(key: NameKey): Account | undefined;
  accountById(id: string): Account | undefined;
  /** The ids of administrators' accounts that may sign in, a hundred at most. */
  administrators(): string[];
  /** One of whose names, also former ones that are still kept for them, looks so: a look of look_alike.ts. `except`: not this one. */
  accountLooking(looks: readonly string[], except?: string): Account | undefined;
  /** By username, those that come after this one; `text`: a part of one of their names or of their address. */
  accounts(after: NameKey | "", limit: number, text?: string): ListedAccount[];
  token(hash: string): StoredToken | undefined;
  /** The one used last first. */
  tokensOf(person: string): StoredToken[];
  /** Wrong passwords since they were last cleared. */
  failuresOf(account: string): FailedSignIns | undefined;
  reset(hash: string): StoredReset | undefined;
  /** The codes of an account that still count. */
  resetsOf(account: string, now: number): StoredReset[];
  /** How many codes were made for an account since then. */
  resetsSince(account: string, since: number): number;

  /** What was kept of memory, by one of several nodes. */
  memory(): KeptMemory[];
  /** By name. */
  settings(): StoredSetting[];
  rooms(): StoredRoom[];
  bans(of: BanKind, after: number): Ban[];
  membershipsOf(person: string): Membership[];
  membershipIn(room: string, person: string): Membership | undefined;
  /** Ids of those who came into a room before this was said there, also guests'. */
  whoCameBefore(room: string, seq: number): Set<string>;
  /** Everybody with more than a member's place. */
  roles(): StoredRole[];
  /** Members with accounts, the longest there first. */
  membersOf(room: string, limit: number): StoredMember[];
  memberCount(room: string): number;
  /** What a room was called before, each name once. */
  namesBefore(room: string): string[];
  memberOf(room: string, person: string): StoredMember | undefined;
  /** Who is next to own a room, of those who are not suspended: its moderators first, then the longest there. */
  heirOf(room: string): StoredMember | undefined;
  /** Whether somebody with an account is a member of both. */
  sharesMember(room: string, other: string): boolean;
  invites(): StoredInvite[];
  /** The oldest first. */
  invitesOf(person: string): StoredInvite[];
  /** The newest first. */
  pins(room: string): StoredPin[];

  message(id: string): StoredMessage | undefined;
  messageWithKey(author: string, key: string): StoredMessage | undefined;
  /** The receivers of a private message; empty for a room's. */
  recipientsOf(seq: number): Omit<Recipient, "waiting">[];
  reactionsOn(seq: number): { emoji: string; person: string }[];
  /** How many private messages wait for a person, counted no further than `max`. */
  waitingCount(person: string, max: number, of?: WaitingOf): number;
  /** The private messages that wait for a person, oldest first. */
  waiting(person: string, upTo: number): Event<"message" | "offer">[];
  /** Oldest first. `more`: there is more in the direction asked. */
  page(query: PageQuery, reader: string): { messages: Message[]; more: boolean };
  /** The number of the last message that was said before a moment, milliseconds since 1970; 0: there is none. */
  seqBefore(at: number): number;
  /** Those of them that are there, as one reader sees them. */
  messagesAt(seqs: readonly number[], reader: string): Message[];
  /** Oldest first; the newest matches. Other things go on meanwhile. @throws Fault busy */
  search(query: SearchQuery): Promise<{ messages: Message[]; more: boolean }>;
  /** In order; undefined when there are more than `limit`. */
  replay(query: ReplayQuery): StoredEvent[] | undefined;
  /** What happened to a room besides what was said, with numbers after one up to another, the first first. */
  roomEvents(query: RoomEventsQuery): StoredEvent[];
  /** How far a person has read a conversation: a message; no id: it is there no longer. */
  readCursor(person: string, conversation: string): { id: string | null; seq: number } | undefined;
  /** How far a device of a person was told. */
  deviceSeq(person: string, device: string): number | undefined;

  /** The message that a file appeared as; `after`: the first one with a later number that has it. */
  messageOfFile(file: string, after?: number): StoredMessage | undefined;
  readonly files: FileStore;
  readonly invitations: InvitationStore;
  readonly conversations: ConversationStore;
  readonly audit: AuditStore;
  readonly retention: RetentionStore;
  readonly reports: ReportStore;
  readonly people: PeopleStore;
}
