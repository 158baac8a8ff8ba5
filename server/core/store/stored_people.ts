/** What is kept of what accounts show of themselves, and the directory of them; part of store.ts. */
import type { Blocked, OwnFile, ResetLink } from "../shared/commands.ts";
import type { Message } from "../shared/events.ts";
import type { StoredMessage } from "./store.ts";
import type { NameKey } from "../shared/names.ts";
import type { Availability, MissedMailLevel, Profile, Status } from "../shared/profile.ts";

/** A picture as it is kept. */
export interface StoredAvatar {
  /** Made from the bytes. */
  id: string;
  /** A MIME type. */
  type: string;
  /** In base64. */
  data: string;
}

/** Somebody in the directory. */
export interface StoredPerson {
  id: string;
  nickname: string;
  profile: Profile;
}

/** A page of the directory, by nickname. */
export interface PeopleQuery {
  /** Only those whose nickname has this in it. */
  text: NameKey | "";
  /** Those after this one. */
  after: NameKey | "";
  limit: number;
}

/** A nickname that an account had before. */
export interface FormerNickname {
  nickname: string;
  /** When it got another, and the last `seq` before that. */
  at: number;
  seq: number;
}

type WantedLetters = Exclude<MissedMailLevel, "never">;

/** Somebody who wants letters about what they miss: what was told up to where, and when. */
export interface MissedMail {
  level: WantedLetters;
  seq: number;
  at: number;
}

/** An account that is gone, and how far what it wrote has been gone through. */
export interface StoredDeletion {
  account: string;
  /** Whether what it wrote goes. */
  removes: boolean;
  after: number;
  upTo: number;
}

/** One thing to keep about what an account shows. */
export type PeopleWrite =
  /** `at`, `seq`: when the one before became a former one. Those with whom it talks in private see the new one in their lists. */
  | { kind: "account.nickname"; account: string; nickname: string; at: number; seq: number }
  | { kind: "account.email"; account: string; email: string | null }
  /** Its owner is to be told that somebody else has made a link to a new password; null: they were told. */
  | { kind: "reset.link"; account: string; link: ResetLink | null }
  | { kind: "email.code"; account: string; email: string; hash: string; at: number; expiresAt: number }
  /** Those with whom it talked in private see it under this name in their lists. `upTo`: what it wrote has no greater number. */
  | { kind: "deletion.add"; account: string; removes: boolean; upTo: number; name: string }
  /** What it wrote after one number and up to another stands under this name. */
  | { kind: "deletion.advance"; account: string; after: number; upTo: number; name: string }
  | { kind: "deletion.end"; account: string; name: string }
  /** Which letters somebody wants, and what had been said when they said so. */
  | { kind: "missed.set"; account: string; level: WantedLetters | null; seq: number }
  | { kind: "missed.told"; account: string; at: number; seq: number; stop: string }
  /** Of so many accounts at most: what they were called up to then is free again. */
  | { kind: "nicknames.expire"; before: number; atMost: number }
  | { kind: "status.set"; account: string; availability: Availability | null; status: Status | null }
  /** `nickname`: what somebody without an account is called then. */
  | { kind: "block.set"; owner: string; person: string; nickname: string; at: number; on: boolean }
  | { kind: "avatar.set"; account: string; avatar: StoredAvatar | null };

/** The part of a store that knows what accounts show. */
export interface PeopleStore {
  /** Accounts that are not disabled. */
  list(query: PeopleQuery): StoredPerson[];
  /** What an account shows, also what is over by now; nothing of one that there is not. */
  profile(account: string): Profile;
  /** The same of several; without those that show nothing. */
  profiles(accounts: readonly string[]): Map<string, Profile>;
  /** What an account was called before, the last one first; not for long. */
  formerNicknames(account: string): FormerNickname[];
  /** Whose a nickname was before, while nobody else gets it. */
  formerHolder(key: NameKey): string | undefined;
  /** Whom an account blocks, the last first. */
  blocks(owner: string): Blocked[];
  isBlocked(owner: string, person: string): boolean;
  /** The last link to a new password that somebody else has made and the owner was not told of. */
  resetLink(account: string): ResetLink | undefined;
  /** The address that a code was sent to last, while it counts. */
  emailWaiting(account: string, now: number): string | undefined;
  emailCodesSince(account: string, since: number): number;
  /** The address that a code stands for, while it counts. */
  emailOfCode(hash: string, now: number): { account: string; email: string } | undefined;
  /** Accounts whose address was to be confirmed by then. */
  unconfirmed(before: number, limit: number): string[];
  missedMail(account: string): MissedMail | undefined;
  /** Accounts that want such letters and had none since then. */
  missedMailDue(before: number): string[];
  /** Whose letters a link ends that came in one since then. */
  accountOfStop(hash: string, since: number): string | undefined;
  /** The account that is to be gone through next. */
  deletion(): StoredDeletion | undefined;
  /** What somebody wrote after one number and up to another, in order. */
  messagesBy(author: string, after: number, upTo: number, limit: number): StoredMessage[];
  /** What somebody wrote where they may still read it, and what is private with them, likewise. */
  ownMessages(account: string, after: number, upTo: number): Message[];
  /** Files that somebody has sent, folders aside, by their ids. */
  ownFiles(owner: string, after: string, limit: number): OwnFile[];
  /** A picture that somebody shows. */
  avatar(id: string): StoredAvatar | undefined;
}
