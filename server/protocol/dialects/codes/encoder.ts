/**
 * What the programs of the codes are told of each event (docs/dialects.md, "codes"). What waits for one is a list of messages, each
 * a list of its fields; what separates fields differs from peer to peer.
 */
import type { Event, EventName, FileInfo, Message } from "../../../core/shared/events.ts";
import type { Fault, FaultCode } from "../../../core/shared/faults.ts";
import { LOBBY } from "../../../core/rooms/rooms.ts";
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import { PER_PEER } from "../../dialect.ts";
import { type Fields, FILE_BYTES_MAX, LINE, OUR_WORDS } from "./form.ts";

/** The code of a message that stands for a file's bytes until they have come. Its fields: those of a line in its place. */
export const FILE_MARK = "file";
/** Under this name the server itself speaks: nobody can have it. */
const SERVER = "@switchboard";

/** What this dialect calls the files that it sends; none of them had a name. */
export function fileName(number: number, extension: string): string {
  return `file-${number}.${extension}`;
}

/** Messages as they wait. */
export function waitingWords(...messages: readonly Fields[]): string {
  return JSON.stringify(messages);
}

/** What waits, taken apart. */
export function messagesOf(words: string): Fields[] {
  return JSON.parse(words);
}

/** What an event is to everybody but whose own doing it is. */
export function wordsOf(event: Event, pageUrl: string): string | typeof PER_PEER | undefined {
  if (event.event === "message" && event.file && isPushed(event, event.file)) return PER_PEER;
  if (event.event === "offer" && event.file && isShort(event.file)) return PER_PEER;
  const messages = (MESSAGES[event.event] as (event: Event, pageUrl: string) => Fields[])(event, pageUrl);
  return messages.length > 0 ? waitingWords(...messages) : undefined;
}

/** What an event with a file is to a program that is not sent the file. */
export function wordsOfFile(event: Event<"message" | "offer">, pageUrl: string): string {
  return waitingWords(...messagesForMessage(event, pageUrl));
}

/** The same with the file in the place of its line. */
export function wordsWithFile(event: Event<"message" | "offer">, pageUrl: string): string {
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

const MESSAGES: { readonly [K in EventName]: (event: Event<K>, pageUrl: string) => Fields[] } = {
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
    const line = about(by, `${inRoom(event)}has put ${nickname} out of the room.`);
    return room === LOBBY ? [line, ["203", nickname]] : [line];
  },
  owner: (event) => [about(event.nickname, `${inRoom(event)}owns the room now.`)],
  notice: ({ text }) => [about(SERVER, text)],
  bye: ({ message }) => [about(SERVER, message)],
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
