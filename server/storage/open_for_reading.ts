/** A connection that only reads, with the functions that queries use. */
import { DatabaseSync } from "node:sqlite";
import { fileGroupOf } from "../core/shared/events.ts";
import { searchForm } from "../core/shared/search_form.ts";

/** Opens the database of a store. */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  database.function("search_form", { deterministic: true }, (name) => searchForm(String(name)));
  database.function("file_group", { deterministic: true }, (type) => fileGroupOf(String(type)));
  return database;
}
