/** Every command of a client: how many parameters it takes, and what is asked for it. */
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Inbound } from "../../dialect.ts";
import { namesLines, ownJoin, topicLines } from "./channel_view.ts";
import { SERVER } from "./client.ts";
import { serverLine } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { ircRoom, roomOf } from "./irc_names.ts";
import type { Message } from "./message.ts";
import type { Registration } from "./registration.ts";
import { talk } from "./talking.ts";
import { motdLines, type Place } from "./welcome.ts";

type Steps = Iterable<Inbound>;

/** What commands know besides the client that asks. */
export interface Context {
  readonly registration: Registration;
  readonly place: Place;
}

/** One command. */
interface Command {
  /** Parameters that it takes at the least. */
  readonly least: number;
  /** Whether it may be asked before anybody is signed in. */
  readonly early?: true;
  run(x: Exchange, message: Message, context: Context): Steps;
}

/** Name → command. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  CAP: {
    least: 1,
    early: true,
    run: (x, { params }, { registration }) => registration.capabilities(x, params),
  },
  PASS: { least: 1, early: true, run: (x, { params }, { registration }) => registration.password(x, params) },
  NICK: { least: 0, early: true, run: (x, { params }, { registration }) => registration.nickname(x, params) },
  USER: { least: 4, early: true, run: (x, _, { registration }) => registration.user(x) },
  AUTHENTICATE: {
    least: 1,
    early: true,
    run: (x, { params }, { registration }) => registration.authenticate(x, params),
  },
  PING: { least: 0, early: true, run: ping },
  PONG: { least: 0, early: true, run: nothing },
  QUIT: { least: 0, early: true, run: quit },
  JOIN: { least: 1, run: join },
  PART: { least: 1, run: part },
  NAMES: { least: 0, run: names },
  TOPIC: { least: 1, run: topic },
  PRIVMSG: { least: 0, run: talk },
  NOTICE: { least: 0, run: talk },
  MOTD: { least: 0, run: motd },
};

function nothing(): Steps {
  return [];
}

function* ping(x: Exchange, { params: [token] }: Message): Steps {
  if (token === undefined) return yield x.say(x.client.numeric("ERR_NOORIGIN"));
  yield x.say(serverLine("PONG", SERVER, token));
}

function* quit(x: Exchange, { params: [why = ""] }: Message): Steps {
  yield x.end({ command: "ERROR", params: [`Closing Link: ${why === "" ? "Client Quit" : why}`] });
}

function* motd(x: Exchange, _: Message, { place }: Context): Steps {
  yield x.say(...motdLines(x.client, place));
}

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
function* withRoom(x: Exchange, channel: string, then: (room: string) => Steps): Steps {
  const room = roomOf(channel);
  if (room === undefined) yield x.say(x.client.numeric("ERR_NOSUCHCHANNEL", [channel]));
  else yield* then(room);
}

function* join(x: Exchange, { params: [channels = ""] }: Message): Steps {
  const { client } = x;
  if (channels === "0") {
    for (const { name } of Array.from(client.rooms.values())) yield leave(x, name, ircRoom(name));
    return;
  }
  yield* listed(x, channels, (channel) => withRoom(x, channel, (room) => enter(x, room, channel)));
}

function* enter(x: Exchange, room: string, channel: string): Steps {
  const { client } = x;
  yield x.ask("enter", { room }, {
    done: (state) => {
      if (client.isIn(state.room)) return {};
      client.enter(state);
      return {
        lines: [ownJoin(client, state.room), ...topicLines(client, state), ...namesLines(client, state)],
      };
    },
    failed: (fault) => x.refuse(fault, channel),
  });
}

function* part(x: Exchange, { params: [channels = ""] }: Message): Steps {
  yield* listed(x, channels, (channel) => withRoom(x, channel, (room) => [leave(x, room, channel)]));
}

function leave(x: Exchange, room: string, channel: string): Inbound {
  return x.ask("leave", { room }, { failed: (fault) => x.refuse(fault, channel) });
}

function* names(x: Exchange, { params: [channel] }: Message): Steps {
  if (channel === undefined) return yield x.say(x.client.numeric("RPL_ENDOFNAMES", ["*"]));
  const room = roomOf(channel);
  const end = () => ({ lines: [x.client.numeric("RPL_ENDOFNAMES", [channel])] });
  if (room === undefined) return yield x.say(...end().lines);
  // Who is in a room is its members' to know; RFC 1459 tells of no error here.
  const failed = (fault: Fault) => fault.code === "rate_limited" ? x.refuse(fault) : end();
  yield x.ask("members", { room }, { done: (state) => ({ lines: namesLines(x.client, state) }), failed });
}

function* topic(x: Exchange, { params: [channel = "", wanted] }: Message): Steps {
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
