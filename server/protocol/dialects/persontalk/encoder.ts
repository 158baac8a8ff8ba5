/**
 * What PersonTalk programs are told (docs/dialects.md, "persontalk"). They decide what an object is by whether a word occurs anywhere
 * in its text, so no value may hold one of these words as it is written; lines are never taken for objects, nor for another's line.
 */
import type { Event, EventName, MessageKind } from "../../../core/shared/events.ts";
import { LOBBY } from "../../../core/rooms/rooms.ts";
import { PER_PEER } from "../../dialect.ts";

/** The line of talk, and the one of files; a program signs in on a third, or does everything on that. */
export const CHAT = "chat";
/** See {@link CHAT}. */
export const FILES = "files";

/** Ends each message of those that wait together. */
export const END = "\0";
/** Begins a message that raw bytes follow; then their number, {@link NUMBER_END} and the message. */
export const RAW_FOLLOWS = "\x01";
/** Ends that number. */
export const NUMBER_END = "\x02";

/** Words by which the original programs tell objects apart: all but one have an underscore. And JSON's own escapes, to be left whole. */
const WORD_OR_ESCAPE = /\\.|_|f(?=inish)/g;
/** How a letter of a word is written, so that it is read back and the word is not there; a form feed would begin one. */
const UNLIKE_A_WORD: Readonly<Record<string, string>> = { _: "\\u005f", f: "\\u0066", "\\f": "\\u000c" };
const UNDERSCORED =
  /(active)_(people)|(down)_(line|file)|(up)_(line|files)|(person)_(talk)|(welcome)_(uppeople)|(file)_(complete)|(send)_(to_recv)/g;
const LINE_END = /\r\n|[\n\v\f\r\x85\u2028\u2029]/g;

/** A value of an object. */
export type Value = string | number | readonly string[];

/** An object as JSON. The words stand in none of its values, which are read back as they are. */
export function object(fields: Readonly<Record<string, Value | undefined>>): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return `{${known.map(([key, value]) => `${JSON.stringify(key)}: ${valueOf(value!)}`).join(", ")}}${END}`;
}

function valueOf(value: Value): string {
  if (typeof value === "object") return `[${value.map(valueOf).join(", ")}]`;
  return JSON.stringify(value).replace(WORD_OR_ESCAPE, (found) => UNLIKE_A_WORD[found] ?? found);
}

/** An object that so many raw bytes follow. */
export function announcement(bytes: number, fields: Readonly<Record<string, Value>>): string {
  return `${RAW_FOLLOWS}${bytes}${NUMBER_END}${object(fields)}`;
}

/** A line in somebody's name. */
export function line(nickname: string, text: string): string {
  const name = nickname.replaceAll(/^[{*>]|:/g, "\\$&");
  return `${unmistakable(`${name}:${text}`)}${END}`;
}

/** A line in nobody's name: no name begins like it. */
export function notice(text: string): string {
  return `${unmistakable(`* ${text}`)}${END}`;
}

/** A word of the protocol's own, which is no JSON. */
export function word(text: "finish" | "file_complete"): string {
  return `${text}${END}`;
}

/** Shows what would be taken for something else: words of the protocol, further lines, what ends a message here. */
function unmistakable(text: string): string {
  return text.replaceAll(UNDERSCORED, (found) => found.replace("_", "\\_")).replaceAll(LINE_END, "$&> ")
    .replaceAll(END, "␀").replaceAll(RAW_FOLLOWS, "␁").replaceAll(NUMBER_END, "␂");
}

type Words = string | typeof PER_PEER | undefined;
type Table = { readonly [K in EventName]: (event: Event<K>, own: boolean, pageUrl: string) => Words };

/** What an event is to all programs; `own`: to the one whose own doing it is. */
export function wordsOf<E extends Event>(event: E, own: boolean, pageUrl: string): Words {
  return (WORDS[event.event] as (event: E, own: boolean, pageUrl: string) => Words)(event, own, pageUrl);
}

const WORDS: Table = {
  message: (event, own, pageUrl) => {
    if (event.to !== undefined) return own ? undefined : PER_PEER;
    // Its window shows what was typed there by itself.
    return own ? undefined : shown(event, pageUrl);
  },
  offer: (_, own) => own ? undefined : PER_PEER,
  accepted: () => PER_PEER,
  refused: () => PER_PEER,
  fetched: () => PER_PEER,
  edited: (event, own) =>
    own ? undefined : notice(`${event.from} has changed ${messageOf(event)}: ${event.text}`),
  recalled: (event, own) => own ? undefined : notice(`${event.from} has taken back ${messageOf(event)}`),
  reacted: ({ from, on, emoji }, own) =>
    own ? undefined : notice(`${from} ${on ? "reacts with" : "takes back"} ${emoji}`),
  kicked: ({ by, nickname, room }) => notice(`${by} has put ${nickname} out of ${room}`),
  owner: ({ nickname, room }) => notice(`${nickname} owns ${room} now`),
  online: ({ nickname, everybody }, own) =>
    own ? undefined : people(everybody?.() ?? [nickname]) + object({ up_line: nickname }),
  offline: ({ nickname, everybody }, own) =>
    own ? undefined : people(everybody?.() ?? []) + object({ down_line: nickname }),
  entered: () => undefined,
  left: () => undefined,
  chunk: () => undefined,
  typing: () => undefined,
  read: () => undefined,
  notice: ({ text }) => notice(text),
  bye: ({ message }) => notice(message),
};

/** Who is online. */
export function people(nicknames: readonly string[]): string {
  return object({ active_people: nicknames });
}

/** A private text; both keys carry it, because programs differ in which they read. */
export function privately(from: string, text: string): string {
  return object({ person_talk: from, oneTOone_news: text, oneToone_talk: text });
}

/** What was changed: whoever answers should know who reads that. */
function messageOf({ to }: { to?: string | string[] }): string {
  return to === undefined ? "a message" : "a private message";
}

/** What a file is called in a line. */
export const KINDS: Readonly<Record<MessageKind, string>> = {
  text: "a file",
  file: "a file",
  image: "a picture",
  video: "a video",
};

function shown({ from, text, file, kind, room }: Event<"message">, pageUrl: string): string {
  const where = room === LOBBY ? "" : ` in ${room}`;
  const said = text === "" ? "" : where === "" ? line(from, text) : notice(`${from}${where}: ${text}`);
  if (!file) return said;
  const what = file.type === "inode/directory" ? "a folder" : KINDS[kind];
  return said + notice(`${from} has sent ${what}${where}, ${file.name}: ${pageUrl}/files/${file.id}`);
}
