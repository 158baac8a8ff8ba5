/**
 * What IRC clients are told of each event (docs/dialects.md, "irc"). Whatever IRC has no words for is a NOTICE of whoever has done it: no
 * program answers to one, and nobody takes it for something said. What depends on more than a client's capabilities is in `hearing.ts`.
 */
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import { actionOf, ME } from "../../../core/shared/actions.ts";
import type { Event, Message as Said } from "../../../core/shared/events.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { EventTable } from "../../dialect.ts";
import { because, roomSentence } from "../room_words.ts";
import type { HasInWords } from "./capabilities.ts";
import { SERVER, sourceOf } from "./client.ts";
import { shown } from "./formatting.ts";
import { ircNick, ircRoom } from "./irc_names.ts";
import type { Line, Tag } from "./message.ts";
import { textBytes, wrapped } from "./wrapping.ts";

/** What words need to know besides the event. */
export interface Telling {
  readonly has: HasInWords;
  readonly pageUrl: string;
  /** Bytes of each message's line that something else will stand in. */
  readonly reserved?: number;
}

type Lines = readonly Line[];

const NOTHING: Lines = [];

/** Event → its lines. */
export const EVENTS: EventTable<[telling: Telling], Lines> = {
  message: (event, telling) => messageLines(event, telling),
  offer: (event, telling) => messageLines(event, telling),
  edited: (event) => [
    ...noticeLines(event, `has changed ${messageOf(event)}: ${event.text}`),
  ],
  recalled: (event, telling) =>
    telling.has.has("draft/message-redaction")
      ? redactionLines(event)
      : noticeLines(event, `has taken back ${messageOf(event)}${because(event)}`),
  reacted: (event, telling) =>
    telling.has.has("message-tags")
      ? reactionLine(event)
      : noticeLines(event, event.on ? `reacts with ${event.emoji}` : `takes back ${event.emoji}`),
  accepted: (event) => noticeLines(event, `has accepted the file of ${event.to}`),
  refused: (event) => noticeLines(event, `has refused the file of ${event.to}`),
  entered: ({ room, nickname, guest }, { has }) => [joinLine(room, nickname, guest === true, has)],
  left: (event) => [{
    tags: doerTag(event.nickname, event),
    source: sourceOf(event.nickname),
    command: "PART",
    params: [ircRoom(event.room), ...(event.reason === undefined ? [] : [shown(event.reason)])],
  }],
  kicked: ({ at, room, nickname, by, minutes, reason, ofAccount }) => [{
    tags: [timeTag(at), ...doerTag(by, { ofAccount })],
    source: sourceOf(by),
    command: "KICK",
    params: [
      ircRoom(room),
      ircNick(nickname),
      shown(reason ?? (minutes === undefined ? ircNick(by) : `for ${minutes} minutes`)),
    ],
  }],
  muted: roomNotice,
  pinned: roomNotice,
  renamed: (event, { has }) => renamedLines(event, has),
  bye: ({ message }) => [{ command: "ERROR", params: [message] }],
  // To those who are in a room with them.
  offline: (event) => [{
    tags: doerTag(event.nickname, event),
    source: sourceOf(event.nickname),
    command: "QUIT",
    params: ["offline"],
  }],
  // These are told to one client in particular.
  owner: () => NOTHING,
  role: () => NOTHING,
  room: (event) => roomLines(event),
  invited: () => NOTHING,
  invitee: ({ room, nickname, by, at }) => [inviteLine(room, nickname, by, at)],
  notice: () => NOTHING,
  nodes: () => NOTHING,
  online: () => NOTHING,
  fetched: () => NOTHING,
  chunk: () => NOTHING,
  privileges: () => NOTHING,
  blocked: () => NOTHING,
  profile: () => NOTHING,
  typing: (event, { has }) => has.has("message-tags") ? typingLines(event) : NOTHING,
  read: () => NOTHING,
};

/** Somebody is invited into a room, by somebody with an account: nobody else may invite. */
export function inviteLine(room: string, nickname: string, by: string, at: number): Line {
  const params = [ircNick(nickname), ircRoom(room)];
  return { tags: [timeTag(at), ...accountTag(by)], source: sourceOf(by), command: "INVITE", params };
}

/** Somebody is called something else, and so is their account. */
function renamedLines({ nickname, now, guest }: Event<"renamed">, has: Telling["has"]): Lines {
  const line = (name: string, command: string): Line => ({
    tags: accountTag(name, guest),
    source: sourceOf(name),
    command,
    params: [ircNick(now)],
  });
  const nick = line(nickname, "NICK");
  return guest || !has.has("account-notify") ? [nick] : [nick, line(now, "ACCOUNT")];
}

