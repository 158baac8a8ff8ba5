/** NATS as it may be set up, and what is said where a cluster can't be joined. */
import { type AddressInfo, createServer, type Server } from "node:net";
import { connectNats } from "../../server/cluster/nats_connection.ts";
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { makeSelfSigned } from "../../server/tls/self_signed.ts";
import { startNatsServers } from "./nats_servers.ts";
import { clusterTest } from "./cluster_scene.ts";

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

/** Has something listen that is no NATS; gives its port. */
async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

clusterTest("what can't be joined is said in one line", 1, async (cluster) => {
  await Promise.all([cluster.process("one"), cluster.process("newer", ["--cluster-name", "newer"])]);
  const { folder, nats: { urls: [url = ""] } } = cluster;
  await cluster.nats.put("SWITCHBOARD_newer_FACTS", "cluster", JSON.stringify({ format: 99, epoch: "e" }));
  const [without, closed] = await Promise.all([
    startNatsServers(1, { jetStream: false }),
    startNatsServers(1, { more: ["--user", "chat", "--pass", "secret"] }),
  ]);
  const [other, hangsUp] = [
    createServer((socket) => socket.end("220 mail.example\r\n")),
    createServer((socket) => socket.destroy()),
  ];
  const [mail, nobody] = await Promise.all([other, hangsUp].map(portOf));
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
      refusalOf(folder, "nine", `nats://127.0.0.1:${mail}`),
      refusalOf(folder, "ten", `nats://127.0.0.1:${nobody}`),
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
      /what answers there is no nats-server$/,
      /what is there hangs up at once$/,
    ];
    for (const [index, words] of refusals.entries()) assertTrue(expected[index]!.test(words), words);
  } finally {
    for (const each of [other, hangsUp]) each.close();
    await Promise.all([without.stop(), closed.stop()]);
  }
});

clusterTest("one NATS server is not told to keep three times what is there", 1, async (cluster) => {
  const { folder, nats } = cluster;
  const one = await cluster.node("one");
  const ada = await one.member("ada");
  await ada.asks("send", { room: "lobby", text: "still there" });
  const words = await refusalOf(folder, "two", nats.urls[0]!, ["--cluster-replicas", "3"]);
  assertTrue(/NATS has not as many servers as are to keep everything \(3\)/.test(words), words);
  // The refused node has changed nothing: NATS finds the log again.
  await nats.servers[0]!.kill();
  await nats.servers[0]!.start();
  const { id } = await ada.asks("send", { room: "lobby", text: "and goes on", key: "1" });
  const bob = await (await cluster.node("three")).guest("bob");
  const { messages } = await bob.asks("history", { room: "lobby" });
  assertEquals(messages.map(({ text }: { text: string }) => text), ["still there", "and goes on"]);
  assertEquals(messages[1].id, id);
});

clusterTest("being refused ends nothing else, however often it is", 0, async () => {
  const closed = await startNatsServers(1, { more: ["--user", "chat", "--pass", "secret"] });
  try {
    const servers = closed.urls.map((url) => url.replace("//", "//chat:wrong@"));
    const address = { servers, name: "main", credentials: undefined, ca: undefined, domain: undefined };
    const refused = () =>
      assertRejects(
        connectNats({ ...address, replicas: undefined }, { aliveMs: 1_000, begins: true }),
        /Authorization Violation/,
      );
    for (let count = 0; count < 60; count++) {
      await Promise.all(Array.from({ length: 8 }, refused));
      // On a busy machine the system says ECONNRESET of some when nobody listens to them any more.
      const busyUntil = performance.now() + 5;
      while (performance.now() < busyUntil);
    }
  } finally {
    await closed.stop();
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
