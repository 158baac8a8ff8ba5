/**
 * How a conversation is laid out: days between its messages, a line before what is new, what happened in the room, a
 * sender's messages in a row as one group, and at the end what is on its way.
 */
import type { Message } from "../../../server/core/shared/events.ts";
import type { MessageList } from "./message_list.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Transfer } from "./transfer.ts";

/** One row of the layout. */
export type Row =
  | MessageRow
  | { kind: "day"; key: string; at: number }
  | { kind: "new"; key: string }
  | { kind: "happening"; key: string; happening: Happening }
  | { kind: "outgoing"; key: string; outgoing: Outgoing; first: boolean }
  | { kind: "transfer"; key: string; transfer: Transfer };

/** A message in the layout; the same object as long as nothing about it changes. */
export interface MessageRow {
  kind: "message";
  key: string;
  message: Message;
  /** The first and the last of its sender's group. */
  first: boolean;
  last: boolean;
}

/** What happened in a room while one was there. */
export interface Happening {
  seq: number;
  /** In the page's words. */
  text(): string;
}

/** What is laid out. */
interface LaidOut {
  /** One's nickname. */
  me: string;
  messages: MessageList;
  /** Whether the server has older ones: then it is not known whether the first message here begins its day. */
  older: boolean;
  /** The message before which the line "new since" stands. */
  newFrom: string | undefined;
  /** In the order of their `seq`. */
  happenings: readonly Happening[];
  /** Whether the newest message is among these. */
  atEnd: boolean;
  outgoing: readonly Outgoing[];
  transfers: readonly Transfer[];
  /** A message's key, should it have one besides its id. */
  keyOf: ReadonlyMap<string, string>;
}

const GROUP_GAP_MS = 5 * 60_000;

/** Lays one conversation out, again and again; rows that stay as they are stay the same objects. */
export class RowLayout {
  readonly #made = new WeakMap<Message, MessageRow>();
  readonly #days = new Days();

  /** The rows from top to bottom. */
  rows({ me, messages, older, newFrom, happenings, atEnd, outgoing, transfers, keyOf }: LaidOut): Row[] {
    const rows: Row[] = [];
    const between = (from: number, to: number) =>
      happenings.filter(({ seq }) => seq > from && seq < to)
        .map((happening): Row => ({ kind: "happening", key: `happening ${happening.seq}`, happening }));
    let first = true;
    messages.forEach((message, i) => {
      const before = messages[i - 1];
      const after = messages[i + 1];
      if (before || !older) rows.push(...between(before?.seq ?? 0, message.seq));
      const startsDay = !before || !this.#days.same(before.at, message.at);
      // Without this a page that comes in above would find no message at the top to be held in its place.
      if (startsDay && (before || !older)) {
        rows.push({ kind: "day", key: `day ${this.#days.start(message.at)}`, at: message.at });
      }
      const isNew = message.id === newFrom && (before !== undefined || !older);
      if (isNew) rows.push({ kind: "new", key: "new" });
      first = startsDay || isNew || first || !together(before, message);
      const last = !after || after.id === newFrom || !this.#days.same(message.at, after.at) ||
        !together(message, after) || between(message.seq, after.seq).length > 0;
      rows.push(this.#row(keyOf.get(message.id) ?? message.id, message, first, last));
      first = last;
    });
    const newest = atEnd ? between(messages.at(-1)?.seq ?? 0, Infinity) : [];
    rows.push(...newest);
    outgoing.forEach((each, i) => {
      const after = i === 0 && newest.length === 0 ? messages.at(-1) : undefined;
      const first = i === 0 && !(after && together(after, { from: me, at: each.at }));
      rows.push({ kind: "outgoing", key: each.key, outgoing: each, first });
    });
    for (const transfer of transfers) {
      rows.push({ kind: "transfer", key: `transfer ${transfer.id}`, transfer });
    }
    return rows;
  }

  #row(key: string, message: Message, first: boolean, last: boolean): MessageRow {
    const known = this.#made.get(message);
    if (known && known.first === first && known.last === last && known.key === key) return known;
    const row: MessageRow = { kind: "message", key, message, first, last };
    this.#made.set(message, row);
    return row;
  }
}

/** Compares days without making a date each time: messages next to each other mostly fall on one. */
class Days {
  #from = 0;
  #to = 0;

  start(at: number): number {
    if (at < this.#from || at >= this.#to) {
      const day = new Date(at);
      this.#from = day.setHours(0, 0, 0, 0);
      // Not 24 hours later: days have 23 or 25 of them now and then.
      this.#to = day.setDate(day.getDate() + 1);
    }
    return this.#from;
  }

  same(a: number, b: number): boolean {
    const from = this.start(a);
    return b >= from && b < this.#to;
  }
}

function together(a: Message | undefined, b: { from: string; at: number }): boolean {
  return a !== undefined && a.from === b.from && b.at - a.at < GROUP_GAP_MS;
}
