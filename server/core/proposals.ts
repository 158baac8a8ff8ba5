/**
 * Everything that can change the state, in one closed map. A proposal is plain data, so that it can be logged and sent to
 * another machine: it names people, rooms and sessions by id, and it has in it what `apply` may not make up, such as the
 * time, ids and the hashes of secrets. Never a secret itself.
 */
import type { SettingLevel } from "./state/settings.ts";
import type { ConversationName } from "./shared/commands.ts";
import type { Availability, MissedMailLevel, Status } from "./shared/profile.ts";
import type { StoredAvatar } from "./store/stored_people.ts";
import type { NotificationLevel, Role, RoomSettings } from "./shared/room_settings.ts";
import type { StoredFile } from "./store/stored_files.ts";
import type { Account, StoredReset, StoredToken } from "./store/store.ts";

/** The new right to come back of whoever signs in; `hash` is that of its secret. */
export interface NewToken {
  hash: string;
  address: string;
  client: string | null;
  /** Its secret is shown to nobody: once its connection is gone nobody comes back with it. */
  brief?: true;
}

/** How somebody signs in. */
export interface Manner {
  /** A token for later only. */
  offline?: boolean;
  /** Into the lobby, or not at all. */
  lobby?: boolean;
}

/** A session that opens, and the node that has its connection. */
export interface Opening {
  session: string;
  node: string;
}

/** What is kept of a password. */
export type PasswordHashes = Pick<Account, "passwordHash" | "md5Hash">;

/** Kind → what is proposed. */
interface Proposals {
  "guest": Manner & Opening & {
    person: string;
    nickname: string;
    /** With "#" after it, as often as needed, where the nickname is taken. */
    rename: boolean;
    /** Into no room. */
    outside: boolean;
    token: NewToken;
    /** The hash of the token that came with the connection. */
    credential?: string;
  };
  /** Somebody has shown that an account is theirs, with the password that it had then. */
  "login": Manner & Opening & {
    account: string;
    proof: PasswordHashes;
    /** What an older account lacks. */
    md5Hash?: string;
    /** Only if nobody is online under the account. */
    exclusive: boolean;
    token: NewToken;
  };
  /** The same with a one-time code, which becomes the password. */
  "login.code": Manner & Opening & {
    account: string;
    reset: string;
    hashes: PasswordHashes;
    token: NewToken;
  };
  /** Wrong passwords were tried, so many of one kind; `account` null: for a name that nobody has. */
  /** `suspended`: the password was right, and the account is suspended. */
  "login.failed": { account: string | null; count: number; suspended?: true };
  "resume": Opening & { epoch?: string; since?: number; portions: boolean; token: NewToken; device?: string };
  "device.place": { session: string; device: string; seq: number };
  /** `session`: the one that asks, if it is signed in. */
  "logout": { session?: string; hash: string };
  "session.end": { session: string; hash: string };
  /** A connection is gone. `returns`: it comes back by itself, so for a moment nobody is told. */
  "session.lost": { session: string; returns: boolean };
  /** A node is gone, with all of its connections; if it comes back, then under another name. */
  "node.lost": { node: string };
  /** What waited was delivered to a session and has arrived. */
  "session.delivered": { session: string; person: string; upTo: number; restUpTo?: number };
  /** Somebody's place was kept for long enough. */
  "person.gone": { person: string; lostBefore: number };

  /** `by`: somebody for themselves, or whoever runs the server; `invitation`: the hash of its code; `guest`: who they are so far. */
  "register": {
    account: Account;
    by: "anybody" | "operator";
    invitation?: string;
    guest?: string;
    confirm?: { email: string; hash: string; expiresAt: number };
  };
  /** Its address was not confirmed in time. */
  "account.unconfirmed": { account: string };
  /** Without a session: whoever runs the server. Rooms by name. */
  "invitation.make": {
    session?: string;
    id: string;
    hash: string;
    rooms: string[];
    uses: number;
    expiresAt: number;
  };
  "invitation.revoke": { session?: string; invitation: string };
  /** Somebody comes into its rooms. */
  "invitation.use": { session: string; hash: string };
  /** With it the first account is made, which is an administrator's. `yields`: one that is there already stays. */
  "invitation.first": { id: string; hash: string; expiresAt: number; yields?: true };
  /** Of whoever knew the old one; every session but that of one token ends. */
  "password.change": {
    account: string;
    proof: PasswordHashes;
    hashes: PasswordHashes;
    except: string | null;
    /** Whether the account was named, which may be what is wrong. */
    named: boolean;
  };
  "password.confirm": { reset: string; hashes: PasswordHashes };
  /** A one-time code for whoever has an address. `atMost`: of so many since then. */
  "password.reset": { email: string; reset: Omit<StoredReset, "account">; since: number; atMost: number };

