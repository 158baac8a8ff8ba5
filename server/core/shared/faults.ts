/**
 * What can go wrong, as one closed union of codes. A fault is an answer, not a crash: handlers throw it, the
 * dispatcher turns it into the peer's own language. Messages name the action, quote the value and show the way
 * out; what only the log may hold goes into `detail`.
 */

/** Every code a peer can meet. Documented in docs/protocol.md, section "Errors". */
export const FAULT_CODES = [
  // The request itself
  "bad_request",
  "unknown_op",
  "bad_utf8",
  "too_large",
  "rate_limited",
  "busy",
  "internal",
  "storage_failed",
  "shutting_down",
  "unavailable",
  // Who asks
  "not_signed_in",
  "already_signed_in",
  "already_online",
  "registration_closed",
  "invitation_needed",
  "bad_invitation",
  "invitations_closed",
  "email_unconfirmed",
  "guests_off",
  "account_needed",
  "account_disabled",
  "bad_password",
  "weak_password",
  "bad_token",
  "bad_code",
  "too_many_sessions",
  // Names
  "bad_username",
  "bad_nickname",
  "bad_email",
  "bad_phone",
  "username_taken",
  "nickname_taken",
  "email_taken",
  "unknown_nickname",
  "unknown_account",
  // Rooms
  "bad_room",
  "unknown_room",
  "not_member",
  "not_owner",
  "forbidden",
  "muted",
  "archived",
  "room_full",
  "too_many_rooms",
  "kicked",
  // Messages
  "bad_text",
  "bad_emoji",
  "unknown_message",
  "not_yours",
  "recalled",
  "mailbox_full",
  // Files
  "bad_file",
  "file_too_large",
  "quota_exceeded",
  "disk_full",
  "too_many_uploads",
  "unknown_file",
  "file_gone",
  "wrong_offset",
  "incomplete",
  "md5_mismatch",
  "not_accepted",
  "already_answered",
] as const;

/** A code of {@link FAULT_CODES}. */
export type FaultCode = typeof FAULT_CODES[number];

/** Why, where a code leaves that open and people often meet it: for programs that say it in another language. */
export type FaultReason =
  // Passwords
  | "too_short"
  | "too_long"
  | "common"
  | "repeated"
  | "in_a_row"
  | "program_name"
  | "own_name"
  // Names, and other words
  | "empty"
  | "unseen"
  | "spaces"
  | "at_sign"
  | "one_line"
  | "like_command"
  | "reserved"
  | "taken"
  | "looks_alike"
  | "lobby"
  | "one_emoji"
  // Places and people
  | "owners_only"
  | "moderators_only"
  | "administrators_only"
  | "guests_only"
  | "guests_inside"
  | "same_place"
  | "last_owner"
  | "last_administrator"
  | "yourself"
  | "member_already"
  | "kept_out"
  // Bounds: one's own, of what it is put into, of one's address, of the whole server; of one file
  | "own_limit"
  | "place_limit"
  | "address_limit"
  | "server_limit"
  | "file_limit"
  // Till `retryAfterMs` is over
  | "not_yet";

/** A command that a fault's words name, in quotation marks, as the way out: dialects have their own names of these. */
export type WayOut = "enter" | "leave" | "register";

/** What a fault may carry besides its words. */
interface FaultOptions {
  reason?: FaultReason;
  way?: WayOut;
  /** For the log alone. */
  detail?: string;
  /** When asking again may help. */
  retryAfterMs?: number;
  /** What only a dialect may know whose replies have to tell it: that nobody has the name. Said nowhere else. */
  unknownName?: true;
}

/** Something that a peer asked for and can't have, with the reason that it may see. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly detail?: string;
  readonly retryAfterMs?: number;
  readonly reason?: FaultReason;
  readonly way?: WayOut;
  readonly unknownName?: true;

  constructor(readonly code: FaultCode, message: string, options: FaultOptions = {}) {
    super(message);
    this.detail = options.detail;
    this.retryAfterMs = options.retryAfterMs;
    this.reason = options.reason;
    this.way = options.way;
    this.unknownName = options.unknownName;
  }
}

/** A fault as JSON has it. */
export interface FaultFields {
  code: FaultCode;
  message: string;
  reason?: FaultReason;
  retry_after_ms?: number;
}

/** The fields of one. */
export function fieldsOf({ code, message, reason, retryAfterMs }: Fault): FaultFields {
  return {
    code,
    message,
    ...(reason !== undefined && { reason }),
    ...(retryAfterMs !== undefined && { retry_after_ms: Math.ceil(retryAfterMs) }),
  };
}

/** Turns anything thrown into a fault: what is not one already becomes `internal`, its text kept for the log. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const detail = thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown);
  return new Fault("internal", "Cannot do this now: the server met an error of its own and has noted it.", {
    detail,
  });
}

/** Quotes a peer's value for a message: cut short, and nothing in it can break a line. */
export function quote(value: string): string {
  const short = value.length > 64 ? `${value.slice(0, 64)}…` : value;
  return JSON.stringify(short);
}
