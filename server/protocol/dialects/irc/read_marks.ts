/** MARKREAD: how far somebody has read, on all their clients (IRCv3, "Read marker"). The core's marks are messages, these are moments. */
import type { Event } from "../../../core/shared/events.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import type { Inbound, Output } from "../../dialect.ts";
import type { Client } from "./client.ts";
import { serverLine } from "./events.ts";
import { Exchange, type Reply } from "./exchange.ts";
import { failure } from "./faults.ts";
import { placeOf } from "./history_commands.ts";
import { type Place, targetOf } from "./history_view.ts";
import type { Line, Message } from "./message.ts";

type Steps = Iterable<Inbound>;

export function* markRead(x: Exchange, { params: [target = "", wanted] }: Message): Steps {
  const { client } = x;
  const place = placeOf(target);
  const failed = (fault: Fault): Reply => ({
    lines: [failure(client, "MARKREAD", "INTERNAL_ERROR", fault.message, target)],
  });
  if (target === "") {
    return yield x.say(failure(client, "MARKREAD", "NEED_MORE_PARAMS", "Missing parameters"));
  }
  if (wanted === undefined) return yield marked(x, place, failed);
  const [, time = ""] = /^timestamp=(.+)$/.exec(wanted) ?? [];
  const at = Date.parse(time);
  if (Number.isNaN(at)) {
    return yield x.say(failure(client, "MARKREAD", "INVALID_PARAMS", "Invalid parameters", wanted));
  }
  // The last message of that moment or before it.
  yield x.ask("history", { ...place, before: at + 1, limit: 1 }, {
    failed,
    done: ({ messages: [message], read }) => {
      const answer = marked(x, place, failed);
      if (!message || message.id === read) return { ask: [answer] };
      return {
        ask: [x.ask("read", { ...place, message: message.id }, { failed, done: () => ({ ask: [answer] }) })],
      };
    },
  });
}

/** How far somebody has read: what was said up to that moment; undefined: nothing. */
export function markLine(place: Place, at: number | undefined): Line {
  const moment = at === undefined ? "*" : `timestamp=${new Date(at).toISOString()}`;
  return serverLine("MARKREAD", targetOf(place), moment);
}

/** Finds out when what was read last was said, and says so. */
function marked(x: Exchange, place: Place, failed: (fault: Fault) => Reply): Inbound {
  const told = (at?: number): Reply => ({ lines: [markLine(place, at)] });
  return x.ask("history", { ...place, limit: 1 }, {
    prepaid: true,
    failed,
    done: ({ read, messages: [newest] }) => {
      if (read === null) return told();
      if (newest?.id === read) return told(newest.at);
      return { ask: [momentOf(x, place, read, told)] };
    },
  });
}

function momentOf(x: Exchange, place: Place, id: string, then: (at?: number) => Reply): Inbound {
  return x.ask("history", { ...place, around: id, limit: 1 }, {
    prepaid: true,
    done: ({ messages: [message] }) => then(message?.at),
    failed: () => then(),
  });
}

/** One has read something on another client. */
export function heardRead(client: Client, event: Event<"read">): Output {
  // How far others have read is nobody's business here.
  if (!client.caps.has("draft/read-marker") || !client.isOwn(event.from)) return {};
  const place = event.room === undefined ? { with: event.with ?? "" } : { room: event.room };
  const x = new Exchange(client, "MARKREAD");
  return {
    ask: [momentOf(x, place, event.id, (at) => ({
      lines: at === undefined ? [] : [markLine(place, at)],
    }))],
  };
}
