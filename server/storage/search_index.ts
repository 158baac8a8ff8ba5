/**
 * The index of what was said, and of the names of files. Each message has a row in it, under its number; when what is
 * indexed of a text changes, a migration has all of them made anew, a few at a time while the server runs.
 */
import type { StoredMessage } from "../core/store/store.ts";
import { type Row, TEXT, textOf } from "./rows.ts";
import { personTerm, roomTerm, searchText, searchTextOf } from "./search_text.ts";
import type { Statements } from "./statements.ts";

/** So many are indexed anew in one go: some milliseconds. */
const STEP = 200;
/** In `meta`: the newest message that is still to be indexed anew. */
const TODO = "search_todo";
const INSERT = "INSERT INTO message_search (rowid, text, place) VALUES (?, ?, ?)";
const SAID = `SELECT m.seq, m.room, ${TEXT}, f.name FROM messages m LEFT JOIN files f ON f.id = m.file`;

/** Indexes a new message, once it is known who has it. `people`: in private, its author and its receivers. */
export function indexMessage(
  db: Statements,
  { seq, room, text, file }: StoredMessage,
  people: readonly string[],
): void {
  // The row of its file is read only where there is one.
  if (file !== null) indexAgain(db, seq);
  else db.run(INSERT, seq, searchText(text), placeOf(room, people));
}

/** Indexes a message as it is now. */
export function indexAgain(db: Statements, seq: number): void {
  for (const row of db.all(`${SAID} WHERE m.seq = ?`, seq)) replace(db, row);
}

/** Whether an upgrade left something to be indexed anew. */
export function waitsForIndex(db: Statements): boolean {
  return db.all("SELECT 1 FROM meta WHERE key = ?", TODO).length > 0;
}

/** Indexes the next messages anew, the newest first; answers whether there may be more. Belongs into a transaction. */
export function indexSome(db: Statements): boolean {
  const [todo] = db.all("SELECT CAST(value AS INTEGER) AS seq FROM meta WHERE key = ?", TODO);
  if (!todo) return false;
  const rows = db.all(
    `${SAID} WHERE m.seq <= ? AND m.recalled_at IS NULL ORDER BY m.seq DESC LIMIT ?`,
    todo.seq as number,
    STEP,
  );
  for (const row of rows) replace(db, row);
  const last = rows.at(-1);
  if (rows.length < STEP || !last) db.run("DELETE FROM meta WHERE key = ?", TODO);
  else db.run("UPDATE meta SET value = ? WHERE key = ?", String(last.seq as number - 1), TODO);
  return rows.length === STEP;
}

function replace(db: Statements, row: Row): void {
  const seq = row.seq as number;
  const room = row.room as string | null;
  const people = room === null ? db.all("SELECT DISTINCT owner FROM private WHERE seq = ?", seq) : [];
  db.run("DELETE FROM message_search WHERE rowid = ?", seq);
  const text = searchTextOf(textOf(row), row.name as string | null);
  db.run(INSERT, seq, text, placeOf(room, people.map(({ owner }) => owner as string)));
}

function placeOf(room: string | null, people: readonly string[]): string {
  return room === null ? people.map(personTerm).join(" ") : roomTerm(room);
}
