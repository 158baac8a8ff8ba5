/**
 * METADATA: what people and rooms show of themselves, by key (IRCv3, "Metadata"): their picture, their status, and their name where IRC
 * has no way to write it. What is asked for and set is in `metadata_commands.ts`.
 */
import type { Event } from "../../../core/shared/events.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { nameKey } from "../../../core/shared/names.ts";
import type { Profile } from "../../../core/shared/profile.ts";
import type { Inbound } from "../../dialect.ts";
import { type Client, sourceOf } from "./client.ts";
import { accountTag, serverLine } from "./events.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { shown } from "./formatting.ts";
import { inBatch } from "./history_view.ts";
import { ircNick, ircRoom } from "./irc_names.ts";
import type { Line } from "./message.ts";
import { lookUp } from "./people_lookup.ts";

/** What there is of a person; a room has a name alone. */
export const KEYS = ["avatar", "display-name", "status"] as const;
/** One of {@link KEYS}. */
export type MetadataKey = typeof KEYS[number];

/** Key → value, of those that have one. */
export type Metadata = Readonly<Partial<Record<MetadataKey, string>>>;

/** Somebody, and what they show. */
type Shown = Profile & { readonly nickname: string };

/** What somebody shows. */
export function metadataOf(client: Client, { nickname, avatar, status }: Shown): Metadata {
  const doing = [status?.emoji, status?.text].filter((each) => each !== undefined).join(" ");
  return {
    ...(avatar !== undefined && { avatar: `${client.pageUrl()}/avatars/${avatar}` }),
    ...nameOf(nickname, ircNick(nickname)),
    ...(doing !== "" && { status: shown(doing) }),
  };
}

/** What a room shows. */
export function metadataOfRoom(room: string): Metadata {
  return nameOf(room, ircRoom(room).slice(1));
}

function nameOf(name: string, written: string): Metadata {
  return name === written ? {} : { "display-name": name };
}

/** What of it a client wants to hear. */
function lines(client: Client, target: string, metadata: Metadata): Line[] {
  return KEYS.filter((key) => client.subscriptions.has(key) && metadata[key] !== undefined)
    .map((key) => told(target, key, metadata[key]));
}

/** Without a value: it has none any more. `source`: who has changed it, who has an account then. */
function told(target: string, key: MetadataKey, value: string | undefined, source?: string): Line {
  const line = serverLine("METADATA", target, key, "*", ...(value === undefined ? [] : [value]));
  return source === undefined ? line : { ...line, tags: accountTag(source), source: sourceOf(source) };
}

function hears(client: Client): boolean {
  return client.caps.has("draft/metadata-2") && client.subscriptions.size > 0;
}

/** What people show, as far as a client wants to hear it. */
function peopleLines(client: Client, people: readonly Shown[]): Line[] {
  if (!hears(client)) return [];
  return people.flatMap((each) => lines(client, ircNick(each.nickname), metadataOf(client, each)));
}

/** The same of those whom a client watches. */
export function watchedPeopleLines(client: Client, people: readonly Shown[]): Line[] {
  return client.caps.has("draft/metadata-notify-2") ? peopleLines(client, people) : [];
}

/** Asks what everybody in a room shows, and the room. */
export function synchronised(
  x: Exchange,
  { room, members }: { room: string; members: readonly string[] },
): Inbound {
  const { client } = x;
  return lookUp(x, members, (people): Reply => ({
    lines: inBatch(client, ["metadata"], [
      ...lines(client, ircRoom(room), metadataOfRoom(room)),
      ...peopleLines(client, people),
    ]),
  }), { prepaid: true });
}

/** What a client that has come into a room is told of those in it; of many it is to ask later. */
export function onArrival(
  x: Exchange,
  state: { room: string; members: readonly string[] },
): { lines: readonly Line[]; ask: readonly Inbound[] } {
  if (!hears(x.client)) return { lines: [], ask: [] };
  if (state.members.length <= LIMITS.peopleListedMax) return { lines: [], ask: [synchronised(x, state)] };
  return { lines: [laterLine(x.client, state.room)], ask: [] };
}

/** That a client is to ask for what a room shows, so many seconds later. */
export function laterLine(client: Client, room: string, ...seconds: readonly string[]): Line {
  return client.numeric("ERR_METADATASYNCLATER", [ircRoom(room), ...seconds]);
}

/** What one shows oneself, which a client is told whatever it has subscribed to. */
export function ownMetadata(x: Exchange): Inbound[] {
  const { client } = x;
  const { nickname } = client;
  if (!client.caps.has("draft/metadata-2") || nickname === undefined) return [];
  return [lookUp(x, [nickname], ([own = { nickname }]) => {
    const metadata = metadataOf(client, own);
    const known = KEYS.filter((key) => metadata[key] !== undefined);
    return {
      lines: inBatch(client, ["metadata"], known.map((key) => told(client.nick, key, metadata[key]))),
    };
  }, { prepaid: true })];
}

/** Somebody shows something else. */
export function profileLines(client: Client, event: Event<"profile">, own: boolean): Line[] {
  const key = event.shows?.();
  if (own || key === undefined || !hears(client) || !client.subscriptions.has(key)) return [];
  const { [key]: value } = metadataOf(client, event);
  return [told(ircNick(event.nickname), key, value, event.nickname)];
}

/** Somebody has come in. */
export function enteredLines(client: Client, { nickname, profile }: Event<"entered">): Line[] {
  return hears(client) ? peopleLines(client, [{ nickname, ...profile?.() }]) : [];
}

/** Somebody is called something else. */
export function renamedLines(client: Client, { now, nickname }: Event<"renamed">): Line[] {
  if (!hears(client) || !client.subscriptions.has("display-name")) return [];
  const { "display-name": before } = metadataOf(client, { nickname });
  const { "display-name": after } = metadataOf(client, { nickname: now });
  return before === after ? [] : [told(ircNick(now), "display-name", after)];
}

/** Whom a client watches has come. */
export function watchedArrival(x: Exchange, nickname: string): Inbound[] {
  const { client } = x;
  const isHeard = hears(client) && client.caps.has("draft/metadata-notify-2");
  if (!isHeard || !client.watched.has(nameKey(nickname))) return [];
  return [lookUp(x, [nickname], (people) => ({ lines: peopleLines(client, people) }), { prepaid: true })];
}
