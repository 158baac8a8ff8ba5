/** A node to which NATS has given another log than to the others is found out, and does not go on. */
import { DatabaseSync } from "node:sqlite";
import { assertLike } from "../support/assert.ts";
import { clusterTest } from "./cluster_scene.ts";

clusterTest("a node that has applied another log than the others says so and ends", 1, async (cluster) => {
  const ended = Promise.withResolvers<string>();
  const [one] = [await cluster.node("one"), await cluster.node("two")];
  const three = await cluster.node("three", {}, { onEnd: ({ message }) => ended.resolve(message) });
  const ada = await one.guest("ada");
  await three.stop();

  // As if a message had been another one there.
  const database = new DatabaseSync(`${three.data}/switchboard.db`);
  const { value } = database.prepare("SELECT value FROM memory WHERE kind = 'log' AND id = 'position'")
    .get()!;
  const { digest, ...position } = JSON.parse(value as string);
  database.prepare("UPDATE memory SET value = ? WHERE kind = 'log' AND id = 'position'")
    .run(JSON.stringify({ ...position, digest: digest ^ 1 }));
  database.close();

  await three.start();
  await ada.asks("send", { room: "lobby", text: "on the others all goes on" });
  assertLike(
    await Promise.race([ended.promise, ada.ended.then(() => "nothing was said")]),
    /^This node has applied another log than (one and two|two and one): start it again with an empty --data$/,
  );
  await three.stop();
  await three.start({ empty: true });
  const bob = await three.guest("bob");
  await bob.asks("send", { room: "lobby", text: "and here again" });
  await ada.hearsAtLast({ event: "message", text: "and here again" });
});
