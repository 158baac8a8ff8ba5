/**
 * Modes: how a room is set, places in it, and who is kept out. "i" is a private room, "m" an announcement room, "q" an owner, "o" a
 * moderator, "b" somebody put out; "n" and "t" are always on.
 */
import type { Answer, RoomState } from "../../../core/shared/commands.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Role } from "../../../core/shared/room_settings.ts";
import type { Inbound } from "../../dialect.ts";
import { aboutMember, withRoom } from "./channel_commands.ts";
import { type Client, sourceOf } from "./client.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { failure } from "./faults.ts";
import { ircNick, ircRoom, isChannel, nicknameOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";

type Steps = Iterable<Inbound>;

export function* mode(x: Exchange, { params: [target = "", modes, ...args] }: Message): Steps {
  if (!isChannel(target)) return yield* userMode(x, target, modes);
  yield* withRoom(x, target, function* (room) {
    const failed = (fault: Fault) => x.refuse(fault, target);
    if (modes === undefined) {
      const done = (state: RoomState) => ({ lines: [modeLine(x.client, state)] });
      return yield x.ask("members", { room }, { done, failed });
    }
    let sign = "+";
    let first = 0;
    for (const char of modes.slice(0, MODES_MAX)) {
      if (char === "+" || char === "-") sign = char;
      else {
        const takes = "qob".includes(char);
        yield* change({ x, room, channel: target, sign, char, argument: takes ? args[first++] : undefined });
      }
    }
  });
}

/** So many changes in one line are looked at. */
const MODES_MAX = 20;

/** Everybody is invisible, as far as modes go: who is where is not for strangers. */
function* userMode(x: Exchange, target: string, modes: string | undefined): Steps {
  const { client } = x;
  if (!client.isOwn(nicknameOf(target))) return yield x.say(client.numeric("ERR_USERSDONTMATCH"));
  if (modes === undefined || modes === "") return yield x.say(client.numeric("RPL_UMODEIS", ["+i"]));
  if (/[^+i]/.test(modes)) return yield x.say(client.numeric("ERR_UMODEUNKNOWNFLAG"));
}

/** How a room is set. */
function modeLine(client: Client, { room, private: isPrivate, writing }: RoomState): Line {
  const modes = `+${isPrivate ? "i" : ""}${writing === "moderators" ? "m" : ""}nt`;
  return client.numeric("RPL_CHANNELMODEIS", [ircRoom(room), modes]);
}

/** One change that is asked for. */
interface Change {
  readonly x: Exchange;
  readonly room: string;
  /** What the client calls it. */
  readonly channel: string;
  readonly sign: string;
  readonly char: string;
  readonly argument: string | undefined;
}

function* change(asked: Change): Steps {
  const { x, room, channel, sign, char, argument } = asked;
  const on = sign === "+";
  const failed = (fault: Fault) => x.refuse(fault, channel);
  switch (char) {
    case "i":
      return yield x.ask("room.set", { room, private: on }, { failed });
    case "m":
      return yield x.ask("room.set", { room, writing: on ? "moderators" : "everybody" }, { failed });
    case "n":
    case "t":
      if (on) return;
      return yield x.say(
        failure(x.client, "MODE", "INVALID_MODE", `Cannot take ${char} away: it is always on here`, channel),
      );
    case "q":
    case "o":
      return yield* place(asked, on ? (char === "q" ? "owner" : "moderator") : "member");
    case "b":
      return yield* ban(x, room, channel, on, argument);
    default:
      yield x.say(x.client.numeric("ERR_UNKNOWNMODE", [char]));
  }
}

function* place({ x, room, channel, argument: nick }: Change, role: Role): Steps {
  if (nick === undefined) return yield x.say(x.client.numeric("ERR_NEEDMOREPARAMS", ["MODE"]));
  yield x.ask("room.role", { room, nickname: nicknameOf(nick), role }, {
    failed: (fault) => aboutMember(x, fault, channel, nick),
  });
}

/** Who is kept out, or somebody who is from now on, or not any more. */
function* ban(x: Exchange, room: string, channel: string, on: boolean, mask: string | undefined): Steps {
  if (mask === undefined) {
    return yield x.ask("kicks", { room }, {
      done: ({ kicks }) => ({ lines: banLines(x.client, channel, kicks) }),
      // irssi asks this of every channel that it comes into: who may not see the list is not to be told so each time.
      failed: (fault) =>
        fault.code === "forbidden" ? { lines: banLines(x.client, channel, []) } : x.refuse(fault, channel),
    });
  }
  const nick = mask.split("!")[0]!;
  const nickname = nicknameOf(nick);
  const failed = (fault: Fault): Reply => aboutMember(x, fault, channel, nick);
  if (/[*?]/.test(nick)) {
    const words = "Cannot put out whoever fits a mask: name one nickname, such as eve!*@*";
    return yield x.say(failure(x.client, "MODE", "INVALID_MASK", words, channel));
  }
  if (on) yield x.ask("kick", { room, nickname, minutes: LIMITS.kickMinutesMax }, { failed });
  else yield x.ask("kick.lift", { room, nickname }, { failed: (fault) => x.refuse(fault, nick) });
}

function banLines(client: Client, channel: string, kicks: Answer<"kicks">["kicks"]): Line[] {
  return [
    ...kicks.map(({ nickname, by }) =>
      client.numeric("RPL_BANLIST", [channel, `${ircNick(nickname)}!*@*`, by === null ? "*" : sourceOf(by)])
    ),
    client.numeric("RPL_ENDOFBANLIST", [channel]),
  ];
}
