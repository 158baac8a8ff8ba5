/**
 * What IRC clients are told of each event (docs/dialects.md, "irc"). Whatever IRC has no words for is a NOTICE of whoever has done it: no
 * program answers to one, and nobody takes it for something said. What depends on more than a client's capabilities is in `hearing.ts`.
 */
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import { actionOf, ME } from "../../../core/shared/actions.ts";
import type { Event, Message as Said } from "../../../core/shared/events.ts";
import type { EventTable } from "../../dialect.ts";
import { roomSentence } from "../room_words.ts";
import type { Capability } from "./capabilities.ts";
import { SERVER, sourceOf } from "./client.ts";
import { shown } from "./formatting.ts";
import { ircNick, ircRoom } from "./irc_names.ts";
import type { Line, Tag } from "./message.ts";
import { textBytes, wrapped } from "./wrapping.ts";

/** What words need to know besides the event. */
export interface Telling {
  readonly has: ReadonlySet<Capability>;
  readonly pageUrl: string;
}

type Lines = readonly Line[];

const NOTHING: Lines = [];

/** Event → its lines. */
export const EVENTS: EventTable<[telling: Telling], Lines> = {
  message: (event, telling) => messageLines(event, telling),
  offer: (event, telling) => messageLines(event, telling),
  edited: (event, telling) => [
    ...noticeLines(event, `has changed ${messageOf(event)}: ${event.text}`, telling),
  ],
  recalled: (event, telling) =>
    telling.has.has("draft/message-redaction")
      ? redactionLines(event)
      : noticeLines(event, `has taken back ${messageOf(event)}`, telling),
  reacted: (event, telling) =>
    telling.has.has("message-tags")
      ? reactionLine(event)
      : noticeLines(event, event.on ? `reacts with ${event.emoji}` : `takes back ${event.emoji}`, telling),
  accepted: (event, telling) => noticeLines(event, `has accepted the file of ${event.to}`, telling),
  refused: (event, telling) => noticeLines(event, `has refused the file of ${event.to}`, telling),
  entered: ({ room, nickname, guest }, { has }) => [joinLine(room, nickname, guest === true, has)],
  left: ({ room, nickname }) => [{ source: sourceOf(nickname), command: "PART", params: [ircRoom(room)] }],
  kicked: ({ at, room, nickname, by, minutes }) => [{
    tags: [timeTag(at)],
    source: sourceOf(by),
    command: "KICK",
    params: [
      ircRoom(room),
      ircNick(nickname),
      minutes === undefined ? ircNick(by) : `for ${minutes} minutes`,
    ],
  }],
  muted: roomNotice,
  pinned: roomNotice,
  renamed: ({ nickname, now }) => [{ source: sourceOf(nickname), command: "NICK", params: [ircNick(now)] }],
  bye: ({ message }) => [{ command: "ERROR", params: [message] }],
  // These are told to one client in particular.
  owner: () => NOTHING,
  role: () => NOTHING,
  room: (event) => roomLines(event),
  invited: () => NOTHING,
  notice: () => NOTHING,
  nodes: () => NOTHING,
  offline: () => NOTHING,
  online: () => NOTHING,
  fetched: () => NOTHING,
  chunk: () => NOTHING,
  privileges: () => NOTHING,
  blocked: () => NOTHING,
  profile: () => NOTHING,
  typing: (event, { has }) => has.has("message-tags") ? typingLines(event) : NOTHING,
  read: () => NOTHING,
};

/** Something was taken back. */
function redactionLines(event: Event<"recalled">): Lines {
  return targetsOf(event).map((target) => ({
    tags: [timeTag(event.at)],
    source: sourceOf(event.from),
    command: "REDACT",
    params: [target, event.id],
  }));
}

/** Somebody reacts to a message, or takes that back. */
export function reactionLine(
  event: {
    id: string;
    at: number;
    from: string;
    room?: string;
    to?: string | string[];
    emoji: string;
    on: boolean;
  },
): Line[] {
  return targetsOf(event).map((target) => ({
    tags: [
      timeTag(event.at),
      ["message-tags", event.on ? "+draft/react" : "+draft/unreact", event.emoji],
      ["message-tags", "+draft/reply", event.id],
    ],
    source: sourceOf(event.from),
    command: "TAGMSG",
    params: [target],
  }));
}

/** Somebody is writing just now. */
function typingLines(event: Event<"typing">): Lines {
  return targetsOf(event).map((target) => ({
    tags: [["message-tags", "+typing", "active"]],
    source: sourceOf(event.from),
    command: "TAGMSG",
    params: [target],
  }));
}

/** When something happened. */
export function timeTag(at: number): Tag {
  return ["server-time", "time", new Date(at).toISOString()];
}

/** Somebody has come in. */
export function joinLine(
  room: string,
  nickname: string,
  guest: boolean,
  has: ReadonlySet<Capability>,
): Line {
  const extended = has.has("extended-join") ? [guest ? "*" : ircNick(nickname), nickname] : [];
  return { source: sourceOf(nickname), command: "JOIN", params: [ircRoom(room), ...extended] };
}

