/** Events as one client hears them: what is its own doing, who it is, and which rooms it is in make a difference. */
import type { Event, EventName, StoredEvent } from "../../../core/shared/events.ts";
import { nameKey, sameName } from "../../../core/shared/names.ts";
import { encodeBy } from "../../dialect.ts";
import type { Output } from "../../dialect.ts";
import { because, roomSentence } from "../room_words.ts";
import { capabilitiesIn, type Capability } from "./capabilities.ts";
import { lookInto, ownJoin } from "./channel_view.ts";
import { type Client, type Prefix, SERVER, sourceOf } from "./client.ts";
import { accountTag, doerTag, EVENTS, inviteLine, type Telling, timeTag } from "./events.ts";
import { Exchange } from "./exchange.ts";
import { shown } from "./formatting.ts";
import { ircNick, ircRoom } from "./irc_names.ts";
import { type Line, writeLine } from "./message.ts";
import { enteredLines, profileLines, renamedLines, watchedArrival } from "./metadata.ts";
import { watchedLines } from "./monitoring.ts";
import { awayText } from "./people_commands.ts";
import { heardRead } from "./read_marks.ts";
import { pingBehindRest } from "./waiting_read.ts";

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
      return { ...heardMessage(client, event, own), ask: pingBehindRest(client, event) };
    case "entered":
      return own ? {} : heardEntered(client, event);
    case "left":
      return heardLeft(client, event);
    case "kicked":
      if (isPast(client, event) && client.isOwn(event.nickname)) return pastNotice(client, event);
      client.unseat(event.room, event.nickname);
      if (client.isOwn(event.nickname)) client.leave(event.room);
      return shared(client, event);
    case "online":
      client.away.delete(nameKey(event.nickname));
      return {
        ...said(client, watchedLines(client, event.nickname, true)),
        ask: watchedArrival(new Exchange(client, "METADATA"), event.nickname),
      };
    case "offline":
      return heardOffline(client, event);
    case "profile":
      return heardProfile(client, event, own);
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
      return said(client, client.notices(event.text));
    case "edited":
    case "recalled":
    case "reacted":
    case "accepted":
    case "refused":
      return heardChange(client, event, own);
    case "invitee":
      return own || !client.caps.has("invite-notify") ? {} : shared(client, event);
    case "typing":
      return own || client.isOwn(event.from) ? {} : shared(client, event);
    case "read":
      return own ? {} : heardRead(client, event);
    default:
      return shared(client, event);
  }
}

/** What becomes of a message. In private it is addressed to whoever reads it; one's own doing to whom it is done to. */
function heardChange(client: Client, event: Changed, own: boolean): Output {
  if (own && !isEchoed(client, event)) return {};
  if ("room" in event && event.room !== undefined) return shared(client, event);
  const isOwn = client.isOwn(event.from);
  if (isOwn && !client.caps.has("echo-message")) return {};
  const told = isOwn ? towardsOther(client, event) : { ...event, to: client.nickname! };
  return said(client, encodeBy(EVENTS, told, tellingOf(client)));
}

type Changed = Event<"edited" | "recalled" | "reacted" | "accepted" | "refused">;

/** One's own doing, addressed to whose message it is about, or else to those who got that. */
function towardsOther(client: Client, event: Changed): Changed {
  const author = "author" in event ? event.author?.() : undefined;
  return author === undefined || client.isOwn(author) ? event : { ...event, to: author };
}

/** Whether one's own doing comes back to where it was done. */
function isEchoed({ caps }: Client, { event }: Event): boolean {
  const needs = event === "recalled" ? "draft/message-redaction" : "message-tags";
  return caps.has("echo-message") && (event === "recalled" || event === "reacted") && caps.has(needs);
}

function said(client: Client, lines: readonly Line[]): Output {
  return worded(client.tell(lines));
}

function worded(words: string): Output {
  return words === "" ? {} : { words };
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
  // What is told together is written for one kind of client after the other.
  if (newest?.key !== key) newest = { key, has: capabilitiesIn(key) };
  const { has } = newest;
  let words = "";
  for (const line of encodeBy(EVENTS, event, { has, pageUrl })) words += writeLine(line, has);
  return words;
}

let newest: { readonly key: string; readonly has: ReadonlySet<Capability> } | undefined;

/** The same, written once for all who are told one by one. */
function shared(client: Client, event: Event): Output {
  if (client.answering) return said(client, encodeBy(EVENTS, event, tellingOf(client)));
  const { caps, pageUrl } = client;
  let known = written.get(event);
  if (!known) written.set(event, known = new Map());
  let words = known.get(caps.key);
  if (words === undefined) known.set(caps.key, words = wordsFor(event, caps.key, pageUrl()));
  return worded(words);
}

