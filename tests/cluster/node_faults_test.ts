/** What goes on when a node goes away, or the NATS server that leads: nothing acknowledged is lost or doubled, in one order. */
import { setTimeout as delay } from "node:timers/promises";
import { IrcClient } from "../dialects/clients/irc_client.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { PASSWORD, type Peer } from "../support/harness.ts";
import { clusterTestsAtOnce, type ProcessNode } from "./cluster_scene.ts";
import { assertWhole, register, Talker, wholeHistory } from "./talker.ts";

async function resumed(node: ProcessNode, token: string, nickname: string): Promise<Peer> {
  const peer = await node.connect();
  assertEquals((await peer.asks("resume", { token })).nickname, nickname);
  return peer;
}

clusterTestsAtOnce("something goes away while people talk", {
  "a node is killed while people talk": [3, async (cluster) => {
    const one = await cluster.process("one");
    const [two, three] = await Promise.all(["two", "three"].map((name) => cluster.process(name)));
    const { peer, token } = await register(one, "ada");
    const bob = await register(two!, "bob");
    const cyd = await register(three!, "cyd");
    await peer.asks("enter", { room: "ops" });
    await bob.peer.asks("enter", { room: "ops" });
    const eve = await one.guest("eve");
    await eve.asks("ping");
    let resumedAt = 0;
    const talkers = [
      new Talker("ada", peer, async () => {
        const again = await resumed(two!, token, "ada");
        resumedAt = performance.now();
        return again;
      }),
      // A machine that is too busy for three nodes can have one hand its people over.
      new Talker("bob", bob.peer, () => resumed(three!, bob.token, "bob")),
      new Talker("cyd", cyd.peer, () => resumed(two!, cyd.token, "cyd")),
    ];
    const watcher = await three!.guest("watcher");
    await watcher.asks("enter", { room: "ops" });
    await Promise.all(talkers.map((talker) => talker.more(50)));
    const killedAt = performance.now();
    await one.process.end("SIGKILL");
    // Eve does not come back; ada does, and what is hers stays hers.
    await watcher.hearsAtLast({ event: "offline", nickname: "eve" });
    // 8 to 9 s after the node was last heard.
    assertTrue(performance.now() - killedAt < 10_000, "presence is right");
    assertTrue(resumedAt > 0 && resumedAt - killedAt < 5_000, "who comes back is there in 5 s");
    assertEquals((await watcher.asks("members", { room: "ops" })).owner, "ada");
    await one.start();
    await Promise.all(talkers.map((talker) => talker.stop()));
    const dan = await one.guest("dan");
    assertWhole(await wholeHistory(dan), talkers);
    await cluster.agree([one, two!, three!]);
  }],

  "who signs in anew after that is told what was said to them meanwhile": [1, async (cluster) => {
    const [one, two] = await Promise.all(["one", "two"].map((name) => cluster.process(name)));
    const onIrc = ({ process: { tcp } }: ProcessNode) => ({
      urls: [{ name: "irc", url: `${tcp.host}:${tcp.port}` }],
    });
    await (await one!.member("ada")).asks("logout");
    const bob = await two!.member("bob");
    const irc = await IrcClient.member(onIrc(one!), "ada");
    await bob.asks("send", { to: "ada", text: "before" });
    await irc.hearsAtLast(/ PRIVMSG ada :before$/);
    await one!.process.end("SIGKILL");
    const gone = bob.hearsAtLast({ event: "offline", nickname: "ada" }).then(() => true);
    const texts: string[] = [];
    do {
      texts.push(`meanwhile ${texts.length}`);
      await bob.asks("send", { to: "ada", text: texts.at(-1) });
    } while (!await Promise.race([gone, delay(250, false)]));
    const again = await IrcClient.connect(onIrc(two!));
    again.says(`PASS ada:${PASSWORD}`, "NICK ada", "USER ada 0 * :ada");
    for (const text of texts) await again.hearsAtLast(new RegExp(` PRIVMSG ada :${text}$`));
    again.close();
  }],

  "a node that was halted for long ends its connections and goes on": [1, async (cluster) => {
    const [one, two] = await Promise.all(["one", "two"].map((name) => cluster.process(name)));
    const { peer: ada, token } = await register(one!, "ada");
    const bob = await two!.guest("bob");
    await ada.asks("enter", { room: "ops" });
    await bob.forgets();
    Deno.kill(one!.process.pid, "SIGSTOP");
    const again = await two!.connect();
    await again.asks("resume", { token });
    const eve = await two!.guest("eve");
    await eve.asks("enter", { room: "ops" });
    // The place of ada's halted session is given up; hers on the other node goes on.
    await bob.asks("send", { room: "lobby", text: "still here" });
    await again.hearsAtLast({ event: "message", text: "still here" });
    const lost = performance.now() + 7_000;
    while (performance.now() < lost) await bob.asks("ping");
    Deno.kill(one!.process.pid, "SIGCONT");
    await ada.hearsAtLast({ event: "bye", code: "shutting_down" });
    const third = await one!.connect();
    assertEquals((await third.asks("resume", { token })).nickname, "ada");
    await third.asks("send", { room: "ops", text: "on one again" });
    await eve.hearsAtLast({ event: "message", text: "on one again" });
    assertEquals((await eve.asks("members", { room: "ops" })).owner, "ada");
    await cluster.agree([one!, two!]);
  }],
  "one of three NATS servers is killed while people talk, the one that leads": [3, async (cluster) => {
    const [one, two] = [await cluster.node("one"), await cluster.node("two")];
    const nobody = () => Promise.reject(new Error("nobody was to lose anything"));
    const [ada, bob] = [await register(one, "ada"), await register(two, "bob")];
    const talkers = [new Talker("ada", ada.peer, nobody), new Talker("bob", bob.peer, nobody)];
    const cyd = await two.guest("cyd");
    await Promise.all(talkers.map((talker) => talker.more(50)));
    const leader = await cluster.nats.leaderOf("SWITCHBOARD_main_LOG");
    const killedAt = performance.now();
    await leader.kill();
    await Promise.all(talkers.map((talker) => talker.more(20)));
    // NATS takes 4 to 9 s to elect another leader, and may have to vote twice.
    assertTrue(performance.now() - killedAt < 25_000, "it goes on by itself");
    await leader.start();
    await Promise.all(talkers.map((talker) => talker.more(20)));
    await Promise.all(talkers.map((talker) => talker.stop()));
    assertWhole(await wholeHistory(cyd), talkers);
    await cluster.agree([one, two]);
  }],
});
