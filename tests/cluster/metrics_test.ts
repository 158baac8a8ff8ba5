/** What monitoring is told of a node of a cluster. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { clusterTest, figuresOf, metricsOf } from "./cluster_scene.ts";

clusterTest("figures tell how far a node is, and whether anything is kept", 1, async (cluster) => {
  const config = { metricsPort: 0 };
  const [one, two] = [await cluster.node("one", config), await cluster.node("two", config)];
  const ada = await one.guest("ada");
  const bob = await two.guest("bob");
  const before = await figuresOf(one);
  const { id } = await ada.asks("send", { room: "lobby", text: "one" });
  await bob.hearsAtLast({ event: "message", id });
  const [at, there] = [await figuresOf(one), await figuresOf(two)];
  assertTrue(at("cluster_position") > before("cluster_position"), "the position moves on");
  assertEquals(there("cluster_position"), at("cluster_position"));
  assertEquals([at("cluster_lag"), there("cluster_lag")], [0, 0]);
  assertTrue(
    at("cluster_append_seconds_count") > before("cluster_append_seconds_count"),
    "appends are timed",
  );
  assertEquals([at("cluster_nodes_alive"), at("cluster_kept"), at("ready")], [2, 1, 1]);

  await cluster.nats.servers[0]!.kill();
  await ada.fails("send", { room: "lobby", text: "two" }, "unavailable");
  const without = await figuresOf(one);
  assertEquals([without("cluster_kept"), without("ready")], [0, 0]);
  assertTrue(without("cluster_reconnects_total") >= 1, "what was lost is counted");
  await cluster.nats.servers[0]!.start();
});

clusterTest("docs/metrics.md has each figure of a node with its type, and no other", 1, async (cluster) => {
  const page = await metricsOf(await cluster.node("one", { metricsPort: 0 }));
  const types = Array.from(
    page.matchAll(/^# TYPE (switchboard_cluster_\w+) (\S+)$/gm),
    ([, ...each]) => each,
  );
  const docs = await Deno.readTextFile(new URL("../../docs/metrics.md", import.meta.url));
  const rows = Array.from(
    docs.matchAll(/^\| `(switchboard_cluster_\w+)` +\| (\w+) +\|/gm),
    ([, ...each]) => each,
  );
  assertEquals(rows.toSorted(), types.toSorted());
});
