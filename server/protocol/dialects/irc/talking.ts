/** What somebody says: to rooms and to people, one line, or what they do ("/me"). */
import { ME } from "../../../core/shared/actions.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Inbound } from "../../dialect.ts";
import { serviceLines, serviceNamed } from "./account_commands.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { cannotSend, failure } from "./faults.ts";
import { type Saying, sayings } from "./file_host.ts";
import { markdownOf } from "./formatting.ts";
import { isChannel, nicknameOf, roomOf } from "./irc_names.ts";
import type { Message } from "./message.ts";
import { awayNotice } from "./people_commands.ts";

type Steps = Iterable<Inbound>;

/** PRIVMSG and NOTICE. */
export function* talk(x: Exchange, { params: [targets = "", said], tags }: Message): Steps {
  const { client } = x;
  if (targets === "") {
    return yield x.say(client.numeric("ERR_NORECIPIENT", [], `No recipient given (${x.command})`));
  }
  if (said === undefined || said === "") return yield x.say(client.numeric("ERR_NOTEXTTOSEND"));
  const text = textOf(said);
  if (text === undefined) {
    // What answers by itself is not to be answered.
    if (x.command === "NOTICE") return;
    const words = "Cannot send this: of CTCP only ACTION is passed on";
    return yield x.say(failure(client, x.command, "CANNOT_SEND_CTCP", words, targets));
  }
  const names = new Set(targets.split(",").filter((name) => name !== ""));
  if (names.size > LIMITS.ircTargetsMax) {
    return yield x.say(client.numeric("ERR_TOOMANYTARGETS", [x.command], tooMany()));
  }
  for (const target of names) {
    const service = serviceNamed(target);
    if (!service) yield* sendTo(x, target, text, replyIn(tags));
    else if (x.command === "PRIVMSG") yield x.say(...serviceLines(x, service, said));
  }
}

/** What a message of several lines says, to one target. */
export function* sayTo(x: Exchange, target: string, said: string, tags: Message["tags"]): Steps {
  const service = serviceNamed(target);
  if (service) return yield x.say(...serviceLines(x, service, said));
  const text = said.split("\n").map(markdownOf).join("\n");
  yield* sendTo(x, target, text, replyIn(tags));
}

/** Words, and the files of one's own that are addressed in them. */
function* sendTo(x: Exchange, target: string, text: string, reply: string | undefined): Steps {
  for (const said of sayings(text, x.client.pageUrl())) yield send(x, target, said, reply);
}

/** The message that another one answers. */
function replyIn(tags: Message["tags"]): string | undefined {
  return tags.get("+draft/reply") ?? tags.get("+reply");
}

/** TAGMSG: that somebody is writing, or reacts to a message. Of anything else nothing is told. */
export function* tagged(x: Exchange, { params: [target = ""], tags }: Message): Steps {
  const place = isChannel(target) ? { room: roomOf(target) ?? "" } : { to: nicknameOf(target) };
  if (tags.get("+typing") === "active") yield x.ask("typing", place, { failed: () => ({}) });
  const message = replyIn(tags);
  if (message === undefined) return;
  const failed = (fault: Fault) => x.refuse(fault, target);
  for (const [name, on] of [["+draft/react", true], ["+draft/unreact", false]] as const) {
    const emoji = tags.get(name);
    if (emoji !== undefined) yield x.ask("react", { message, emoji, on }, { failed });
  }
}

/** REDACT: takes a message back; a room's moderators do so with others' messages too. */
export function* redact(x: Exchange, { params: [target = "", message = ""] }: Message): Steps {
  yield x.ask("recall", { message }, {
    failed(fault) {
      const told = REDACTIONS[fault.code];
      if (!told) return x.refuse(fault, target);
      return { lines: [failure(x.client, "REDACT", told, fault.message, `${target} ${message}`)] };
    },
  });
}

/** Why a message is not taken back, as clients know it. */
const REDACTIONS: Readonly<Record<string, string>> = {
  unknown_message: "UNKNOWN_MSGID",
  recalled: "UNKNOWN_MSGID",
  not_yours: "REDACT_FORBIDDEN",
  forbidden: "REDACT_FORBIDDEN",
};

function tooMany(): string {
  return `Too many targets: ${LIMITS.ircTargetsMax} at a time`;
}

function send(
  x: Exchange,
  target: string,
  { text, file, otherwise }: Saying,
  reply: string | undefined,
): Inbound {
  const isRoom = isChannel(target);
  const to = isRoom ? { room: roomOf(target) ?? "" } : { to: nicknameOf(target) };
  const files = file === undefined ? {} : { file, ...(otherwise !== undefined && { otherwise }) };
  return x.ask("send", { ...to, text, ...files, ...(reply !== undefined && { reply }) }, {
    done: ({ id }): Reply => {
      const notice = isRoom || x.command === "NOTICE" ? undefined : awayNotice(x, target);
      return { echo: id, ...(notice && { ask: [notice] }) };
    },
    failed(fault) {
      // Another address among words that were said already: it is there to be read.
      const isSaid = file !== undefined && otherwise === undefined;
      return isSaid && MISSING.has(fault.code) ? {} : refusal(x, fault, target, isRoom);
    },
  });
}

const MISSING: ReadonlySet<string> = new Set(["unknown_file", "file_gone"]);

function refusal(x: Exchange, fault: Fault, target: string, isRoom: boolean): Reply {
  const isPlace = ["not_member", "forbidden", "muted", "archived"].includes(fault.code);
  if (isRoom && isPlace) return { lines: [cannotSend(x.client, fault, target)] };
  return x.refuse(fault, target);
}

/** What a line says; undefined: it is something of CTCP that is not passed on. */
function textOf(said: string): string | undefined {
  if (!said.startsWith("\x01")) return markdownOf(said);
  // deno-lint-ignore no-control-regex -- this is what CTCP is in
  const [, action] = /^\x01ACTION(?: (.*?))?\x01?$/s.exec(said) ?? [];
  return action === undefined ? undefined : ME + markdownOf(action);
}
