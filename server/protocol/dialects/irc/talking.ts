/** What somebody says: to rooms and to people, one line, or what they do ("/me"). */
import { ME } from "../../../core/shared/actions.ts";
import type { Fault, FaultCode } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Inbound } from "../../dialect.ts";
import { serviceLines, serviceNamed } from "./account_commands.ts";
import { reasonIn } from "./channel_commands.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { cannotSend, failure } from "./faults.ts";
import { type Saying, sayings } from "./file_host.ts";
import { markdownOf } from "./formatting.ts";
import { placeOf as conversationOf } from "./history_commands.ts";
import { isChannel, nicknameOf, roomOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";
import { awayNotice } from "./people_commands.ts";

type Steps = Iterable<Inbound>;

/** PRIVMSG and NOTICE. */
export function* talk(x: Exchange, { params: [targets = "", said], tags }: Message): Steps {
  const { client } = x;
  const refuse = (line: Line) => x.say(...isAnswered(x) ? [line] : []);
  if (targets === "") {
    return yield refuse(client.numeric("ERR_NORECIPIENT", [], `No recipient given (${x.command})`));
  }
  if (said === undefined || said === "") return yield refuse(client.numeric("ERR_NOTEXTTOSEND"));
  const text = textOf(said);
  if (text === "") return yield refuse(client.numeric("ERR_NOTEXTTOSEND"));
  if (text === undefined) {
    const words = "Cannot send this: of CTCP only ACTION is passed on";
    return yield refuse(failure(client, x.command, "CANNOT_SEND_CTCP", words, targets));
  }
  const names = new Set(targets.split(",").filter((name) => name !== ""));
  if (names.size > LIMITS.ircTargetsMax) {
    return yield refuse(client.numeric("ERR_TOOMANYTARGETS", [x.command], tooMany()));
  }
  for (const target of names) {
    const service = serviceNamed(target);
    if (!service) {
      yield* sendTo(x, target, text, replyIn(tags), Math.ceil(LIMITS.ircFilesMax / names.size));
      yield* react(x, target, tags);
    } else if (isAnswered(x)) yield x.say(...serviceLines(x, service, said));
  }
}

/** What answers by itself is not to be answered, whatever becomes of it (RFC 2812, "Notice"). */
function isAnswered({ command }: Exchange): boolean {
  return command !== "NOTICE";
}

/** What a message of several lines says, to one target. */
export function* sayTo(x: Exchange, target: string, said: string, tags: Message["tags"]): Steps {
  const service = serviceNamed(target);
  if (service) return yield x.say(...serviceLines(x, service, said));
  const text = said.split("\n").map(markdownOf).join("\n");
  yield* sendTo(x, target, text, replyIn(tags));
  yield* react(x, target, tags);
}

/** Words, and the files of one's own that are addressed in them. */
function* sendTo(
  x: Exchange,
  target: string,
  text: string,
  reply: string | undefined,
  filesMax: number = LIMITS.ircFilesMax,
): Steps {
  for (const said of sayings(text, filesMax)) yield send(x, target, said, reply);
}

/** The message that another one answers. */
function replyIn(tags: Message["tags"]): string | undefined {
  return tags.get("+draft/reply") ?? tags.get("+reply");
}

/** TAGMSG: that somebody is writing, or reacts to a message. Of anything else nothing is told. */
export function* tagged(x: Exchange, { params: [target = ""], tags }: Message): Steps {
  if (tags.get("+typing") === "active") yield typing(x, target);
  yield* react(x, target, tags);
}

/** It is refused as a message would be (IRCv3, "Message tags"), but for its rate: the next one is on its way. */
function typing(x: Exchange, target: string): Inbound {
  const isRoom = isChannel(target);
  return x.ask("typing", destinationOf(target), {
    failed: (fault) => fault.code === "rate_limited" ? {} : refusal(x, fault, target, isRoom),
  });
}

/** A reaction to the message that this one answers, or that one is taken back. With words it is both, a message and a reaction. */
function* react(x: Exchange, target: string, tags: Message["tags"]): Steps {
  const message = replyIn(tags);
  if (message === undefined) return;
  const failed = (fault: Fault): Reply => {
    if (!isAnswered(x)) return {};
    if (!isElsewhere(fault)) return x.refuse(fault, target);
    return { lines: [failure(x.client, x.command, "UNKNOWN_MSGID", fault.message, target)] };
  };
  for (const [name, on] of [["+draft/react", true], ["+draft/unreact", false]] as const) {
    const emoji = tags.get(name);
    if (emoji !== undefined) {
      yield x.ask("react", { message, emoji, on, in: conversationOf(target) }, { failed });
    }
  }
}

/** Whether there is no such message, or none in the conversation that was named. */
function isElsewhere({ code }: Fault): boolean {
  return code === "unknown_message" || code === "bad_request";
}

/** REDACT: takes a message back; a room's moderators do so with others' messages too. */
export function* redact(x: Exchange, { params: [target = "", message = "", words] }: Message): Steps {
  yield x.ask("recall", { message, in: conversationOf(target), ...reasonIn(words) }, {
    failed(fault) {
      const told = REDACTIONS[fault.code];
      if (!told) return x.refuse(fault, target);
      return { lines: [failure(x.client, "REDACT", told, fault.message, `${target} ${message}`)] };
    },
  });
}

/** Why a message is not taken back, as clients know it. */
const REDACTIONS: Readonly<Partial<Record<FaultCode, string>>> = {
  unknown_message: "UNKNOWN_MSGID",
  // It is in another conversation.
  bad_request: "UNKNOWN_MSGID",
  recalled: "UNKNOWN_MSGID",
  unknown_room: "INVALID_TARGET",
  not_member: "INVALID_TARGET",
  unknown_nickname: "INVALID_TARGET",
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
  const files = file === undefined ? {} : { file, ...(otherwise !== undefined && { otherwise }) };
  const answering = reply === undefined ? {} : { reply, uncheckedReply: true } as const;
  return x.ask("send", {
    ...destinationOf(target),
    text,
    ...files,
    ...answering,
    ...(x.command === "NOTICE" && { notice: true }),
  }, {
    done: (): Reply => {
      const notice = isRoom || !isAnswered(x) ? undefined : awayNotice(x, target);
      return notice ? { ask: [notice] } : {};
    },
    failed(fault) {
      // Another address among words that were said already: it is there to be read.
      const isSaid = file !== undefined && otherwise === undefined;
      return isSaid && MISSING.has(fault.code) ? {} : refusal(x, fault, target, isRoom);
    },
  });
}

/** Where something is said. */
function destinationOf(target: string): { room: string } | { to: string } {
  return isChannel(target) ? { room: roomOf(target) ?? "" } : { to: nicknameOf(target) };
}

const MISSING: ReadonlySet<FaultCode> = new Set<FaultCode>(["unknown_file", "file_gone"]);

function refusal(x: Exchange, fault: Fault, target: string, isRoom: boolean): Reply {
  if (!isAnswered(x)) return {};
  const isPlace = ["not_member", "forbidden", "muted", "archived"].includes(fault.code);
  if (isRoom && isPlace) return { lines: [cannotSend(x.client, fault, target)] };
  return x.refuse(fault, target);
}

/** What a line says; "": nothing; undefined: it is something of CTCP that is not passed on. */
function textOf(said: string): string | undefined {
  if (!said.startsWith("\x01")) return markdownOf(said);
  // deno-lint-ignore no-control-regex -- this is what CTCP is in
  const action = /^\x01ACTION(?: (.*?))?\x01?$/s.exec(said);
  if (!action) return undefined;
  const doing = markdownOf(action[1] ?? "");
  return doing.trim() === "" ? "" : ME + doing;
}
