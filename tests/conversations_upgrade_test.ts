/** A database from before there were lists of conversations gets them from what was said. */
import { DatabaseSync } from "node:sqlite";
import { nameKey } from "../server/core/names.ts";
import { openStore } from "../server/storage/sqlite_store.ts";
import { assertEquals } from "./assert.ts";
import { account, message, recipient } from "./stored_things.ts";

/** Takes back what the steps after the third made of a database. */
const BACK_TO_3 = `
  DROP TABLE conversations;
  ALTER TABLE tokens DROP COLUMN address;
  ALTER TABLE tokens DROP COLUMN client;
  ALTER TABLE accounts DROP COLUMN disabled_at;
  ALTER TABLE resets DROP COLUMN expires_at;
  PRAGMA user_version = 3;
`;

Deno.test("conversations: an older database lists them as a new one does", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const options = { path: `${folder}/test.db`, newEpoch: () => "e", onFailure() {} };
  const people = ["ada", "Bob", "王"];
  const listed = () => {
    const store = openStore(options);
    const all = people.map((owner) => store.conversations.latest(owner, undefined, 100));
    const named = store.conversations.withName("ada", nameKey("bOB"));
    store.close();
    return { all, named };
  };
  try {
    const store = openStore(options);
    for (const name of people) await store.commit([{ kind: "account.add", account: account(name) }]);
    const said = [["ada", "Bob"], ["Bob", "ada"], ["ada", "王"], ["王", "ada", "Bob"], ["ada", "ada"]];
    for (const [index, [author, ...to]] of said.entries()) {
      const recipients = to.map((name) => recipient(name));
      await store.commit([{
        kind: "message.add",
        message: message(index + 1, { author: author!, to }),
        recipients,
      }]);
    }
    store.close();
    const before = listed();
    assertEquals(before.all.map((each) => each.map(({ peer, seq }) => `${peer} ${seq}`)), [
      ["ada 5", "王 4", "Bob 2"],
      ["王 4", "ada 2"],
      ["Bob 4", "ada 4"].toSorted((a, b) => nameKey(a) < nameKey(b) ? 1 : -1),
    ]);
    const database = new DatabaseSync(options.path);
    database.exec(BACK_TO_3);
    database.close();
    assertEquals(listed(), before);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