/**
 * One's own words come back to where they were said only if the client wants that; other clients of the same person see them in rooms.
 * What somebody has said to themselves they are told as well.
 */
function heardMessage(client: Client, event: Event<"message" | "offer">, own: boolean): Output {
  const echoes = client.caps.has("echo-message");
  const isOwnPrivate = event.room === undefined && client.isOwn(event.from);
  const isToSelf = isOwnPrivate && [event.to ?? []].flat().some((each) => client.isOwn(each));
  const isTold = echoes || (!own && !isOwnPrivate);
  const { words = "" } = isTold ? shared(client, event) : {};
  if (!isToSelf || (echoes && !own)) return worded(words);
  // Without a label: what answers is the echo.
  return worded(
    words + client.write(encodeBy(EVENTS, { ...event, to: client.nickname! }, tellingOf(client))),
  );
}

function heardEntered(client: Client, event: Event<"entered">): Output {
  if (!client.isOwn(event.nickname)) {
    const { words = "" } = shared(client, event);
    const more = [
      ...enteredPlace(client, event),
      ...enteredAway(client, event),
      ...enteredLines(client, event),
    ];
    return worded(words + client.tell(more));
  }
  if (client.isIn(event.room)) return {};
  return joined(client, event.room);
}

/** Somebody has come in who has a place there: a JOIN does not say so. A guest has none, whoever was called so before. */
function enteredPlace(client: Client, { room, nickname, guest }: Event<"entered">): Line[] {
  const prefix = client.prefixIn(room, nickname);
  if (guest || prefix === "") return [];
  return [{
    source: SERVER,
    command: "MODE",
    params: [ircRoom(room), `+${MODES[prefix]}`, ircNick(nickname)],
  }];
}

/** Somebody who is away has come in. */
function enteredAway(client: Client, { nickname, profile }: Event<"entered">): Line[] {
  const why = client.caps.has("away-notify") ? awayText(profile?.() ?? {}) : undefined;
  return why === undefined ? [] : [awayLine(nickname, why)];
}

/** That somebody is away; without `why`, not any more. Guests never are. */
function awayLine(nickname: string, why: string | undefined): Line {
  const params = why === undefined ? [] : [why];
  return { tags: accountTag(nickname), source: sourceOf(nickname), command: "AWAY", params };
}

/** Tells a client that it is in a room without having asked, and asks who else is. `knowsAll`: it has seen what was said there. */
function joined(client: Client, room: string, knowsAll = false): Output {
  client.enter({ room });
  return {
    ...said(client, [ownJoin(client, room)]),
    ask: [lookInto(new Exchange(client, "JOIN"), room, knowsAll)],
  };
}

function heardLeft(client: Client, event: Event<"left">): Output {
  const { nickname, room } = event;
  if (event.ends?.()) {
    client.disown(room, nickname);
    client.quitting.add(nameKey(nickname));
    return {};
  }
  client.unseat(room, nickname);
  if (client.isOwn(nickname)) {
    if (!client.isIn(room)) return {};
    client.leave(room);
  }
  return shared(client, event);
}

function heardOffline(client: Client, event: Event<"offline">): Output {
  const { nickname } = event;
  const key = nameKey(nickname);
  client.away.delete(key);
  const watched = watchedLines(client, nickname, false);
  if (!client.quitting.delete(key)) return said(client, watched);
  client.noteFormer(nickname);
  return worded(wordsFor(event, client.caps.key, client.pageUrl()) + client.write(watched));
}

function heardRenamed(client: Client, event: Event<"renamed">): Output {
  const isTold = isNear(client, event);
  client.noteFormer(event.nickname);
  client.renamed(event);
  // In other letters, such as capitals, it is the same nickname.
  const watched = sameName(event.nickname, event.now) ? [] : [
    ...watchedLines(client, event.nickname, false),
    ...watchedLines(client, event.now, true),
  ];
  if (!isTold) return said(client, watched);
  const { words = "" } = shared(client, event);
  return worded(words + client.tell([...watched, ...renamedLines(client, event)]));
}

/** Whether somebody is in a room with the client's user, or is that. */
function isNear(client: Client, { nickname, meets }: Event<"renamed" | "profile">): boolean {
  return client.isOwn(nickname) || (meets?.(client.nickname ?? "") ?? true);
}

/** Whoever is away, or is not any more, is told to those who want to hear of it, and is remembered to be where it was asked. */
function heardProfile(client: Client, event: Event<"profile">, own: boolean): Output {
  const key = nameKey(event.nickname);
  const why = awayText(event);
  if (client.away.has(key)) client.away.set(key, why ?? null);
  const isAway = client.caps.has("away-notify") && why !== awayText(event.before?.() ?? {});
  const isHere = isNear(client, event);
  const hears = (watching: Capability) => isHere || client.watched.has(key) && client.caps.has(watching);
  return said(client, [
    ...isAway && hears("extended-monitor") ? [awayLine(event.nickname, why)] : [],
    ...hears("draft/metadata-notify-2") ? profileLines(client, event, own) : [],
  ]);
}

