/** Commands about rooms, people and windows. */
import { type ChatCommand, Misuse, needed, roomOf, windowOf } from "./chat_command.ts";
import { placeNamed } from "./window_manager.ts";
import { lookAt } from "./history.ts";
import { inColumns } from "./layout.ts";
import { placeName } from "./windows.ts";
import { named } from "./wording.ts";

/** Name → command. */
export const ROOMS: Record<string, ChatCommand> = {
  join: {
    words: "ROOM",
    help: "enter a room, or make one, and look at it",
    moves: true,
    completes: ["room"],
    async run(chat, words) {
      const wanted = needed(words.whole(), "the room");
      const { room, members, owner, guests } = await chat.connection.ask("enter", { room: wanted });
      chat.rooms.add(room);
      await lookAt(chat, chat.desk.windows.open({ room }));
      chat.desk.note(inTheRoom(members, owner, guests));
    },
  },
  leave: {
    words: "[ROOM]",
    help: "leave a room and close its window; without a name, what you look at",
    moves: true,
    completes: ["room"],
    async run(chat, words, given) {
      const name = words.whole();
      const window = name === undefined ? windowOf(given) : chat.desk.windows.find({ room: name });
      if (name !== undefined || "room" in window!.place) {
        await chat.connection.ask("leave", { room: name ?? roomOf(window) });
      }
      if (window) chat.desk.close(window);
    },
  },
  who: {
    words: "[ROOM]",
    help: "everybody online, or everybody in a room",
    completes: ["room"],
    async run(chat, words) {
      const room = words.whole();
      if (room !== undefined) {
        const { members, owner, guests } = await chat.connection.ask("members", { room });
        return chat.desk.note(inTheRoom(members, owner, guests));
      }
      const { online, guests } = await chat.connection.ask("who", {});
      const isGuest = new Set(guests);
      chat.people.clear();
      for (const nickname of online) chat.came(nickname);
      chat.desk.note(`${online.length} online`);
      chat.desk.list([
        inColumns(
          online.map((name) => `${named(name)}${isGuest.has(name) ? " (guest)" : ""}`),
          Math.min(100, chat.desk.screen.columns),
        ),
      ]);
    },
  },
  rooms: {
    words: "[TEXT]",
    help: "all rooms, or those with this in their names, and how many are in them",
    async run(chat, words) {
      const text = words.whole();
      const { rooms, more } = await chat.connection.ask("rooms", { ...(text !== undefined && { text }) });
      if (rooms.length === 0) chat.desk.note("there is no such room");
      for (const { room, members, owner } of rooms) {
        chat.rooms.add(room);
        const whose = owner === null ? "" : `, owned by ${named(owner)}`;
        chat.desk.list([`${chat.desk.screen.paint.bold(named(room))}  ${members} here${whose}`]);
      }
      if (more) chat.desk.note("and others: /rooms TEXT lists those that have it in their names");
    },
  },
  kick: {
    words: "NICKNAME [MINUTES]",
    help: "put somebody out of a room that you own, for some minutes if you like",
    completes: ["nickname"],
    async run(chat, words, window) {
      const room = roomOf(window);
      const nickname = needed(words.next(), "the nickname");
      const typed = words.next();
      const minutes = typed === undefined ? {} : { minutes: Number(typed) };
      if (typed !== undefined && !/^\d+$/.test(typed)) throw new Misuse("the minutes are a whole number");
      await chat.connection.ask("kick", { room, nickname, ...minutes });
      chat.desk.note(`${nickname} is out of ${named(room)}`);
    },
  },
  kicks: {
    words: "",
    help: "who may not come back yet into a room that you own",
    async run(chat, _words, window) {
      const room = roomOf(window);
      const { kicks } = await chat.connection.ask("kicks", { room });
      if (kicks.length === 0) return chat.desk.note(`nobody is kept out of ${named(room)}`);
      for (const { nickname, by, until } of kicks) {
        const whose = by === null ? "" : `, by ${named(by)}`;
        chat.desk.list([`${named(nickname)}  until ${new Date(until).toLocaleString()}${whose}`]);
      }
    },
  },
  unkick: {
    words: "NICKNAME",
    help: "let somebody whom you put out in again",
    completes: ["nickname"],
    async run(chat, words, window) {
      const room = roomOf(window);
      const nickname = needed(words.whole(), "the nickname");
      await chat.connection.ask("kick.lift", { room, nickname });
      chat.desk.note(`${named(nickname)} may come into ${named(room)} again`);
    },
  },
  window: {
    words: "NUMBER|NAME",
    help: "look at another window, also with Alt and its number; @NAME is a person",
    local: true,
    completes: ["window"],
    run(chat, words) {
      const name = needed(words.whole(), "the window's number or name");
      const { windows } = chat.desk;
      const window = /^\d+$/.test(name) ? windows.numbered(Number(name)) : windows.find(placeNamed(name));
      if (!window) throw new Misuse(`there is no window ${name}: /windows lists them`);
      void lookAt(chat, window);
    },
  },
  windows: {
    words: "",
    help: "the open windows",
    local: true,
    run(chat) {
      const { all, current } = chat.desk.windows;
      chat.desk.list(all.map((window) => {
        const news = window.unread > 0 ? `, ${window.unread} new` : "";
        const draft = window.draft ? ", half typed" : "";
        const name = named(placeName(window.place));
        return `${window === current ? "*" : " "} ${window.number} ${name}${news}${draft}`;
      }));
    },
  },
  close: {
    words: "",
    help: "close the window of a private conversation",
    local: true,
    run(chat, _words, given) {
      const window = windowOf(given);
      if ("room" in window.place) throw new Misuse("this is a room: /leave leaves it");
      chat.desk.close(window);
    },
  },
};

function inTheRoom(members: readonly string[], owner: string | null, guests: readonly string[]): string {
  const isGuest = new Set(guests);
  const names = members.map((name) =>
    `${named(name)}${isGuest.has(name) ? " (guest)" : ""}${name === owner ? " (owner)" : ""}`
  );
  return `${members.length} here: ${names.join(", ")}`;
}
