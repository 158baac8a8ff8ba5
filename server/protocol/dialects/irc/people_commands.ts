/** What clients ask of people: who is there, who somebody is, whether they are away. */
import type { RoomState } from "../../../core/shared/commands.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { type NameKey, nameKey } from "../../../core/shared/names.ts";
import type { ListedPerson } from "../../../core/shared/profile.ts";
import type { Inbound } from "../../dialect.ts";
import { placesIn } from "./channel_view.ts";
import { type Client, HOST, SERVER, USER } from "./client.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { shown } from "./formatting.ts";
import { ircNick, ircRoom, isChannel, nicknameOf, roomOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";
import { filled, textBytes } from "./wrapping.ts";

type Steps = Iterable<Inbound>;

/** Says what people show, of so many as there are, a page at a time. */
function lookUp(
  x: Exchange,
  nicknames: readonly string[],
  then: (found: readonly ListedPerson[]) => Reply,
  before: readonly ListedPerson[] = [],
): Inbound {
  const { peopleListedMax } = LIMITS;
  const rest = nicknames.slice(peopleListedMax);
  return x.ask("people", { nicknames: nicknames.slice(0, peopleListedMax) }, {
    ...(before.length > 0 && { prepaid: true }),
    done: ({ people }) => {
      const found = [...before, ...people];
      return rest.length === 0 ? then(found) : { ask: [lookUp(x, rest, then, found)] };
    },
  });
}

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
    return yield x.ask("members", { room: roomOf(mask) ?? "" }, {
      done: (state) => {
        const placeOf = placesIn(state);
        const tell = (people: readonly ListedPerson[]): Reply => ({
          lines: [
            ...inOrder(state, people).map((each) => line(each, placeOf(each.nickname), ircRoom(state.room))),
            end(),
          ],
        });
        return { ask: [lookUp(x, state.members, tell)] };
      },
      failed: () => ({ lines: [end()] }),
    });
  }
  // Who fits a mask is the page's directory to say.
  if (/[*?]/.test(mask)) return yield x.say(end());
  yield lookUp(x, [nicknameOf(mask)], (people) => ({
    lines: [...people.filter(({ online }) => online).map((each) => line(each, "", "*")), end()],
  }));
}

/** Those who were found of a room's members, in the order of their coming. */
function inOrder({ members }: RoomState, people: readonly ListedPerson[]): ListedPerson[] {
  const known = new Map(people.map((each) => [nameKey(each.nickname), each]));
  return members.map((nickname) => known.get(nameKey(nickname))).filter((each) => each !== undefined);
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
        client.numeric("RPL_ENDOFWHOIS", [nick]),
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
    ...(doing === "" ? [] : [client.numeric("RPL_WHOISSPECIAL", [nick], shown(doing))]),
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
    return yield x.ask("status", {}, { done: () => ({ lines: [client.numeric("RPL_UNAWAY")] }) });
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
