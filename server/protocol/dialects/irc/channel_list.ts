/** LIST: which rooms there are. All of them, those that are named, or those that a mask or a number of users fits (ELIST=MU). */
import type { Answer } from "../../../core/shared/commands.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { type NameKey, nameKey } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import type { Client } from "./client.ts";
import type { Exchange } from "./exchange.ts";
import { shown } from "./formatting.ts";
import { ircRoom, nicknameOf as spelledOut, roomOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";

type Listed = Answer<"rooms">["rooms"][number];

/** Whether a client wants to hear of a room. `key`: of its name. */
type Wanted = (room: Listed, key: NameKey) => boolean;

/** The rooms that one may see, the fullest first. */
export function* list(x: Exchange, { params: [asked = ""] }: Message): Iterable<Inbound> {
  const { client } = x;
  const all = asked.split(",").filter((each) => each !== "");
  const wanted = all.slice(0, LIMITS.ircTargetsMax);
  if (wanted.length < all.length) {
    const words = `Too many targets: ${LIMITS.ircTargetsMax} at a time`;
    yield x.say(client.numeric("ERR_TOOMANYTARGETS", [x.command], words));
  }
  yield x.say(client.numeric("RPL_LISTSTART", ["Channel"]));
  yield page(x, wanted.length === 0 ? () => true : anyOf(wanted), undefined);
}

function anyOf(all: readonly string[]): Wanted {
  const names = new Set<NameKey>();
  const others: Wanted[] = [];
  for (const each of all) {
    const [, sign, count] = /^([<>])(\d{1,9})$/.exec(each) ?? [];
    if (count !== undefined) {
      others.push(({ members }) => sign === "<" ? members < Number(count) : members > Number(count));
    } else if (/[*?]/.test(each)) {
      const mask = maskOf(nameKey(spelledOut(each)));
      others.push((_, key) => mask(`#${key}`));
    } else names.add(nameKey(roomOf(each) ?? each));
  }
  return (room, key) => names.has(key) || others.some((fits) => fits(room, key));
}

/**
 * What a mask with "*" and "?" fits. Not as a regular expression: one with many stars goes over a name again and again, and everybody
 * waits. Here a star that has fitted something is never looked at anew once there is another one behind it.
 */
export function maskOf(mask: string): (text: string) => boolean {
  const wanted = Array.from(mask);
  return (text) => {
    const chars = Array.from(text);
    let [at, next] = [0, 0];
    /** The last star, and where what it stands for ends so far. */
    let [star, end] = [-1, 0];
    while (at < chars.length) {
      if (wanted[next] === "*") [star, end] = [next++, at];
      else if (wanted[next] === "?" || wanted[next] === chars[at]) [at, next] = [at + 1, next + 1];
      else if (star === -1) return false;
      else [at, next] = [++end, star + 1];
    }
    return wanted.slice(next).every((char) => char === "*");
  };
}

function page(x: Exchange, fits: Wanted, after: string | undefined): Inbound {
  return x.ask("rooms", after === undefined ? {} : { after }, {
    ...(after !== undefined && { prepaid: true }),
    done: ({ rooms, next }) => {
      const lines = rooms.filter((room) => fits(room, nameKey(room.room))).map((room) =>
        listLine(x.client, room)
      );
      if (next !== null) return { lines, ask: [page(x, fits, next)] };
      return { lines: [...lines, x.client.numeric("RPL_LISTEND")] };
    },
  });
}

function listLine(client: Client, { room, members, topic = "" }: Listed): Line {
  return client.numeric("RPL_LIST", [ircRoom(room), String(members)], shown(topic));
}
