/** How what can't be done is told: by the numeric that clients know for it, else in words (IRCv3, "Standard Replies"). */
import { Fault, type FaultCode, type WayOut } from "../../../core/shared/faults.ts";
import { type Client, SERVER } from "./client.ts";
import type { Line } from "./message.ts";
import type { Numeric } from "./numerics.ts";

/** A fault's numeric, or that it has none. */
const NUMERIC_OF = {
  bad_request: "none",
  unknown_op: "none",
  bad_utf8: "none",
  too_large: "none",
  rate_limited: "none",
  busy: "none",
  internal: "none",
  storage_failed: "none",
  unavailable: "none",
  shutting_down: "none",
  not_signed_in: "ERR_NOTREGISTERED",
  already_signed_in: "ERR_ALREADYREGISTERED",
  already_online: "none",
  registration_closed: "none",
  invitation_needed: "none",
  bad_invitation: "none",
  invitations_closed: "none",
  email_unconfirmed: "none",
  guests_off: "none",
  account_needed: "none",
  account_disabled: "none",
  bad_password: "ERR_PASSWDMISMATCH",
  weak_password: "none",
  bad_token: "none",
  bad_code: "none",
  too_many_sessions: "none",
  bad_username: "none",
  bad_nickname: "ERR_ERRONEUSNICKNAME",
  bad_email: "none",
  bad_phone: "none",
  username_taken: "none",
  nickname_taken: "ERR_NICKNAMEINUSE",
  email_taken: "none",
  unknown_nickname: "ERR_NOSUCHNICK",
  unknown_account: "none",
  bad_room: "ERR_BADCHANMASK",
  unknown_room: "ERR_NOSUCHCHANNEL",
  not_member: "ERR_NOTONCHANNEL",
  not_owner: "ERR_CHANOPRIVSNEEDED",
  forbidden: "ERR_CHANOPRIVSNEEDED",
  muted: "ERR_CANNOTSENDTOCHAN",
  archived: "ERR_CANNOTSENDTOCHAN",
  room_full: "ERR_CHANNELISFULL",
  too_many_rooms: "ERR_TOOMANYCHANNELS",
  kicked: "ERR_BANNEDFROMCHAN",
  bad_text: "none",
  bad_emoji: "none",
  unknown_message: "none",
  not_yours: "none",
  recalled: "none",
  mailbox_full: "none",
  bad_file: "none",
  file_too_large: "none",
  quota_exceeded: "none",
  disk_full: "none",
  too_many_uploads: "none",
  unknown_file: "none",
  file_gone: "none",
  wrong_offset: "none",
  incomplete: "none",
  md5_mismatch: "none",
  not_accepted: "none",
  already_answered: "none",
} as const satisfies Record<FaultCode, Numeric | "none">;

/** Of these the words of the numeric do not say why. */
const WITH_REASON: ReadonlySet<FaultCode> = new Set<FaultCode>([
  "bad_nickname",
  "nickname_taken",
  "bad_room",
  "not_owner",
  "forbidden",
  "muted",
  "archived",
  "kicked",
]);

/** What the way out is called here. */
const COMMAND_OF: Readonly<Record<WayOut, string>> = { enter: "JOIN", leave: "PART", register: "REGISTER" };

/** A fault as it is told here: it names the way out as clients know it. */
export function inOwnWords(fault: Fault): Fault {
  const { code, message, way } = fault;
  if (way === undefined) return fault;
  // What stands in quotation marks before it is somebody's words.
  const at = message.lastIndexOf(`"${way}"`);
  const rest = message.slice(at + way.length + 2);
  return new Fault(code, message.slice(0, at) + COMMAND_OF[way] + rest, fault);
}

/** One line. `command`: what was asked for; `target`: what the client called what it is about. */
export function faultLine(client: Client, fault: Fault, command: string, target?: string): Line {
  const numeric = NUMERIC_OF[fault.code];
  // Of channels' names it tells in answer to JOIN only.
  const isElsewhere = numeric === "ERR_BADCHANMASK" && command !== "JOIN";
  if (numeric === "none" || isElsewhere) return failure(client, command, fault.code, fault.message, target);
  const reason = WITH_REASON.has(fault.code) ? ` (${fault.message})` : "";
  return withReason(client.numeric(numeric, target === undefined ? [] : [target]), reason);
}

/** Something that can't be said, or done, to a channel. */
export function cannotSend(client: Client, fault: Fault, target: string): Line {
  return withReason(client.numeric("ERR_CANNOTSENDTOCHAN", [target]), ` (${fault.message})`);
}

/**
 * What belongs to specifications that fail so themselves, whether a client has asked for standard replies or not: it waits for them. "*" is
 * a line that can't be read (UTF8ONLY).
 */
const FAILING: ReadonlySet<string> = new Set([
  "*",
  "BATCH",
  "CHATHISTORY",
  "MARKREAD",
  "METADATA",
  "REDACT",
  "REGISTER",
  "RENAME",
  "VERIFY",
]);

/** What has no numeric. */
export function failure(client: Client, command: string, code: string, words: string, target?: string): Line {
  if (!FAILING.has(command) && !client.caps.has("standard-replies")) return client.notice(words);
  const params = [command, code.toUpperCase(), ...target?.split(" ") ?? [], words];
  return { source: SERVER, command: "FAIL", params };
}

function withReason(line: Line, reason: string): Line {
  return { ...line, params: line.params.with(-1, `${line.params.at(-1)}${reason}`) };
}
