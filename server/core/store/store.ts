/**
 * What the core keeps, and what it needs from whoever keeps it. A write is a value of one closed union, so that the core
 * knows no SQL.
 * server/storage implements it over SQLite, tests/support/memory_store.ts in memory.
 */
import type { FailedSignIns } from "../shared/commands.ts";
import type { Event, Message, MessageKind, StoredEvent } from "../shared/events.ts";
import type { FileStore, FileWrite } from "./stored_files.ts";
import type { NameKey } from "../shared/names.ts";
import type { AuditStore, AuditWrite } from "./stored_audit.ts";
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
  edited: number | null;
  recalled: number | null;
  /** The id of its file. */
  file: string | null;
}

/** Somebody who gets a private message. `waiting`: was not there, so it is kept for the next sign-in. */
export interface Recipient {
  person: string;
  nickname: string;
  waiting: boolean;
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
  kind: "kicked" | "owner";
  /** The id of the person it is about: a nickname may be somebody else's later. */
  subject: string;
  nickname: string;
  by: string | null;
  minutes: number | null;
}

/** One thing to keep. */
export type Write =
  | { kind: "account.add"; account: Account }
  | { kind: "account.password"; account: string; hash: string | null; md5Hash: string | null }
  /** A time disables it, null lets it sign in again. Its codes are used up either way. */
  | { kind: "account.disable"; account: string; at: number | null }
  /** Its names are free then; what it wrote stays. */
  | { kind: "account.remove"; account: string }
  /** Adds what an older account lacks. */
  | { kind: "account.md5"; account: string; md5Hash: string }
  | { kind: "token.add"; token: StoredToken; keep: number }
  | { kind: "token.used"; hash: string; at: number; address: string | null; client: string | null }
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
  | { kind: "membership.add"; person: string; room: string; since: number }
  | { kind: "membership.remove"; person: string; room: string }
  | { kind: "membership.clear"; person: string }
  | { kind: "ban.add"; ban: Ban }
  | { kind: "ban.remove"; room: string; nickname: NameKey }
  | { kind: "room.event"; event: StoredRoomEvent }
  | { kind: "message.add"; message: StoredMessage; recipients: Recipient[] }
  | { kind: "message.edit"; change: StoredChange; text: string }
  | { kind: "message.recall"; change: StoredChange }
  | { kind: "message.react"; change: StoredChange; emoji: string; on: boolean }
  /** Without any value it goes. */
  | { kind: "setting.put"; setting: StoredSetting }
  | { kind: "key.clear"; seq: number }
  | { kind: "cursor.set"; person: string; conversation: string; seq: number }
  | { kind: "waiting.clear"; person: string; upTo: number }
  | AuditWrite
  | FileWrite
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
  limit: number;
  upTo: number;
}

/** What may be searched by one person. */
export interface SearchQuery {
  text: string;
  person: string;
  /** Ids of the rooms that the person is in. */
  rooms: readonly string[];
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
  /** Room ids with the `seq` at which the person came in. */
  rooms: readonly { room: string; since: number }[];
  after: number;
  upTo: number;
  limit: number;
}

/** A room that a person had not left when they were last seen. */
export interface Membership {
  room: string;
  since: number;
}

/** A ban that still counts. A room has one for each nickname. */
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

/** What a write raises that contradicts what is there. Whoever applies a proposal has checked that before. */
export class Contradiction extends Error {
  override readonly name = "Contradiction";
}

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
   * Does some work and commits it: what it writes is on disk afterwards, or nothing of it is.
   * @throws what the work throws; Fault `storage_failed` when the disk refuses, `disk_full` when it is full
   */
  transact(work: () => void): void;
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
  /** One of whose names looks so: a look of look_alike.ts. */
  accountLooking(looks: readonly string[]): Account | undefined;
  /** By username, those that come after this one. */
  accounts(after: NameKey | "", limit: number): ListedAccount[];
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

  /** By name. */
  settings(): StoredSetting[];
  rooms(): StoredRoom[];
  bans(after: number): Ban[];
  membershipsOf(person: string): Membership[];

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
  /** Oldest first; the newest matches. Other things go on meanwhile. @throws Fault busy */
  search(query: SearchQuery): Promise<{ messages: Message[]; more: boolean }>;
  /** In order; undefined when there are more than `limit`. */
  replay(query: ReplayQuery): StoredEvent[] | undefined;
  /** How far a person has read a conversation: a message. */
  readCursor(person: string, conversation: string): { id: string; seq: number } | undefined;

  /** The message that a file appeared as. */
  messageOfFile(file: string): StoredMessage | undefined;
  readonly files: FileStore;
  readonly conversations: ConversationStore;
  readonly audit: AuditStore;
  readonly people: PeopleStore;
}
