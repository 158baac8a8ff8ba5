/** What a device has missed that does not go in one go: page by page, and nothing else is told before the last one. */
import { nameKey } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import { lookInto, ownJoin } from "./channel_view.ts";
import { sourceOf } from "./client.ts";
import { accountTag } from "./events.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { hear } from "./hearing.ts";
import { ircRoom } from "./irc_names.ts";
import type { Line } from "./message.ts";

/** Asks for one page after the other; `then`: what is done when all was told. */
export function catchUp(x: Exchange, then: () => readonly Inbound[]): Inbound {
  return x.ask("missed", {}, {
    prepaid: true,
    done({ events, more }): Reply {
      const told = events.map((event) => hear(x.client, event, false));
      const words = told.map(({ words = "" }) => words).join("");
      const asked = told.flatMap(({ ask = [] }) => ask);
      return { words, ask: [...asked, ...(more ? [catchUp(x, then)] : [roomsNow(x), ...then()])] };
    },
    // Nothing would be told any more.
    failed: ({ message }) => ({ lines: [{ command: "ERROR", params: [message] }], end: true }),
  });
}

/** The rooms that the client is in now: nothing was told of those that it has left or entered elsewhere meanwhile. */
function roomsNow(x: Exchange): Inbound {
  const { client } = x;
  const own = client.nickname ?? "";
  return x.ask("people", { nicknames: [own], together: true }, {
    prepaid: true,
    done({ people: [self] }): Reply {
      const rooms = self?.rooms ?? [];
      const keys = new Set(rooms.map(nameKey));
      const lines: Line[] = [];
      for (const [key, { name }] of client.rooms) {
        if (keys.has(key)) continue;
        client.leave(name);
        const params = [ircRoom(name)];
        lines.push({ tags: accountTag(own), source: sourceOf(own), command: "PART", params });
      }
      for (const room of rooms) {
        if (client.isIn(room)) continue;
        client.enter({ room });
        lines.push(ownJoin(client, room));
      }
      return { lines, ask: rooms.map((room) => lookInto(x, room, true)) };
    },
  });
}
