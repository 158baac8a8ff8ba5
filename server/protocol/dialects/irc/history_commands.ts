/** CHATHISTORY: what was said before a message or a moment, after it, around it, or between two (IRCv3, "chathistory"). */
import type { Answer, Commands } from "../../../core/shared/commands.ts";
import type { Message as Said, StoredEvent } from "../../../core/shared/events.ts";
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
  const [subcommand, ...rest] = params;
  if (subcommand === undefined) {
    return yield x.say(failure(x.client, "CHATHISTORY", "NEED_MORE_PARAMS", "Missing parameters"));
  }
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
  const found = { messages: [], events: [] };
  yield filled(x, { place, limit, page: 1 }, asked, found, (fault) => refused(x, fault, name, target));
}

/** So many pages are looked through for one answer: ten thousand messages. */
const PAGES_MAX = 50;

/**
 * Asks until there are as many messages as the client wants, or no more: it takes fewer for the end of all history. Some are left out, as
 * they were taken back, and the core's pages end early where texts are long.
 */
function filled(
  x: Exchange,
  wanted: { readonly place: Place; readonly limit: number; readonly page: number },
  asked: Asked,
  before: Gathered,
  failed: (fault: Fault) => Reply,
): Inbound {
  const { place, limit, page } = wanted;
  const isPlayed = x.client.caps.has("draft/event-playback");
  const size = { limit: page > 1 ? LIMITS.historyMax : limit };
  return x.ask("history", { ...place, ...asked, ...size, ...(isPlayed && { events: true }) }, {
    ...(page > 1 && { prepaid: true }),
    done(answer): Reply {
      const kept = answer.messages.filter(({ recalled }) => !recalled);
      const isForward = asked.after !== undefined || answer.newer !== undefined;
      const all = isForward ? [...before.messages, ...kept] : [...kept, ...before.messages];
      const events = [...before.events, ...answer.events ?? []];
      const next = all.length < limit && page < PAGES_MAX ? restOf(asked, answer) : undefined;
      if (next) {
        const found = { messages: all, events };
        return { ask: [filled(x, { place, limit, page: page + 1 }, next, found, failed)] };
      }
      const told = isForward ? all.slice(0, limit) : all.slice(-limit);
      const keep = isForward ? "oldest" : "newest";
      return { lines: historyLines(x.client, place, told, { keep, events: within(events, all, told) }) };
    },
    // What a page ended with may be gone by now.
    failed: (fault) =>
      page > 1 ? { lines: historyLines(x.client, place, before.messages, before) } : failed(fault),
  });
}

/** The pages up to now. */
interface Gathered {
  readonly messages: readonly Said[];
  readonly events: readonly StoredEvent[];
}

/** Events that belong to the messages that are told, where not all of those are that were found. */
function within(
  events: readonly StoredEvent[],
  all: readonly Said[],
  told: readonly Said[],
): readonly StoredEvent[] {
  const [first, last] = [told[0], told.at(-1)];
  return events.filter(({ seq }) =>
    (first === all[0] || seq > first!.seq) && (last === all.at(-1) || seq < last!.seq)
  );
}

/** What is asked for the messages behind a page, in its direction; undefined: there are none. */
function restOf(asked: Asked, { messages, more, newer }: Answer<"history">): Asked | undefined {
  const [first, last] = [messages[0], messages.at(-1)];
  if (!more || !first || !last || asked.around !== undefined) return undefined;
  if (asked.after !== undefined) return { after: last.id };
  if (asked.between) return { between: [newer === undefined ? first.id : last.id, asked.between[1]] };
  return { before: first.id };
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
  const isMessage = ["unknown_message", "bad_request"].includes(fault.code);
  if (!isMessage) return x.refuse(fault);
  return { lines: [wrong(x, "MESSAGE_ERROR", "Messages could not be retrieved", `${subcommand} ${target}`)] };
}

/** The places where something was said between two moments, and when last. */
function* targets(x: Exchange, [one = "", other = "", count]: readonly string[]): Steps {
  if (count === undefined) return yield x.say(wrong(x, "NEED_MORE_PARAMS", "Missing parameters", "TARGETS"));
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
      const [first, last] = [Math.min(wanted.start, wanted.end), Math.max(wanted.start, wanted.end)];
      const oldest = answer.private.at(-1)?.last?.at ?? last;
      if (answer.next !== null && oldest > first) {
        return { ask: [conversations(x, wanted, found, answer.next)] };
      }
      const inRange = found.filter(({ at }) => at > first && at < last).sort((a, b) => a.at - b.at);
      // From the first moment on, or back from it.
      const told = wanted.start <= wanted.end ? inRange.slice(0, wanted.limit) : inRange.slice(-wanted.limit);
      const lines = told.map(({ target, at }) =>
        serverLine("CHATHISTORY", "TARGETS", target, new Date(at).toISOString())
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
