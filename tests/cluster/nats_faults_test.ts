/** What goes on while most NATS servers are away. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { clusterTest } from "./cluster_scene.ts";
import { untilReady } from "./polling.ts";

clusterTest(
  "without a quorum writes are refused in words and what is read is answered",
  3,
  async (cluster) => {
    const [one, two] = [await cluster.node("one"), await cluster.node("two")];
    const [ada, bob] = [await one.member("ada"), await two.member("bob")];
    await ada.asks("send", { room: "lobby", text: "before" });
    const [, second, third] = cluster.nats.servers;
    await Promise.all([second!.kill(), third!.kill()]);
    const began = performance.now();
    const { error } = await ada.says("send", { room: "lobby", text: "meanwhile", key: "k" });
    assertTrue(performance.now() - began < 2_000, `refused within 2 s: ${performance.now() - began}`);
    assertEquals([error.code, error.retry_after_ms], ["unavailable", 2_000]);
    await Promise.all([one, two].map(({ running }) => untilReady(false, running)));
    const { messages } = await ada.asks("history", { room: "lobby" });
    assertEquals(messages.map(({ text }: { text: string }) => text), ["before"]);
    assertEquals((await ada.asks("search", { text: "before" })).messages.length, 1);

    await Promise.all([second!.start(), third!.start()]);
    await Promise.all([one, two].map(({ running }) => untilReady(true, running)));
    // NATS may elect once more; with its key a message is kept once, however often it is sent.
    const again = () => ada.says("send", { room: "lobby", text: "meanwhile", key: "k" });
    let answer = await again();
    while (answer.error?.code === "unavailable") answer = await again();
    const { id } = answer;
    await bob.hearsAtLast({ event: "message", id });
    const after = await bob.asks("history", { room: "lobby" });
    assertEquals(after.messages.map(({ text }: { text: string }) => text), ["before", "meanwhile"]);
    await cluster.agree([one, two]);
  },
);
