/** What clients ask of the server itself. */
import { sameName } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import { SERVER } from "./client.ts";
import type { Context } from "./commands.ts";
import { serverLine } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import type { Line, Message } from "./message.ts";
import { noteRead } from "./waiting_read.ts";
import { countLines, motdLines } from "./welcome.ts";

type Steps = Iterable<Inbound>;

export function* ping(x: Exchange, { params: [token] }: Message): Steps {
  if (token === undefined) return yield x.say(x.client.numeric("ERR_NOORIGIN"));
  yield x.say(serverLine("PONG", SERVER, token));
}

/** What the server has said before its PING was read. */
export function* pong(x: Exchange, { params }: Message): Steps {
  const token = params.at(-1) ?? "";
  noteRead(x.client, token);
  yield* x.client.place?.pong(token) ?? [];
}

export function* quit(x: Exchange, { params: [why = ""] }: Message): Steps {
  yield x.end({ command: "ERROR", params: [`Closing Link: ${why === "" ? "Client Quit" : why}`] });
}

export function* motd(x: Exchange, { params: [server] }: Message, { place }: Context): Steps {
  yield* ofThis(x, server, motdLines(x.client, place));
}

/** Says something of this server; of any other, that there is none. It may be named by somebody who is on it. */
function* ofThis(x: Exchange, server: string | undefined, lines: readonly Line[]): Steps {
  const isThis = server === undefined || server === "*" || sameName(server, SERVER) || x.client.isOwn(server);
  yield x.say(...(isThis ? lines : [x.client.numeric("ERR_NOSUCHSERVER", [server])]));
}

export function* users(x: Exchange, _: Message, { place }: Context): Steps {
  yield x.say(...countLines(x.client, place));
}

export function* version(x: Exchange, { params: [server] }: Message, { place }: Context): Steps {
  const words = "IRC is one of its languages";
  yield* ofThis(x, server, [
    x.client.numeric("RPL_VERSION", [`switchboard-${place.version}`, SERVER], words),
  ]);
}

export function* time(x: Exchange, { params: [server] }: Message): Steps {
  yield* ofThis(x, server, [x.client.numeric("RPL_TIME", [SERVER], new Date().toISOString())]);
}

export function* info(x: Exchange, _: Message, { place }: Context): Steps {
  const lines = [
    `Switchboard ${place.version}, a chat server that is one program.`,
    `The same rooms in a browser: ${place.pageUrl()}`,
    `Started: ${new Date(place.startedAt).toISOString()}`,
  ];
  yield x.say(
    ...lines.map((line) => x.client.numeric("RPL_INFO", [], line)),
    x.client.numeric("RPL_ENDOFINFO"),
  );
}

/** What can be looked up. */
const HELP: Readonly<Record<string, readonly string[]>> = {
  "*": [
    "Rooms are channels, the lobby is #lobby. A blank in a name is %20: /join #release%20notes",
    "Sign in to your account with SASL PLAIN, or with the server password name:password.",
    "/help names: how names are written. /help modes: what modes are here.",
  ],
  NAMES: [
    "Marks that IRC can't say in a name are written with their wide forms, which are the same name.",
    "To type one, write % and two hexadecimal digits: %20 is a blank, %2c a comma.",
  ],
  MODES: [
    "q (~): an owner. o (@): a moderator. Both are places in a room that its owners give.",
    "h (%): whom an open room has fallen to that has neither: they may put others out.",
    "i: the room is private. m: only moderators and owners write. n and t are always on.",
    "+b nick puts somebody out for a week, -b lets them in again; b alone lists them.",
  ],
};

export function* help(x: Exchange, { params: [asked = "*"] }: Message): Steps {
  const { client } = x;
  const subject = asked.toUpperCase();
  const [first, ...others] = Object.hasOwn(HELP, subject) ? HELP[subject]! : [];
  if (first === undefined) return yield x.say(client.numeric("ERR_HELPNOTFOUND", [asked]));
  yield x.say(
    client.numeric("RPL_HELPSTART", [asked], first),
    ...others.map((line) => client.numeric("RPL_HELPTXT", [asked], line)),
    client.numeric("RPL_ENDOFHELP", [asked], "End of /HELP"),
  );
}

export function* admin(x: Exchange): Steps {
  yield x.say(x.client.numeric("ERR_NOADMININFO", [SERVER]));
}

/** Whoever runs the server does so elsewhere. */
export function* becomeOperator(x: Exchange): Steps {
  yield x.say(x.client.numeric("ERR_NOOPERHOST"));
}

/** There is one server. */
export function* links(x: Exchange): Steps {
  yield x.say(
    x.client.numeric("RPL_LINKS", [SERVER, SERVER], "0 Switchboard"),
    x.client.numeric("RPL_ENDOFLINKS", ["*"]),
  );
}
