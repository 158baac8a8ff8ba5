/**
 * What is read of conversations: pages, search, what somebody missed. All but search is read in the main
 * thread, where a page costs less than a message to another thread.
 */
import type { SQLInputValue } from "node:sqlite";
import type { Event, Message, StoredEvent } from "../core/shared/events.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { PageQuery, ReplayQuery, RoomEventsQuery, SearchQuery } from "../core/store/store.ts";
import { CHANGE, changeOf, messageEventOf, messageOf, type Row, SEEN_JOINS, SEEN_MESSAGE } from "./rows.ts";
import { searchExpression, wordsExpression } from "./search_text.ts";
import { searchFew } from "./small_search.ts";
import type { Statements } from "./statements.ts";

/** A page of a conversation, oldest first. */
export function readPage(
  db: Statements,
  query: PageQuery,
  reader: string,
): { messages: Message[]; more: boolean } {
  // Ordered by the column of the index that is walked: by the other one all of it would be sorted first.
  const [from, place, seq, placeValues]: [string, string, string, string[]] = query.between
    ? ["private p CROSS JOIN messages m ON m.seq = p.seq", "p.owner = ? AND p.peer = ?", "p.seq", [
      ...query.between,
    ]]
    : ["messages m", "m.room = ?", "m.seq", [query.room ?? ""]];
  const forward = query.after !== undefined;
  const rows = db.each(
    `SELECT ${SEEN_MESSAGE} FROM ${from} ${SEEN_JOINS} WHERE ${place} AND ${seq} > ? AND ${seq} <= ?
     ORDER BY ${seq} ${forward ? "ASC" : "DESC"} LIMIT ?`,
    reader,
    ...placeValues,
    Math.max(query.after ?? 0, query.from ?? 0),
    Math.min((query.before ?? Number.MAX_SAFE_INTEGER) - 1, query.upTo),
    query.limit + 1,
  );
  return finishPage(db, rows, { reader, limit: query.limit, forward });
}

/** The number of the last message before a moment: their times grow with their numbers, so that it is found without an index of them. */
export function lastBefore(db: Statements, at: number): number {
  const newestUpTo = (seq: number) =>
    db.one("SELECT seq, at FROM messages WHERE seq <= ? ORDER BY seq DESC LIMIT 1", seq) as
      | { seq: number; at: number }
      | undefined;
  const newest = newestUpTo(Number.MAX_SAFE_INTEGER);
  if (!newest || newest.at < at) return newest?.seq ?? 0;
  // Before the moment; not before it.
  let [low, high] = [0, newest.seq];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const found = newestUpTo(middle);
    if (!found || found.at < at) low = middle;
    else high = found.seq;
  }
  return newestUpTo(low)?.seq ?? 0;
}

/** The newest matches, oldest first. */
export function searchMessages(db: Statements, query: SearchQuery): { messages: Message[]; more: boolean } {
  const person = query.private ? query.person : undefined;
  const expression = searchExpression(query.text, { rooms: query.rooms, person });
  if (expression === undefined) return { messages: [], more: false };
  const few = searchFew(db, query, wordsExpression(query.text)!);
  if (few) {
    return finishPage(db, messagesAt(db, few, query.person), {
      reader: query.person,
      limit: query.limit,
      forward: false,
    });
  }
  const rows = db.each(
    `SELECT ${SEEN_MESSAGE} FROM message_search s CROSS JOIN messages m ON m.seq = s.rowid ${SEEN_JOINS}
     WHERE message_search MATCH ? AND s.rowid < ? AND s.rowid <= ? AND (
       (m.room IN (SELECT value FROM json_each(?)) AND m.seq > coalesce(? ->> m.room, 0)) OR
       (? AND m.room IS NULL AND EXISTS (SELECT 1 FROM private p WHERE p.owner = ? AND p.seq = m.seq AND p.peer = coalesce(?, p.peer)))
     ) ORDER BY s.rowid DESC LIMIT ?`,
    query.person,
    expression,
    query.before ?? Number.MAX_SAFE_INTEGER,
    query.upTo,
    JSON.stringify(query.rooms),
    JSON.stringify(query.from ?? {}),
    query.private ? 1 : 0,
    query.person,
    query.peer ?? null,
    query.limit + 1,
  );
  return finishPage(db, rows, { reader: query.person, limit: query.limit, forward: false });
}

/** Messages by their numbers, in this order. */
function messagesAt(db: Statements, seqs: readonly number[], reader: string): Iterable<Row> {
  return db.each(
    `SELECT ${SEEN_MESSAGE} FROM json_each(?) s CROSS JOIN messages m ON m.seq = s.value ${SEEN_JOINS} ORDER BY s.key`,
    JSON.stringify(seqs),
    reader,
  );
}

/** Some messages as one reader sees them, in this order. */
export function readMessagesAt(db: Statements, seqs: readonly number[], reader: string): Message[] {
  return Array.from(messagesAt(db, seqs, reader), (row) => {
    const message = messageOf(row, reader);
    addReactions(db, message);
    return message;
  });
}