  "status": { session: string; availability: Availability | null; status: Status | null };
  /** `code`: what is kept of the one that was sent to the address; without one it counts at once. */
  "account.email": {
    session: string;
    email: string | null;
    proof: PasswordHashes;
    code: { hash: string; expiresAt: number } | null;
  };
  /** Without a session: by whoever has the letter. */
  "account.email.confirm": { session?: string; hash: string };
  "account.missed": { session: string; level: MissedMailLevel };
  "missed.stop": { hash: string };
  /** Somebody is written to about what they missed up to there; `stop`: what is kept of the link that ends it. */
  "missed.told": { account: string; upTo: number; stop: string };
  /** Everything of one's own is taken along. */
  "account.export": { account: string };
  "account.delete": { session: string; proof: PasswordHashes };
  /** The next step for somebody who is gone. */
  "account.forget": { account: string; after: number };
  "account.nickname": { session: string; nickname: string };
  /** One of `nickname` and `person`. */
  "block": { session: string; nickname?: string; person?: string; on: boolean };
  "account.avatar": { session: string; avatar: StoredAvatar | null };

  "room.enter": {
    session: string;
    id: string;
    room: string;
    ephemeral: boolean;
    private: boolean;
    /** Whether it is made where it is not there. */
    make: boolean;
    /** Whether one that was called so before is meant, too. */
    follow?: true;
    network: string;
  };
  "room.leave": { session: string; room: string; reason?: string };
  "room.kick": { session: string; room: string; nickname: string; minutes: number; reason?: string };
  "room.lift": { session: string; room: string; nickname: string };
  "room.mute": { session: string; room: string; nickname: string; minutes: number };
  "room.set": { session: string; room: string; name?: string; settings: Partial<RoomSettings> };
  "room.role": { session: string; room: string; nickname: string; role: Role };
  "room.delete": { session: string; room: string };
  "room.invite": { session: string; room: string; nickname: string; on: boolean };
  "room.decline": { session: string; room: string };
  "room.notify": { session: string; room: string; level: NotificationLevel };
  "pin": { session: string; message: string; on: boolean };
  /** An owner did not come back after a restart. */
  "room.released": { room: string };
  /** Nobody was there for long: its oldest messages go, then the room. */
  "room.forgotten": { room: string };

  "send": {
    session: string;
    id: string;
    room: string | undefined;
    to: string | string[] | undefined;
    text: string;
    file: string | undefined;
    /** Of what is said when there is no such file. */
    otherwise?: string;
    uncheckedReply?: true;
    notice?: true;
    reply: string | undefined;
    key: string | undefined;
  };
  "edit": { session: string; message: string; text: string };
  "recall": { session: string; message: string; reason?: string; in?: ConversationName };
  "report": { session: string; id: string; message: string; text: string };
  "react": { session: string; message: string; emoji: string; on: boolean; in?: ConversationName };
  /** How far one has read. */
  "read": { session: string; message: string; room?: string; with?: string; person?: string };

  "file.announce": { file: StoredFile };
  "file.use": { file: string };
  /** All of a file is there, and what it comes to; of a folder, without hashes. */
  "file.finish": {
    session: string;
    file: string;
    /** Of the message that it appears as. */
    id: string;
    md5: string;
    sha256: string;
    type: string;
    text: string | undefined;
    reply: string | undefined;
  };
  /** The same of a deposit, which appears nowhere yet. */
  "file.deposit": { file: string; md5: string; sha256: string; type: string };
  /** What has arrived is not what was announced. */
  "file.mismatch": { file: string; md5: string };
  /** Its sender gives it up. */
  "file.cancel": { session: string; file: string };
  /** An offer is answered, or what one sends oneself is given up. */
  "file.answer": { session: string; file: string; accepted: boolean };
  /** Uploads with which nobody has gone on, and deposits that nobody has sent, since `usedBefore`. */
  "files.expire": { files: string[]; usedBefore: number };
  /** What is kept for a time and no longer. */
  "expire": { usedBefore: number; guestsUsedBefore: number; resetsBefore: number };

  /** A value's text, or null for none. */
  "settings.set": { name: string; value: string | null; level: SettingLevel };
  /** Messages, by id, that are too old to be kept; and files. */
  "messages.end": { messages: readonly string[] };
  "files.end": { files: readonly string[] };
  /** The oldest entries of the audit log. */
  "audit.expire": { before: number; atMost: number };

  "admin.password": { account: string; hashes: PasswordHashes };
  /** In the session with this token, or everywhere. */
  "admin.sign-out": { account: string; hash: string | null };
  "admin.disable": { account: string };
  "admin.enable": { account: string };
  "admin.delete": { account: string };
  "admin.role": { account: string; role: Account["role"] };
  "admin.reset": { reset: StoredReset };
  "admin.report.close": { report: string };
  "admin.message.remove": { message: string };
  "admin.room.delete": { room: string };
  "admin.room.lift": { room: string; nickname: string };
}

/** The name of a proposal. */
export type ProposalKind = keyof Proposals;

/**
 * A proposal. `at`: milliseconds since 1970 by the clock of whoever proposes; `from`: the address that it comes from, where
 * the audit log tells of it; `admin`: the session of the administrator who does it in the operator's place.
 */
export type Proposal<K extends ProposalKind = ProposalKind> = {
  [P in K]: { kind: P; at: number; from?: string; admin?: string } & Proposals[P];
}[K];

/** A token as it is stored. */
export function tokenFor(
  { hash, address, client, brief }: NewToken,
  { person, nickname, guest, at }: { person: string; nickname: string; guest: boolean; at: number },
): StoredToken {
  return { hash, person, nickname, guest, createdAt: at, usedAt: at, address, client, brief: brief === true };
}
