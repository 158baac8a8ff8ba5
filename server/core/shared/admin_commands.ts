/**
 * What whoever runs the server may ask of it: on the machine itself, of a running server or of its data folder; and, but
 * for passwords, an administrator by the op `admin`. Handlers: core/admin/.
 */

import type { ListedAudit } from "./audit_entry.ts";
import type { InvitationSummary, Kick, MadeInvitation, SessionSummary } from "./commands.ts";

/** What somebody with an account is on this server. */
type AccountRole = "member" | "admin";

/** An account as `account list` shows it. Times in milliseconds since 1970. */
export interface AccountSummary {
  username: string;
  nickname: string;
  email: string | null;
  role: AccountRole;
  createdAt: number;
  /** When somebody last signed in or came back, as far as a token still tells. */
  usedAt: number | null;
  disabledAt: number | null;
  /** Its mail address has to be confirmed before anybody signs in with it. */
  unconfirmed?: true;
  online: boolean;
}

/** A room as `room list` shows it. */
export interface AdminRoom {
  id: string;
  /** Several private ones may be called the same. */
  room: string;
  members: number;
  owner: string | null;
  ephemeral: boolean;
  /** Whether anything was ever said in it. */
  spoken: boolean;
  private?: true;
}

/** A setting as `settings` shows it. */
export interface AdminSetting {
  setting: string;
  value: string;
  /** Whether somebody has set it; otherwise it is what holds without. */
  set: boolean;
  /** What it may be. */
  values: string;
  help: string;
}

/** A message that somebody has reported, as it was then. */
export interface Report {
  id: string;
  at: number;
  by: string;
  message: string;
  from: string;
  /** Null: a private message. */
  room: string | null;
  /** It was said in private, or in a private room. */
  isPrivate: boolean;
  text: string;
  file: string | null;
  /** What the reporter says about it. */
  why: string;
  closedAt: number | null;
  closedBy: string | null;
  /** It is there no longer; and whether `message.remove` may take it back. */
  gone: boolean;
  removable: boolean;
}

/** A page of names: those after this one, with this part in them. */
interface Page {
  after?: string;
  text?: string;
  limit?: number;
}

/** Operator's command → what it asks and what it answers. `name`: username, nickname or email. */
export interface AdminCommands {
  /** By username, those after this one. */
  "account.list": { asks: Page; answers: { accounts: AccountSummary[]; more: boolean } };
  "account.add": {
    asks: {
      username: string;
      nickname: string;
      password: string;
      email?: string;
      phone?: string;
      admin?: boolean;
    };
    answers: { username: string };
  };
  "account.passwd": { asks: { name: string; password: string }; answers: { username: string } };
  "account.disable": { asks: { name: string }; answers: { username: string } };
  "account.enable": { asks: { name: string }; answers: { username: string } };
  "account.delete": { asks: { name: string }; answers: { username: string } };
  "account.role": {
    asks: { name: string; role: AccountRole };
    answers: { username: string; role: AccountRole };
  };
  /** Where somebody is signed in, and signing them out: there, or everywhere. */
  "account.sessions": { asks: { name: string }; answers: { sessions: SessionSummary[] } };
  "account.sign-out": { asks: { name: string; session?: string }; answers: { username: string } };
  /** A link to a new password, good once and until `expiresAt`. */
  "account.reset-link": {
    asks: { name: string };
    answers: { username: string; link: string; expiresAt: number };
  };
  /** By name, and those that are called the same by id; `after`: `NAME/ID` of the last one of the page before. */
  "room.list": { asks: Page; answers: { rooms: AdminRoom[]; more: boolean } };
  /** The one who is out for longest first; the first 500. */
  "room.kicks": { asks: { room: string }; answers: { kicks: Kick[] } };
  "room.unkick": { asks: { room: string; nickname: string }; answers: { room: string; nickname: string } };
  "room.delete": {
    asks: { room: string };
    answers: { room: string; id: string; members: number; private?: true };
  };
  "invitation.make": {
    asks: { rooms?: string[]; uses?: number; days?: number };
    answers: Omit<MadeInvitation, "code">;
  };
  "invitation.list": {
    asks: { before?: string };
    answers: { invitations: InvitationSummary[]; more: boolean };
  };
  "invitation.revoke": { asks: { invitation: string }; answers: Record<never, never> };
  "settings": { asks: Record<never, never>; answers: { settings: AdminSetting[] } };
  /** Those to be seen to, the oldest first; closed ones the newest first. `open`: how many are. */
  "report.list": {
    asks: { closed?: boolean; after?: string; limit?: number };
    answers: { reports: Report[]; more: boolean; open: number };
  };
  "report.close": { asks: { report: string }; answers: { report: string } };
  "message.remove": { asks: { message: string }; answers: { message: string } };
  /** With `after` the oldest first, otherwise the newest. `since`: milliseconds since 1970. */
  "audit.list": {
    asks: { since?: number; after?: number; before?: number; text?: string; limit?: number };
    answers: { entries: ListedAudit[]; more: boolean };
  };
  /** `value` null takes back what was set. It answers the one that was asked for, and those that follow it. */
  "settings.set": { asks: { setting: string; value: string | null }; answers: { settings: AdminSetting[] } };
}

/** The name of an operator's command. */
export type AdminOp = keyof AdminCommands;

/** An operator's command: its name and its fields. */
export type AdminCommand<K extends AdminOp = AdminOp> = {
  [P in K]: { op: P } & AdminCommands[P]["asks"];
}[K];

/** What an operator's command answers. */
export type AdminAnswer<K extends AdminOp = AdminOp> = AdminCommands[K]["answers"];
