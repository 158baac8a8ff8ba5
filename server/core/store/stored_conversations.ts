/** What a list of conversations needs of the store: whom somebody talked to in private, and how much they have not read. */
import type { NameKey } from "../shared/names.ts";

/** What is private between two, as a list shows it. */
export interface StoredConversation {
  /** The other person's id, and the nickname that they had in the last message. */
  peer: string;
  nickname: string;
  /** The last message. */
  seq: number;
}

/** A place in a list of conversations. */
export interface ListPosition {
  seq: number;
  name: NameKey;
}

/** What somebody has not read: of a room, or of what is private with one person. */
export type UnreadQuery =
  & {
    reader: string;
    /** What they have read. */
    after: number;
    upTo: number;
    /** Looks at so many and no more: of the newest, unless it is said otherwise. */
    max: number;
  }
  & ({ room: string } | { peer: string });

/** Where in which rooms somebody may have been named. */
export interface NamedQuery {
  reader: string;
  /** A nickname; what is found has its words, with or without "@". */
  nickname: string;
  /** What they have read of each. */
  rooms: readonly { room: string; after: number }[];
  upTo: number;
  /** Looks at so many of the newest and no more. */
  max: number;
}

/** The part of a store that lists conversations. Every answer is bounded, whatever is stored. */
export interface ConversationStore {
  /** Newest first, and of those with one last message the greatest name: what comes after this one in that order. */
  latest(owner: string, after: ListPosition | undefined, limit: number): StoredConversation[];
  /** The last one with somebody of this nickname: several people may have had it, one after the other. */
  withName(owner: string, key: NameKey): StoredConversation | undefined;
  /** The one with that person. */
  withPeer(owner: string, peer: string): StoredConversation | undefined;
  /** How many messages of others, that were not recalled, came after that. */
  unread(query: UnreadQuery): number;
  /** The first of those; `max` is how many of the oldest are looked at. */
  firstUnread(query: UnreadQuery): { id: string; seq: number } | undefined;
  /** Texts of others that came after that, with the rooms that they are in; newest first. */
  named(query: NamedQuery): { room: string; text: string; author: string }[];
}
