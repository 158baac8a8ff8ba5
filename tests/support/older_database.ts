/** A database in the shape that an older program left, with what a test has put into today's. */
import { DatabaseSync } from "node:sqlite";
import { migrate } from "../../server/storage/migrations.ts";

/** Brings a database that nobody has open back to an older shape, with all that this one has room for. */
export function bringBack(path: string, schema: number): void {
  const older = new DatabaseSync(`${path}.older`, { enableForeignKeyConstraints: false });
  migrate(older, undefined, schema);
  older.prepare("ATTACH ? AS newer").run(path);
  const columns = (database: string, table: string) =>
    older.prepare("SELECT name FROM pragma_table_info(?, ?)").all(table, database)
      .map(({ name }) => String(name));
  // What is looked for is written anew by the program that finds it in an older form.
  const tables = older.prepare(
    "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'message\\_search%' ESCAPE '\\'",
  ).all().map(({ name }) => String(name));
  for (const table of tables) {
    const kept = columns("newer", table);
    const both = columns("main", table).filter((column) => kept.includes(column)).join(", ");
    if (both) older.exec(`INSERT INTO main.${table} (${both}) SELECT ${both} FROM newer.${table}`);
  }
  older.exec("DETACH newer");
  older.close();
  Deno.renameSync(`${path}.older`, path);
}
