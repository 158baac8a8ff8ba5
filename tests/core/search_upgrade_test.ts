/** A database whose index is of an older form is indexed anew while the server runs, without holding up its start. */
import { DatabaseSync } from "node:sqlite";
import { migrate } from "../../server/storage/migrations.ts";
import { openForReading } from "../../server/storage/open_database.ts";
import { searchMessages } from "../../server/storage/reader.ts";
import { Statements } from "../../server/storage/statements.ts";
import { openStore } from "../../server/storage/sqlite_store.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const COUNT = 1_250;

/** What the sixth step's program wrote: its index knew neither pictures nor the names of files. */
function writeOld(database: DatabaseSync): void {
  database.exec("INSERT INTO rooms (id, name, key, ephemeral, created_at) VALUES ('r', 'r', 'r', 0, 0)");
  database.exec(
    `INSERT INTO files (id, owner, owner_name, room, is_folder, name, size, md5, sha256, type, state, created_at, used_at)
     VALUES ('f', 'ada', 'ada', 'r', 0, 'Käse.jpg', 1, '', '', 'image/jpeg', 'stored', 0, 0)`,
  );
  const message = database.prepare(
    `INSERT INTO messages (seq, id, at, author, author_name, room, text, kind, file, recalled_at)
     VALUES (?, ?, 0, 'ada', 'ada', 'r', ?, 'text', ?, ?)`,
  );
  const index = database.prepare("INSERT INTO message_search (rowid, text) VALUES (?, ?)");
  for (let seq = 1; seq <= COUNT; seq++) {
    const text = seq === 2 ? "" : `Gruß ${seq} 👍`;
    message.run(seq, `m${seq}`, text, seq === 1 ? "f" : null, seq === 2 ? 1 : null);
    if (seq !== 2) index.run(seq, text);
  }
}

Deno.test("search: an older database is indexed anew, the newest first, and goes on after a restart", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const path = `${folder}/test.db`;
  try {
    const database = new DatabaseSync(path);
    migrate(database, undefined, 6);
    writeOld(database);
    database.close();

    const open = () => openStore({ path, newEpoch: () => "e", onFailure: (detail) => failures.push(detail) });
    const failures: string[] = [];
    let store = open();
    const reading = openForReading(path);
    const found = (text: string) => {
      const query = { text, person: "ada", rooms: ["r"], private: false, limit: 2_000, upTo: 2_000 };
      return searchMessages(new Statements(reading), query).messages;
    };
    const until = async (done: () => boolean) => {
      while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    assertEquals(found("👍").length, 0, "nothing was indexed before the start");
    await until(() => found("👍").length > 0);
    assertTrue(found("👍").length < COUNT - 1, "a few at a time");
    assertEquals(found("👍").at(-1)!.seq, COUNT, "the newest first");
    store.close();

    store = open();
    await until(() => found("kase").length > 0);
    assertEquals(found("👍").length, COUNT - 1, "what was taken back is not found");
    assertEquals(found("gruss").length, COUNT - 1);
    assertEquals(found("kase").map(({ seq }) => seq), [1]);
    store.close();
    store = open();
    assertEquals(found("kase").map(({ seq }) => seq), [1]);
    store.close();
    reading.close();
    assertEquals(failures, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
