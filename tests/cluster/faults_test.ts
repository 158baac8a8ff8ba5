/** What goes on when a node, or NATS, goes away: nothing that was acknowledged is lost or doubled, in one order everywhere. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { hasSmallDisks, openSmallDisk } from "../support/tmpfs.ts";
import { PASSWORD, type Peer } from "../support/harness.ts";
import { run } from "../support/executable.ts";
import { makeSelfSigned } from "../../server/tls/self_signed.ts";
import { startNatsServers } from "./nats_servers.ts";
import { clusterTest, type ProcessNode, type TestNode } from "./cluster_scene.ts";

/** Sends one message after the other until it is stopped, each again with its key until it is acknowledged. */
class Talker {
  /** Id → what it was sent with. */
  readonly acknowledged: { readonly id: string; readonly seq: number; readonly text: string }[] = [];
  #stopping = false;
  readonly #talking: Promise<void>;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(readonly name: string, peer: Peer, readonly again: () => Promise<Peer>) {
    this.#talking = this.#talk(peer);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#talking;
  }

  /** Resolves when so many more are acknowledged. */
  more(count: number): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.#waiting.push({ count: this.acknowledged.length + count, resolve });
    });
    return Promise.race([reached, this.#talking]);
  }

  #note(acknowledged: { id: string; seq: number; text: string }): void {
    this.acknowledged.push(acknowledged);
    const { length } = this.acknowledged;
    for (const { count, resolve } of this.#waiting) if (count <= length) resolve();
  }

  async #talk(first: Peer): Promise<void> {
    let peer = first;
    for (let count = 1; !this.#stopping; count++) {
      const text = `${this.name} ${count}`;
      while (true) {
        const reply = await peer.says("send", { room: "lobby", text, key: text });
        if (reply.ok) {
          this.#note({ id: reply.id, seq: reply.seq, text });
          break;
        } else if (reply.error.code === "ended" || reply.error.code === "shutting_down") {
          peer = await this.again();
        } else assertEquals(reply.error.code, "unavailable");
      }
    }
  }
}

/** Everything that was ever said in the lobby, oldest first. */
async function wholeHistory(peer: Peer): Promise<{ id: string; seq: number; text: string }[]> {
  const all: { id: string; seq: number; text: string }[] = [];
  let before: string | undefined;
  while (true) {
    const page = { room: "lobby", limit: 200, ...(before !== undefined && { before }) };
    const { messages, more } = await peer.asks("history", page);
    all.unshift(
      ...messages.map(({ id, seq, text }: { id: string; seq: number; text: string }) => ({ id, seq, text })),
    );
    if (!more) return all;
    before = all[0]!.id;
  }
}

/** Nothing acknowledged is missing, nothing is there twice, and each talker's own are in order. */
function assertWhole(
  history: readonly { id: string; seq: number; text: string }[],
  talkers: readonly Talker[],
): void {
  const bySeq = new Map(history.map((each) => [each.seq, each]));
  for (const { name, acknowledged } of talkers) {
    assertTrue(acknowledged.length > 20, `${name} was heard: ${acknowledged.length}`);
    assertEquals(acknowledged.map(({ seq }) => bySeq.get(seq)), acknowledged);
    const own = history.filter(({ text }) => text.startsWith(`${name} `)).map(({ text }) =>
      Number(text.split(" ")[1])
    );
    assertEquals(own, own.map((_, index) => index + 1), `what ${name} said is there once, in its order`);
  }
}

async function register(node: TestNode | ProcessNode, name: string): Promise<{ peer: Peer; token: string }> {
  const peer = await node.connect();
  const account = { username: name, nickname: name, password: PASSWORD, email: `${name}@example.org` };
  await peer.asks("register", account);
  const { token } = await peer.asks("login", { username: name, password: PASSWORD });
  return { peer, token };
}

