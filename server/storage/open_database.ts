/** How the database is opened: by the one who writes, and by those who only read. */
import { DatabaseSync } from "node:sqlite";
import { fileGroupOf } from "../core/shared/events.ts";
import { searchForm } from "../core/shared/search_form.ts";

/** Opens the database of a store to read and write. */
export function openForWriting(path: string): DatabaseSync {
  const database = withFunctions(new DatabaseSync(path));
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON",
  );
  // What is taken back is overwritten, not only forgotten.
  database.exec("PRAGMA secure_delete = ON");
  return database;
}

/** Opens the database of a store to read only. */
export function openForReading(path: string): DatabaseSync {
  return withFunctions(new DatabaseSync(path, { readOnly: true }));
}

/** The functions that queries use. */
function withFunctions(database: DatabaseSync): DatabaseSync {
  database.function("search_form", { deterministic: true }, (name) => searchForm(String(name)));
  database.function("file_group", { deterministic: true }, (type) => fileGroupOf(String(type)));
  return database;
}