/** The topic of a room, set by somebody. */
function roomLines(event: Event<"room">): Lines {
  const { room, by, topic, changed, at } = event;
  if (!changed.includes("topic")) return roomNotice(event);
  return [{
    tags: [timeTag(at)],
    source: sourceOf(by),
    command: "TOPIC",
    params: [ircRoom(room), shown(topic)],
  }];
}

/** What happens to a room, in a sentence. */
function roomNotice(event: Event<"muted" | "pinned" | "room">): Lines {
  const sentence = roomSentence(event);
  if (!sentence) return NOTHING;
  return [{
    tags: [timeTag(event.at)],
    source: sourceOf(sentence.who),
    command: "NOTICE",
    params: [ircRoom(event.room), shown(sentence.text)],
  }];
}

/** A message: what was said, and the file that came with it. */
function messageLines(event: Event<"message" | "offer">, telling: Telling): Lines {
  const { file } = event;
  const said = event.text === "" ? [] : textLines(event, event.text, telling);
  if (!file) return said;
  const what = file.type === FOLDER_TYPE ? "a folder" : WHAT[event.kind];
  const does = event.event === "offer" ? `offers ${[event.to].flat().join(", ")}` : "has sent";
  const md5 = file.md5 === "" ? "" : ` (MD5 ${file.md5})`;
  const words = `${does} ${what}, ${file.name}: ${telling.pageUrl}/files/${file.id}${md5}`;
  const lines = textLines(event, `${ME}${shown(words)}`, telling, said.length === 0);
  return [...said, ...lines];
}

const WHAT: Record<Said["kind"], string> = {
  text: "a file",
  file: "a file",
  image: "a picture",
  video: "a video",
};

/** A text in as many lines as it takes. `isFirst`: the message has said nothing yet. */
function textLines(event: Said, text: string, telling: Telling, isFirst = true): Lines {
  const source = sourceOf(event.from);
  const [about, each] = tagsOf(event, telling.has);
  const first = isFirst ? [...about, ...each] : each;
  return targetsOf(event).flatMap((target) => {
    const action = actionOf(text);
    const isAction = action !== undefined;
    const bytes = textBytes(source, "PRIVMSG", target) - (isAction ? ACTION_BYTES : 0);
    const lines = wrapped(action ?? text, bytes);
    const said = (text: string, tags: readonly Tag[]): Line => ({
      tags,
      source,
      command: "PRIVMSG",
      params: [target, isAction ? `\x01ACTION ${text}\x01` : text],
    });
    if (lines.length > 1 && telling.has.has("draft/multiline") && telling.has.has("batch")) {
      return batchOf(lines, { source, target, first, reference: event.id }, said);
    }
    return lines.filter(({ text }) => text !== "").map(({ text }, index) =>
      said(text, index === 0 ? first : each)
    );
  });
}

/** Several lines that are one message. */
function batchOf(
  lines: ReturnType<typeof wrapped>,
  { source, target, first, reference }: {
    source: string;
    target: string;
    first: readonly Tag[];
    reference: string;
  },
  said: (text: string, tags: readonly Tag[]) => Line,
): Line[] {
  const inBatch: Tag = ["batch", "batch", reference];
  return [
    { tags: first, source, command: "BATCH", params: [`+${reference}`, "draft/multiline", target] },
    ...lines.map(({ text, continues }) =>
      said(text, continues ? [inBatch, ["draft/multiline", "draft/multiline-concat"]] : [inBatch])
    ),
    serverLine("BATCH", `-${reference}`),
  ];
}

const ACTION_BYTES = "\x01ACTION \x01".length;

/** What a message's first line says of it, and what each says. */
function tagsOf(event: Said, has: ReadonlySet<Capability>): [Tag[], Tag[]] {
  const each: Tag[] = [timeTag(event.at)];
  if (!event.guest) each.push(["account-tag", "account", ircNick(event.from)]);
  const first: Tag[] = [["message-tags", "msgid", event.id]];
  if (event.reply !== undefined && has.has("message-tags")) {
    first.push(["message-tags", "+draft/reply", event.reply]);
  }
  return [first, each];
}

/** Something that somebody has done to a message. */
function noticeLines(
  event: Event<"edited" | "recalled" | "reacted" | "accepted" | "refused">,
  words: string,
  _: Telling,
): Lines {
  const source = sourceOf(event.from);
  return targetsOf(event).flatMap((target) =>
    wrapped(words, textBytes(source, "NOTICE", target)).filter(({ text }) => text !== "").map((
      { text },
    ): Line => ({
      tags: [timeTag(event.at)],
      source,
      command: "NOTICE",
      params: [target, text],
    }))
  );
}

function targetsOf({ room, to }: { room?: string; to?: string | string[] }): string[] {
  return room === undefined ? [to ?? []].flat().map(ircNick) : [ircRoom(room)];
}

/** What was changed: whoever answers should know who reads that. */
function messageOf({ to }: { to?: string | string[] }): string {
  return to === undefined ? "a message" : "a private message";
}

/** A line of the server's own. */
export function serverLine(command: string, ...params: string[]): Line {
  return { source: SERVER, command, params };
}
