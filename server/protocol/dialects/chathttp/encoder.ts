/**
 * What ChatHTTP's people read: the words for every event and for every refusal (docs/dialects.md, "chathttp"). One line says one
 * thing, and nothing that somebody wrote or is called can be taken for another line.
 */
import { because, roomSentence } from "../room_words.ts";
import type { ByeCode, Event, Message } from "../../../core/shared/events.ts";
import type { Fault, FaultCode } from "../../../core/shared/faults.ts";
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import { encodeBy, type EventTable, isInLobby } from "../../dialect.ts";
import type { Status } from "./parser.ts";

/** What waits for a peer. */
interface Entity {
  readonly status: Status;
  /** Whether it may be shown together with others of its status. */
  readonly joins: boolean;
  readonly text: string;
}

/** An entity that has a response to itself, as it waits. */
export function whole(status: Status, text: string): string {
  return `${status}.${text}`;
}

/** Lines that may share a response with others, as they wait. */
export function lines(...texts: string[]): string {
  return `200+${texts.map((text) => `${text}\n`).join("")}`;
}

/** What waits, taken apart. */
export function entityOf(words: string): Entity {
  return { status: Number(words.slice(0, 3)) as Status, joins: words[3] === "+", text: words.slice(4) };
}

/** What an event looks like to everybody but whose own doing it is. */
export function encode(event: Event, pageUrl: string): string | undefined {
  return encodeBy(EVENTS, event, pageUrl);
}

const EVENTS: EventTable<[pageUrl: string], string | undefined> = {
  message: (event, pageUrl) => lines(...linesOf(event, pageUrl)),
  offer: (event, pageUrl) => lines(...linesOf(event, pageUrl)),
  edited: (event) => lines(notice(`${event.from} has changed ${messageOf(event)}: ${event.text}`)),
  recalled: (event) => lines(notice(`${event.from} has taken back ${messageOf(event)}.`)),
  reacted: ({ from, on, emoji }) => lines(notice(`${from} ${on ? "reacts with" : "takes back"} ${emoji}`)),
  entered: ({ nickname }) => lines(`${shownName(nickname)} has just entered the chat room...`),
  left: ({ nickname }) => lines(`${shownName(nickname)} has just left the chat room...`),
  kicked: (event) =>
    lines(notice(`${event.by} has put ${event.nickname} out of the chat room${because(event)}.`)),
  owner: ({ nickname }) => lines(notice(`${nickname} owns the chat room now.`)),
  role: told,
  muted: told,
  pinned: told,
  room: told,
  invited: told,
  invitee: () => undefined,
  notice: ({ text }) => lines(notice(text)),
  bye: ({ code, message }) => whole(BYES[code], `${message}\n`),
  accepted: () => undefined,
  refused: () => undefined,
  fetched: () => undefined,
  chunk: () => undefined,
  online: () => undefined,
  offline: () => undefined,
  renamed: ({ nickname, now, rooms }) =>
    isInLobby(rooms) ? lines(notice(`${nickname} is ${now} from now on.`)) : undefined,
  privileges: () => undefined,
  blocked: () => undefined,
  profile: () => undefined,
  typing: () => undefined,
  nodes: () => undefined,
  read: () => undefined,
};

/** What happens to a room, in a line. */
function told(event: Event<"role" | "muted" | "pinned" | "room" | "invited">): string | undefined {
  const sentence = roomSentence(event);
  return sentence && lines(notice(`${sentence.who} ${sentence.text}.`));
}

/** What a refusal looks like. */
export function encodeFault({ code, message }: Fault): string {
  const status = STATUSES[code];
  // Word for word what the description shows.
  if (status === 401) return whole(status, "Error...T.T");
  return whole(status, `${code === "not_signed_in" ? "Cannot do this yet: ADD first" : message}\n`);
}

/** A line in somebody's name. */
export function said(name: string, text: string, privately = false): string {
  return `[ ${shownName(name)} ]${privately ? " (private)" : ""} : ${unmistakable(text)}`;
}

