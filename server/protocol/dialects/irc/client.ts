/** What is known of one IRC client: what it understands, who uses it, and which rooms it was told to be in. */
import type { RoomState } from "../../../core/shared/commands.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Event } from "../../../core/shared/events.ts";
import { type NameKey, nameKey } from "../../../core/shared/names.ts";
import type { Ownership, Role } from "../../../core/shared/room_settings.ts";
import { Capabilities } from "./capabilities.ts";
import type { DevicePlace } from "./device_place.ts";
import { ircNick } from "./irc_names.ts";
import { type Line, writeLine } from "./message.ts";
import { type Numeric, NUMERICS } from "./numerics.ts";
import type { Exchange } from "./exchange.ts";
import { textBytes, wrapped } from "./wrapping.ts";

/** What the server calls itself; no nickname has a dot in it. */
export const SERVER = "irc.switchboard";
/** What stands behind every nickname: addresses and names of accounts are nobody's business. */
export const USER = "u";
export const HOST = "switchboard";

/** What somebody's lines come from. */
export function sourceOf(nickname: string): string {
  return `${ircNick(nickname)}!${USER}@${HOST}`;
}

/** What stands before somebody's name: an owner, a moderator, or whoever may put others out because an open room has fallen to them. */
export type Prefix = "~" | "@" | "%" | "";

/** By the place that somebody was given, and what comes of the room being theirs. */
export function prefixOf(place: Role | undefined, ownership: Ownership): Prefix {
  if (place === "owner" || ownership === "place") return "~";
  if (place === "moderator") return "@";
  return ownership === "keeps_order" ? "%" : "";
}

/** A room that the client is in. */
interface JoinedRoom {
  /** As it is written now. */
  name: string;
  /** Whose it is, and what comes of that. */
  owner: string | null;
  ownership: Ownership;
  /** Whoever made it, where that is a place. */
  maker: NameKey | undefined;
  /** Those who were given a place in it. */
  readonly places: Map<NameKey, Exclude<Role, "member">>;
}

/** One client. */
export class Client {
  readonly caps = new Capabilities();
  /** Once signed in: under which nickname, and whether as a guest. */
  nickname: string | undefined;
  guest = false;
  /** How far it was told everything, where that is kept for it. */
  place: DevicePlace | undefined;
  /** What has this number of the core's, or a smaller one, had happened before the client came in, and is told as something past. */
  pastUpTo = 0;
  /** It has yet to show that it has read what waited for it: see waiting_read.ts. */
  unread = false;
  readonly rooms: Map<NameKey, JoinedRoom> = new Map();
  /** What has just been answered and has a label: what is told now comes of it. */
  answering: Exchange | undefined;
  /** Until that is answered nothing else that the client says is read. */
  first: Exchange | undefined;
  /** Who this client watches, as it calls them. */
  readonly watched: Map<NameKey, string> = new Map();
  /** The keys of metadata that it wants to hear of, in lower case. */
  readonly subscriptions: Set<string> = new Set();
  /** Of whom it was asked whether they are away: why, or that they are not. */
  readonly away: Map<NameKey, string | null> = new Map();
  /** Who was seen to go, or to be called something else. */
  readonly #former: { nickname: string; at: number }[] = [];
  /** Somebody who is on the way out, and of whom it is told once for all rooms. */
  readonly quitting: Set<NameKey> = new Set();
  #batches = 0;

  /** `pageUrl`: where files are. */
  constructor(readonly pageUrl: () => string) {}

  /** What the client is called in what it is told. */
  get nick(): string {
    return this.nickname === undefined ? "*" : ircNick(this.nickname);
  }

