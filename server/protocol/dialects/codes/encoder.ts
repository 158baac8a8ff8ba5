/**
 * What the programs of the codes are told of each event, and how it is written (docs/dialects.md, "codes"). What waits for one is a
 * list of messages, each a list of its fields; what separates fields differs from peer to peer. A program takes what one read gives for
 * one message, and its thread ends at what it can't parse: so everything is written as one message for one read.
 */
import { because, roomSentence } from "../room_words.ts";
import type { Event, FileInfo, Message } from "../../../core/shared/events.ts";
import type { Fault, FaultCode } from "../../../core/shared/faults.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import { encodeBy, type EventTable, isInLobby, PER_PEER } from "../../dialect.ts";
import { oneRead } from "../../one_read.ts";
import { CODE_BYTES, type Separator } from "./parser.ts";

/** The code of a message that stands for a file's bytes until they have come. Its fields: those of a line in its place. */
export const FILE_MARK = "file";
/** Under this name the server itself speaks: nobody can have it. */
const SERVER = "@switchboard";

/** What this dialect calls the files that it sends; none of them had a name. */
export function fileName(number: number, extension: string): string {
  return `file-${number}.${extension}`;
}

/** Messages as they wait. */
export function queued(...messages: readonly Fields[]): string {
  return JSON.stringify(messages);
}

/** What waits, taken apart. */
export function messagesOf(words: string): Fields[] {
  return JSON.parse(words);
}

/** What an event is to everybody but whose own doing it is. */
export function encode(event: Event, pageUrl: string): string | typeof PER_PEER | undefined {
  if (event.event === "message" && event.file && isPushed(event, event.file)) return PER_PEER;
  if (event.event === "offer" && event.file && isShort(event.file)) return PER_PEER;
  const messages = encodeBy(EVENTS, event, pageUrl);
  return messages.length > 0 ? queued(...messages) : undefined;
}

/** What an event with a file is to a program that is not sent the file. */
export function encodeFileLine(event: Event<"message" | "offer">, pageUrl: string): string {
  return queued(...messagesForMessage(event, pageUrl));
}

/** The same with the file in the place of its line. */
export function encodeWithFile(event: Event<"message" | "offer">, pageUrl: string): string {
  return queued(
    ...messagesForMessage(event, pageUrl).map(([code = "", ...fields], index, { length }) =>
      index === length - 1 ? [FILE_MARK, ...fields] : [code, ...fields]
    ),
  );
}

/** A refusal. */
export function encodeFault({ code }: Fault): string {
  return queued([REFUSALS[code]]);
}

/** What somebody says. A line ends in "\n" alone: in the other two ways fields end. */
function said(from: string, text: string): Fields {
  return [LINE, from, text.replaceAll(/\r\n?/g, "\n")];
}

/** What somebody has done. */
function about(from: string, text: string): Fields {
  return [...said(from, text), OUR_WORDS];
}

/**
 * Whether a file may be sent along, to a program that can take it. What one read can't take ends the thread that reads, whoever has
 * sent it.
 */
function isPushed({ room }: Message, file: FileInfo): boolean {
  return room === LOBBY && isShort(file);
}

function isShort({ size, type }: FileInfo): boolean {
  return type !== FOLDER_TYPE && size <= FILE_BYTES_MAX;
}

const EVENTS: EventTable<[pageUrl: string], Fields[]> = {
  message: messagesForMessage,
  offer: messagesForMessage,
  accepted: ({ from, to }) => [about(from, `has accepted the file of ${to}.`)],
  refused: ({ from, to }) => [about(from, `has refused the file of ${to}.`)],
  fetched: () => [],
  recalled: (event) => [about(event.from, `${inRoom(event)}has taken back ${messageOf(event)}.`)],
  edited: (event) => [about(event.from, `${inRoom(event)}has changed ${messageOf(event)}: ${event.text}`)],
  reacted: (event) => [
    about(event.from, `${inRoom(event)}${event.on ? "reacts with" : "takes back"} ${event.emoji}`),
  ],
  entered: ({ room, nickname }) => room === LOBBY ? [["205", nickname]] : [],
  left: ({ room, nickname }) => room === LOBBY ? [["203", nickname]] : [],
  kicked: (event) => {
    const { by, nickname, room } = event;
    const line = about(by, `${inRoom(event)}has put ${nickname} out of the room${because(event)}.`);
    return room === LOBBY ? [line, ["203", nickname]] : [line];
  },
  owner: (event) => [about(event.nickname, `${inRoom(event)}owns the room now.`)],
  role: told,
  muted: told,
  pinned: told,
  room: told,
  invited: told,
  invitee: () => [],
  notice: ({ text }) => [about(SERVER, text)],
  bye: ({ message }) => [about(SERVER, message)],
  online: () => [],
  offline: () => [],
  renamed: ({ nickname, now, rooms }) =>
    isInLobby(rooms) ? [about(nickname, `is ${now} from now on.`), ["203", nickname], ["205", now]] : [],
  privileges: () => [],
  blocked: () => [],
  profile: () => [],
  typing: () => [],
  nodes: () => [],
  read: () => [],
  chunk: () => [],
};