/** What was renamed is another channel to a client. */
function heardRoom(client: Client, event: Event<"room">): Output {
  const { was, room } = event;
  if (was === undefined || was === room) return shared(client, event);
  if (isPast(client, event)) return pastNotice(client, event);
  const knowsRename = client.caps.has("draft/channel-rename");
  // In other capitals it is the same channel (CASEMAPPING): nobody parts from it.
  if (!knowsRename && inSmallLetters(was) === inSmallLetters(room)) {
    client.respell(room);
    const { was: _, ...rest } = event;
    return shared(client, { ...rest, changed: event.changed.filter((each) => each !== "name") });
  }
  client.leave(was);
  if (knowsRename) {
    client.enter({ room });
    const line: Line = {
      tags: [timeTag(event.at), ...doerTag(event.by, event)],
      source: sourceOf(event.by),
      command: "RENAME",
      params: [ircRoom(was), ircRoom(room), "renamed"],
    };
    return { ...said(client, [line]), ask: [lookInto(new Exchange(client, "JOIN"), room, true)] };
  }
  const source = sourceOf(client.nickname ?? "");
  const why = `renamed to ${ircRoom(room)} by ${ircNick(event.by)}`;
  const tags = [timeTag(event.at), ...accountTag(client.nickname ?? "", client.guest)];
  const part: Line = { tags, source, command: "PART", params: [ircRoom(was), why] };
  const parted = client.tell([part]);
  const { words = "", ask = [] } = joined(client, room, true);
  return { ...worded(parted + words), ask };
}

function inSmallLetters(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether something had happened before the client came in: the rooms that it was told to be in are those of afterwards. */
function isPast(client: Client, { seq }: StoredEvent): boolean {
  return seq <= client.pastUpTo;
}

/** What would change a client's rooms if it happened now, in words: that its user was put out, or that a room was renamed. */
function pastNotice(client: Client, event: Event<"kicked" | "room">): Output {
  const target = client.isIn(event.room) ? ircRoom(event.room) : client.nick;
  const text = event.event === "kicked"
    ? `has put you out of ${ircRoom(event.room)}${because(event)}`
    : roomSentence(event)?.text ?? "";
  const source = sourceOf(event.by);
  return said(client, [{
    tags: [timeTag(event.at)],
    source,
    command: "NOTICE",
    params: [target, shown(text)],
  }]);
}

/** What stands before a name → the mode that it is. */
const MODES: Readonly<Record<Exclude<Prefix, "">, string>> = { "~": "q", "@": "o", "%": "h" };

/** A change of somebody's place, or of whose a room is, as the modes that it takes away and gives. */
function placeLines(client: Client, event: Event<"owner" | "role">): Line[] {
  const room = client.rooms.get(nameKey(event.room));
  if (!room) return [];
  const nicknames = [...room.owner === null ? [] : [room.owner], event.nickname];
  const about = new Map(nicknames.map((each) => [nameKey(each), { nickname: each, was: prefixIn(each) }]));
  if (event.event === "owner") room.owner = event.nickname;
  else if (event.role === "member") room.places.delete(nameKey(event.nickname));
  else room.places.set(nameKey(event.nickname), event.role);
  room.ownership = event.ownership?.() ?? "nothing";
  const changes = Array.from(about.values()).flatMap(({ nickname, was }) => {
    const is = prefixIn(nickname);
    if (is === was) return [];
    return [["-", was], ["+", is]].filter(([, prefix]) => prefix !== "")
      .map(([sign, prefix]) => ({ mode: `${sign}${MODES[prefix as Exclude<Prefix, "">]}`, nickname }));
  });
  if (changes.length === 0) return [];
  const by = event.event === "role" ? event.by : null;
  const source = by === null ? SERVER : sourceOf(by);
  const tags = [timeTag(event.at), ...event.event === "role" && by !== null ? doerTag(by, event) : []];
  const modes = changes.map(({ mode }) => mode).join("");
  const params = [ircRoom(event.room), modes, ...changes.map(({ nickname }) => ircNick(nickname))];
  return [{ tags, source, command: "MODE", params }];

  function prefixIn(nickname: string): Prefix {
    return client.prefixIn(event.room, nickname);
  }
}

function invitedLines(client: Client, { room, by, at, on }: Event<"invited">): Line[] {
  return on ? [inviteLine(room, client.nickname ?? "", by, at)] : [];
}
