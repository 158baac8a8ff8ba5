/** Commands about how a room is set, who comes into it, and who keeps order there. */
import type { Commands } from "../../server/core/shared/commands.ts";
import {
  HISTORIES,
  NOTIFICATION_LEVELS,
  ROLES,
  type RoomSettings,
  WRITERS,
} from "../../server/core/shared/room_settings.ts";
import type { Arguments } from "./input.ts";
import {
  type ChatCommand,
  isOwn,
  messageOf,
  personCommand,
  required,
  roomOf,
  UsageError,
} from "./chat_command.ts";
import { activate } from "./history.ts";
import { sanitizedLine } from "./sanitize.ts";
import { messageInWords } from "./wording.ts";

/** What /set sets → how its value is read. The topic has a command of its own. */
const SETTINGS: {
  readonly [K in Exclude<keyof RoomSettings, "topic"> | "name"]: (typed: string) => unknown;
} = {
  name: (typed) => required(typed, "the name"),
  description: (typed) => typed,
  private: onOrOff,
  writing: oneOf(WRITERS),
  history: oneOf(HISTORIES),
  archived: onOrOff,
  keep_days: wholeNumber,
};

/** Name → command. */
export const ORDER: Record<string, ChatCommand> = {
  private: {
    usage: "ROOM",
    help: "make a private room, which nobody finds: people come in when they are invited",
    moves: true,
    async run(chat, args) {
      const wanted = required(args.whole(), "the room");
      const { room } = await chat.connection.ask("enter", { room: wanted, private: true });
      chat.rooms.add(room);
      await activate(chat, chat.ui.windows.open({ room }));
      chat.ui.showNote("it is private: /invite NICKNAME lets somebody in");
    },
  },
  invite: personCommand(
    "let somebody with an account come into the room, online or not",
    async (chat, nickname, window) => {
      const room = roomOf(window);
      await chat.connection.ask("invite", { room, nickname });
      return `${nickname} may come into ${room}`;
    },
  ),
  invites: {
    usage: "",
    help: "the rooms that you are invited to",
    async run(chat) {
      const { invites } = await chat.connection.ask("invites", {});
      if (invites.length === 0) return chat.ui.showNote("nobody has invited you");
      chat.ui.showLines(
        invites.map(({ room, by }) =>
          `${chat.ui.screen.paint.bold(sanitizedLine(room))}  from ${sanitizedLine(by)}: /join ${
            sanitizedLine(room)
          } or /decline ${sanitizedLine(room)}`
        ),
      );
    },
  },
  decline: {
    usage: "ROOM",
    help: "do not come into a room that you are invited to",
    async run(chat, args) {
      const room = required(args.whole(), "the room");
      await chat.connection.ask("invite.decline", { room });
      chat.ui.showNote(`you do not come into ${sanitizedLine(room)}`);
    },
  },
  topic: {
    usage: "[TEXT|off]",
    help: "the topic of the room; with a text, set it",
    async run(chat, args, window) {
      const room = roomOf(window);
      if (args.rest === "") {
        const { topic = "" } = await chat.connection.ask("members", { room });
        return chat.ui.showNote(topic === "" ? "there is no topic" : `the topic is: ${sanitizedLine(topic)}`);
      }
      const { topic } = await chat.connection.ask("room.set", {
        room,
        topic: args.rest === "off" ? "" : args.rest,
      });
      chat.ui.showNote(topic === "" ? "there is no topic any more" : `the topic is: ${sanitizedLine(topic)}`);
    },
  },
  set: {
    usage: "NAME VALUE",
    help: "set the room: name, description, private (on, off), writing (everybody, moderators), " +
      "history (all, joined), archived (on, off), keep_days",
    async run(chat, args, window) {
      const room = roomOf(window);
      const what = required(args.next(), "what is to be set").replaceAll("-", "_");
      if (!isSetting(what)) {
        throw new UsageError(`there is no ${what}: ${Object.keys(SETTINGS).join(", ")} can be set`);
      }
      const wanted = { room, [what]: SETTINGS[what](args.rest) } as Commands["room.set"]["asks"];
      const { room: now } = await chat.connection.ask("room.set", wanted);
      if (now !== room) chat.renameRoom(room, now);
      chat.ui.showNote(`${what} of ${sanitizedLine(now)} is set`);
    },
  },
  role: {
    usage: `NICKNAME ${ROLES.join("|")}`,
    help: "give somebody another place in a room that you own",
    completes: ["nickname"],
    async run(chat, args, window) {
      const room = roomOf(window);
      const nickname = required(args.next(), "the nickname");
      const role = oneOf(ROLES)(required(args.next(), "the place"));
      await chat.connection.ask("room.role", { room, nickname, role });
      chat.ui.showNote(`${sanitizedLine(nickname)} is ${role} in ${sanitizedLine(room)} now`);
    },
  },
  mute: {
    usage: "NICKNAME MINUTES",
    help: "let somebody not speak in the room for a time",
    completes: ["nickname"],
    async run(chat, args, window) {
      const room = roomOf(window);
      const nickname = required(args.next(), "the nickname");
      const minutes = wholeNumber(required(args.next(), "the minutes"));
      await chat.connection.ask("mute", { room, nickname, minutes });
      chat.ui.showNote(`${sanitizedLine(nickname)} may not speak for ${minutes} minutes`);
    },
  },
  unmute: personCommand("let somebody speak again before their time", async (chat, nickname, window) => {
    await chat.connection.ask("mute", { room: roomOf(window), nickname, minutes: 0 });
    return `${nickname} may speak again`;
  }),
  remove: {
    usage: "#N",
    help: "remove a message of somebody else, as a moderator of the room",
    async run(chat, args, window) {
      const message = numbered(chat, args, window);
      if (isOwn(chat)(message)) throw new UsageError("this is yours: /recall takes it back");
      await chat.connection.ask("recall", { message: message.id });
      Object.assign(message, { text: "", recalled: true, removed_by: chat.me });
      chat.ui.showNote(`#${chat.numbers.byId(message.id)?.number} is removed`);
    },
  },
  pin: pinCommand(true, "pin a message of the room, so that everybody finds it"),
  unpin: pinCommand(false, "take a pin away"),
  pins: {
    usage: "",
    help: "what is pinned in the room",
    async run(chat, _args, window) {
      const { pins } = await chat.connection.ask("pins", { room: roomOf(window) });
      if (pins.length === 0) return chat.ui.showNote("nothing is pinned here");
      for (const { message, by } of pins) {
        chat.numbers.message(message);
        const how = chat.ui.screen.paint.dim(`pinned by ${sanitizedLine(by)}`);
        chat.ui.showLines([`${messageInWords(message, chat.wording)} ${how}`]);
      }
    },
  },
  notify: {
    usage: NOTIFICATION_LEVELS.join("|"),
    help: "of what you want to be told in the room, wherever you are signed in",
    async run(chat, args, window) {
      const level = oneOf(NOTIFICATION_LEVELS)(required(args.next(), "of what"));
      await chat.connection.ask("notify", { room: roomOf(window), level });
      chat.ui.showNote(`you want to be told of: ${level}`);
    },
  },
};

