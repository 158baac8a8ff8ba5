/** Events as one client hears them: what is its own doing, who it is, and which rooms it is in make a difference. */
import type { Event, EventName } from "../../../core/shared/events.ts";
import { nameKey } from "../../../core/shared/names.ts";
import type { Role } from "../../../core/shared/room_settings.ts";
import { encodeBy } from "../../dialect.ts";
import type { Output } from "../../dialect.ts";
import { capabilitiesIn } from "./capabilities.ts";
import { lookInto, ownJoin } from "./channel_view.ts";
import { type Client, SERVER, sourceOf } from "./client.ts";
import { EVENTS, serverLine, type Telling, timeTag } from "./events.ts";
import { Exchange } from "./exchange.ts";
import { ircNick, ircRoom } from "./irc_names.ts";
import { type Line, writeLine } from "./message.ts";
import { watchedLines } from "./monitoring.ts";
import { awayText } from "./people_commands.ts";
import { heardRead } from "./read_marks.ts";

/** What nobody is told anything of. */
export const UNHEARD: ReadonlySet<EventName> = new Set<EventName>([
  "fetched",
  "chunk",
  "blocked",
]);

/** Event → what clients with some capabilities are told, so that it is written once for all of them. */
const written = new WeakMap<Event, Map<string, string>>();

/** What one client is told of an event. `own`: it was done from there. */
export function hear(client: Client, event: Event, own: boolean): Output {
  switch (event.event) {
    case "message":
    case "offer":
      return heardMessage(client, event, own);
    case "entered":
      return own ? {} : heardEntered(client, event);
    case "left":
      return heardLeft(client, event);
    case "kicked":
      client.disown(event.room, event.nickname);
      if (client.isOwn(event.nickname)) client.leave(event.room);
      return shared(client, event);
    case "online":
      client.away.delete(nameKey(event.nickname));
      return said(client, watchedLines(client, event.nickname, true));
    case "offline":
      return heardOffline(client, event);
    case "profile":
      return heardProfile(client, event);
    case "renamed":
      return heardRenamed(client, event);
    case "owner":
    case "role":
      return said(client, placeLines(client, event));
    case "room":
      return heardRoom(client, event);
    case "invited":
      return said(client, invitedLines(client, event));
    case "notice":
      return said(client, [client.notice(event.text)]);
    case "edited":
    case "recalled":
    case "reacted":
    case "accepted":
    case "refused":
      return own && !isEchoed(client, event) ? {} : shared(client, event);
    case "typing":
      return own || client.isOwn(event.from) ? {} : shared(client, event);
    case "read":
      return own ? {} : heardRead(client, event);
    default:
      return shared(client, event);
  }
}

/** Whether one's own doing comes back to where it was done. */
function isEchoed({ caps }: Client, { event }: Event): boolean {
  const needs = event === "recalled" ? "draft/message-redaction" : "message-tags";
  return caps.has("echo-message") && (event === "recalled" || event === "reacted") && caps.has(needs);
}

function said(client: Client, lines: readonly Line[]): Output {
  return lines.length === 0 ? {} : { words: client.write(lines) };
}

/** Whether all clients with the same capabilities are told the same of something that was not done from there. */
export function isForAll(event: Event): boolean {
  return event.event === "message" && event.room !== undefined;
}

function tellingOf(client: Client): Telling {
  return { has: client.caps.all, pageUrl: client.pageUrl() };
}

/** What all clients with these capabilities ({@link Capabilities.key}) are told. */
export function wordsFor(event: Event, key: string, pageUrl: string): string {
  const known = written.get(event) ?? new Map<string, string>();
  if (known.size === 0) written.set(event, known);
  let words = known.get(key);
  if (words === undefined) {
    const has = capabilitiesIn(key);
    const telling: Telling = { has, pageUrl };
    words = encodeBy(EVENTS, event, telling).map((line) => writeLine(line, has)).join("");
    known.set(key, words);
  }
  return words;
}

function shared(client: Client, event: Event): Output {
  const words = wordsFor(event, client.caps.key, client.pageUrl());
  return words === "" ? {} : { words };
}

/** One's own words come back to where they were said only if the client wants that; other clients of the same person see them in rooms. */
function heardMessage(
  client: Client,
  event: Event<"message" | "offer">,
  own: boolean,
): Output {
  if (own) {
    const exchange = client.echoes.get(event.id);
    client.echoes.delete(event.id);
    if (!client.caps.has("echo-message")) return {};
    if (!exchange) return shared(client, event);
    return exchange.echoed(encodeBy(EVENTS, event, tellingOf(client)));
  }
  const isOwnPrivate = event.room === undefined && client.isOwn(event.from);
  return isOwnPrivate && !client.caps.has("echo-message") ? {} : shared(client, event);
}

