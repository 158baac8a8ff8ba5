/** More rooms than one answer lists, in the database of a server that does not run. */
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { nameKey } from "../../server/core/shared/names.ts";

/** How many rooms {@link addManyRooms} adds: `Room 0`, `Room 1` and so on. */
export const MANY_ROOMS = LIMITS.roomsListedMax + 120;

/** Adds rooms to a data folder. */
export function addManyRooms(data: string): void {
  const database = new DatabaseSync(`${data}/switchboard.db`);
  const add = database.prepare(
    "INSERT INTO rooms (id, name, key, ephemeral, created_at, lasting) VALUES (?, ?, ?, 0, ?, 1)",
  );
  database.exec("BEGIN");
  for (let n = 0; n < MANY_ROOMS; n++) {
    add.run(`room ${n}`, `Room ${n}`, nameKey(`Room ${n}`), Date.now());
  }
  database.exec("COMMIT");
  database.close();
}
