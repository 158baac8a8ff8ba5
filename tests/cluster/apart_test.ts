/** A node that has another log than the others, or than NATS, is found out, and does not go on. */
import { DatabaseSync } from "node:sqlite";
import { DAY_MS } from "../../server/core/shared/limits.ts";
import { lookInto } from "../../server/storage/snapshot.ts";
import { assertEquals, assertLike, assertRejects, assertTrue } from "../support/assert.ts";
import { clusterTest } from "./cluster_scene.ts";
import { untilTrue } from "./polling.ts";

/** Has a node that does not run take a message of the log for another one. */
function applyAnother({ data }: { readonly data: string }): void {
  const database = new DatabaseSync(`${data}/switchboard.db`);
  const { value } = database.prepare("SELECT value FROM memory WHERE kind = 'log' AND id = 'position'")
    .get()!;
  const { digest, ...position } = JSON.parse(value as string);
  database.prepare("UPDATE memory SET value = ? WHERE kind = 'log' AND id = 'position'")
    .run(JSON.stringify({ ...position, digest: digest ^ 1 }));
  database.close();
}

clusterTest("a node that has applied another log than the others says so and ends", 1, async (cluster) => {
  const ended = Promise.withResolvers<string>();
  const [one] = [await cluster.node("one"), await cluster.node("two")];
  const three = await cluster.node("three", {}, { onEnd: ({ message }) => ended.resolve(message) });
  const ada = await one.guest("ada");
  await three.stop();

  applyAnother(three);

  await three.start();
  await ada.asks("send", { room: "lobby", text: "on the others all goes on" });
  assertLike(
    await Promise.race([ended.promise, ada.ended.then(() => "nothing was said")]),
    /^This node has applied another log than (one and two|two and one): its next start keeps its database aside and begins with theirs$/,
  );
  await three.stop();
  await three.start();
  const bob = await three.guest("bob");
  await bob.asks("send", { room: "lobby", text: "and here again" });
  await ada.hearsAtLast({ event: "message", text: "and here again" });
  await cluster.agree([one, three]);
  const [kept, ...others] = Array.from(Deno.readDirSync(three.data), ({ name }) => name).filter((name) =>
    name.startsWith("switchboard-apart-")
  );
  assertLike(kept, /^switchboard-apart-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db$/);
  assertEquals(others, []);
  const { epoch, isNode, isApart } = lookInto(`${three.data}/${kept}`);
  assertEquals([epoch, isNode, isApart], [lookInto(`${one.data}/switchboard.db`).epoch, true, true]);

  // What comes about once more is for somebody to look at.
  await three.stop();
  const again = new DatabaseSync(`${three.data}/switchboard.db`);
  again.exec("INSERT INTO memory (kind, id, value) VALUES ('log', 'apart', 'true')");
  again.close();
  await assertRejects(
    three.start(),
    /within a day this node has applied another log than most nodes once more;/,
  );
  // The name says when it was, whatever was done with the file since.
  const before = new Date(Date.now() - DAY_MS).toISOString().slice(0, 19).replaceAll(":", "-");
  await Deno.rename(`${three.data}/${kept}`, `${three.data}/switchboard-apart-${before}Z.db`);
  await three.start();
});

clusterTest("of two that differ, which go on, a third one says which is right", 1, async (cluster) => {
  const ended = Promise.withResolvers<string>();
  const snapshotEvery = 5;
  const one = await cluster.node("one", {}, { snapshotEvery });
  const two = await cluster.node("two", {}, {
    ...{ snapshotEvery, onEnd: ({ message }) => ended.resolve(message) },
  });
  const ada = await one.member("ada");
  await two.stop();
  // Nobody has more than that from before.
  const { last } = await cluster.range();
  const newest = async () => Math.max(0, ...(await cluster.objects("SNAPSHOTS")).map(Number));
  const newer = async () => (await newest()) > last ? undefined : "there is none";
  applyAnother(two);
  await two.start();
  const bob = await two.guest("bob");
  for (let count = 0; count < 20; count++) {
    await bob.asks("send", { room: "lobby", text: `${count}` });
    await ada.hearsAtLast({ event: "message", text: `${count}` });
  }
  // So often it is looked whether it is time for a snapshot.
  assertEquals(await untilTrue(newer, 1_000), { not: "there is none" });
  const three = await cluster.node("three", {}, { snapshotEvery });
  assertLike(
    await Promise.race([ended.promise, ada.ended.then(() => "nothing was said")]),
    /^This node has applied another log than (one and three|three and one): its next start/,
  );
  await two.stop();
  await two.start();
  await cluster.agree([one, two, three]);
  const found = await untilTrue(newer, 20_000);
  assertTrue("ms" in found, JSON.stringify(found));
});

clusterTest("a node that has applied what NATS has lost says so and ends", 1, async (cluster) => {
  const ended = Promise.withResolvers<string>();
  const one = await cluster.node("one", {}, { onEnd: ({ message }) => ended.resolve(message) });
  const ada = await one.member("ada");
  const [server] = cluster.nats.servers;
  const says = (text: string) => ada.says("send", { room: "lobby", text, key: text });
  await says("before");
  await server!.keep();
  for (let count = 0; count < 5; count++) while (!(await says(`lost ${count}`)).ok);
  // NATS forgets these five.
  await server!.goBack();
  let refused = await says("after");
  while (refused.error?.message.includes("nothing")) refused = await says("after");
  assertLike(refused.error.code, /^(unavailable|shutting_down)$/);
  assertLike(
    await Promise.race([ended.promise, ada.ended.then(() => "nothing was said")]),
    /^NATS has lost what this node has applied: it goes on at message \d+, after which there was more/,
  );
});

clusterTest("a node that applies the log differently says so and ends", 1, async (cluster) => {
  const ended = Promise.withResolvers<string>();
  const [one] = [await cluster.node("one"), await cluster.node("two")];
  const three = await cluster.node("three", {}, { onEnd: ({ message }) => ended.resolve(message) });
  const ada = await one.guest("ada");
  await three.stop();
  // As if it had kept what the others refused.
  const database = new DatabaseSync(`${three.data}/switchboard.db`);
  database.exec("INSERT OR REPLACE INTO meta (key, value) VALUES ('last_seq', '1000')");
  database.close();
  await three.start();
  await ada.asks("send", { room: "lobby", text: "number 1, and not 1001" });
  assertLike(
    await Promise.race([ended.promise, ada.ended.then(() => "nothing was said")]),
    /^This node has applied another log than/,
  );
});
