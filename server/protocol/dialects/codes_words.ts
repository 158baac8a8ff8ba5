/**
 * What the programs of the codes are told of each event (docs/dialects.md, "codes"). What waits for one is a list of messages, each
 * a list of its fields; what separates fields differs from peer to peer.
 */
import type { Event, EventName, FileInfo, Message } from "../../core/events.ts";
import type { Fault, FaultCode } from "../../core/faults.ts";
import { LIMITS } from "../../core/limits.ts";
import { LOBBY } from "../../core/rooms.ts";
import { FOLDER_TYPE } from "../../core/announcements.ts";
import { PERSONAL } from "../dialect.ts";
import { FILE_BYTES_IN_ONE_READ } from "./codes_grammar.ts";

/** A message: its code and its fields. */
export type Fields = readonly string[];

/** The code of a message that stands for a file's bytes until they have come. Its fields: those of a line in its place. */
export const FILE_MARK = "file";
/** The code of a line. */
export const LINE = "209";

/** Under this name the server itself speaks: nobody can have it. */
const SERVER = "@switchboard";

/** What this dialect calls the files that it sends; none of them had a name. */
export function fileName(number: number, extension: string): string {
  return `file-${number}.${extension}`;
}
const OWN_FILE_NAME = /^file-\d+\.\w+$/;

/** Messages as they wait. */
export function waitingWords(...messages: readonly Fields[]): string {
  return JSON.stringify(messages);
}

/** What waits, taken apart. */
export function messagesOf(words: string): Fields[] {
  return JSON.parse(words);
}

/** What an event is to everybody but whose own doing it is. */
export function wordsOf(event: Event, pageUrl: string): string | typeof PERSONAL | undefined {
  if (event.event === "message" && event.file && isPushed(event, event.file)) return PERSONAL;
  const messages = (MESSAGES[event.event] as (event: Event, pageUrl: string) => Fields[])(event, pageUrl);
  return messages.length > 0 ? waitingWords(...messages) : undefined;
}

/** A message whose file is sent along. */
export function wordsWithFile(event: Event<"message">, pageUrl: string): string {
  return waitingWords(
    ...messagesForMessage(event, pageUrl).map(([code = "", ...fields], index, { length }) =>
      index === length - 1 ? [FILE_MARK, ...fields] : [code, ...fields]
    ),
  );
}

/** A refusal. */
export function wordsForFault({ code }: Fault): string {
  return waitingWords([REFUSALS[code]]);
}

/** What somebody says. A line ends in "\n" alone: in the other two ways fields end. */
export function said(from: string, text: string): Fields {
  return [LINE, from, text.replaceAll(/\r\n?/g, "\n")];
}

/**
 * Whether a file is sent along. The original programs take it with one read and everything behind that for messages, so what comes
 * from elsewhere must fit; what comes from one of them goes to the others as they are used to it.
 */
function isPushed({ room }: Message, { name, size, type }: FileInfo): boolean {
  if (room !== LOBBY || type === FOLDER_TYPE) return false;
  return size <= FILE_BYTES_IN_ONE_READ || (OWN_FILE_NAME.test(name) && size <= LIMITS.pushedFileBytesMax);
}

const MESSAGES: { readonly [K in EventName]: (event: Event<K>, pageUrl: string) => Fields[] } = {
  message: messagesForMessage,
  offer: messagesForMessage,
  accepted: ({ from, to }) => [said(from, `has accepted the file of ${to}.`)],
  refused: ({ from, to }) => [said(from, `has refused the file of ${to}.`)],
  fetched: () => [],
  recalled: (event) => [said(event.from, `${inRoom(event)}has taken back ${messageOf(event)}.`)],
  edited: (event) => [said(event.from, `${inRoom(event)}has changed ${messageOf(event)}: ${event.text}`)],
  reacted: (event) => [
    said(event.from, `${inRoom(event)}${event.on ? "reacts with" : "takes back"} ${event.emoji}`),
  ],
  entered: ({ room, nickname }) => room === LOBBY ? [["205", nickname]] : [],
  left: ({ room, nickname }) => room === LOBBY ? [["203", nickname]] : [],
  kicked: (event) => {
    const { by, nickname, room } = event;
    const line = said(by, `${inRoom(event)}has put ${nickname} out of the room.`);
    return room === LOBBY ? [line, ["203", nickname]] : [line];
  },
  owner: (event) => [said(event.nickname, `${inRoom(event)}owns the room now.`)],
  notice: ({ text }) => [said(SERVER, text)],
  bye: ({ message }) => [said(SERVER, message)],
  online: () => [],
  offline: () => [],
  typing: () => [],
  read: () => [],
  chunk: () => [],
};

function messagesForMessage(event: Event<"message" | "offer">, pageUrl: string): Fields[] {
  const { from, text, file, kind, to } = event;
  const found = text === "" ? [] : [said(from, inRoom(event) + text)];
  if (!file) return found;
  const what = file.type === FOLDER_TYPE ? "a folder" : WHAT[kind];
  const does = event.event === "offer" ? `offers ${[to].flat().join(", ")}` : "has sent";
  return [...found, said(from, `${inRoom(event)}${does} ${what}, ${file.name}: ${pageUrl}/files/${file.id}`)];
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
  shutting_down: "208",
  not_signed_in: "208",
  already_signed_in: "202",
  already_online: "202",
  account_needed: "208",
  account_disabled: "201",
  bad_password: "201",
  weak_password: "201",
  bad_token: "208",
  bad_code: "208",
  too_many_sessions: "202",
  bad_username: "201",
  bad_nickname: "201",
  bad_email: "208",
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
