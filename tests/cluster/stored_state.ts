/** All that a node has stored, so that it can be compared with what another has. */
import { DatabaseSync } from "node:sqlite";
import type { KeptPerson } from "../../server/core/state/presence.ts";

/** What is each node's own, or made of the rest. */
const OWN = new Set(["memory", "sqlite_sequence"]);
/** Full-text indexes are tables of SQLite's own making. */
const INDEX = /_(data|idx|content|docsize|config)$/;

/** Table → its rows, as text and in one order; and who is where, in the order of their coming. */
export function storedState(path: string): Record<string, unknown> {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.exec("BEGIN");
    const tables = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .all();
    const own = tables.filter(({ name, sql }) =>
      !OWN.has(name as string) && !INDEX.test(name as string) && !/^CREATE VIRTUAL/i.test(sql as string)
    );
    const rows = own.map((
      { name },
    ) => [name, database.prepare(`SELECT * FROM "${name}"`).all().map(textOf).sort()]);
    return { ...Object.fromEntries(rows), ...memoryIn(database) };
  } finally {
    database.close();
  }
}

function textOf(row: object): string {
  return JSON.stringify(row, (_, value) => value instanceof Uint8Array ? value.toHex() : value);
}

/** Only the order of places means anything. */
function memoryIn(database: DatabaseSync): Record<string, unknown> {
  const rows = database.prepare("SELECT kind, id, value FROM memory ORDER BY id").all() as Record<
    string,
    string
  >[];
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  const people = of("person").map(({ value }) => JSON.parse(value!) as KeptPerson).sort((a, b) =>
    a.place - b.place
  );
  const lost = people.filter(({ lostPlace }) => lostPlace !== undefined)
    .sort((a, b) => a.lostPlace! - b.lostPlace!).map(({ id }) => id);
  const members = people.flatMap(({ id, rooms }) => rooms.map(([room, place]) => ({ room, id, place })))
    .sort((a, b) => a.place - b.place);
  return {
    people: people.map(({ place: _, lostPlace: __, rooms, ...person }) => ({
      ...person,
      rooms: rooms.map(([room]) => room),
    })),
    lost,
    members: Array.from(
      Map.groupBy(members, ({ room }) => room),
      ([room, all]) => [room, all.map(({ id }) => id)],
    ).sort(),
    rooms: of("room").map(({ id, value }) => [id, value]),
    lostNodes: of("nodes").map(({ value }) => value),
  };
}