/** A name in a line. No name can close the bracket that it stands in, nor be a line of its own. */
export function shownName(name: string): string {
  const shown = name.replaceAll(/[[\]]/g, "\\$&");
  return LIKE_A_LINE.test(shown) ? `\\${shown}` : shown;
}

/** A line in nobody's name. */
function notice(text: string): string {
  return `* ${unmistakable(text)}`;
}

/** What was changed: whoever answers should know who reads that. */
function messageOf({ to }: { to?: string | string[] }): string {
  return to === undefined ? "a message" : "a private message";
}

function linesOf(
  { from, text, file, kind, to, event }: Event<"message" | "offer">,
  pageUrl: string,
): string[] {
  const privately = to !== undefined;
  const found = text === "" ? [] : [said(from, text, privately)];
  if (!file) return found;
  const what = file.type === FOLDER_TYPE ? "a folder" : WHAT[kind];
  const does = event === "offer" ? "offers you" : "has sent";
  return [...found, said(from, `${does} ${what}, ${file.name}: ${pageUrl}/files/${file.id}`, privately)];
}

const WHAT: Record<Message["kind"], string> = {
  text: "a file",
  file: "a file",
  image: "a picture",
  video: "a video",
};

const LINE_END = String.raw`\n\v\f\r\x85\u2028\u2029`;
const LINE = String.raw`\[ |\* |Online users:|[^${LINE_END}]* has just (?:entered|left) the chat room`;
const LIKE_A_LINE = new RegExp(`^(?:${LINE})`);
const FURTHER_LINE = new RegExp(`([${LINE_END}])(?=${LINE})`, "g");

/** A text, none of whose further lines can be taken for another one's. */
function unmistakable(text: string): string {
  return text.replaceAll(FURTHER_LINE, "$1> ");
}

const BYES = {
  logged_out: 400,
  account_closed: 400,
  account_suspended: 400,
  password_changed: 400,
  silent: 400,
  slow_reader: 400,
  too_much_nonsense: 400,
  too_large: 400,
  rate_limited: 400,
  too_many_connections: 500,
  tls_needed: 400,
  shutting_down: 500,
} as const satisfies Record<ByeCode, Status>;

const STATUSES = {
  bad_request: 400,
  unknown_op: 400,
  bad_utf8: 400,
  too_large: 400,
  rate_limited: 400,
  busy: 500,
  internal: 500,
  storage_failed: 500,
  unavailable: 500,
  shutting_down: 500,
  not_signed_in: 400,
  already_signed_in: 401,
  already_online: 401,
  registration_closed: 400,
  invitation_needed: 400,
  invitations_closed: 400,
  bad_invitation: 400,
  email_unconfirmed: 400,
  guests_off: 400,
  account_needed: 400,
  account_disabled: 400,
  bad_password: 400,
  weak_password: 400,
  bad_token: 400,
  bad_code: 400,
  too_many_sessions: 400,
  bad_username: 400,
  bad_nickname: 400,
  bad_email: 400,
  bad_phone: 400,
  username_taken: 401,
  nickname_taken: 401,
  email_taken: 400,
  unknown_nickname: 400,
  unknown_account: 400,
  bad_room: 400,
  unknown_room: 400,
  not_member: 400,
  not_owner: 400,
  forbidden: 400,
  muted: 400,
  archived: 400,
  room_full: 400,
  too_many_rooms: 400,
  kicked: 400,
  bad_text: 400,
  bad_emoji: 400,
  unknown_message: 400,
  not_yours: 400,
  recalled: 400,
  mailbox_full: 400,
  bad_file: 400,
  file_too_large: 400,
  quota_exceeded: 400,
  disk_full: 500,
  too_many_uploads: 400,
  unknown_file: 400,
  file_gone: 400,
  wrong_offset: 400,
  incomplete: 400,
  md5_mismatch: 400,
  not_accepted: 400,
  already_answered: 400,
} as const satisfies Record<FaultCode, Status>;
