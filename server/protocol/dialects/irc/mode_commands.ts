/**
 * Modes: how a room is set, places in it, and who is kept out. "i" is a private room, "m" an announcement room, "q" an owner, "o" a
 * moderator, "b" somebody put out; "n" and "t" are always on.
 */
import type { Answer } from "../../../core/shared/commands.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { nameKey } from "../../../core/shared/names.ts";
import type { Role } from "../../../core/shared/room_settings.ts";
import type { Inbound } from "../../dialect.ts";
import { aboutMember, withRoom } from "./channel_commands.ts";
import { inSeconds } from "./channel_view.ts";
import { type Client, sourceOf } from "./client.ts";
import { accountTag } from "./events.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { failure } from "./faults.ts";
import { ircNick, ircRoom, isChannel, nicknameOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";
import { lookUp } from "./people_lookup.ts";

type Steps = Iterable<Inbound>;

export function* mode(x: Exchange, { params: [target = "", modes, ...args] }: Message): Steps {
  if (!isChannel(target)) return yield* userMode(x, target, modes);
  yield* withRoom(x, target, function* (room) {
    const failed = (fault: Fault) => x.refuse(fault, target);
    if (modes === undefined) {
      return yield x.ask("room", { room }, {
        done: (settings) => ({ lines: modeLines(x.client, settings) }),
        failed,
      });
    }
    let sign = "+";
    let first = 0;
    for (const char of modes.slice(0, MODES_MAX)) {
      if (char === "+" || char === "-") sign = char;
      else {
        const takes = "qohb".includes(char);
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
  if (!client.isOwn(nicknameOf(target))) {
    return yield lookUp(x, [nicknameOf(target)], ([person]) => ({
      lines: [
        person?.online ? client.numeric("ERR_USERSDONTMATCH") : client.numeric("ERR_NOSUCHNICK", [target]),
      ],
    }));
  }
  // Nothing of it can be changed.
  const isKnown = /^[-+i]*$/.test(modes ?? "");
  yield x.say(isKnown ? client.numeric("RPL_UMODEIS", ["+i"]) : client.numeric("ERR_UMODEUNKNOWNFLAG"));
}

/** How a room is set, and since when there is one. */
function modeLines(
  client: Client,
  { room, private: isPrivate, writing, createdAt }: Answer<"room">,
): Line[] {
  const modes = `+${isPrivate ? "i" : ""}${writing === "moderators" ? "m" : ""}nt`;
  return [
    client.numeric("RPL_CHANNELMODEIS", [ircRoom(room), modes]),
    client.numeric("RPL_CREATIONTIME", [ircRoom(room), inSeconds(createdAt)]),
  ];
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
    case "h":
      return yield x.say(
        failure(
          x.client,
          "MODE",
          "INVALID_MODE",
          `Cannot change h: it is whom an open room has fallen to`,
          channel,
        ),
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
  const nickname = nicknameOf(nick);
  yield x.ask("room.role", { room, nickname, role }, {
    done() {
      const isGiven = x.client.rooms.get(nameKey(room))?.places.has(nameKey(nickname)) ?? true;
      if (role !== "member" || isGiven) return {};
      const words = `Cannot take a place from ${nick}: nobody has given them one in ${channel}`;
      return { lines: [failure(x.client, "MODE", "INVALID_MODE", words, channel)] };
    },
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
        fault.code === "not_owner" ? { lines: banLines(x.client, channel, []) } : x.refuse(fault, channel),
    });
  }
  const nick = mask.split("!")[0]!;
  const nickname = nicknameOf(nick);
  if (/[*?]/.test(nick)) {
    const words = "Cannot put out whoever fits a mask: name one nickname, such as eve!*@*";
    return yield x.say(failure(x.client, "MODE", "INVALID_MASK", words, channel));
  }
  // A guest to whom a room has fallen puts others out of it for less.
  const minutes = x.client.guest ? LIMITS.guestKickMinutesMax : LIMITS.kickMinutesMax;
  // Nobody else is told, but that somebody who was inside is out.
  const done = (): Reply => ({
    lines: [{
      tags: accountTag(x.client.nickname ?? "", x.client.guest),
      source: sourceOf(x.client.nickname ?? ""),
      command: "MODE",
      params: [channel, on ? "+b" : "-b", `${ircNick(nickname)}!*@*`],
    }],
  });
  if (on) {
    const failed = (fault: Fault) => x.refuse(fault, fault.code === "unknown_nickname" ? nick : channel);
    return yield x.ask("kick", { room, nickname, minutes }, { done, failed });
  }
  yield x.ask("kick.lift", { room, nickname }, {
    done,
    failed: (fault) =>
      fault.code === "unknown_nickname"
        ? { lines: [failure(x.client, "MODE", "INVALID_MASK", fault.message, channel)] }
        : x.refuse(fault, channel),
  });
}

function banLines(client: Client, channel: string, kicks: Answer<"kicks">["kicks"]): Line[] {
  return [
    ...kicks.map(({ nickname }) => client.numeric("RPL_BANLIST", [channel, `${ircNick(nickname)}!*@*`])),
    client.numeric("RPL_ENDOFBANLIST", [channel]),
  ];
}
