/** What whoever runs a cluster types: how it does, the way into it and out of it. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { bytesOf, fetchFile, md5, sendFile } from "../support/file_lines.ts";
import { withServer } from "../support/harness.ts";
import { clusterTest } from "./cluster_scene.ts";
import { untilReady } from "./polling.ts";

/** What a command prints, which goes well. */
async function says(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await run(args).ended;
  assertEquals([code, stderr], [0, []]);
  return stdout;
}

clusterTest("the operator sees nodes, the log and snapshots", 1, async (cluster) => {
  const config = { nodeUrl: "https://one.example" };
  const one = await cluster.node("one", config, { snapshotEvery: 5 });
  await cluster.node("two");
  const ada = await one.guest("ada");
  while ((await cluster.objects("SNAPSHOTS")).length === 0) {
    await ada.asks("send", { room: "lobby", text: "x" });
  }
  const at = ["--cluster", cluster.nats.urls.join(",")];
  const [heading, first, second, log, snapshot] = await says("cluster", "status", ...at);
  assertEquals(heading?.split(/ +/), ["NODE", "POSITION", "LAG", "CLOCK", "VERSION", "URL"]);
  assertTrue(/^one +\d+ +\d+ +[+-]\d+ ms +\S+ +https:\/\/one\.example$/.test(first!), first!);
  assertTrue(/^two +\d+ +\d+ +[+-]\d+ ms +\S+ +-$/.test(second!), second!);
  // NATS 2.9 does not say which server it is.
  const servers = "(one NATS server|nats0 \\(leads\\))";
  assertTrue(
    new RegExp(`^log: \\d+ to \\d+, \\d+ bytes, 1 replicas in NATS [\\d.]+: ${servers}$`).test(log!),
    log!,
  );
  assertTrue(/^snapshot: up to \d+, of \d{4}-.*Z$/.test(snapshot!), snapshot!);
});

clusterTest("to look at a cluster that is not there makes none", 1, async (cluster) => {
  await cluster.node("one");
  const at = ["--cluster", cluster.nats.urls.join(",")];
  for (let count = 0; count < 2; count++) {
    const { code, stderr } = await run(["cluster", "status", ...at, "--cluster-name", "typo"]).ended;
    const words = `switchboard: There is no cluster "typo" at ${cluster.nats.urls.join(",")}`;
    assertEquals([code, stderr], [1, [words]]);
  }
});

clusterTest("what a server alone has goes into a cluster, and out of it again", 1, async (cluster) => {
  const at = ["--cluster", cluster.nats.urls.join(",")];
  const bytes = bytesOf(100_000, 1);
  let file = "";
  // Of an import that broke off.
  await cluster.nats.putHalf("SWITCHBOARD_main_SNAPSHOTS", "000000000000000", bytesOf(100, 9));
  await withServer({}, async (server) => {
    const ada = await server.member("ada");
    await ada.asks("enter", { room: "ops" });
    await ada.asks("send", { room: "ops", text: "alone" });
    ({ file } = await sendFile(ada, { room: "ops" }, "a.bin", bytes));
    await server.running.stop();
    const [words] = await says("cluster", "import", "--data", `${server.folder}/data`, ...at);
    assertTrue(
      words!.endsWith("the database and 1 files. Start its nodes, each with an empty --data."),
      words!,
    );
    const { code, stderr } = await run(["cluster", "import", "--data", `${server.folder}/data`, ...at]).ended;
    assertEquals([code, stderr], [1, ['switchboard: Cannot import: the cluster "main" has begun already']]);
    // What it was imported from is a server's of its own.
    const args = [
      "serve",
      "--http",
      "0",
      "--tcp",
      "0",
      "--data",
      `${server.folder}/data`,
      ...at,
      "--node",
      "x",
    ];
    const refused = await run(args).ended;
    assertTrue(
      /it is that of a server of its own/.test(refused.stderr.join("\n")),
      refused.stderr.join("\n"),
    );
  });

  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const login = { username: "ada", password: "plug-jack-cord-7" };
  const ada = await two.connect();
  assertEquals((await ada.asks("login", login)).rooms, ["lobby", "ops"]);
  assertEquals(md5(await fetchFile(ada, file)), md5(bytes));
  await ada.asks("send", { room: "ops", text: "of several" });
  await cluster.agree([one, two]);

  const backup = `${cluster.folder}/backup.tar`;
  await says("cluster", "export", backup, "--data", one.data, ...at);
  await says("restore", backup, "--data", `${cluster.folder}/alone`);
  await withServer({ data: `${cluster.folder}/alone` }, async (server) => {
    const again = await server.connect();
    await again.asks("login", login);
    const { messages } = await again.asks("history", { room: "ops" });
    assertEquals(messages.map(({ text }: { text: string }) => text), ["alone", "", "of several"]);
    assertEquals(md5(await fetchFile(again, file)), md5(bytes));
  });
});

clusterTest(
  "a cluster that begins after an import that broke off begins with nothing",
  1,
  async (cluster) => {
    await cluster.nats.putHalf("SWITCHBOARD_main_SNAPSHOTS", "000000000000000", bytesOf(100, 9));
    const one = await cluster.node("one");
    const ada = await one.member("ada");
    assertEquals((await ada.asks("history", { room: "lobby" })).messages, []);
  },
);

clusterTest(
  "send and upload end with 3 when the cluster keeps nothing for too long, and not as if nobody were signed in",
  1,
  async (cluster) => {
    const one = await cluster.node("one");
    const server = ["--server", `127.0.0.1:${one.running.tcp.port}`];
    // It has no bytes of its own on the disk, and takes a while to hash.
    const large = `${cluster.folder}/large.bin`;
    await Deno.writeFile(large, new Uint8Array());
    await Deno.truncate(large, 400_000_000);
    const bob = await one.guest("bob");
    const asBot = ["--guest", "bot", "--room", "lobby", "--patience", "1"];
    const uploading = run(["upload", ...server, ...asBot, large]).ended;
    await bob.hearsAtLast({ event: "online", nickname: "bot" });
    await cluster.nats.servers[0]!.kill();
    const sending = run(["send", ...server, "--guest", "ada", "--room", "lobby", "hello"]).ended;
    for (const { code, stderr } of await Promise.all([uploading, sending])) {
      const isSaid = stderr.at(-1)?.includes("too few of the cluster's servers answer");
      assertEquals([code, isSaid], [3, true], stderr.join("\n"));
    }
    await cluster.nats.servers[0]!.start();
    await untilReady(true, one.running);
  },
);