/** Something was taken back. */
function redactionLines(event: Event<"recalled">): Lines {
  return targetsOf(event).map((target) => ({
    tags: [timeTag(event.at), ...doerTag(event.from, event)],
    source: sourceOf(event.from),
    command: "REDACT",
    params: [target, event.id, ...(event.reason === undefined ? [] : [shown(event.reason)])],
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
    ofAccount?: () => boolean;
  },
): Line[] {
  return targetsOf(event).map((target) => ({
    tags: [
      timeTag(event.at),
      ...doerTag(event.from, event),
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
    tags: [...accountTag(event.from, event.guest), ["message-tags", "+typing", "active"]],
    source: sourceOf(event.from),
    command: "TAGMSG",
    params: [target],
  }));
}

/** What happens together has one time. */
let newest: { readonly at: number; readonly tag: Tag } | undefined;

/** When something happened. */
export function timeTag(at: number): Tag {
  if (newest?.at !== at) newest = { at, tag: ["server-time", "time", new Date(at).toISOString()] };
  return newest.tag;
}

/** Whose account it is, which is called as they are. A guest has none. */
export function accountTag(nickname: string, guest?: boolean): Tag[] {
  return guest ? [] : [["account-tag", "account", ircNick(nickname)]];
}

/** The same of whoever does something: of what is past it is not told. */
export function doerTag(nickname: string, { ofAccount }: Pick<Event<"left">, "ofAccount">): Tag[] {
  return accountTag(nickname, !ofAccount?.());
}

/** Somebody has come in. */
export function joinLine(
  room: string,
  nickname: string,
  guest: boolean,
  has: HasInWords,
): Line {
  const extended = has.has("extended-join") ? [guest ? "*" : ircNick(nickname), nickname] : [];
  return {
    tags: accountTag(nickname, guest),
    source: sourceOf(nickname),
    command: "JOIN",
    params: [ircRoom(room), ...extended],
  };
}

/** How a room is set now: by its modes and its topic, and in words where those say nothing of it. */
function roomLines(event: Event<"room">): Lines {
  const { room, by, topic, changed, at } = event;
  const line = (command: string, words: string): Line => ({
    tags: [timeTag(at), ...doerTag(by, event)],
    source: sourceOf(by),
    command,
    params: [ircRoom(room), words],
  });
  const modes = [
    ...changed.includes("private") ? [event.private ? "+i" : "-i"] : [],
    ...changed.includes("writing") ? [event.writing === "moderators" ? "+m" : "-m"] : [],
  ];
  const others = changed.filter((each) => !["private", "writing", "topic"].includes(each));
  return [
    ...modes.length > 0 ? [line("MODE", modes.join(""))] : [],
    ...changed.includes("topic") ? [line("TOPIC", shown(topic))] : [],
    ...others.length > 0 ? roomNotice({ ...event, changed: others }) : [],
  ];
}

/** What happens to a room, in a sentence. */
export function roomNotice(event: Event<"role" | "muted" | "pinned" | "room">): Lines {
  const sentence = roomSentence(event);
  if (!sentence) return NOTHING;
  return [{
    // Of a place that was given it tells in the name of whoever has it now.
    tags: [timeTag(event.at), ...event.event === "role" ? [] : doerTag(sentence.who, event)],
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
  const isOffer = event.event === "offer";
  const does = isOffer ? `offers ${[event.to].flat().join(", ")}` : "has sent";
  const md5 = file.md5 === "" ? "" : ` (MD5 ${file.md5})`;
  const words = `${does} ${what}, ${file.name}: ${telling.pageUrl}/files/${file.id}${md5}${
    isOffer ? `; take it: /quote ACCEPT ${file.id}` : ""
  }`;
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
    const command = event.notice && !isAction ? "NOTICE" : "PRIVMSG";
    const bytes = textBytes(source, command, target) - (isAction ? ACTION_BYTES : 0) -
      (telling.reserved ?? 0);
    const lines = upToMax(wrapped(action ?? text, bytes), telling);
    const said = (text: string, tags: readonly Tag[]): Line => ({
      tags,
      source,
      command,
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

/** No more lines than a message may have: 16 KiB of text can be thousands, and nobody could read on. */
function upToMax(lines: ReturnType<typeof wrapped>, { pageUrl }: Telling): ReturnType<typeof wrapped> {
  if (lines.length <= LIMITS.ircLinesMax) return lines;
  const told = lines.slice(0, LIMITS.ircLinesMax - 1);
  const rest = lines.length - told.length;
  return [...told, { text: `(${rest} more lines: ${pageUrl})`, continues: false }];
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
function tagsOf(event: Said, has: HasInWords): [Tag[], Tag[]] {
  const each = [timeTag(event.at), ...accountTag(event.from, event.guest)];
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
): Lines {
  const source = sourceOf(event.from);
  return targetsOf(event).flatMap((target) =>
    wrapped(words, textBytes(source, "NOTICE", target)).filter(({ text }) => text !== "").map((
      { text },
    ): Line => ({
      tags: [timeTag(event.at), ...doerTag(event.from, event)],
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
