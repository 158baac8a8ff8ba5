/** What is known of one IRC client: what it understands, who uses it, and which rooms it was told to be in. */
import type { RoomState } from "../../../core/shared/commands.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Event } from "../../../core/shared/events.ts";
import { type NameKey, nameKey } from "../../../core/shared/names.ts";
import type { Role } from "../../../core/shared/room_settings.ts";
import { Capabilities } from "./capabilities.ts";
import { ircNick } from "./irc_names.ts";
import { type Line, writeLine } from "./message.ts";
import { type Numeric, NUMERICS } from "./numerics.ts";
import type { Exchange } from "./exchange.ts";

/** What the server calls itself; no nickname has a dot in it. */
export const SERVER = "irc.switchboard";
/** What stands behind every nickname: addresses and names of accounts are nobody's business. */
export const USER = "u";
export const HOST = "switchboard";

/** What somebody's lines come from. */
export function sourceOf(nickname: string): string {
  return `${ircNick(nickname)}!${USER}@${HOST}`;
}

/** A room that the client is in. */
interface JoinedRoom {
  readonly name: string;
  /** Whom an open room has fallen to. */
  owner: string | null;
  /** Those who were given a place in it. */
  readonly places: Map<NameKey, Exclude<Role, "member">>;
}

/** One client. */
export class Client {
  readonly caps = new Capabilities();
  /** Once signed in: under which nickname, and whether as a guest. */
  nickname: string | undefined;
  guest = false;
  /** What its user calls this one of their clients, where it is told what it missed. */
  device: string | undefined;
  /** When its place was noted last, and whether that is under way; milliseconds. */
  placedAt = 0;
  readonly rooms: Map<NameKey, JoinedRoom> = new Map();
  /** The id of a message → what waits for its echo. */
  readonly echoes: Map<string, Exchange> = new Map();
  /** Who this client watches, as it calls them. */
  readonly watched: Map<NameKey, string> = new Map();
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

  write(lines: readonly Line[]): string {
    let text = "";
    for (const line of lines) text += writeLine(line, this.caps.all);
    return text;
  }

  /** Notes that the client is in a room now, as its state says. */
  enter({ room, owner = null, owners = [], moderators = [] }: Partial<RoomState> & { room: string }): void {
    const places: JoinedRoom["places"] = new Map();
    for (const name of moderators) places.set(nameKey(name), "moderator");
    for (const name of owners) places.set(nameKey(name), "owner");
    this.rooms.set(nameKey(room), { name: room, owner, places });
  }

  /** Whoever has left an open room has it no more. */
  disown(room: string, nickname: string): void {
    const joined = this.rooms.get(nameKey(room));
    if (joined && joined.owner !== null && nameKey(joined.owner) === nameKey(nickname)) joined.owner = null;
  }

  /** What stands before somebody's name in a room. */
  prefixIn(room: string, nickname: string): "~" | "@" | "" {
    const joined = this.rooms.get(nameKey(room));
    const key = nameKey(nickname);
    const place = joined?.places.get(key);
    if (place === "owner" || (joined?.owner != null && nameKey(joined.owner) === key)) return "~";
    return place === "moderator" ? "@" : "";
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
    }
    if (this.isOwn(nickname)) this.nickname = now;
  }
}
