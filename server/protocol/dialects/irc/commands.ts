/** Every command of a client: how many parameters it takes, and what is asked for it. */
import type { Inbound } from "../../dialect.ts";
import { serviceLines } from "./account_commands.ts";
import { invite, join, kick, names, part, rename, topic } from "./channel_commands.ts";
import { list } from "./channel_list.ts";
import type { Exchange } from "./exchange.ts";
import type { Message } from "./message.ts";
import { chatHistory } from "./history_commands.ts";
import { metadata } from "./metadata_commands.ts";
import { mode } from "./mode_commands.ts";
import { monitor } from "./monitoring.ts";
import type { Multiline } from "./multiline.ts";
import { accept, refuse } from "./offer_commands.ts";
import { isOn, userHost, who, whoIs, whoWas } from "./people_commands.ts";
import { markRead } from "./read_marks.ts";
import type { Registration } from "./registration.ts";
import {
  admin,
  becomeOperator,
  help,
  info,
  links,
  motd,
  ping,
  pong,
  quit,
  time,
  users,
  version,
} from "./server_commands.ts";
import { redact, tagged, talk } from "./talking.ts";
import type { Place } from "./welcome.ts";

type Steps = Iterable<Inbound>;

/** What commands know besides the client that asks. */
export interface Context {
  readonly registration: Registration;
  readonly place: Place;
  readonly multiline: Multiline;
}

/** One command. */
interface Command {
  /** Parameters that it takes at the least. */
  readonly least: number;
  /** Whether it may be asked before anybody is signed in. */
  readonly early?: true;
  run(x: Exchange, message: Message, context: Context): Steps;
}

/** Name → command. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  CAP: {
    least: 1,
    early: true,
    run: (x, { params }, { registration }) => registration.capabilities(x, params),
  },
  PASS: { least: 1, early: true, run: (x, { params }, { registration }) => registration.password(x, params) },
  NICK: { least: 0, early: true, run: (x, { params }, { registration }) => registration.nickname(x, params) },
  USER: { least: 4, early: true, run: (x, _, { registration }) => registration.user(x) },
  AUTHENTICATE: {
    least: 1,
    early: true,
    run: (x, { params }, { registration }) => registration.authenticate(x, params),
  },
  REGISTER: {
    least: 3,
    early: true,
    run: (x, message, { registration }) => registration.register(x, message),
  },
  VERIFY: { least: 2, early: true, run: (x, message, { registration }) => registration.verify(x, message) },
  PING: { least: 0, early: true, run: ping },
  PONG: { least: 0, early: true, run: pong },
  QUIT: { least: 0, early: true, run: quit },
  JOIN: { least: 1, run: join },
  PART: { least: 1, run: part },
  NAMES: { least: 0, run: names },
  TAGMSG: { least: 1, run: tagged },
  REDACT: { least: 2, run: redact },
  BATCH: { least: 1, run: (x, message, { multiline }) => multiline.batch(x, message) },
  CHATHISTORY: { least: 0, run: chatHistory },
  MARKREAD: { least: 0, run: markRead },
  TOPIC: { least: 1, run: topic },
  RENAME: { least: 2, run: rename },
  LIST: { least: 0, run: list },
  KICK: { least: 2, run: kick },
  INVITE: { least: 0, run: invite },
  ACCEPT: { least: 0, run: accept },
  REFUSE: { least: 0, run: refuse },
  METADATA: { least: 2, run: metadata },
  MODE: { least: 1, run: mode },
  PRIVMSG: { least: 0, run: talk },
  NOTICE: { least: 0, run: talk },
  NICKSERV: { least: 0, run: (x, { params }) => [x.say(...serviceLines(x, "NickServ", params.join(" ")))] },
  NS: { least: 0, run: (x, { params }) => [x.say(...serviceLines(x, "NickServ", params.join(" ")))] },
  CHANSERV: { least: 0, run: (x, { params }) => [x.say(...serviceLines(x, "ChanServ", params.join(" ")))] },
  CS: { least: 0, run: (x, { params }) => [x.say(...serviceLines(x, "ChanServ", params.join(" ")))] },
  WHO: { least: 0, run: who },
  WHOIS: { least: 0, run: whoIs },
  WHOWAS: { least: 0, run: whoWas },
  USERHOST: { least: 1, run: userHost },
  ISON: { least: 1, run: isOn },
  AWAY: { least: 0, early: true, run: (x, message, { registration }) => registration.away(x, message) },
  MONITOR: { least: 1, run: monitor },
  MOTD: { least: 0, run: motd },
  LUSERS: { least: 0, run: users },
  VERSION: { least: 0, run: version },
  TIME: { least: 0, run: time },
  INFO: { least: 0, run: info },
  HELP: { least: 0, run: help },
  HELPOP: { least: 0, run: help },
  ADMIN: { least: 0, run: admin },
  LINKS: { least: 0, run: links },
  OPER: { least: 2, run: becomeOperator },
};
