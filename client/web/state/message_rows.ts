/** How a list of messages is laid out: days between, and a sender's messages in a row as one group. */
import type { Message } from "../../../server/core/events.ts";
import type { MessageList } from "./message_list.ts";

/** One line of the layout. */
export type Row =
  | { kind: "day"; at: number }
  /** `first`, `last`: of its sender's group. */
  | { kind: "message"; message: Message; first: boolean; last: boolean };

const GROUP_GAP_MS = 5 * 60_000;

/** Lays a list out. */
export function rowsOf(list: MessageList): Row[] {
  const rows: Row[] = [];
  let before: Message | undefined;
  list.forEach((message, i) => {
    const newDay = !before || !sameDay(before.at, message.at);
    if (newDay) rows.push({ kind: "day", at: message.at });
    const after = list[i + 1];
    const first = newDay || !before || !together(before, message);
    const last = !after || !sameDay(message.at, after.at) || !together(message, after);
    rows.push({ kind: "message", message, first, last });
    before = message;
  });
  return rows;
}

/** Whether two times fall on one day here. */
export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function together(a: Message, b: Message): boolean {
  return a.from === b.from && b.at - a.at < GROUP_GAP_MS;
}
