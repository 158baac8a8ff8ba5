/** Nicknames that a client watches (IRCv3, "Monitor"): whether each is online, now and whenever that changes. */
import { LIMITS } from "../../../core/shared/limits.ts";
import { nameKey } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import { type Client, SERVER, sourceOf } from "./client.ts";
import type { Exchange } from "./exchange.ts";
import { failure } from "./faults.ts";
import { ircNick, nicknameOf } from "./irc_names.ts";
import { watchedPeopleLines } from "./metadata.ts";
import type { Line, Message } from "./message.ts";
import { type Numeric, NUMERICS } from "./numerics.ts";
import { filled, textBytes } from "./wrapping.ts";

type Steps = Iterable<Inbound>;

export function* monitor(x: Exchange, { params: [what = "", list = ""] }: Message): Steps {
  const { client } = x;
  const nicks = list.split(",").filter((nick) => nick !== "");
  switch (what.toUpperCase()) {
    case "+":
    case "-":
      if (nicks.length === 0) return yield x.say(client.numeric("ERR_NEEDMOREPARAMS", ["MONITOR"]));
      if (what === "+") return yield* watch(x, nicks);
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
    default:
      yield x.say(failure(client, "MONITOR", "INVALID_SUBCOMMAND", "There is no such subcommand", what));
  }
}

function* watch(x: Exchange, nicks: readonly string[]): Steps {
  const { client } = x;
  const taken: string[] = [];
  for (const [index, nick] of nicks.entries()) {
    const key = nameKey(nicknameOf(nick));
    if (client.watched.size >= LIMITS.ircWatchedMax && !client.watched.has(key)) {
      const rest = nicks.slice(index).join(",");
      yield x.say(client.numeric("ERR_MONLISTFULL", [String(LIMITS.ircWatchedMax), rest]));
      break;
    }
    client.watched.set(key, nick);
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
          ...watchedPeopleLines(client, online),
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

function inLists(client: Client, numeric: Numeric, targets: readonly string[]): Line[] {
  const bytes = textBytes(SERVER, NUMERICS[numeric][0], client.nick);
  return filled(targets, bytes, ",").map((text) => client.numeric(numeric, [], text));
}