clusterTest("a node is killed while people talk", 3, async (cluster) => {
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
      const again = await two!.connect();
      assertEquals((await again.asks("resume", { token })).nickname, "ada");
      resumedAt = performance.now();
      return again;
    }),
    new Talker("bob", bob.peer, () => Promise.reject(new Error("bob was not to lose anything"))),
    new Talker("cyd", cyd.peer, () => Promise.reject(new Error("cyd was not to lose anything"))),
  ];
  await Promise.all(talkers.map((talker) => talker.more(50)));
  const killedAt = performance.now();
  await one.process.end("SIGKILL");
  // Eve does not come back; ada does, and what is hers stays hers.
  await bob.peer.hearsAtLast({ event: "offline", nickname: "eve" });
  // 8 to 9 s after the node was last heard; more where other tests have the machine.
  assertTrue(performance.now() - killedAt < 15_000, "presence is right");
  assertTrue(resumedAt > 0 && resumedAt - killedAt < 5_000, "who comes back is there in 5 s");
  assertEquals((await bob.peer.asks("members", { room: "ops" })).owner, "ada");
  await one.start();
  await Promise.all(talkers.map((talker) => talker.stop()));
  const dan = await one.guest("dan");
  assertWhole(await wholeHistory(dan), talkers);
  await cluster.agree([one, two!, three!]);
});

clusterTest("a node that was halted for long ends its connections and goes on", 1, async (cluster) => {
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
});

clusterTest(
  "one of three NATS servers is killed while people talk, the one that leads",
  3,
  async (cluster) => {
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
  },
);

