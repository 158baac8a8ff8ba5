/** NATS has lost a cluster's log: nodes say so and end, and nobody but a node with nothing begins another one. */
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { clusterTest } from "./cluster_scene.ts";

const ALL = ["SWITCHBOARD_main_LOG", "KV_SWITCHBOARD_main_FACTS", "KV_SWITCHBOARD_main_NODES"];
const GONE = /^SWITCHBOARD_main_LOG is gone from NATS; see "When NATS has lost the log"/;
const ANOTHER = /^SWITCHBOARD_main_LOG in NATS is another one than this cluster's/;

/** What a node says that can't go on. */
function ending(): { onEnd: (error: Error) => void; words: Promise<string> } {
  const { promise: words, resolve } = Promise.withResolvers<string>();
  return { onEnd: ({ message }) => resolve(message), words };
}

clusterTest("a log that is removed ends the nodes, and nobody makes another one", 1, async (cluster) => {
  const [one, two] = [ending(), ending()];
  const a = await cluster.node("a", {}, { onEnd: one.onEnd });
  const b = await cluster.node("b", {}, { onEnd: two.onEnd });
  const ada = await a.guest("ada");
  await ada.asks("send", { room: "lobby", text: "kept" });
  await cluster.nats.remove("SWITCHBOARD_main_LOG");
  let ready: string;
  do {
    const response = await fetch(new URL("/ready", a.running.http));
    ready = `${response.status} ${await response.text()}`;
  } while (!ready.includes("gone from its NATS servers"));
  assertTrue(ready.startsWith("503 "), ready);
  for (const { words } of [one, two]) assertTrue(GONE.test(await words), await words);
  await b.stop();
  const at = ["--cluster", cluster.nats.urls.join(",")];
  const looked = await run(["cluster", "status", ...at]).ended;
  assertEquals([looked.code, GONE.test(looked.stderr[0]!.replace("switchboard: ", ""))], [1, true]);
  await assertRejects(b.start(), /SWITCHBOARD_main_LOG is gone from NATS/);
  await assertRejects(cluster.node("c"), /SWITCHBOARD_main_LOG is gone from NATS/);
  assertTrue(!(await cluster.nats.streams()).includes("SWITCHBOARD_main_LOG"), "no log was made");
});

clusterTest(
  "a node whose cluster is gone begins none, and one that goes on finds another one",
  1,
  async (cluster) => {
    const running = ending();
    const a = await cluster.node("a", {}, { onEnd: running.onEnd });
    const b = await cluster.node("b");
    await (await a.guest("ada")).asks("send", { room: "lobby", text: "kept" });
    await b.stop();
    await cluster.nats.remove(...ALL);
    await assertRejects(b.start(), /this data folder is that of a node of one, and may be the last copy/);
    assertTrue(!(await cluster.nats.streams()).some((stream) => stream.endsWith("_LOG")), "no log was made");
    await b.start({ empty: true });
    const words = await running.words;
    assertTrue(ANOTHER.test(words) || GONE.test(words), words);
    await a.stop();
    await assertRejects(a.start(), /it is that of a node of another cluster/);
  },
);