/** What happens to a room, in a line. */
function told(event: Event<"role" | "muted" | "pinned" | "room" | "invited">): Fields[] {
  const sentence = roomSentence(event);
  return sentence ? [about(sentence.who, `${sentence.text}.`)] : [];
}

function messagesForMessage(event: Event<"message" | "offer">, pageUrl: string): Fields[] {
  const { from, text, file, kind, to } = event;
  const found = text === "" ? [] : [said(from, inRoom(event) + text)];
  if (!file) return found;
  const what = file.type === FOLDER_TYPE ? "a folder" : WHAT[kind];
  const does = event.event === "offer" ? `offers ${[to].flat().join(", ")}` : "has sent";
  return [
    ...found,
    about(from, `${inRoom(event)}${does} ${what}, ${file.name}: ${pageUrl}/files/${file.id}`),
  ];
}

const WHAT: Record<Message["kind"], string> = {
  text: "a file",
  file: "a file",
  image: "a picture",
  video: "a video",
};

/** What was changed: whoever answers should know who reads that. */
function messageOf({ to }: { to?: string | string[] }): string {
  return to === undefined ? "a message" : "a private message";
}

/** These programs have one room: what happens in another one is marked with it. */
function inRoom({ room }: { room?: string }): string {
  return room === undefined || room === LOBBY ? "" : `[${room}] `;
}

/** Fault → its code. The original programs show all of these to their users but `208`. */
const REFUSALS = {
  bad_request: "208",
  unknown_op: "208",
  bad_utf8: "208",
  too_large: "208",
  rate_limited: "208",
  busy: "208",
  internal: "208",
  storage_failed: "208",
  unavailable: "208",
  shutting_down: "208",
  not_signed_in: "208",
  already_signed_in: "202",
  already_online: "202",
  registration_closed: "201",
  invitation_needed: "201",
  bad_invitation: "201",
  invitations_closed: "201",
  email_unconfirmed: "201",
  guests_off: "208",
  account_needed: "208",
  account_disabled: "201",
  bad_password: "201",
  weak_password: "201",
  bad_token: "208",
  bad_code: "208",
  too_many_sessions: "202",
  bad_username: "201",
  bad_nickname: "201",
  bad_email: "201",
  bad_phone: "208",
  username_taken: "207",
  nickname_taken: "207",
  email_taken: "208",
  unknown_nickname: "208",
  unknown_account: "208",
  bad_room: "208",
  unknown_room: "208",
  not_member: "208",
  not_owner: "208",
  forbidden: "208",
  muted: "208",
  archived: "208",
  room_full: "208",
  too_many_rooms: "208",
  kicked: "208",
  bad_text: "208",
  bad_emoji: "208",
  unknown_message: "208",
  not_yours: "208",
  recalled: "208",
  mailbox_full: "208",
  bad_file: "208",
  file_too_large: "208",
  quota_exceeded: "208",
  disk_full: "208",
  too_many_uploads: "208",
  unknown_file: "208",
  file_gone: "208",
  wrong_offset: "208",
  incomplete: "208",
  md5_mismatch: "208",
  not_accepted: "208",
  already_answered: "208",
} as const satisfies Record<FaultCode, string>;

/** A message: its code and its fields. */
export type Fields = readonly string[];

/** Behind the text of a line that begins with our words, and not with those of whom it is about. */
const OUR_WORDS = "our words";

/** How both programs read. */
export const READS = oneRead();

/** Bytes of a file that one read takes behind its code. */
const FILE_BYTES_MAX = READS.bytesMax - CODE_BYTES;