  /** Another reference for a batch. */
  nextBatch(): string {
    return (++this.#batches).toString(36);
  }

  isOwn(nickname: string): boolean {
    return this.nickname !== undefined && nameKey(nickname) === nameKey(this.nickname);
  }

  /** A numeric reply; what it says is its own words unless `words` are given. */
  numeric(name: Numeric, params: readonly string[] = [], words?: string): Line {
    const [command, own] = NUMERICS[name] as readonly [string, string?];
    const text = words ?? own;
    return {
      source: SERVER,
      command,
      params: [this.nick, ...params, ...(text === undefined ? [] : [text])],
    };
  }

  /** Words of the server's own. */
  notice(text: string): Line {
    return { source: SERVER, command: "NOTICE", params: [this.nick, text] };
  }

  /** The same of any length. */
  notices(text: string): Line[] {
    const lines = wrapped(text, textBytes(SERVER, "NOTICE", this.nick));
    return lines.filter(({ text }) => text !== "").map(({ text }) => this.notice(text));
  }

  /** Lines that are told of an event, written; "" where they belong to an answer. */
  tell(lines: readonly Line[]): string {
    if (!this.answering) return this.write(lines);
    this.answering.add(lines);
    return "";
  }

  write(lines: readonly Line[]): string {
    let text = "";
    for (const line of lines) text += writeLine(line, this.caps.all);
    return text;
  }

  /** Notes that the client is in a room now, as its state says. */
  enter(
    { room, owner = null, ownership, maker, owners = [], moderators = [] }:
      & Partial<RoomState>
      & { room: string },
  ): void {
    const places: JoinedRoom["places"] = new Map();
    for (const name of moderators) places.set(nameKey(name), "moderator");
    for (const name of owners) places.set(nameKey(name), "owner");
    const made = maker?.();
    this.rooms.set(nameKey(room), {
      ...{ name: room, owner, places },
      ownership: ownership?.() ?? "nothing",
      maker: made === undefined ? undefined : nameKey(made),
    });
  }

  /** Whoever has left an open room has it no more. */
  disown(room: string, nickname: string): void {
    const joined = this.rooms.get(nameKey(room));
    if (joined && joined.owner !== null && nameKey(joined.owner) === nameKey(nickname)) joined.owner = null;
  }

  /** Whoever has left a room, and not merely gone offline, has no place there any more. */
  unseat(room: string, nickname: string): void {
    this.disown(room, nickname);
    this.rooms.get(nameKey(room))?.places.delete(nameKey(nickname));
  }

  /** What stands before somebody's name in a room. */
  prefixIn(room: string, nickname: string): Prefix {
    const joined = this.rooms.get(nameKey(room));
    const key = nameKey(nickname);
    const isOwner = joined?.owner != null && nameKey(joined.owner) === key;
    if (joined?.maker === key) return "~";
    return prefixOf(joined?.places.get(key), isOwner ? joined!.ownership : "nothing");
  }

  /** A room is written in other letters now. */
  respell(room: string): void {
    const joined = this.rooms.get(nameKey(room));
    if (joined) joined.name = room;
  }

  isIn(room: string): boolean {
    return this.rooms.has(nameKey(room));
  }

  leave(room: string): void {
    this.rooms.delete(nameKey(room));
  }

  /** Somebody has this nickname no more. */
  noteFormer(nickname: string): void {
    this.#former.unshift({ nickname, at: Date.now() });
    if (this.#former.length > LIMITS.ircWatchedMax) this.#former.pop();
  }

  /** When somebody was seen under a nickname, the last first. */
  formerly(nickname: string): { nickname: string; at: number }[] {
    return this.#former.filter((each) => nameKey(each.nickname) === nameKey(nickname));
  }

  noteAway(key: NameKey, why: string | null): void {
    if (this.away.size >= LIMITS.ircWatchedMax) this.away.delete(this.away.keys().next().value!);
    this.away.set(key, why);
  }

  /** Notes what has changed of who somebody is, or what place they have. */
  renamed({ nickname, now }: Event<"renamed">): void {
    this.away.delete(nameKey(nickname));
    this.away.delete(nameKey(now));
    for (const room of this.rooms.values()) {
      const place = room.places.get(nameKey(nickname));
      if (place) {
        room.places.delete(nameKey(nickname));
        room.places.set(nameKey(now), place);
      }
      if (room.owner !== null && nameKey(room.owner) === nameKey(nickname)) room.owner = now;
      if (room.maker === nameKey(nickname)) room.maker = nameKey(now);
    }
    if (this.isOwn(nickname)) this.nickname = now;
  }
}
