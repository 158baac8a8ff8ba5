/** What clients ask of people: who is there, who somebody is, whether they are away. */
import { LIMITS } from "../../../core/shared/limits.ts";
import { type NameKey, nameKey } from "../../../core/shared/names.ts";
import type { ListedPerson } from "../../../core/shared/profile.ts";
import type { Inbound } from "../../dialect.ts";
import { type Client, HOST, SERVER, USER } from "./client.ts";
import type { Exchange } from "./exchange.ts";
import { shown } from "./formatting.ts";
import { ircNick, ircRoom, isChannel, nicknameOf, roomOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";
import { lookUp } from "./people_lookup.ts";
import { filled, textBytes } from "./wrapping.ts";

type Steps = Iterable<Inbound>;

/** What of somebody's profile says that they are not to be counted on; undefined: they are. */
export function awayText(
  { availability, status }: Pick<ListedPerson, "availability" | "status">,
): string | undefined {
  if (availability === undefined) return undefined;
  const words = [status?.emoji, status?.text].filter((each) => each !== undefined).join(" ");
  return shown(words === "" ? availability.replaceAll("_", " ") : words);
}

/** Everybody in a room, or one person. */
export function* who(x: Exchange, { params: [mask = "*", wanted = ""] }: Message): Steps {
  const { client } = x;
  const end = (): Line => client.numeric("RPL_ENDOFWHO", [mask]);
  const line = lineOfWho(client, wanted);
  if (isChannel(mask)) {
    const room = roomOf(mask) ?? "";
    const channel = ircRoom(client.rooms.get(nameKey(room))?.name ?? room);
    return yield x.ask("people", { room }, {
      done: ({ people }) => ({
        lines: [...people.map((each) => line(each, client.prefixIn(room, each.nickname), channel)), end()],
      }),
      failed: () => ({ lines: [end()] }),
    });
  }
  // Who fits a mask is the page's directory to say.
  if (/[*?]/.test(mask)) return yield x.say(end());
  yield lookUp(x, [nicknameOf(mask)], (people) => ({
    lines: [...people.filter(({ online }) => online).map((each) => line(each, "", "*")), end()],
  }));
}

type WhoLine = (person: ListedPerson, place: string, channel: string) => Line;

/** How one of them is told: as ever, or with the fields that WHOX asks for ("%tcuhsnfdlaor,token"). */
function lineOfWho(client: Client, wanted: string): WhoLine {
  const [, fields, token = "0"] = /^[^%]*%([a-z]+)(?:,(\w{1,3}))?$/.exec(wanted) ?? [];
  if (fields === undefined) {
    return (person, place, channel) => {
      const nick = ircNick(person.nickname);
      const params = [channel, USER, HOST, SERVER, nick, flagsOf(person) + place];
      return client.numeric("RPL_WHOREPLY", params, `0 ${person.nickname}`);
    };
  }
  return (person, place, channel) => {
    const nick = ircNick(person.nickname);
    const all: Readonly<Record<string, string>> = {
      t: token,
      c: channel,
      u: USER,
      i: "255.255.255.255",
      h: HOST,
      s: SERVER,
      n: nick,
      f: flagsOf(person) + place,
      d: "0",
      l: "0",
      a: person.guest ? "0" : nick,
      o: "n/a",
      r: person.nickname,
    };
    // Whatever order they are asked for in, they are told in this one.
    const told = Object.keys(all).filter((field) => fields.includes(field));
    return client.numeric("RPL_WHOSPCRPL", told.map((field) => all[field]!));
  };
}

function flagsOf(person: ListedPerson): string {
  return person.availability === undefined ? "H" : "G";
}

export function* whoIs(x: Exchange, { params }: Message): Steps {
  const { client } = x;
  const nick = params.at(-1);
  if (nick === undefined || nick === "") return yield x.say(client.numeric("ERR_NONICKNAMEGIVEN"));
  yield x.ask("people", { nicknames: [nicknameOf(nick)], together: true }, {
    done: ({ people: [person] }) => ({
      lines: [
        ...(person?.online ? whoIsLines(client, person) : [client.numeric("ERR_NOSUCHNICK", [nick])]),
        client.numeric("RPL_ENDOFWHOIS", [person?.online ? ircNick(person.nickname) : nick]),
      ],
    }),
  });
}

function whoIsLines(client: Client, person: ListedPerson): Line[] {
  const { nickname, guest, status } = person;
  const nick = ircNick(nickname);
  const gone = awayText(person);
  const doing = [status?.emoji, status?.text].filter((each) => each !== undefined).join(" ");
  return [
    client.numeric("RPL_WHOISUSER", [nick, USER, HOST, "*"], nickname),
    ...roomsLines(client, person),
    client.numeric("RPL_WHOISSERVER", [nick, SERVER], "Switchboard"),
    ...(gone === undefined ? [] : [client.numeric("RPL_AWAY", [nick], gone)]),
    ...(gone !== undefined || doing === "" ? [] : [client.numeric("RPL_WHOISSPECIAL", [nick], shown(doing))]),
    ...(guest ? [] : [client.numeric("RPL_WHOISACCOUNT", [nick, nick])]),
  ];
}

/** The rooms in which both are, with the place that somebody has there. */
function roomsLines(client: Client, { nickname, rooms = [] }: ListedPerson): Line[] {
  const nick = ircNick(nickname);
  const bytes = textBytes(SERVER, `319 ${client.nick}`, nick);
  const names = rooms.map((room) => client.prefixIn(room, nickname) + ircRoom(room));
  return filled(names, bytes).map((text) => client.numeric("RPL_WHOISCHANNELS", [nick], text));
}

/** Who was seen here under a nickname by this client. */
export function* whoWas(x: Exchange, { params: [nick = ""] }: Message): Steps {
  const { client } = x;
  if (nick === "") return yield x.say(client.numeric("ERR_NONICKNAMEGIVEN"));
  const seen = client.formerly(nicknameOf(nick));
  const lines = seen.map(({ nickname, at }) => [
    client.numeric("RPL_WHOWASUSER", [ircNick(nickname), USER, HOST, "*"], nickname),
    client.numeric("RPL_WHOISSERVER", [ircNick(nickname), SERVER], new Date(at).toISOString()),
  ]).flat();
  yield x.say(
    ...(lines.length > 0 ? lines : [client.numeric("ERR_WASNOSUCHNICK", [nick])]),
    client.numeric("RPL_ENDOFWHOWAS", [nick]),
  );
}

/** Five at a time, as ever. */
const USERHOST_MAX = 5;

export function* userHost(x: Exchange, { params }: Message): Steps {
  const nicknames = params.slice(0, USERHOST_MAX).map(nicknameOf);
  yield lookUp(x, nicknames, (people) => {
    const here = people.filter(({ online }) => online).map((each) =>
      `${ircNick(each.nickname)}=${each.availability === undefined ? "+" : "-"}${USER}@${HOST}`
    );
    return { lines: [x.client.numeric("RPL_USERHOST", [], here.join(" "))] };
  });
}

export function* isOn(x: Exchange, { params }: Message): Steps {
  const nicknames = params.flatMap((each) => each.split(" ")).filter((nick) => nick !== "").map(nicknameOf);
  yield lookUp(x, nicknames.slice(0, LIMITS.peopleListedMax), (people) => ({
    lines: [
      x.client.numeric(
        "RPL_ISON",
        [],
        people.filter(({ online }) => online).map((each) => ircNick(each.nickname)).join(" "),
      ),
    ],
  }));
}

/** Says that one is away, and why; or that one is back. */
export function* away(x: Exchange, { params: [why = ""] }: Message): Steps {
  const { client } = x;
  // One of several clients of an account that is merely left alone: the others say whether somebody is there.
  if (why === "*") return yield x.say(client.numeric("RPL_NOWAWAY"));
  if (why === "") {
    const unaway = client.numeric("RPL_UNAWAY");
    // Guests never are.
    return yield client.guest ? x.say(unaway) : x.ask("status", {}, { done: () => ({ lines: [unaway] }) });
  }
  const text = Array.from(shown(why)).slice(0, LIMITS.statusCharsMax).join("");
  yield x.ask("status", { availability: "away", text }, {
    done: () => ({ lines: [client.numeric("RPL_NOWAWAY")] }),
  });
}

/** Tells a client that somebody to whom it has just written is away; asked once of each, and known from then on. */
export function awayNotice(x: Exchange, target: string): Inbound | undefined {
  const { client } = x;
  const nickname = nicknameOf(target);
  const key: NameKey = nameKey(nickname);
  const known = client.away.get(key);
  const line = (why: string) => client.numeric("RPL_AWAY", [target], why);
  if (client.isOwn(nickname)) return undefined;
  if (known !== undefined) return known === null ? undefined : x.say(line(known));
  return x.ask("people", { nicknames: [nickname] }, {
    prepaid: true,
    done: ({ people: [person] }) => {
      const why = person && awayText(person);
      client.noteAway(key, why ?? null);
      return why === undefined ? {} : { lines: [line(why)] };
    },
    failed: () => ({}),
  });
}