/** Resolves once all of these nodes take newcomers, or none does. */
async function untilReady(isReady: boolean, ...nodes: { readonly http: string }[]): Promise<void> {
  for (const { http } of nodes) {
    while (true) {
      const response = await fetch(`${http}/ready`);
      await response.body?.cancel();
      if (response.ok === isReady) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

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
    await untilReady(false, one.running, two.running);
    const { messages } = await ada.asks("history", { room: "lobby" });
    assertEquals(messages.map(({ text }: { text: string }) => text), ["before"]);
    assertEquals((await ada.asks("search", { text: "before" })).messages.length, 1);

    await Promise.all([second!.start(), third!.start()]);
    await untilReady(true, one.running, two.running);
    const { id } = await ada.asks("send", { room: "lobby", text: "meanwhile", key: "k" });
    await bob.hearsAtLast({ event: "message", id });
    const after = await bob.asks("history", { room: "lobby" });
    assertEquals(after.messages.map(({ text }: { text: string }) => text), ["before", "meanwhile"]);
    await cluster.agree([one, two]);
  },
);

if (Deno.build.os === "linux" && await hasSmallDisks()) {
  clusterTest(
    "a node whose disk is full refuses its people and goes on where it stopped, as the others have it",
    1,
    async (cluster) => {
      const disk = await openSmallDisk(96);
      try {
        const one = await cluster.process("one");
        const two = await cluster.process("two", ["--disk-free", "1B"], disk);
        const [ada, bob] = [await one.member("ada"), await two.member("bob")];
        await disk.fill();
        for (let count = 0; count < 40; count++) {
          await ada.asks("send", { room: "lobby", text: `${count} ${"long ".repeat(2_000)}` });
        }
        const cyd = await one.guest("cyd");
        let refused = await bob.says("send", { room: "lobby", text: "for which there is no room" });
        while (refused.ok) refused = await bob.says("send", { room: "lobby", text: "x".repeat(16_000) });
        assertEquals(refused.error.code, "disk_full");
        await untilReady(false, two.process);
        await ada.asks("send", { room: "lobby", text: "the others go on" });
        await cyd.hearsAtLast({ event: "message", text: "the others go on" });

        await disk.empty();
        await bob.hearsAtLast({ event: "message", text: "the others go on" });
        await untilReady(true, two.process);
        await bob.asks("send", { room: "lobby", text: "here again" });
        await ada.hearsAtLast({ event: "message", text: "here again" });
        await two.process.end("SIGTERM");
        // On its own disk nobody else can open it.
        const copy = { data: `${cluster.folder}/copy` };
        await Deno.mkdir(copy.data);
        await Deno.copyFile(`${two.data}/switchboard.db`, `${copy.data}/switchboard.db`);
        await cluster.agree([one, copy]);
      } finally {
        await disk.close();
      }
    },
  );
}

/** What a node says that can't join, in its one line; it ends with 1. */
async function refusalOf(
  folder: string,
  node: string,
  servers: string,
  more: string[] = [],
): Promise<string> {
  const args = ["serve", "--http", "0", "--tcp", "0", "--data", `${folder}/x${node}`, "--node", node];
  const { code, stderr } = await run([...args, "--cluster", servers, ...more]).ended;
  assertEquals([code, stderr.length], [1, 1], stderr.join("\n"));
  return stderr[0]!;
}

clusterTest("what can't be joined is said in one line", 1, async (cluster) => {
  await cluster.process("one");
  const { folder, nats: { urls: [url = ""] } } = cluster;
  await cluster.nats.put("SWITCHBOARD_newer_FACTS", "cluster", JSON.stringify({ format: 99, epoch: "e" }));
  const [without, closed] = await Promise.all([
    startNatsServers(1, { jetStream: false }),
    startNatsServers(1, { more: ["--user", "chat", "--pass", "secret"] }),
  ]);
  try {
    const [noJetStream = "", noRights = ""] = [...without.urls, ...closed.urls];
    const refusals = await Promise.all([
      refusalOf(folder, "one", url),
      refusalOf(folder, "two", "nats://127.0.0.1:1"),
      refusalOf(folder, "three", url, ["--cluster-name", "other", "--cluster-replicas", "3"]),
      refusalOf(folder, "four", url, ["--cluster-name", "newer"]),
      refusalOf(folder, "five", noJetStream),
      refusalOf(folder, "six", noRights),
      refusalOf(folder, "seven", noRights.replace("//", "//chat:wrong@")),
      refusalOf(folder, "eight", url, ["--cluster-credentials", `${folder}/missing.creds`]),
    ]);
    const expected = [
      /a node called "one" is in it already; give this one another name with --node$/,
      /Cannot join the cluster at nats:\/\/127\.0\.0\.1:1: nothing answers there/,
      /NATS has not as many servers as are to keep everything \(3\); see --cluster-replicas$/,
      /its log has format 99, and this Switchboard knows 1; all nodes run the same format/,
      /NATS answers, but JetStream is not switched on there/,
      /NATS refuses it: .*; see --cluster-credentials$/,
      /Cannot join the cluster at nats:\/\/…@127.*NATS refuses it: /,
      /Cannot join the cluster at .*missing\.creds/,
    ];
    for (const [index, words] of refusals.entries()) assertTrue(expected[index]!.test(words), words);
  } finally {
    await Promise.all([without.stop(), closed.stop()]);
  }
});

clusterTest("NATS may keep it in a domain of its own", 1, async (cluster) => {
  const path = `${cluster.folder}/nats.conf`;
  await Deno.writeTextFile(path, "jetstream { domain: hub }\n");
  const hub = await startNatsServers(1, { more: ["-c", path] });
  try {
    const [one, two] = await Promise.all(
      ["one", "two"].map((name) => cluster.node(name, { cluster: hub.urls, clusterDomain: "hub" })),
    );
    const [ada, bob] = [await one!.guest("ada"), await two!.guest("bob")];
    await ada.asks("send", { room: "lobby", text: "in the hub" });
    await bob.hearsAtLast({ event: "message", from: "ada", text: "in the hub" });
    await Promise.all([one!.stop(), two!.stop()]);
    const words = await refusalOf(cluster.folder, "three", hub.urls[0]!, ["--cluster-domain", "elsewhere"]);
    assertTrue(
      /^switchboard: Cannot join the cluster at .*JetStream is not switched on there/.test(words),
      words,
    );
  } finally {
    await hub.stop();
  }
});

clusterTest("NATS may want TLS and a password", 1, async (cluster) => {
  const pem = `${cluster.folder}/nats.pem`;
  await makeSelfSigned(pem, Date.now());
  const more = ["--tls", "--tlscert", pem, "--tlskey", pem, "--user", "chat", "--pass", "secret"];
  const secured = await startNatsServers(1, { more });
  try {
    const servers = [secured.urls[0]!.replace("//", "//chat:secret@")];
    const one = await cluster.node("one", { cluster: servers, clusterCa: pem });
    const two = await cluster.node("two", { cluster: servers, clusterCa: pem });
    const [ada, bob] = [await one.guest("ada"), await two.guest("bob")];
    await ada.asks("send", { room: "lobby", text: "in secret" });
    await bob.hearsAtLast({ event: "message", from: "ada", text: "in secret" });
    await Promise.all([one.stop(), two.stop()]);
    const words = await refusalOf(cluster.folder, "three", servers[0]!);
    assertTrue(/Cannot join the cluster at nats:\/\/…@.*: .*certificate/i.test(words), words);
  } finally {
    await secured.stop();
  }
});
