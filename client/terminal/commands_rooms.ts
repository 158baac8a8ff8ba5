/** Commands about rooms, people and windows. */
import { type ChatCommand, personCommand, required, roomOf, UsageError, windowOf } from "./chat_command.ts";
import { parseTarget } from "./window_manager.ts";
import { activate } from "./history.ts";
import { inColumns } from "./layout.ts";
import { targetName } from "./windows.ts";
import { sanitizedLine } from "./sanitize.ts";

/** Name → command. */
export const ROOMS: Record<string, ChatCommand> = {
  join: {
    usage: "ROOM",
    help: "enter a room, or make one, and look at it",
    moves: true,
    completes: ["room"],
    async run(chat, args) {
      const wanted = required(args.whole(), "the room");
      const { room, members, owner, guests } = await chat.connection.ask("enter", { room: wanted });
      chat.rooms.add(room);
      await activate(chat, chat.ui.windows.open({ room }));
      chat.ui.showNote(inTheRoom(members, owner, guests));
    },
  },
  leave: {
    usage: "[ROOM]",
    help: "leave a room and close its window; without a name, what you look at",
    moves: true,
    completes: ["room"],
    async run(chat, args, given) {
      const name = args.whole();
      const window = name === undefined ? windowOf(given) : chat.ui.windows.find({ room: name });
      if (name !== undefined || "room" in window!.target) {
        await chat.connection.ask("leave", { room: name ?? roomOf(window) });
      }
      if (window) chat.ui.close(window);
    },
  },
  who: {
    usage: "[ROOM]",
    help: "everybody online, or everybody in a room",
    completes: ["room"],
    async run(chat, args) {
      const room = args.whole();
      if (room !== undefined) {
        const { members, owner, guests } = await chat.connection.ask("members", { room });
        return chat.ui.showNote(inTheRoom(members, owner, guests));
      }
      const { online, guests } = await chat.connection.ask("who", {});
      const isGuest = new Set(guests);
      chat.people.clear();
      for (const nickname of online) chat.addPerson(nickname);
      chat.ui.showNote(`${online.length} online`);
      chat.ui.showLines([
        inColumns(
          online.map((name) => `${sanitizedLine(name)}${isGuest.has(name) ? " (guest)" : ""}`),
          Math.min(100, chat.ui.screen.columns),
        ),
      ]);
    },
  },
  rooms: {
    usage: "[TEXT]",
    help: "all rooms, or those with this in their names, and how many are in them",
    async run(chat, args) {
      const text = args.whole();
      const { rooms, more } = await chat.connection.ask("rooms", { ...(text !== undefined && { text }) });
      if (rooms.length === 0) chat.ui.showNote("there is no such room");
      for (const { room, members, owner } of rooms) {
        chat.rooms.add(room);
        const whose = owner === null ? "" : `, owned by ${sanitizedLine(owner)}`;
        chat.ui.showLines([`${chat.ui.screen.paint.bold(sanitizedLine(room))}  ${members} here${whose}`]);
      }
      if (more) chat.ui.showNote("and others: /rooms TEXT lists those that have it in their names");
    },
  },
  kick: {
    usage: "NICKNAME [MINUTES [REASON]]",
    help: "put somebody out of a room that you own, for some minutes if you like",
    completes: ["nickname"],
    async run(chat, args, window) {
      const room = roomOf(window);
      const nickname = required(args.next(), "the nickname");
      const typed = args.next();
      const minutes = typed === undefined ? {} : { minutes: Number(typed) };
      if (typed !== undefined && !/^\d+$/.test(typed)) throw new UsageError("the minutes are a whole number");
      const reason = args.rest.trim();
      await chat.connection.ask("kick", { room, nickname, ...minutes, ...(reason !== "" && { reason }) });
      chat.ui.showNote(`${sanitizedLine(nickname)} is out of ${sanitizedLine(room)}`);
    },
  },
  kicks: {
    usage: "",
    help: "who may not come back yet into a room that you own",
    async run(chat, _words, window) {
      const room = roomOf(window);
      const { kicks } = await chat.connection.ask("kicks", { room });
      if (kicks.length === 0) return chat.ui.showNote(`nobody is kept out of ${sanitizedLine(room)}`);
      for (const { nickname, by, until } of kicks) {
        const whose = by === null ? "" : `, by ${sanitizedLine(by)}`;
        chat.ui.showLines([`${sanitizedLine(nickname)}  until ${new Date(until).toLocaleString()}${whose}`]);
      }
    },
  },
  unkick: personCommand("let somebody whom you put out in again", async (chat, nickname, window) => {
    const room = roomOf(window);
    await chat.connection.ask("kick.lift", { room, nickname });
    return `${nickname} may come into ${room} again`;
  }),
  window: {
    usage: "NUMBER|NAME",
    help: "look at another window, also with Alt and its number; @NAME is a person",
    local: true,
    completes: ["window"],
    run(chat, args) {
      const name = required(args.whole(), "the window's number or name");
      const { windows } = chat.ui;
      const window = /^\d+$/.test(name) ? windows.numbered(Number(name)) : windows.find(parseTarget(name));
      if (!window) throw new UsageError(`there is no window ${name}: /windows lists them`);
      void activate(chat, window);
    },
  },
  windows: {
    usage: "",
    help: "the open windows",
    local: true,
    run(chat) {
      const { all, current } = chat.ui.windows;
      chat.ui.showLines(all.map((window) => {
        const unread = window.unread > 0 ? `, ${window.unread} new` : "";
        const draft = window.draft ? ", half typed" : "";
        const name = sanitizedLine(targetName(window.target));
        return `${window === current ? "*" : " "} ${window.number} ${name}${unread}${draft}`;
      }));
    },
  },
  close: {
    usage: "",
    help: "close the window of a private conversation",
    local: true,
    run(chat, _words, given) {
      const window = windowOf(given);
      if ("room" in window.target) throw new UsageError("this is a room: /leave leaves it");
      chat.ui.close(window);
    },
  },
};

function inTheRoom(members: readonly string[], owner: string | null, guests: readonly string[]): string {
  const isGuest = new Set(guests);
  const names = members.map((name) =>
    `${sanitizedLine(name)}${isGuest.has(name) ? " (guest)" : ""}${name === owner ? " (owner)" : ""}`
  );
  return `${members.length} here: ${names.join(", ")}`;
}
