/** Nodes that come anew or were away: they begin with a snapshot, or where they stopped, and go on with the log. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HOUR } from "../support/clock.ts";
import type { Peer } from "../support/harness.ts";
import { clusterTest } from "./cluster_scene.ts";

/** Says so many things, one after the other, each in a message of the log. */
async function says(peer: Peer, from: number, count: number): Promise<void> {
  for (let each = from; each < from + count; each++) {
    await peer.asks("send", { room: "lobby", text: `${each}` });
  }
}

clusterTest(
  "an empty node begins with the newest snapshot, and so does one that was away for too long",
  1,
  async (cluster) => {
    const options = { snapshotEvery: 30 };
    const [one, two] = [await cluster.node("one", {}, options), await cluster.node("two", {}, options)];
    const ada = await one.member("ada");
    const bob = await two.member("bob");
    await bob.asks("enter", { room: "ops" });
    await ada.asks("enter", { room: "ops" });
    await two.stop();
    let said = 0;
    // The log ends before the older of two snapshots.
    for (; (await cluster.range()).first < 60; said += 10) await says(ada, said, 10);
    assertTrue((await cluster.objects("SNAPSHOTS")).length <= 2, "there are two snapshots");

    const three = await cluster.node("three", {}, options);
    await two.start();
    const [cyd, dan] = [await three.guest("cyd"), await two.guest("dan")];
    for (const peer of [cyd, dan]) {
      const { messages } = await peer.asks("history", { room: "lobby", limit: 200 });
      assertEquals(messages.length, Math.min(200, said));
      assertEquals((await peer.asks("members", { room: "lobby" })).members.includes("ada"), true);
    }
    await ada.forgets();
    await cyd.asks("send", { room: "lobby", text: "from three" });
    await ada.hears({ event: "message", from: "cyd", text: "from three" });
    await cluster.agree([one, two, three]);
  },
);

clusterTest("all nodes at once are killed and come back to what they had", 1, async (cluster) => {
  const nodes = await Promise.all(["one", "two"].map((name) => cluster.process(name)));
  const [one, two] = nodes as [typeof nodes[0], typeof nodes[0]];
  const ada = await one.member("ada");
  await says(ada, 0, 20);
  await Promise.all([
    one.process.end("SIGKILL"),
    two.process.end("SIGKILL"),
    cluster.nats.servers[0]!.kill(),
  ]);
  await cluster.nats.servers[0]!.start();
  await Promise.all([one.start(), two.start()]);
  const again = await two.member("ada");
  const { messages } = await again.asks("history", { room: "lobby" });
  assertEquals(
    messages.map(({ text }: { text: string }) => Number(text)),
    Array.from({ length: 20 }, (_, n) => n),
  );
  await cluster.agree([one, two]);
});

clusterTest("there is a snapshot after a day with little in it, too", 1, async (cluster) => {
  let now = Date.now();
  const one = await cluster.node("one", {}, { clock: () => now });
  const ada = await one.member("ada");
  await says(ada, 0, 3);
  assertEquals(await cluster.objects("SNAPSHOTS"), []);
  now += 24 * HOUR;
  while ((await cluster.objects("SNAPSHOTS")).length === 0);
  const two = await cluster.node("two");
  const bob = await two.guest("bob");
  assertEquals((await bob.asks("history", { room: "lobby" })).messages.length, 3);
});
