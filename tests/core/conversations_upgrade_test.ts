/** A database from before there were lists of conversations gets them from what was said. */
import { DatabaseSync } from "node:sqlite";
import { nameKey } from "../../server/core/shared/names.ts";
import { migrate } from "../../server/storage/migrations.ts";
import { openStore } from "../../server/storage/sqlite_store.ts";
import { assertEquals } from "../support/assert.ts";

/** Who said something to whom, oldest first. */
const SAID = [["ada", "Bob"], ["Bob", "ada"], ["ada", "王"], ["王", "ada", "Bob"], ["ada", "ada"]] as const;

/** What the third step's program wrote of a private message. */
function write(database: DatabaseSync, seq: number, author: string, to: readonly string[]): void {
  const message =
    "INSERT INTO messages (seq, id, at, author, author_name, to_names, text, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
  const names = to.map((person) => `the ${person}`);
  database.prepare(message).run(
    seq,
    `m${seq}`,
    seq,
    author,
    `the ${author}`,
    JSON.stringify(names),
    "hi",
    "text",
  );
  const recipient = database.prepare("INSERT INTO recipients (seq, person, nickname) VALUES (?, ?, ?)");
  const side = database.prepare("INSERT OR IGNORE INTO private (owner, peer, seq) VALUES (?, ?, ?)");
  for (const [index, person] of to.entries()) {
    recipient.run(seq, person, names[index]!);
    side.run(author, person, seq);
    side.run(person, author, seq);
  }
}

Deno.test("conversations: of a database that knew one for each nickname, each person's stands in the list again", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const path = `${folder}/test.db`;
  try {
    const database = new DatabaseSync(path);
    migrate(database, undefined, 12);
    write(database, 1, "first zoe", ["ada"]);
    write(database, 2, "second zoe", ["ada"]);
    database.exec("UPDATE messages SET author_name = 'zoe'");
    database.exec("INSERT INTO conversations VALUES ('ada', 'zoe', 'second zoe', 'zoe', 2)");
    database.close();
    const store = openStore({ path, newEpoch: () => "e", onFailure() {} });
    assertEquals(
      store.conversations.latest("ada", undefined, 100).map(({ peer, nickname }) => [peer, nickname]),
      [
        ["second zoe", "zoe"],
        ["first zoe", "zoe"],
      ],
    );
    assertEquals(store.conversations.withName("ada", nameKey("Zoe"))?.peer, "second zoe");
    store.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("conversations: an older database lists what was said before", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const path = `${folder}/test.db`;
  try {
    const database = new DatabaseSync(path);
    migrate(database, undefined, 3);
    for (const [index, [author, ...to]] of SAID.entries()) write(database, index + 1, author, to);
    database.close();
    const store = openStore({ path, newEpoch: () => "e", onFailure() {} });
    const lists = ["ada", "Bob", "王"].map((owner) =>
      store.conversations.latest(owner, undefined, 100).map(({ nickname, seq }) => `${nickname} ${seq}`)
    );
    assertEquals(lists, [
      ["the ada 5", "the 王 4", "the Bob 2"],
      ["the 王 4", "the ada 2"],
      ["the Bob 4", "the ada 4"],
    ]);
    assertEquals(store.conversations.withName("ada", nameKey("THE BOB")), {
      peer: "Bob",
      nickname: "the Bob",
      seq: 2,
    });
    store.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
