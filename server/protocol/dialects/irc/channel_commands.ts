/** What clients ask of rooms: to come in and go, who is there, the topic, who is put out or let in. */
import type { Commands, RoomState } from "../../../core/shared/commands.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { nameKey, sameName } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import { arrival, namesLines, ownJoin, topicLines } from "./channel_view.ts";
import { inviteLine, serverLine } from "./events.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { failure } from "./faults.ts";
import { ircRoom, nicknameOf, roomOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";

type Steps = Iterable<Inbound>;

/** The names in a list, as many as stand in a line; without one, that is told. */
function* listed(x: Exchange, list: string, each: (name: string) => Steps): Steps {
  const names = new Set(list.split(",").filter((name) => name !== ""));
  if (names.size === 0) yield x.say(x.client.numeric("ERR_NEEDMOREPARAMS", [x.command]));
  for (const name of names) yield* each(name);
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
    const rooms = () =>
      Array.from(client.rooms.values(), ({ name }) => leave(x, { room: name }, ircRoom(name), true));
    return yield x.ask("ping", {}, { done: () => ({ ask: rooms() }) });
  }
  yield* listed(x, channels, (channel) => withRoom(x, channel, (room) => enter(x, room, channel)));
}

function* enter(x: Exchange, room: string, channel: string): Steps {
  const { client } = x;
  yield x.ask("enter", { room, follow: true }, {
    done: (state) => {
      if (!sameName(state.room, room)) return renamedSince(x, state, channel);
      if (client.isIn(state.room)) return { ask: [namesake(x, room, channel)] };
      return arrival(x, state, [ownJoin(client, state.room)]);
    },
    failed: (fault) => x.refuse(fault, channel),
  });
}

/** The room is called something else now: the client is told so (IRCv3, "Channel renaming"), and is in that one. */
function renamedSince(x: Exchange, state: RoomState, channel: string): Reply {
  const { client } = x;
  const names = [channel, ircRoom(state.room)];
  const line = client.caps.has("draft/channel-rename")
    ? serverLine("FAIL", "JOIN", "CHANNEL_RENAMED", ...names, "The channel has been renamed")
    : client.numeric("ERR_LINKCHANNEL", names);
  return client.isIn(state.room) ? { lines: [line] } : arrival(x, state, [line, ownJoin(client, state.room)]);
}

/** Somebody who is in a room of this name may be invited to another, a private one: why they don't come into that is told. */
function namesake(x: Exchange, room: string, channel: string): Inbound {
  return x.ask("enter", { room, private: true, make: false }, {
    prepaid: true,
    failed: (fault) => fault.code === "bad_room" ? x.refuse(fault, channel) : {},
  });
}

export function* part(x: Exchange, { params: [channels = "", words] }: Message): Steps {
  const why = reasonIn(words);
  yield* listed(
    x,
    channels,
    (channel) => withRoom(x, channel, (room) => [leave(x, { room, ...why }, channel)]),
  );
}

function leave(
  x: Exchange,
  asked: Commands["leave"]["asks"],
  channel: string,
  prepaid = false,
): Inbound {
  const failed = (fault: Fault) => x.refuse(fault, channel);
  return x.ask("leave", asked, { failed, ...(prepaid && { prepaid }) });
}

/** Why something is done, as far as it may be said: colours and the like would have all of it refused. */
export function reasonIn(words = ""): { reason?: string } {
  const reason = Array.from(words.replaceAll(/\p{C}/gu, "")).slice(0, LIMITS.reasonCharsMax).join("");
  return reason === "" ? {} : { reason };
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
    yield x.ask("room", { room }, {
      done: (settings) => {
        const lines = topicLines(client, settings);
        return {
          lines: lines.length > 0 ? lines : [client.numeric("RPL_NOTOPIC", [ircRoom(settings.room)])],
        };
      },
      failed,
    });
  });
}

/** Calls a room something else (IRCv3, "Channel renaming"). Why is not kept with it, and not told. */
export function* rename(x: Exchange, { params: [channel = "", wanted = ""] }: Message): Steps {
  const refused = (code: string, words: string): Line =>
    failure(x.client, "RENAME", code, words, `${channel} ${wanted}`);
  const name = roomOf(wanted);
  if (name === undefined) {
    return yield x.say(refused("CANNOT_RENAME", "Cannot rename a channel so: its name begins with #"));
  }
  yield* withRoom(x, channel, function* (room) {
    yield x.ask("room.set", { room, name }, {
      done({ room: now }) {
        // What it brings about comes behind this: the client still has the name of before.
        if (x.client.rooms.get(nameKey(room))?.name !== now) return {};
        return { lines: [refused("CANNOT_RENAME", "Cannot rename a channel so: it is called that already")] };
      },
      failed(fault) {
        if (fault.code !== "bad_room") return x.refuse(fault, channel);
        const code = fault.reason === "taken" ? "CHANNEL_NAME_IN_USE" : "CANNOT_RENAME";
        return { lines: [refused(code, fault.message)] };
      },
    });
  });
}

/** Puts somebody, or several, out. */
export function* kick(x: Exchange, { params: [channel = "", nicks = "", comment] }: Message): Steps {
  const why = reasonIn(comment);
  // One channel at a time (modern.ircdocs.horse), whoever is named.
  if (channel.includes(",")) return yield x.say(x.client.numeric("ERR_NOSUCHCHANNEL", [channel]));
  yield* withRoom(x, channel, (room) =>
    listed(x, nicks, function* (nick) {
      yield x.ask("kick", { room, nickname: nicknameOf(nick), ...why }, {
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

/** Lets somebody into a room; of nobody, says where one is invited oneself. */
export function* invite(x: Exchange, { params: [nick = "", channel = ""] }: Message): Steps {
  const { client } = x;
  if (nick === "") {
    return yield x.ask("invites", {}, {
      done: ({ invites }) => ({
        lines: [
          ...invites.map(({ room }) => client.numeric("RPL_INVITELIST", [ircRoom(room)])),
          client.numeric("RPL_ENDOFINVITELIST"),
        ],
      }),
    });
  }
  if (channel === "") return yield x.say(client.numeric("ERR_NEEDMOREPARAMS", ["INVITE"]));
  yield* withRoom(x, channel, function* (room) {
    yield x.ask("invite", { room, nickname: nicknameOf(nick) }, {
      done: () => ({ lines: [client.numeric("RPL_INVITING", [nick, channel])] }),
      failed: (fault) =>
        fault.code === "bad_request"
          ? { ask: [notInvited(x, fault, room, nick, channel)] }
          : x.refuse(fault, fault.code === "unknown_nickname" ? nick : channel),
    });
  });
}

/** What waits for whoever has come in: who has invited them where, the oldest first. */
export function invitations(x: Exchange): Inbound {
  return x.ask("invites", {}, {
    prepaid: true,
    done: ({ invites }) => ({
      lines: invites.toReversed().map(({ room, by, at }) =>
        inviteLine(room, x.client.nickname ?? "", by, at)
      ),
    }),
    failed: () => ({}),
  });
}

/** Says why somebody was not invited: most often because they are in the room. */
function notInvited(x: Exchange, fault: Fault, room: string, nick: string, channel: string): Inbound {
  const nickname = nicknameOf(nick);
  return x.ask("members", { room }, {
    prepaid: true,
    done: ({ members, absent = [] }) =>
      [...members, ...absent].some((each) => sameName(each, nickname))
        ? { lines: [x.client.numeric("ERR_USERONCHANNEL", [nick, channel])] }
        : x.refuse(fault, channel),
    failed: () => x.refuse(fault, channel),
  });
}
