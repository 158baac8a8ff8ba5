/** METADATA, as clients ask it (IRCv3, "Metadata"): what somebody or a room shows, which keys one wants to hear of, and one's own status. */
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { type NameKey, nameKey } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { failure } from "./faults.ts";
import { inBatch } from "./history_view.ts";
import { ircNick, ircRoom, isChannel, nicknameOf, roomOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";
import {
  KEYS,
  laterLine,
  type Metadata,
  type MetadataKey,
  metadataOf,
  metadataOfRoom,
  synchronised,
} from "./metadata.ts";
import { lookUp } from "./people_lookup.ts";
import { filled, textBytes } from "./wrapping.ts";
import { SERVER } from "./client.ts";

type Steps = Iterable<Inbound>;

/** Subcommand → what is asked for it. */
const SUBCOMMANDS: Readonly<Record<string, (x: Exchange, target: string, rest: readonly string[]) => Steps>> =
  {
    GET: get,
    LIST: list,
    SET: set,
    CLEAR: clear,
    SUB: subscribe,
    UNSUB: unsubscribe,
    SUBS: subscriptions,
    SYNC: synchronise,
  };

export function* metadata(x: Exchange, { params: [target = "", subcommand = "", ...rest] }: Message): Steps {
  const name = subcommand.toUpperCase();
  const run = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (run) yield* run(x, target, rest);
  else yield x.say(refusal(x, "INVALID_SUBCOMMAND", "There is no such subcommand", subcommand || "*"));
}

function refusal(x: Exchange, code: string, words: string, context: string): Line {
  return failure(x.client, "METADATA", code, words, context);
}

const isKey = (key: string) => /^[\w./-][\w.:/-]*$/.test(key);

function invalidKey(x: Exchange, key: string): Line {
  return refusal(x, "KEY_INVALID", "No key is written so", key === "" ? "*" : key.replaceAll(" ", "_"));
}

/** What a target shows, as `then` says it; a target that is none is told. */
function about(x: Exchange, target: string, then: (target: string, metadata: Metadata) => Reply): Inbound {
  const { client } = x;
  const missing = (): Reply => ({
    lines: [refusal(x, "INVALID_TARGET", "There is no such nickname or channel here", target || "*")],
  });
  if (isChannel(target)) {
    return x.ask("members", { room: roomOf(target) ?? "" }, {
      done: ({ room }) => then(ircRoom(room), metadataOfRoom(room)),
      failed: (fault) => fault.code === "rate_limited" ? x.refuse(fault) : missing(),
    });
  }
  const nickname = isOwn(x, target) ? client.nickname! : nicknameOf(target);
  return lookUp(
    x,
    [nickname],
    ([person]) => person ? then(ircNick(person.nickname), metadataOf(client, person)) : missing(),
  );
}

function isOwn({ client }: Exchange, target: string): boolean {
  return target === "*" || client.isOwn(nicknameOf(target));
}

/** Without a value: there is none. */
function valueLine({ client }: Exchange, target: string, key: string, value?: string): Line {
  return client.numeric("RPL_KEYVALUE", [target, key, "*"], value);
}

function valueOf(metadata: Metadata, key: string): string | undefined {
  return KEYS.some((each) => each === key) ? metadata[key as MetadataKey] : undefined;
}

function* get(x: Exchange, asked: string, keys: readonly string[]): Steps {
  yield about(x, asked, (target, metadata) => ({
    lines: inBatch(
      x.client,
      ["metadata"],
      keys.map((each) => {
        if (!isKey(each)) return invalidKey(x, each);
        const value = valueOf(metadata, each.toLowerCase());
        return value === undefined
          ? x.client.numeric("ERR_NOMATCHINGKEY", [target, each])
          : valueLine(x, target, each, value);
      }),
    ),
  }));
}

function* list(x: Exchange, asked: string): Steps {
  yield about(x, asked, (target, metadata) => ({
    lines: inBatch(
      x.client,
      ["metadata"],
      Object.entries(metadata).map(([key, value]) => valueLine(x, target, key, value)),
    ),
  }));
}

/** What of one's own can be changed here, and what is told where it can't. */
const NOT_HERE: Readonly<Record<MetadataKey, string>> = {
  avatar: "Choose a picture on the page; here it can be taken away only",
  "display-name": "It is one's nickname: an account changes that on the page, a guest with NICK",
  status: "",
};

function* set(x: Exchange, target: string, [asked = "", value = ""]: readonly string[]): Steps {
  if (!isKey(asked)) return yield x.say(invalidKey(x, asked));
  const key = asked.toLowerCase();
  const refuse = (why: string) => x.say(refusal(x, "KEY_NO_PERMISSION", why, `${target || "*"} ${asked}`));
  if (!isOwn(x, target)) return yield refuse("One sets what one shows oneself");
  if (key !== "status" && (key !== "avatar" || value !== "")) {
    return yield refuse(
      KEYS.some((each) => each === key) ? NOT_HERE[key as MetadataKey] : "There is no such key here",
    );
  }
  x.goFirst();
  yield about(x, "*", (own, metadata) => {
    if (value === "" && valueOf(metadata, key) === undefined) {
      return { lines: [x.client.numeric("ERR_KEYNOTSET", [own, asked])] };
    }
    return { ask: [changed(x, own, key, value)] };
  });
}

/** Changes what one shows; a status leaves it as it is whether one is away. */
function changed(x: Exchange, own: string, key: MetadataKey, value: string): Inbound {
  const outcome = {
    done: (): Reply => ({ lines: [valueLine(x, own, key, value === "" ? undefined : value)] }),
    failed: (fault: Fault) => notChanged(x, own, key, fault),
  };
  if (key === "avatar") return x.ask("account.avatar", { picture: null }, outcome);
  return lookUp(x, [x.client.nickname!], ([person]) => ({
    ask: [
      x.ask("status", {
        ...(person?.availability !== undefined && { availability: person.availability }),
        ...(value !== "" && { text: value }),
      }, outcome),
    ],
  }));
}

function notChanged(x: Exchange, own: string, key: string, fault: Fault): Reply {
  const code = NOT_CHANGED[fault.code];
  if (!code) return x.refuse(fault);
  return { lines: [refusal(x, code, fault.message, `${own} ${key}`)] };
}

/** Why something is not shown, as clients know it. */
const NOT_CHANGED: Readonly<Record<string, string>> = {
  account_needed: "KEY_NO_PERMISSION",
  bad_text: "VALUE_INVALID",
  rate_limited: "RATE_LIMITED",
};

function* clear(x: Exchange, target: string): Steps {
  if (!isOwn(x, target)) {
    const words = "One takes away what one shows oneself";
    return yield x.say(refusal(x, "KEY_NO_PERMISSION", words, `${target || "*"} *`));
  }
  x.goFirst();
  yield about(x, "*", (own, metadata) => {
    const keys = (["avatar", "status"] as const).filter((key) => metadata[key] !== undefined);
    return { ask: [cleared(x, own, keys, [])] };
  });
}

/** One after the other; told together. */
function cleared(x: Exchange, own: string, keys: readonly MetadataKey[], before: readonly Line[]): Inbound {
  const [key, ...others] = keys;
  if (key === undefined) return x.say(...inBatch(x.client, ["metadata"], before));
  const goOn = (line: Line): Reply => ({ ask: [cleared(x, own, others, [...before, line])] });
  const outcome = {
    done: () => goOn(valueLine(x, own, key)),
    failed: (fault: Fault) => goOn(refusal(x, "KEY_NO_PERMISSION", fault.message, `${own} ${key}`)),
  };
  return key === "avatar"
    ? x.ask("account.avatar", { picture: null }, outcome)
    : x.ask("status", {}, outcome);
}

/** SUB: as many as a client may have, and no key after the first that is too many. */
function* subscribe(x: Exchange, _: string, keys: readonly string[]): Steps {
  const { client } = x;
  const taken: string[] = [];
  const refused: Line[] = [];
  for (const asked of keys) {
    const key = asked.toLowerCase();
    if (!isKey(asked)) refused.push(invalidKey(x, asked));
    else if (!client.subscriptions.has(key) && client.subscriptions.size >= LIMITS.ircSubscriptionsMax) {
      const words = `${LIMITS.ircSubscriptionsMax} keys are subscribed to already`;
      refused.push(refusal(x, "TOO_MANY_SUBS", words, asked));
      break;
    } else {
      client.subscriptions.add(key);
      taken.push(asked);
    }
  }
  const told = [...keyLines(x, "RPL_METADATASUBOK", taken), ...refused];
  yield x.say(...told);
  if (!taken.some((key) => KEYS.some((each) => each === key.toLowerCase()))) return;
  const rooms = Array.from(client.rooms.values(), ({ name }) => name);
  if (rooms.length > 0) yield syncAll(x, rooms);
}

/**
 * What is shown in each room, one after the other; of whoever is in several it is told once. Rooms that would make it too many people,
 * and all that are left when too much was asked, the client is to ask for later. `told`: of whom it was told.
 */
function syncAll(
  x: Exchange,
  [room = "", ...others]: readonly string[],
  told: ReadonlySet<NameKey> = new Set(),
): Inbound {
  const goOn = (told: ReadonlySet<NameKey>) => others.length > 0 ? [syncAll(x, others, told)] : [];
  return x.ask("members", { room }, {
    done(state): Reply {
      const members = state.members.filter((each) => !told.has(nameKey(each)));
      const all = new Set([...told, ...members.map(nameKey)]);
      if (all.size > LIMITS.peopleListedMax) {
        return { lines: [laterLine(x.client, state.room)], ask: goOn(told) };
      }
      const isKnown = members.length === 0 && Object.keys(metadataOfRoom(state.room)).length === 0;
      if (isKnown) return { ask: goOn(told) };
      return { ask: [synchronised(x, { room: state.room, members }), ...goOn(all)] };
    },
    failed: (fault) =>
      fault.code === "rate_limited"
        ? { lines: [room, ...others].map((each) => laterLine(x.client, each, RETRY_SECONDS)) }
        : { ask: goOn(told) },
  });
}

function* unsubscribe(x: Exchange, _: string, keys: readonly string[]): Steps {
  for (const key of keys) x.client.subscriptions.delete(key.toLowerCase());
  yield x.say(
    ...keyLines(x, "RPL_METADATAUNSUBOK", keys.filter(isKey)),
    ...keys.filter((key) => !isKey(key)).map((key) => invalidKey(x, key)),
  );
}

function* subscriptions(x: Exchange): Steps {
  const lines = keyLines(x, "RPL_METADATASUBS", Array.from(x.client.subscriptions));
  if (lines.length > 0) yield x.say(...lines);
}

function keyLines(
  { client }: Exchange,
  numeric: "RPL_METADATASUBOK" | "RPL_METADATAUNSUBOK" | "RPL_METADATASUBS",
  keys: readonly string[],
): Line[] {
  if (keys.length === 0) return [];
  return filled(keys, textBytes(SERVER, "770", client.nick)).map((text) => client.numeric(numeric, [], text));
}

function* synchronise(x: Exchange, target: string): Steps {
  if (isChannel(target)) return yield syncOf(x, roomOf(target) ?? "", target);
  yield about(x, target, (name, metadata) => ({
    lines: inBatch(
      x.client,
      ["metadata"],
      Object.entries(metadata).filter(([key]) => x.client.subscriptions.has(key))
        .map(([key, value]) => ({ source: SERVER, command: "METADATA", params: [name, key, "*", value] })),
    ),
  }));
}

/** Everything that is subscribed to of a room and of everybody in it. */
function syncOf(x: Exchange, room: string, target: string): Inbound {
  return x.ask("members", { room }, {
    done: (state) => ({ ask: [synchronised(x, state)] }),
    failed: (fault) =>
      fault.code === "rate_limited"
        ? { lines: [laterLine(x.client, room, RETRY_SECONDS)] }
        : { lines: [refusal(x, "INVALID_TARGET", "There is no such channel here", target)] },
  });
}

/** When to ask again where one asks too often. */
const RETRY_SECONDS = "5";
