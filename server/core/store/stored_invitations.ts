/** What is kept of invitations by link; part of store.ts. */
import type { Account } from "./store.ts";

/** The right of so many people to make an account, or to come into rooms. `hash` is the SHA-256 of its code. */
export interface StoredInvitation {
  id: string;
  hash: string;
  /** The account that made it; null: whoever runs the server. */
  maker: string | null;
  /** What whoever makes an account with it becomes. */
  role: Account["role"];
  /** Ids of rooms. */
  rooms: string[];
  /** How often it may be used, and was. */
  uses: number;
  used: number;
  createdAt: number;
  expiresAt: number;
}

/** A page of those that have not expired, the newest first. */
export interface InvitationsQuery {
  /** Made by this account only. */
  maker?: string;
  /** Older than this one, by its id. */
  before?: string;
  now: number;
  limit: number;
}

/** One thing to keep about an invitation. */
export type InvitationWrite =
  | { kind: "invitation.add"; invitation: StoredInvitation }
  | { kind: "invitation.use"; id: string }
  | { kind: "invitation.remove"; id: string }
  | { kind: "invitations.expire"; before: number };

/** The part of a store that knows invitations. */
export interface InvitationStore {
  withHash(hash: string): StoredInvitation | undefined;
  withId(id: string): StoredInvitation | undefined;
  list(query: InvitationsQuery): StoredInvitation[];
  /** How many have not expired, of one account or of all. */
  count(now: number, maker?: string): number;
}
