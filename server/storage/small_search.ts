/**
 * A search in little: whoever may read a few hundred messages of a million waits for those, not for the words of all
 * others. The few are put into an index of their own, for this one search, which finds what the large one would.
 */
import { DatabaseSync } from "node:sqlite";
import type { SearchQuery } from "../core/store/store.ts";
import type { Statements } from "./statements.ts";
import { TEXT, textOf } from "./rows.ts";
import { searchTextOf } from "./search_text.ts";

/** How many messages are few: some milliseconds. */
const FEW = 1_000;

let scratch: DatabaseSync | undefined;

/** The matches, newest first; undefined: there is too much to look through. `expression`: words alone. */
export function searchFew(db: Statements, query: SearchQuery, expression: string): number[] | undefined {
  const seqs = readable(db, query);
  if (!seqs) return undefined;
  scratch ??= new DatabaseSync(":memory:");
  scratch.exec(`
    CREATE VIRTUAL TABLE few USING fts5 (text, content='', tokenize="unicode61 remove_diacritics 2");
    BEGIN
  `);
  try {
    const insert = scratch.prepare("INSERT INTO few (rowid, text) VALUES (?, ?)");
    const rows = db.all(
      `SELECT m.seq, ${TEXT}, f.name FROM json_each(?) s CROSS JOIN messages m ON m.seq = s.value LEFT JOIN files f ON f.id = m.file
       WHERE m.recalled_at IS NULL`,
      JSON.stringify(seqs),
    );
    for (const row of rows) {
      insert.run(row.seq as number, searchTextOf(textOf(row), row.name as string | null));
    }
    const found = scratch.prepare("SELECT rowid FROM few WHERE few MATCH ? ORDER BY rowid DESC LIMIT ?");
    return found.all(expression, query.limit + 1).map(({ rowid }) => rowid as number);
  } finally {
    scratch.exec("COMMIT; DROP TABLE few");
  }
}

/** What the asker may read where they search, up to a bound. */
function readable(
  db: Statements,
  { rooms, from, person, private: own, peer, before, upTo }: SearchQuery,
): number[] | undefined {
  const last = Math.min((before ?? Number.MAX_SAFE_INTEGER) - 1, upTo);
  const seqs: number[] = [];
  const add = (sql: string, ...values: (string | number | null)[]) => {
    for (const { seq } of db.all(sql, ...values, last, FEW + 1 - seqs.length)) seqs.push(seq as number);
    return seqs.length <= FEW;
  };
  const fits =
    rooms.every((room) =>
      add("SELECT seq FROM messages WHERE room = ? AND seq > ? AND seq <= ? LIMIT ?", room, from?.[room] ?? 0)
    ) &&
    (!own || add(
      `SELECT DISTINCT p.seq FROM private p CROSS JOIN messages m ON m.seq = p.seq
       WHERE p.owner = ? AND p.peer = coalesce(?, p.peer) AND p.seq <= ? AND m.room IS NULL LIMIT ?`,
      person,
      peer ?? null,
    ));
  return fits ? seqs : undefined;
}
