/** What else than Switchboard does to NATS: no node is deaf, or ends, because of it. */
import { connect } from "@nats-io/transport-node";
import { assertEquals } from "../support/assert.ts";
import { startNatsServers } from "./nats_servers.ts";
import { clusterTest, figuresOf } from "./cluster_scene.ts";

clusterTest("what can't be read on the cluster's subjects disturbs nobody", 1, async (cluster) => {
  const config = { metricsPort: 0 };
  const [one, two] = [await cluster.node("one", config), await cluster.node("two", config)];
  const [ada, bob] = [await one.member("ada"), await two.member("bob")];
  const stranger = await connect({ servers: cluster.nats.urls });
  for (const subject of ["sign", "moment"]) {
    for (const text of ["no JSON", "{}", "null"]) stranger.publish(`switchboard.main.${subject}`, text);
  }
  await stranger.close();
  await ada.asks("send", { room: "lobby", text: "undisturbed" });
  await bob.hearsAtLast({ event: "message", text: "undisturbed" });
  for (const node of [one, two]) assertEquals((await figuresOf(node))("cluster_reconnects_total"), 0);
});

clusterTest("what NATS takes never is refused alone", 1, async (cluster) => {
  const path = `${cluster.folder}/nats.conf`;
  await Deno.writeTextFile(path, "max_payload: 8192\n");
  const narrow = await startNatsServers(1, { more: ["-c", path] });
  try {
    const one = await cluster.node("one", { cluster: narrow.urls });
    const [ada, bob] = [await one.member("ada"), await one.member("bob")];
    const tooMuch = ada.fails("send", { room: "lobby", text: "x".repeat(12_000) }, "too_large");
    await bob.asks("send", { room: "lobby", text: "goes on" });
    await tooMuch;
    await ada.hearsAtLast({ event: "message", text: "goes on" });
    await one.stop();
  } finally {
    await narrow.stop();
  }
});