/** The private messages that wait for a person, oldest first. */
export function readWaiting(db: Statements, person: string, upTo: number): Event<"message" | "offer">[] {
  const rows = db.all(
    `SELECT ${SEEN_MESSAGE} FROM waiting w CROSS JOIN messages m ON m.seq = w.seq ${SEEN_JOINS}
     WHERE w.person = ? AND w.seq <= ? AND r.hidden IS NOT 1 ORDER BY w.seq`,
    person,
    person,
    upTo,
  );
  const waiting = rows.map((row) => messageEventOf(row, person));
  for (const message of waiting) addReactions(db, message);
  return waiting;
}

/** Everything stored that a person was or would have been told, in order; undefined when it is more than the limit. */
export function readMissed(db: Statements, query: ReplayQuery): StoredEvent[] | undefined {
  const { person, rooms, after, upTo, limit } = query;
  const found = new Map<number, StoredEvent>();
  const take = (sql: string, ...values: SQLInputValue[]): boolean => {
    for (const row of db.all(`${sql} LIMIT ?`, person, ...values, limit + 1 - found.size)) {
      const event: StoredEvent = "change_seq" in row ? changeOf(row, person) : messageEventOf(row, person);
      found.set(event.seq, event);
    }
    return found.size <= limit;
  };
  const fits =
    rooms.every(({ room, since, from }) =>
      take(MESSAGES_OF_ROOM, room, Math.max(since, after), upTo) &&
      take(CHANGES_OF_ROOM, room, Math.max(since, after), upTo, from ?? 0)
    ) && MISSED_IN_PRIVATE.every((sql) => take(sql, person, after, upTo));
  return fits ? Array.from(found.values()).sort((a, b) => a.seq - b.seq) : undefined;
}

/** What happened to a room besides what was said. */
export function readRoomEvents(
  db: Statements,
  { room, after, upTo, limit }: RoomEventsQuery,
): StoredEvent[] {
  return db.all(EVENTS_OF_ROOM, "", room, after, upTo, limit).map((row) => changeOf(row, ""));
}

const CHANGES = `FROM changes c LEFT JOIN messages m ON m.seq = c.message LEFT JOIN rooms ON rooms.id = c.room
  LEFT JOIN recipients r ON r.seq = c.message AND r.person = ?`;

const MESSAGES_OF_ROOM =
  `SELECT ${SEEN_MESSAGE} FROM messages m ${SEEN_JOINS} WHERE m.room = ? AND m.seq > ? AND m.seq <= ? ORDER BY m.seq`;
const CHANGES_OF_ROOM =
  `SELECT ${CHANGE} ${CHANGES} WHERE c.room = ? AND c.seq > ? AND c.seq <= ? AND coalesce(c.message, c.seq) > ? ORDER BY c.seq`;

const EVENTS_OF_ROOM =
  `SELECT ${CHANGE} ${CHANGES} WHERE c.room = ? AND c.message IS NULL AND c.seq > ? AND c.seq <= ? ORDER BY c.seq LIMIT ?`;

/** Also one's own kicks: one is not in that room any more. */
const MISSED_IN_PRIVATE: readonly string[] = [
  `SELECT DISTINCT ${SEEN_MESSAGE} FROM private p CROSS JOIN messages m ON m.seq = p.seq ${SEEN_JOINS}
   WHERE p.owner = ? AND p.seq > ? AND p.seq <= ? ORDER BY p.seq`,
  `SELECT ${CHANGE} ${CHANGES} WHERE c.room IS NULL AND EXISTS
   (SELECT 1 FROM private p WHERE p.seq = c.message AND p.owner = ? AND NOT (c.kind = 'edited' AND EXISTS
     (SELECT 1 FROM blocks b WHERE b.owner = p.owner AND b.person = m.author)))
   AND c.seq > ? AND c.seq <= ? ORDER BY c.seq`,
  `SELECT ${CHANGE} ${CHANGES} WHERE c.subject = ? AND c.kind = 'kicked' AND c.seq > ? AND c.seq <= ? ORDER BY c.seq`,
];

/** The messages of a page, which ends early where they get too long for one: what is left is for the next. */
function finishPage(
  db: Statements,
  rows: Iterable<Row>,
  page: { reader: string; limit: number; forward: boolean },
): { messages: Message[]; more: boolean } {
  const messages: Message[] = [];
  let more = false;
  let chars = 0;
  for (const row of rows) {
    more = messages.length === page.limit || chars > LIMITS.textBytesAtOnceMax;
    if (more) break;
    const message = messageOf(row, page.reader);
    messages.push(message);
    chars += message.text.length + addReactions(db, message);
  }
  if (!page.forward) messages.reverse();
  return { messages, more };
}

/** Adds who has reacted; gives how many characters that is. */
function addReactions(db: Statements, message: Message): number {
  let chars = 0;
  for (
    const row of db.all(
      `SELECT emoji, coalesce(a.nickname, r.nickname) AS nickname FROM reactions r LEFT JOIN accounts a ON a.id = r.person
       WHERE message = ? ORDER BY seq`,
      message.seq,
    )
  ) {
    const reactions = message.reactions ??= {};
    const nickname = row.nickname as string;
    (reactions[row.emoji as string] ??= []).push(nickname);
    chars += nickname.length;
  }
  return chars;
}
