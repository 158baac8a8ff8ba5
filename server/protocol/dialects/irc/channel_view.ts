/** A room as a client sees it when it comes in: that it is in, the topic, and who is there. */
import type { Answer, RoomState } from "../../../core/shared/commands.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { type NameKey, nameKey } from "../../../core/shared/names.ts";
import type { Role } from "../../../core/shared/room_settings.ts";
import type { Inbound } from "../../dialect.ts";
import { type Client, type Prefix, prefixOf, sourceOf } from "./client.ts";
import { joinLine } from "./events.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { shown } from "./formatting.ts";
import { recent } from "./history_view.ts";
import { ircNick, ircRoom } from "./irc_names.ts";
import type { Line } from "./message.ts";
import { onArrival } from "./metadata.ts";
import { markLine } from "./read_marks.ts";

/** That the client itself is in a room now. */
export function ownJoin(client: Client, room: string): Line {
  return joinLine(room, client.nickname ?? "", client.guest, client.caps.all);
}

/** Asks who is in a room that the client was told to be in. `knowsAll`: it is told what was said there without that. */
export function lookInto(exchange: Exchange, room: string, knowsAll = false): Inbound {
  const { client } = exchange;
  return exchange.ask("members", { room }, {
    prepaid: true,
    done: (state) => {
      if (!client.isIn(room)) return {};
      return arrival(exchange, state, [], knowsAll);
    },
    // It was left meanwhile.
    failed: () => ({}),
  });
}

/** What a client that has come in is told, after that it has: topic, names, how far it has read, and the last lines if it can't ask for them. */
export function arrival(x: Exchange, state: RoomState, first: readonly Line[] = [], knowsAll = false): Reply {
  const { client } = x;
  const { room } = state;
  client.enter(state);
  const names = namesLines(client, state);
  const metadata = onArrival(x, state);
  const isMarked = client.caps.has("draft/read-marker");
  return {
    lines: [
      ...first,
      ...topicLines(client, state),
      ...names.slice(0, -1),
      ...isMarked ? [markLine({ room }, state.readAt?.() ?? undefined)] : [],
      ...names.slice(-1),
      ...metadata.lines,
    ],
    ask: [...metadata.ask, ...knowsAll ? [] : recent(x, room)],
  };
}

/** The topic, where there is one, and who has set it when, where that is known. */
export function topicLines(
  client: Client,
  { room, topic = "", topicSet }: Pick<Answer<"room">, "room" | "topic" | "topicSet">,
): Line[] {
  if (topic === "") return [];
  const channel = ircRoom(room);
  const set = topicSet?.();
  return [
    client.numeric("RPL_TOPIC", [channel], shown(topic)),
    ...set ? [client.numeric("RPL_TOPICWHOTIME", [channel, ircNick(set.by), inSeconds(set.at)])] : [],
  ];
}

/** A moment as numerics have it: seconds since 1970. */
export function inSeconds(at: number): string {
  return String(Math.floor(at / 1000));
}

/** Who is in a room. */
export function namesLines(client: Client, state: RoomState): Line[] {
  const { room, members } = state;
  const placeOf = placesIn(state);
  const symbol = state.private ? "@" : "=";
  const channel = ircRoom(room);
  const head = encoder.encode(
    `:${client.numeric("RPL_NAMREPLY").source} 353 ${client.nick} ${symbol} ${channel} :\r\n`,
  );
  const isLong = client.caps.has("userhost-in-names");
  const lines: string[] = [];
  let names = "";
  let bytes = head.length;
  for (const nickname of members) {
    const name = placeOf(nickname) + (isLong ? sourceOf(nickname) : ircNick(nickname));
    const length = encoder.encode(name).length + 1;
    if (names !== "" && bytes + length > LIMITS.ircLineBytesMax) {
      lines.push(names);
      [names, bytes] = ["", head.length];
    }
    names += names === "" ? name : ` ${name}`;
    bytes += length;
  }
  if (names !== "") lines.push(names);
  return [
    ...lines.map((each) => client.numeric("RPL_NAMREPLY", [symbol, channel], each)),
    client.numeric("RPL_ENDOFNAMES", [channel]),
  ];
}

const encoder = new TextEncoder();

/** Gives what stands before somebody's name in a room. */
function placesIn(
  { owner, ownership, maker, owners = [], moderators = [] }: RoomState,
): (nickname: string) => Prefix {
  const places = new Map<NameKey, Role>(moderators.map((each) => [nameKey(each), "moderator"]));
  const made = maker?.();
  for (const each of made === undefined ? owners : [...owners, made]) places.set(nameKey(each), "owner");
  const own = owner === null ? undefined : nameKey(owner);
  return (nickname) => {
    const key = nameKey(nickname);
    return prefixOf(places.get(key), key === own ? ownership?.() ?? "nothing" : "nothing");
  };
}
