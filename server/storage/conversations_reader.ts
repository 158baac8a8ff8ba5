/** Lists of conversations over SQLite. Each look is a walk along an index that ends after a given number of rows. */
import type { NameKey } from "../core/shared/names.ts";
import type {
  ConversationStore,
  ListPosition,
  NamedQuery,
  StoredConversation,
  UnreadQuery,
} from "../core/store/stored_conversations.ts";
import type { Statements } from "./statements.ts";
import { type Row, TEXT, textOf } from "./rows.ts";
import { nameExpression } from "./search_text.ts";

/** Reads for {@link ConversationStore}. */
export class SqliteConversations implements ConversationStore {
  readonly #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  latest(owner: string, after: ListPosition | undefined, limit: number): StoredConversation[] {
    return this.#db.all(
      `SELECT peer, nickname, seq FROM conversations WHERE owner = ? AND (seq, name) < (?, ?)
       ORDER BY seq DESC, name DESC LIMIT ?`,
      owner,
      after?.seq ?? Number.MAX_SAFE_INTEGER,
      after?.name ?? "",
      limit,
    ).map(conversationOf);
  }

  withName(owner: string, key: NameKey): StoredConversation | undefined {
    const row = this.#db.one(
      "SELECT peer, nickname, seq FROM conversations WHERE owner = ? AND name = ? ORDER BY seq DESC LIMIT 1",
      owner,
      key,
    );
    return row && conversationOf(row);
  }

  withPeer(owner: string, peer: string): StoredConversation | undefined {
    const row = this.#db.one(
      "SELECT peer, nickname, seq FROM conversations WHERE owner = ? AND peer = ?",
      owner,
      peer,
    );
    return row && conversationOf(row);
  }

  unread(query: UnreadQuery): number {
    return this.#unread("count(*) AS n", "DESC", query)!.n as number;
  }

  firstUnread(query: UnreadQuery): { id: string; seq: number } | undefined {
    const row = this.#unread("id, min(seq) AS seq", "ASC", query);
    return row && row.seq !== null ? { id: row.id as string, seq: row.seq as number } : undefined;
  }

  /** What somebody has not read, of as many as are looked at from one end. */
  #unread(columns: string, order: "ASC" | "DESC", query: UnreadQuery): Row | undefined {
    // Ordered by the column of the index that is walked: by the other one it would be sorted first, all of it.
    const [from, place, seq, values] = "room" in query
      ? ["messages m", "m.room = ?", "m.seq", [query.room]] as const
      : ["private p CROSS JOIN messages m ON m.seq = p.seq", "p.owner = ? AND p.peer = ?", "p.seq", [
        query.reader,
        query.peer,
      ]] as const;
    return this.#db.one(
      `SELECT ${columns} FROM (
         SELECT m.id, m.seq, m.author, m.recalled_at FROM ${from} WHERE ${place} AND ${seq} > ? AND ${seq} <= ? ORDER BY ${seq} ${order} LIMIT ?
       ) WHERE author <> ? AND recalled_at IS NULL`,
      ...values,
      query.after,
      query.upTo,
      query.max,
      query.reader,
    );
  }

  named({ reader, nickname, rooms, upTo, max }: NamedQuery): ReturnType<ConversationStore["named"]> {
    const expression = nameExpression(nickname, rooms.map(({ room }) => room));
    const after = new Map(rooms.map((each) => [each.room, each.after]));
    // A name without a letter is not in the index: then what was said last is looked through.
    if (expression === undefined) return rooms.flatMap((each) => this.#said(reader, each, upTo, max));
    const rows = this.#db.all(
      `SELECT m.seq, m.room, m.author, ${TEXT} FROM (
         SELECT rowid FROM message_search WHERE message_search MATCH ? AND rowid > ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?
       ) s CROSS JOIN messages m ON m.seq = s.rowid WHERE m.room IN (SELECT value FROM json_each(?))`,
      expression,
      Math.min(...after.values()),
      upTo,
      max,
      JSON.stringify([...after.keys()]),
    );
    return rows.filter((row) => row.author !== reader && (row.seq as number) > after.get(row.room as string)!)
      .map((row) => ({ room: row.room as string, text: textOf(row), author: row.author as string }));
  }

  /** What others said last in a room. */
  #said(reader: string, { room, after }: NamedQuery["rooms"][number], upTo: number, max: number) {
    return this.#db.all(
      `SELECT m.room, m.author, ${TEXT} FROM messages m WHERE m.room = ? AND m.seq > ? AND m.seq <= ? ORDER BY m.seq DESC LIMIT ?`,
      room,
      after,
      upTo,
      max,
    ).filter(({ author }) => author !== reader).map((row) => ({
      room,
      text: textOf(row),
      author: row.author as string,
    }));
  }
}

function conversationOf(row: Row): StoredConversation {
  return { peer: row.peer as string, nickname: row.nickname as string, seq: row.seq as number };
}
