/** When what is committed is on disk: SQLite's own word for it, over a real database. */
import { DiskSync, SYNC_SOON_MS } from "../../server/storage/disk_sync.ts";
import { openForWriting } from "../../server/storage/open_database.ts";
import { Statements } from "../../server/storage/statements.ts";
import { assertEquals } from "../support/assert.ts";

/** `PRAGMA synchronous`: whether a commit waits for the disk. */
const WAITS = 2;
const WAITS_NOT = 1;

Deno.test("disk sync: a commit waits for the disk, or lets others wait less, and then all of it is synced soon", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const path = `${folder}/some.db`;
  const db = new Statements(openForWriting(path));
  db.database.exec("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) STRICT");
  db.run("INSERT INTO meta (key, value) VALUES ('epoch', 'one')");
  const failures: unknown[] = [];
  let syncs = 0;
  let heard = () => {};
  const onSync = () => {
    syncs++;
    heard();
  };
  const sync = new DiskSync(db, { path, onSync, onFailure: (error) => failures.push(error) });
  const note = (key: string) => db.run("INSERT INTO meta (key, value) VALUES (?, '')", key);
  const mode = () => db.one("PRAGMA synchronous")!.synchronous;
  try {
    sync.transact(() => note("first"), "now");
    assertEquals(mode(), WAITS);
    sync.transact(() => note("second"), "soon");
    assertEquals(mode(), WAITS_NOT);
    await new Promise<void>((resolve) => heard = resolve);
    assertEquals(syncs, 1);
    // One that waits takes along what was there before: nothing is left to sync.
    sync.transact(() => note("third"), "soon");
    sync.transact(() => note("fourth"), "now");
    assertEquals(mode(), WAITS);
    await new Promise((resolve) => setTimeout(resolve, SYNC_SOON_MS * 2));
    assertEquals([syncs, failures], [1, []]);
  } finally {
    await sync.close();
    db.database.close();
    await Deno.remove(folder, { recursive: true });
  }
});
