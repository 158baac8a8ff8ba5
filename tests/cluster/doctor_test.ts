/** `switchboard doctor` on a node of a cluster: what NATS keeps it with, and whether its nodes are together. */
import { overviewOf } from "../../server/cluster/overview.ts";
import { connectNats } from "../../server/cluster/nats_connection.ts";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { clusterTest } from "./cluster_scene.ts";
import { untilTrue } from "./polling.ts";

clusterTest("doctor says how the cluster is kept, and makes none", 3, async (cluster) => {
  const { nats, folder } = cluster;
  const doctor = async (servers = nats.urls.join(",")) => {
    const more = ["--data", `${folder}/other`, "--http", "0", "--tcp", "0", "--cluster", servers];
    const { code, stdout } = await run(["doctor", ...more]).ended;
    return { code, text: stdout.join("\n") };
  };
  const before = await doctor();
  assertLike(before.text, /^ok {4}NATS +no cluster "main" yet: the first node begins it$/m);
  await cluster.node("one");
  await cluster.node("two");
  // Its replicas, and what each node has applied, may be a moment behind.
  let text = "";
  const agreed = await untilTrue(async () => {
    const said = await doctor();
    text = said.text;
    return said.code === 0 && /^ok {4}nodes +one, two; log at \d+$/m.test(text) ? undefined : text;
  }, 40_000);
  assertTrue("ms" in agreed, text);
  assertLike(text, /^(ok {2}|warn) {2}NATS +nats-server \d+\.\d+/m);
  assertLike(text, /^ok {4}replicas +3: nats\d, nats\d, nats\d$/m);
  assertLike(text, /^ok {4}clocks +the nodes' are \d+ ms apart at most$/m);

  await nats.servers[1]!.kill();
  const nothing = doctor("nats://127.0.0.1:1");
  // NATS notices after a moment, and may have to elect another that leads.
  const address = { servers: nats.urls, name: "main", credentials: undefined, ca: undefined };
  const look = () => overviewOf({ ...address, domain: undefined, replicas: undefined });
  const noticed = await untilTrue(
    async () => (await look()).behind.includes("nats1") ? undefined : "",
    40_000,
  );
  assertTrue("ms" in noticed, "NATS notices");
  assertLike(
    (await doctor()).text,
    /^BAD {3}replicas +behind or away: nats1\n {6}→ see that these nats-servers run/m,
  );
  await nats.servers[1]!.start();
  assertLike((await nothing).text, /^BAD {3}NATS +Cannot join the cluster at .*: nothing answers there/m);
});

clusterTest(
  "one NATS server that is to keep everything three times is said to be a danger",
  1,
  async (cluster) => {
    const { nats, folder } = cluster;
    await (await cluster.node("one")).stop();
    const address = { servers: nats.urls, name: "main", credentials: undefined, ca: undefined };
    const { connection, manager, stream } = await connectNats(
      { ...address, domain: undefined, replicas: undefined },
      { aliveMs: 5_000, begins: false },
    );
    // 2.9 takes it; later ones may not, and then nothing is to be said.
    const isTaken = await manager.streams.update(stream, { num_replicas: 3 }).then(() => true, () => false);
    await connection.close();
    const words =
      /one NATS server is to keep (?:everything|the log) (\w+) times.*start a node with --cluster-replicas 1/is;
    for (const command of [["doctor", "--data", `${folder}/other`], ["cluster", "status"]]) {
      const { stdout, stderr } = await run([...command, "--cluster", nats.urls[0]!]).ended;
      assertEquals(words.exec([...stdout, ...stderr].join(" "))?.[1], isTaken ? "3" : undefined);
    }
    const two = await cluster.node("two", { clusterReplicas: 1 });
    await nats.servers[0]!.kill();
    await nats.servers[0]!.start();
    const ada = await two.guest("ada");
    await ada.asks("send", { room: "lobby", text: "still there" });
  },
);

clusterTest("doctor says what keeps a node out of a cluster", 1, async (cluster) => {
  const { nats: { urls }, folder } = cluster;
  const doctor = async (data: string, ...more: string[]) => {
    const { code, stdout } = await run(
      ["doctor", "--data", `${folder}/${data}`, "--http", "0", "--tcp", "0", ...more],
    ).ended;
    return { code, bad: stdout.filter((line) => line.startsWith("BAD ")).join("\n") };
  };
  const main = ["--cluster", urls[0]!];
  const second = [...main, "--cluster-name", "second"];
  const one = await cluster.node("one");
  assertEquals(await doctor("one", ...main, "--node", "one"), { code: 0, bad: "" });
  const taken = await doctor("other", ...main, "--node", "one");
  assertEquals(taken.code, 1);
  assertLike(taken.bad, /^BAD {3}node .*a node called "one" is in it already; .* --node$/);

  await one.stop();
  const alone = await doctor("one");
  assertEquals(alone.code, 1);
  assertLike(alone.bad, /^BAD {3}data folder .*\/one: it is that of a node of a cluster; .* --cluster,/);
  const first = await doctor("one", ...second);
  assertEquals(first.code, 1);
  assertLike(first.bad, /^BAD {3}NATS .* this data folder is that of a node of one/);
  await (await cluster.node("two", { clusterName: "second" })).stop();
  const foreign = await doctor("one", ...second);
  assertEquals(foreign.code, 1);
  assertLike(foreign.bad, /^BAD {3}data folder .*\/one: it is that of a node of another cluster; /);
});
