/**
 * What PersonTalk programs are told (docs/dialects.md, "persontalk"). They decide what an object is by whether a word occurs anywhere
 * in its text, so no value may hold one of these words as it is written; lines are never taken for objects, nor for another's line.
 */
import { because, roomSentence } from "../room_words.ts";
import type { Event, MessageKind } from "../../../core/shared/events.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import { encodeBy, type EventTable, PER_PEER, type Raw, type Write } from "../../dialect.ts";
import { type Framing, LENGTH_BYTES } from "./framer.ts";

/** The channel for talk, and the one for files; a program signs in on a third, or does everything on that. */
export const CHAT = "chat";
/** See {@link CHAT}. */
export const FILES = "files";

/** Ends each message of those that wait together. */
const END = "\0";
/** Begins a message that raw bytes follow; then their number, {@link NUMBER_END} and the message. */
const RAW_FOLLOWS = "\x01";
/** Ends that number. */
const NUMBER_END = "\x02";

/** Words by which the original programs tell objects apart: all but one have an underscore. And JSON's own escapes, to be left whole. */
const WORD_OR_ESCAPE = /\\.|_|f(?=inish)/g;
/** How a letter of a word is written, so that it is read back and the word is not there; a form feed would begin one. */
const UNLIKE_A_WORD: Readonly<Record<string, string>> = { _: "\\u005f", f: "\\u0066", "\\f": "\\u000c" };
const UNDERSCORED =
  /(active)_(people)|(down)_(line|file)|(up)_(line|files)|(person)_(talk)|(welcome)_(uppeople)|(file)_(complete)|(send)_(to_recv)/g;
const LINE_END = /\r\n|[\n\v\f\r\x85\u2028\u2029]/g;

/** A value of an object. */
type Value = string | number | readonly string[];

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

/** What an event is to all programs; `own`: to the one whose own doing it is. */
export function encode(event: Event, own: boolean, pageUrl: string): Words {
  return encodeBy(EVENTS, event, own, pageUrl);
}

const EVENTS: EventTable<[own: boolean, pageUrl: string], Words> = {
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
  kicked: (event) => notice(`${event.by} has put ${event.nickname} out of ${event.room}${because(event)}`),
  owner: ({ nickname, room }) => notice(`${nickname} owns ${room} now`),
  online: ({ nickname, everybody }, own) =>
    own ? undefined : people(everybody?.() ?? [nickname]) + object({ up_line: nickname }),
  offline: ({ nickname, everybody }, own) =>
    own ? undefined : people(everybody?.() ?? []) + object({ down_line: nickname }),
  entered: () => undefined,
  left: () => undefined,
  chunk: () => undefined,
  renamed: ({ nickname, now, everybody }) =>
    people(everybody?.() ?? [now]) + object({ down_line: nickname }) + object({ up_line: now }),
  privileges: () => undefined,
  blocked: () => undefined,
  profile: () => undefined,
  typing: () => undefined,
  nodes: () => undefined,
  read: () => undefined,
  role: told,
  muted: told,
  pinned: told,
  room: told,
  invited: told,
  invitee: () => undefined,
  notice: ({ text }) => notice(text),
  bye: ({ message }) => notice(message),
};

/** What happens to a room, in a line. */
function told(event: Event<"role" | "muted" | "pinned" | "room" | "invited">): string | undefined {
  const sentence = roomSentence(event);
  return sentence && notice(`${sentence.who} ${sentence.text}`);
}

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
const KINDS: Readonly<Record<MessageKind, string>> = {
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

/** Bytes of words that go in one write. */
const JOINED_BYTES_MAX = 64 * 1024;
const encoder = new TextEncoder();

/** How a peer speaks. */
interface Manner {
  readonly framing: Framing | undefined;
  readonly endsLines: boolean;
}

/** What waits for one program, as it is written. */
export class Outgoing {
  readonly #manner: Manner;
  /** Raw bytes due. */
  #raw = 0;
  /** A transport that has messages takes them one by one: what is left of these words. */
  #begun: { words: string; rest: string[] } | undefined;

  constructor(manner: Manner) {
    this.#manner = manner;
  }

  /** The next write. */
  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    return this.#raw > 0 ? this.#packRaw(waiting) : this.#packWords(waiting);
  }

  #packRaw(waiting: readonly (string | Raw)[]): Write | undefined {
    const from = waiting.findIndex((each) => typeof each !== "string");
    if (from === -1) return undefined;
    const { raw } = waiting[from] as Raw;
    this.#raw -= raw.length;
    return { bytes: raw, taken: 1, from, raw: true };
  }

  #packWords(waiting: readonly (string | Raw)[]): Write | undefined {
    if (this.#manner.framing === "message") return this.#packMessage(waiting);
    let text = "";
    let taken = 0;
    for (const words of waiting) {
      if (typeof words !== "string" || text.length > JOINED_BYTES_MAX || this.#raw > 0) break;
      for (const message of messagesOf(words)) text += this.#framed(message);
      taken++;
    }
    return taken === 0 ? undefined : { bytes: encoder.encode(text), taken };
  }

  #packMessage(waiting: readonly (string | Raw)[]): Write | undefined {
    const [words] = waiting;
    if (typeof words !== "string") return undefined;
    const rest = this.#begun?.words === words ? this.#begun.rest : messagesOf(words);
    const [message = "", ...others] = rest;
    this.#begun = others.length > 0 ? { words, rest: others } : undefined;
    const text = this.#framed(message);
    return { bytes: encoder.encode(text), taken: others.length > 0 ? 0 : 1 };
  }

  #framed(message: string): string {
    let text = message;
    if (message.startsWith(RAW_FOLLOWS)) {
      const end = message.indexOf(NUMBER_END);
      this.#raw = Number(message.slice(RAW_FOLLOWS.length, end));
      text = message.slice(end + NUMBER_END.length);
    }
    const { framing, endsLines } = this.#manner;
    if (framing === "message") return text;
    // A peer whose objects follow each other would take a newline for the first of the raw bytes.
    if (framing === "bare") return this.#raw > 0 && !endsLines ? text : `${text}\n`;
    return `${String(encoder.encode(text).length).padEnd(LENGTH_BYTES)}${text}`;
  }
}

function messagesOf(words: string): string[] {
  return words.split(END).slice(0, -1);
}