/** The code of a line. */
export const LINE = "209";
const FILE = "200";
const LIST = "210";

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A message in as many as it takes: a line goes on in the next with the same sender, a list with its further names. */
export function written(fields: Fields, form: Separator): Uint8Array[] {
  const [code = "", sender = "", text = ""] = fields;
  if (code === LINE) return textParts([code, sender, ""].join(form), textOf(text));
  const bytes = encoder.encode(code === LIST ? listOf(fields.slice(1), form) : fields.join(form));
  if (bytes.length <= READS.bytesMax || fields.length < 3) return [bytes];
  const half = Math.ceil(fields.length / 2);
  return [fields.slice(0, half), [code, ...fields.slice(half)]].flatMap((part) => written(part, form));
}

/** The program with `\r\n` adds a name for each field, an empty one too; the other one splits its only field at the tabs. */
function listOf(names: readonly string[], form: Separator): string {
  return form === "\r\n"
    ? [LIST, ...names].join(form)
    : [LIST, names.map((name) => `${name}\t`).join("")].join(form);
}

/** What stands before the bytes of a file: nothing but the code, or the name as well. */
export function fileHead(name: string, form: Separator): Uint8Array {
  return encoder.encode(form === "\r\n" ? FILE : `${FILE}${form}${name}\t`);
}

/** Whether a program can take these bytes as a file: the one with `\r\r` takes a text in which nothing separates anything. */
export function canTake(bytes: Uint8Array, form: Separator): boolean {
  if (form === "\r\n") return true;
  try {
    return !/\t|\r\r/.test(utf8.decode(bytes));
  } catch {
    return false;
  }
}

/** Lines of several messages in one: those of its sender, and those of others behind their names. */
export class JoinedLines {
  readonly #form: Separator;
  #sender: string | undefined;
  #text = "";

  constructor(form: Separator) {
    this.#form = form;
  }

  /** Whether nothing was added. */
  get isEmpty(): boolean {
    return this.#sender === undefined;
  }

  /** The whole message. */
  get bytes(): Uint8Array {
    return this.#with(this.#sender ?? "", this.#text);
  }

  /** Adds a line; false when it does not go into one read with the others, and then it is not added. */
  add([, from = "", text = "", words]: Fields): boolean {
    const sender = this.#sender ?? from;
    const shown = this.isEmpty
      ? textOf(text)
      : this.#text + furtherLines(sender, from, text, words === OUR_WORDS);
    if (this.#with(sender, shown).length > READS.bytesMax) return false;
    this.#sender = sender;
    this.#text = shown;
    return true;
  }

  #with(sender: string, text: string): Uint8Array {
    return encoder.encode([LINE, sender, text].join(this.#form));
  }
}

/** Whatever a window may begin a new line at. */
const LINE_END = String.raw`\n\v\f\r\x85\u2028\u2029`;
/** How another one's line would begin. */
const LIKE_ANOTHERS = String.raw`\S(?:[^${LINE_END}]{0,70}\S)?: `;
const FURTHER_LIKE_ANOTHERS = new RegExp(`([${LINE_END}])(?=${LIKE_ANOTHERS})`, "g");
const EACH_LINE_END = new RegExp(`[${LINE_END}]`, "g");

/** A text as it stands below its sender, none of whose further lines can be taken for another one's. */
function textOf(text: string): string {
  return text.replaceAll(FURTHER_LIKE_ANOTHERS, "$1> ");
}

/** What somebody has said, below what its sender, or somebody else, has said before. */
function furtherLines(sender: string, from: string, text: string, isOurs: boolean): string {
  if (from === sender) return isOurs ? `\n${textOf(text)}` : textOf(`\n${text}`);
  // No name can end before its end.
  const name = `${from.replaceAll(":", "\\:")}: `;
  return `\n${text}`.replaceAll(EACH_LINE_END, (end) => end + name);
}

function textParts(head: string, text: string): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const room = new Uint8Array(READS.bytesMax - encoder.encode(head).length);
  let rest = text;
  do {
    const { read } = encoder.encodeInto(rest, room);
    const end = read < rest.length ? wordEnd(rest, read) : read;
    parts.push(encoder.encode(head + rest.slice(0, end)));
    rest = rest.slice(end);
  } while (rest.length > 0);
  return parts;
}

/** Where to cut a text at the latest place before `end` that is no middle of a word, unless that is far away. */
function wordEnd(text: string, end: number): number {
  const cut = Math.max(text.lastIndexOf(" ", end - 1), text.lastIndexOf("\n", end - 1)) + 1;
  return cut > end / 2 ? cut : end;
}
