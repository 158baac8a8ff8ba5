/** Nicknames that a client watches (IRCv3, "Monitor"): whether each is online, now and whenever that changes. */
import { LIMITS } from "../../../core/shared/limits.ts";
import { nameKey } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import { type Client, sourceOf } from "./client.ts";
import type { Exchange } from "./exchange.ts";
import { ircNick, nicknameOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";
import type { Numeric } from "./numerics.ts";

type Steps = Iterable<Inbound>;

export function* monitor(x: Exchange, { params: [what = "", list = ""] }: Message): Steps {
  const { client } = x;
  const nicks = list.split(",").filter((nick) => nick !== "");
  switch (what.toUpperCase()) {
    case "+":
      return yield* watch(x, nicks);
    case "-":
      for (const nick of nicks) client.watched.delete(nameKey(nicknameOf(nick)));
      return;
    case "C":
      return client.watched.clear();
    case "L":
      return yield x.say(
        ...inLists(client, "RPL_MONLIST", Array.from(client.watched.values())),
        client.numeric("RPL_ENDOFMONLIST"),
      );
    case "S":
      return yield* report(x, Array.from(client.watched.values()));
  }
}

function* watch(x: Exchange, nicks: readonly string[]): Steps {
  const { client } = x;
  const taken: string[] = [];
  for (const [index, nick] of nicks.entries()) {
    if (client.watched.size >= LIMITS.ircWatchedMax) {
      const rest = nicks.slice(index).join(",");
      yield x.say(client.numeric("ERR_MONLISTFULL", [String(LIMITS.ircWatchedMax), rest]));
      break;
    }
    client.watched.set(nameKey(nicknameOf(nick)), nick);
    taken.push(nick);
  }
  yield* report(x, taken);
}

/** Who of these is online, and who is not. */
function* report(x: Exchange, nicks: readonly string[]): Steps {
  const { client } = x;
  if (nicks.length === 0) return;
  yield x.ask("people", { nicknames: nicks.map(nicknameOf) }, {
    done: ({ people }) => {
      const online = people.filter((each) => each.online);
      const here = new Set(online.map(({ nickname }) => nameKey(nickname)));
      const gone = nicks.filter((nick) => !here.has(nameKey(nicknameOf(nick))));
      return {
        lines: [
          ...inLists(client, "RPL_MONONLINE", online.map(({ nickname }) => sourceOf(nickname))),
          ...inLists(client, "RPL_MONOFFLINE", gone),
        ],
      };
    },
  });
}

/** Tells of somebody who has come or gone, if the client watches them. */
export function watchedLines(client: Client, nickname: string, isOnline: boolean): Line[] {
  if (!client.watched.has(nameKey(nickname))) return [];
  return isOnline
    ? [client.numeric("RPL_MONONLINE", [], sourceOf(nickname))]
    : [client.numeric("RPL_MONOFFLINE", [], ircNick(nickname))];
}

/** So many go into one line, however long they are. */
const AT_ONCE = 3;

function inLists(client: Client, numeric: Numeric, targets: readonly string[]): Line[] {
  return Array.from(
    { length: Math.ceil(targets.length / AT_ONCE) },
    (_, index) =>
      client.numeric(numeric, [], targets.slice(index * AT_ONCE, (index + 1) * AT_ONCE).join(",")),
  );
}
