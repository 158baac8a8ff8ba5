/** CHATHISTORY: what was said before a message or a moment, after it, around it, or between two (IRCv3, "chathistory"). */
import type { Answer, Commands } from "../../../core/shared/commands.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Inbound } from "../../dialect.ts";
import { serverLine } from "./events.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { failure } from "./faults.ts";
import { historyLines, inBatch, type Place, targetOf } from "./history_view.ts";
import { isChannel, nicknameOf, roomOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";

type Steps = Iterable<Inbound>;
type Asked = Commands["history"]["asks"];
type Moment = string | number;

/** Later than anything that was said. */
const END = Number.MAX_SAFE_INTEGER - 1;

/** Subcommand → what is asked for it; undefined: its selectors are none. */
const PAGES: Readonly<
  Record<string, { selectors: number; of(selectors: readonly string[]): Asked | undefined }>
> = {
  LATEST: {
    selectors: 1,
    of: ([selector = ""]) =>
      selector === "*" ? {} : given(momentOf(selector), (moment) => ({ between: [END, moment] })),
  },
  BEFORE: { selectors: 1, of: ([selector = ""]) => given(momentOf(selector), (before) => ({ before })) },
  AFTER: { selectors: 1, of: ([selector = ""]) => given(momentOf(selector), (after) => ({ after })) },
  AROUND: { selectors: 1, of: ([selector = ""]) => given(momentOf(selector), (around) => ({ around })) },
  BETWEEN: {
    selectors: 2,
    of: ([one = "", other = ""]) =>
      given(momentOf(one), (start) => given(momentOf(other), (end) => ({ between: [start, end] }))),
  },
};

function given<Found, Made>(
  found: Found | undefined,
  make: (found: Found) => Made | undefined,
): Made | undefined {
  return found === undefined ? undefined : make(found);
}

/** "timestamp=…" or "msgid=…"; undefined: neither. */
function momentOf(selector: string): Moment | undefined {
  const [, kind, value = ""] = /^(timestamp|msgid)=(.+)$/s.exec(selector) ?? [];
  if (kind === "msgid") return value;
  const at = kind === "timestamp" ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at);
}

/** Where a target is. */
export function placeOf(target: string): Place {
  return isChannel(target) ? { room: roomOf(target) ?? "" } : { with: nicknameOf(target) };
}

export function* chatHistory(x: Exchange, { params }: Message): Steps {
  const [subcommand = "", ...rest] = params;
  const name = subcommand.toUpperCase();
  if (name === "TARGETS") return yield* targets(x, rest);
  const page = Object.hasOwn(PAGES, name) ? PAGES[name] : undefined;
  if (!page) return yield x.say(wrong(x, "UNKNOWN_COMMAND", "There is no such subcommand", subcommand));
  if (rest.length < page.selectors + 2) {
    return yield x.say(wrong(x, "NEED_MORE_PARAMS", "Missing parameters", name));
  }
  const [target = "", ...selectors] = rest;
  const asked = page.of(selectors);
  const limit = limitOf(selectors[page.selectors]);
  if (!asked || limit === undefined) {
    return yield x.say(wrong(x, "INVALID_PARAMS", "Invalid parameters", name));
  }
  const place = placeOf(target);
  yield x.ask("history", { ...place, ...asked, limit }, {
    done: ({ messages }) => ({ lines: historyLines(x.client, place, messages) }),
    failed: (fault) => refused(x, fault, name, target),
  });
}

function limitOf(text: string | undefined): number | undefined {
  const limit = Number(text);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, LIMITS.historyMax) : undefined;
}

function wrong(x: Exchange, code: string, words: string, context: string): Line {
  return failure(x.client, "CHATHISTORY", code, words, context);
}

/** Whether there is such a place is not told to those who are not in it. */
function refused(x: Exchange, fault: Fault, subcommand: string, target: string): Reply {
  const isPlace = ["unknown_room", "not_member", "unknown_nickname"].includes(fault.code);
  if (isPlace) {
    return {
      lines: [wrong(x, "INVALID_TARGET", "Messages could not be retrieved", `${subcommand} ${target}`)],
    };
  }
  if (fault.code !== "unknown_message") return x.refuse(fault);
  return { lines: [wrong(x, "MESSAGE_ERROR", "Messages could not be retrieved", `${subcommand} ${target}`)] };
}

/** The places where something was said between two moments, and when last. */
function* targets(x: Exchange, [one = "", other = "", count]: readonly string[]): Steps {
  const [start, end] = [momentOf(one), momentOf(other)];
  const limit = limitOf(count);
  if (typeof start !== "number" || typeof end !== "number" || limit === undefined) {
    return yield x.say(wrong(x, "INVALID_PARAMS", "Invalid parameters", "TARGETS"));
  }
  yield conversations(x, { start, end, limit }, []);
}

interface Wanted {
  readonly start: number;
  readonly end: number;
  readonly limit: number;
}

interface Found {
  readonly target: string;
  readonly at: number;
}

/** Goes through the list of conversations, which has the newest first. */
function conversations(x: Exchange, wanted: Wanted, before: readonly Found[], after?: string): Inbound {
  return x.ask("conversations", after === undefined ? {} : { after }, {
    ...(after !== undefined && { prepaid: true }),
    done: (answer) => {
      const found = [...before, ...foundIn(answer)];
      if (answer.next !== null) return { ask: [conversations(x, wanted, found, answer.next)] };
      const [first, last] = [Math.min(wanted.start, wanted.end), Math.max(wanted.start, wanted.end)];
      const inRange = found.filter(({ at }) => at > first && at < last).sort((a, b) => a.at - b.at);
      // From the first moment on, or back from it.
      const told = wanted.start <= wanted.end ? inRange.slice(0, wanted.limit) : inRange.slice(-wanted.limit);
      const lines = told.map(({ target, at }) =>
        serverLine("CHATHISTORY", "TARGETS", target, `timestamp=${new Date(at).toISOString()}`)
      );
      return { lines: inBatch(x.client, ["draft/chathistory-targets"], lines) };
    },
  });
}

function foundIn({ rooms, private: people }: Answer<"conversations">): Found[] {
  const places = [
    ...rooms.map(({ room, last }) => ({ place: { room }, last })),
    ...people.filter(({ former }) => !former).map(({ with: nickname, last }) => ({
      place: { with: nickname },
      last,
    })),
  ];
  return places.flatMap(({ place, last }) => last ? [{ target: targetOf(place), at: last.at }] : []);
}