function heardEntered(client: Client, event: Event<"entered">): Output {
  if (!client.isOwn(event.nickname)) return shared(client, event);
  if (client.isIn(event.room)) return {};
  return joined(client, event.room);
}

/** Tells a client that it is in a room without having asked, and asks who else is. */
function joined(client: Client, room: string): Output {
  client.enter({ room });
  return {
    words: client.write([ownJoin(client, room)]),
    ask: [lookInto(new Exchange(client, "JOIN"), room)],
  };
}

function heardLeft(client: Client, event: Event<"left">): Output {
  const { nickname, room } = event;
  client.disown(room, nickname);
  if (event.ends?.()) {
    client.quitting.add(nameKey(nickname));
    return {};
  }
  if (client.isOwn(nickname)) {
    if (!client.isIn(room)) return {};
    client.leave(room);
  }
  return shared(client, event);
}

function heardOffline(client: Client, { nickname }: Event<"offline">): Output {
  const key = nameKey(nickname);
  client.away.delete(key);
  const watched = watchedLines(client, nickname, false);
  if (!client.quitting.delete(key)) return said(client, watched);
  client.noteFormer(nickname);
  return said(client, [{ source: sourceOf(nickname), command: "QUIT", params: ["offline"] }, ...watched]);
}

function heardRenamed(client: Client, event: Event<"renamed">): Output {
  client.noteFormer(event.nickname);
  client.renamed(event);
  const { words = "" } = shared(client, event);
  const watched = [
    ...watchedLines(client, event.nickname, false),
    ...watchedLines(client, event.now, true),
  ];
  return { words: words + client.write(watched) };
}

/** Whoever is away, or is not any more, is told to those who want to hear of it, and is remembered to be where it was asked. */
function heardProfile(client: Client, event: Event<"profile">): Output {
  const key = nameKey(event.nickname);
  const why = awayText(event);
  if (client.away.has(key)) client.away.set(key, why ?? null);
  if (!client.caps.has("away-notify")) return {};
  const params = why === undefined ? [] : [why];
  return said(client, [{ source: sourceOf(event.nickname), command: "AWAY", params }]);
}

/** What was renamed is another channel to a client. */
function heardRoom(client: Client, event: Event<"room">): Output {
  const { was, room } = event;
  if (was === undefined || was === room) return shared(client, event);
  client.leave(was);
  if (client.caps.has("draft/channel-rename")) {
    client.enter({ room });
    const line: Line = {
      tags: [timeTag(event.at)],
      source: sourceOf(event.by),
      command: "RENAME",
      params: [ircRoom(was), ircRoom(room), "renamed"],
    };
    return { words: client.write([line]), ask: [lookInto(new Exchange(client, "JOIN"), room)] };
  }
  const source = sourceOf(client.nickname ?? "");
  const why = `renamed to ${ircRoom(room)} by ${ircNick(event.by)}`;
  const part: Line = { tags: [timeTag(event.at)], source, command: "PART", params: [ircRoom(was), why] };
  const { words = "", ask = [] } = joined(client, room);
  return { words: client.write([part]) + words, ask };
}

/** Places → the modes that they are. */
const MODES: Readonly<Record<Exclude<Role, "member">, string>> = { owner: "q", moderator: "o" };

/** A change of somebody's place, as the modes that it takes away and gives. */
function placeLines(client: Client, event: Event<"owner" | "role">): Line[] {
  const room = client.rooms.get(nameKey(event.room));
  if (!room) return [];
  const key = nameKey(event.nickname);
  const changes: [sign: string, mode: string, nickname: string][] = [];
  if (event.event === "owner") {
    const before = room.owner;
    if (before !== null && nameKey(before) !== key && room.places.get(nameKey(before)) !== "owner") {
      changes.push(["-", MODES.owner, before]);
    }
    room.owner = event.nickname;
    changes.push(["+", MODES.owner, event.nickname]);
  } else {
    const before = room.places.get(key);
    if (before) changes.push(["-", MODES[before], event.nickname]);
    if (event.role === "member") room.places.delete(key);
    else {
      room.places.set(key, event.role);
      changes.push(["+", MODES[event.role], event.nickname]);
    }
  }
  if (changes.length === 0) return [];
  const source = "by" in event && event.by !== null ? sourceOf(event.by) : SERVER;
  const modes = changes.map(([sign, mode]) => sign + mode).join("");
  const params = [ircRoom(event.room), modes, ...changes.map(([, , nickname]) => ircNick(nickname))];
  return [{ tags: [timeTag(event.at)], source, command: "MODE", params }];
}

function invitedLines(client: Client, { room, by, at, on }: Event<"invited">): Line[] {
  if (!on) return [];
  const line = serverLine("INVITE", client.nick, ircRoom(room));
  return [{ ...line, tags: [timeTag(at)], source: sourceOf(by) }];
}
