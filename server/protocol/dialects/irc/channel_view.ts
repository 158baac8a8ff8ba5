/** A room as a client sees it when it comes in: that it is in, the topic, and who is there. */
import type { RoomState } from "../../../core/shared/commands.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { nameKey } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import { type Client, sourceOf } from "./client.ts";
import { joinLine } from "./events.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { shown } from "./formatting.ts";
import { recent } from "./history_view.ts";
import { ircNick, ircRoom } from "./irc_names.ts";
import type { Line } from "./message.ts";
import { marked } from "./read_marks.ts";

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
  const before = [...first, ...topicLines(client, state), ...names.slice(0, -1)];
  const end = names.slice(-1);
  const ask = knowsAll ? [] : recent(x, room);
  if (!client.caps.has("draft/read-marker")) return { lines: [...before, ...end], ask };
  const finish = (mark: readonly Line[]): Reply => ({ lines: [...mark, ...end], ask });
  return { lines: before, ask: [marked(x, { room }, (line) => finish([line]), () => finish([]))] };
}

/** The topic, where there is one. */
export function topicLines(client: Client, { room, topic = "" }: RoomState): Line[] {
  return topic === "" ? [] : [client.numeric("RPL_TOPIC", [ircRoom(room)], shown(topic))];
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
export function placesIn({ owner, owners = [], moderators = [] }: RoomState): (nickname: string) => string {
  const first = new Set([...owners, ...(owner === null ? [] : [owner])].map(nameKey));
  const second = new Set(moderators.map(nameKey));
  return (nickname) => first.has(nameKey(nickname)) ? "~" : second.has(nameKey(nickname)) ? "@" : "";
}
