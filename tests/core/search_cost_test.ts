/** What a search costs: what its asker may read, and nobody else's time. */
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { openForReading } from "../../server/storage/open_database.ts";
import { searchMessages } from "../../server/storage/reader.ts";
import { Statements } from "../../server/storage/statements.ts";
import { openStore } from "../../server/storage/sqlite_store.ts";
import { searchExpression } from "../../server/storage/search_text.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { withServer } from "../support/harness.ts";

Deno.test("search: nothing is looked at that its asker may not read", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const path = `${folder}/test.db`;
  const store = openStore({ path, newEpoch: () => "e", onFailure: (detail) => assertEquals(detail, "") });
  try {
    const database = new DatabaseSync(path);
    database.exec(`
      INSERT INTO rooms (id, name, key, ephemeral, created_at) VALUES ('big', 'big', 'big', 0, 0), ('tiny', 'tiny', 'tiny', 0, 0);
      WITH RECURSIVE n (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < 20000)
      INSERT INTO messages (seq, id, at, author, author_name, room, text, kind)
        SELECT seq, 'm' || seq, 0, 'ada', 'ada', iif(seq % 4000 = 0, 'tiny', 'big'), 'common word ' || seq, 'text' FROM n;
      INSERT INTO message_search (rowid, text, place) SELECT seq, text, 'r' || room FROM messages;
    `);
    const query = { text: "common", person: "bob", private: true, limit: 50, upTo: 100_000 };
    const reading = openForReading(path);
    const found = (rooms: string[]) => searchMessages(new Statements(reading), { ...query, rooms }).messages;
    assertEquals(found(["tiny"]).map(({ seq }) => seq), [4_000, 8_000, 12_000, 16_000, 20_000]);
    assertEquals(found([]), []);
    // The index itself gives these rows and no others: what is thrown away afterwards is nothing.
    const expression = searchExpression("common", { rooms: ["tiny"], person: "bob" })!;
    const rows = database.prepare("SELECT count(*) AS n FROM message_search WHERE message_search MATCH ?");
    assertEquals(rows.get(expression)!.n, 5);
    reading.close();
    database.close();
  } finally {
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("search: who asks for much waits for themselves, and others go first", async () => {
  await withServer({}, async (server) => {
    const [greedy, other] = [await server.guest("greedy"), await server.guest("other")];
    const answered: string[] = [];
    const greedily = Array.from({ length: 30 }, async () => {
      await greedy.asks("search", { text: "anything" });
      answered.push("greedy");
    });
    await other.asks("search", { text: "anything" });
    answered.push("other");
    await other.asks("ping");
    await Promise.all(greedily);
    assertTrue(answered.indexOf("other") < 10, answered.join(" "));
  });
});

Deno.test("search: more than may wait is refused in words", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const store = openStore({
    path: `${folder}/test.db`,
    newEpoch: () => "e",
    onFailure: (detail) => assertEquals(detail, ""),
  });
  try {
    const query = { text: "x", person: "bob", rooms: ["r"], private: true, limit: 1, upTo: 1 };
    const asked = Array.from({ length: LIMITS.searchesWaitingMax + 2 }, () => store.search(query));
    const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === "rejected");
    assertEquals(refused.map((each) => (each as PromiseRejectedResult).reason.code), ["busy"]);
  } finally {
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
});