function pinCommand(on: boolean, help: string): ChatCommand {
  return {
    usage: "#N",
    help,
    async run(chat, args, window) {
      const message = numbered(chat, args, window);
      await chat.connection.ask("pin", { message: message.id, on });
      chat.ui.showNote(`#${chat.numbers.byId(message.id)?.number} is ${on ? "pinned" : "pinned no more"}`);
    },
  };
}

/** A message that has to be named: nobody removes or pins the latest by a slip. */
function numbered(
  chat: Parameters<typeof messageOf>[0],
  args: Arguments,
  window: Parameters<typeof messageOf>[2],
) {
  if (!/^#\d+/.test(args.rest)) throw new UsageError("the message's number is missing, such as #7");
  return messageOf(chat, args, window, () => true);
}

function isSetting(name: string): name is keyof typeof SETTINGS {
  return Object.hasOwn(SETTINGS, name);
}

function onOrOff(typed: string): boolean {
  return oneOf(["on", "off"] as const)(typed) === "on";
}

function wholeNumber(typed: string): number {
  if (/^\d{1,6}$/.test(typed)) return Number(typed);
  throw new UsageError(`"${typed}" is no whole number`);
}

function oneOf<Word extends string>(known: readonly Word[]): (typed: string) => Word {
  return (typed) => {
    const found = known.find((each) => each === typed.toLowerCase());
    if (found !== undefined) return found;
    throw new UsageError(`"${typed}" is none of ${known.join(", ")}`);
  };
}
