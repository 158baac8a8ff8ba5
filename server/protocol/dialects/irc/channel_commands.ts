/** What clients ask of rooms: to come in and go, who is there, the topic, which rooms there are, who is put out or let in. */
import type { Answer } from "../../../core/shared/commands.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { nameKey } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import { arrival, namesLines, ownJoin, topicLines } from "./channel_view.ts";
import type { Client } from "./client.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { shown } from "./formatting.ts";
import { ircRoom, nicknameOf, roomOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";

type Steps = Iterable<Inbound>;

/** The names in a list; undefined, which is told: there are too many. */
function* listed(x: Exchange, list: string, each: (name: string) => Steps): Steps {
  const all = list.split(",").filter((name) => name !== "");
  if (all.length > LIMITS.ircTargetsMax) {
    return yield x.say(
      x.client.numeric(
        "ERR_TOOMANYTARGETS",
        [x.command],
        `Too many targets: ${LIMITS.ircTargetsMax} at a time`,
      ),
    );
  }
  for (const name of new Set(all)) yield* each(name);
}

/** The room that a channel is; undefined, which is told: it is none. */
export function* withRoom(x: Exchange, channel: string, then: (room: string) => Steps): Steps {
  const room = roomOf(channel);
  if (room === undefined) yield x.say(x.client.numeric("ERR_NOSUCHCHANNEL", [channel]));
  else yield* then(room);
}

export function* join(x: Exchange, { params: [channels = ""] }: Message): Steps {
  const { client } = x;
  if (channels === "0") {
    // In its turn: what was entered just before is left, too.
    const rooms = () => Array.from(client.rooms.values(), ({ name }) => leave(x, name, ircRoom(name)));
    return yield x.ask("ping", {}, { done: () => ({ ask: rooms() }) });
  }
  yield* listed(x, channels, (channel) => withRoom(x, channel, (room) => enter(x, room, channel)));
}

function* enter(x: Exchange, room: string, channel: string): Steps {
  const { client } = x;
  yield x.ask("enter", { room }, {
    done: (state) => {
      if (client.isIn(state.room)) return {};
      return arrival(x, state, [ownJoin(client, state.room)]);
    },
    failed: (fault) => x.refuse(fault, channel),
  });
}

export function* part(x: Exchange, { params: [channels = ""] }: Message): Steps {
  yield* listed(x, channels, (channel) => withRoom(x, channel, (room) => [leave(x, room, channel)]));
}

function leave(x: Exchange, room: string, channel: string): Inbound {
  return x.ask("leave", { room }, { failed: (fault) => x.refuse(fault, channel) });
}

export function* names(x: Exchange, { params: [channel] }: Message): Steps {
  if (channel === undefined) return yield x.say(x.client.numeric("RPL_ENDOFNAMES", ["*"]));
  const room = roomOf(channel);
  const end = () => ({ lines: [x.client.numeric("RPL_ENDOFNAMES", [channel])] });
  if (room === undefined) return yield x.say(...end().lines);
  // Who is in a room is its members' to know; RFC 1459 tells of no error here.
  const failed = (fault: Fault) => fault.code === "rate_limited" ? x.refuse(fault) : end();
  yield x.ask("members", { room }, { done: (state) => ({ lines: namesLines(x.client, state) }), failed });
}

export function* topic(x: Exchange, { params: [channel = "", wanted] }: Message): Steps {
  const { client } = x;
  yield* withRoom(x, channel, function* (room) {
    const failed = (fault: Fault) => x.refuse(fault, channel);
    if (wanted !== undefined) {
      const done = () => ({ lines: [] });
      return yield x.ask("room.set", { room, topic: wanted }, { done, failed });
    }
    yield x.ask("members", { room }, {
      done: (state) => {
        const lines = topicLines(client, state);
        return { lines: lines.length > 0 ? lines : [client.numeric("RPL_NOTOPIC", [channel])] };
      },
      failed,
    });
  });
}

/** Puts somebody, or several, out. */
export function* kick(x: Exchange, { params: [channel = "", nicks = ""] }: Message): Steps {
  yield* withRoom(x, channel, (room) =>
    listed(x, nicks, function* (nick) {
      yield x.ask("kick", { room, nickname: nicknameOf(nick) }, {
        failed: (fault) => aboutMember(x, fault, channel, nick),
      });
    }));
}

/** A fault that is about somebody who is not there, or about the room. */
export function aboutMember(x: Exchange, fault: Fault, channel: string, nick: string): Reply {
  const isThem = fault.code === "not_member" && x.client.isIn(roomOf(channel) ?? "");
  if (!isThem) return x.refuse(fault, channel);
  return { lines: [x.client.numeric("ERR_USERNOTINCHANNEL", [nick, channel])] };
}

export function* invite(x: Exchange, { params: [nick = "", channel = ""] }: Message): Steps {
  yield* withRoom(x, channel, function* (room) {
    yield x.ask("invite", { room, nickname: nicknameOf(nick) }, {
      done: () => ({ lines: [x.client.numeric("RPL_INVITING", [nick, channel])] }),
      failed: (fault) => x.refuse(fault, fault.code === "unknown_nickname" ? nick : channel),
    });
  });
}

/** Which of the rooms that there are a client wants to hear of. */
type Wanted = (room: Answer<"rooms">["rooms"][number]) => boolean;

/** The rooms that one may see, the fullest first: all, those that are named, or those that a mask or a number of users fits. */
export function* list(x: Exchange, { params: [wanted = ""] }: Message): Steps {
  const fits = wanted === "" ? () => true : anyOf(wanted.split(",").map(fitting));
  yield x.say(x.client.numeric("RPL_LISTSTART", ["Channel"]));
  yield page(x, fits, undefined);
}

function anyOf(all: readonly Wanted[]): Wanted {
  return (room) => all.some((each) => each(room));
}

function fitting(wanted: string): Wanted {
  const [, sign, count] = /^([<>])(\d{1,9})$/.exec(wanted) ?? [];
  if (count !== undefined) {
    return ({ members }) => sign === "<" ? members < Number(count) : members > Number(count);
  }
  if (!/[*?]/.test(wanted)) {
    const key = nameKey(roomOf(wanted) ?? wanted);
    return ({ room }) => nameKey(room) === key;
  }
  const mask = maskOf(wanted);
  return ({ room }) => mask.test(ircRoom(room));
}

/** A mask with "*" and "?" as what it fits. */
function maskOf(mask: string): RegExp {
  const parts = mask.replaceAll(/\*+/g, "*").split(/([*?])/);
  const pattern = parts.map((part) => part === "*" ? ".*" : part === "?" ? "." : RegExp.escape(part));
  return new RegExp(`^${pattern.join("")}$`, "iu");
}

function page(x: Exchange, fits: Wanted, after: string | undefined): Inbound {
  return x.ask("rooms", after === undefined ? {} : { after }, {
    ...(after !== undefined && { prepaid: true }),
    done: ({ rooms, next }) => {
      const lines = rooms.filter(fits).map((room) => listLine(x.client, room));
      if (next !== null) return { lines, ask: [page(x, fits, next)] };
      return { lines: [...lines, x.client.numeric("RPL_LISTEND")] };
    },
  });
}

function listLine(client: Client, { room, members, topic = "" }: Answer<"rooms">["rooms"][number]): Line {
  return client.numeric("RPL_LIST", [ircRoom(room), String(members)], shown(topic));
}
