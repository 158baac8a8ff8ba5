/** A NATS account with what docs/cluster.md says that Switchboard needs, and no more: in permissions, and in room. */
import { assertEquals, assertLike, assertRejects } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { bytesOf, fetchFile, md5, sendFile, sendPieces } from "../support/file_lines.ts";
import { clusterTest } from "./cluster_scene.ts";
import type { NatsAccount } from "./nats_servers.ts";

const DOCS = Deno.readTextFileSync(new URL("../../docs/cluster.md", import.meta.url));
const CONFIG = /^accounts \{[^]*?^\}/m.exec(DOCS)![0].replace("100GB", "6MB").replace(
  "change this",
  "secret",
);

function account(config: string): NatsAccount {
  return { config, user: "switchboard", password: "secret" };
}

clusterTest(
  "an account as documented does for chat, files and a snapshot, and a file it has no room for is refused alone",
  1,
  async (cluster) => {
    const options = { snapshotEvery: 20 };
    const [one, two] = [await cluster.node("one", {}, options), await cluster.node("two", {}, options)];
    const [ada, bob] = [await one.member("ada"), await two.member("bob")];
    const bytes = bytesOf(1_000_000, 1);
    const { file } = await sendFile(ada, { room: "lobby" }, "a.bin", bytes);
    await bob.hearsAtLast({ event: "message", text: "" });
    assertEquals(md5(await fetchFile(bob, file)), md5(bytes));

    const large = await sendPieces(ada, { room: "lobby" }, "b.bin", bytesOf(5_000_000, 2));
    const { message } = await ada.fails("finish", { file: large }, "disk_full");
    assertEquals(message, "Cannot keep these bytes: the cluster's NATS servers have no room for them");
    await ada.asks("send", { room: "lobby", text: "goes on" });
    await sendFile(ada, { room: "lobby" }, "c.bin", bytesOf(1_000_000, 3));

    while ((await cluster.objects("SNAPSHOTS")).length === 0) {
      await ada.asks("send", { room: "lobby", text: "x" });
    }
    const three = await cluster.node("three", {}, options);
    assertEquals(md5(await fetchFile(await three.guest("cyd"), file)), md5(bytes));
    const { code: ended, stdout } = await run(["cluster", "status", "--cluster", cluster.nats.urls.join(",")])
      .ended;
    assertEquals(ended, 0);
    assertLike(stdout[1], /^one +\d+ /);
    await cluster.agree([one, two, three]);
  },
  account(CONFIG),
);

clusterTest("an account that may not keep the facts is told so", 1, async (cluster) => {
  await assertRejects(
    cluster.node("one"),
    /NATS refuses it: .*Permissions Violation.*SWITCHBOARD_main_FACTS.*see --cluster-credentials/i,
  );
}, account(CONFIG.replace("$KV.SWITCHBOARD_main_FACTS.>", "$KV.SWITCHBOARD_*.>")));

clusterTest("more servers keep everything once a node is told so", 3, async (cluster) => {
  const one = await cluster.node("one", { clusterReplicas: 1 });
  await one.stop();
  await cluster.node("two", { clusterReplicas: 3 });
  const { stdout } = await run(["cluster", "status", "--cluster", cluster.nats.urls.join(",")]).ended;
  assertLike(stdout.find((line) => line.startsWith("log: ")), / 3 replicas in NATS /);
});

clusterTest(
  "status says when no node is alive; import, that there is nothing to bring",
  1,
  async (cluster) => {
    const at = ["--cluster", cluster.nats.urls.join(",")];
    await (await cluster.node("one")).stop();
    let status = await run(["cluster", "status", ...at]).ended;
    while (status.code === 0) status = await run(["cluster", "status", ...at]).ended;
    assertEquals([status.code, status.stderr], [1, ["switchboard: No node is alive"]]);
    const nowhere = `${cluster.folder}/nowhere`;
    const { code, stderr } = await run(["cluster", "import", ...at, "--data", nowhere]).ended;
    const words = `switchboard: Cannot import: there is no database in "${nowhere}"; see --data`;
    assertEquals([code, stderr], [1, [words]]);
    await assertRejects(Deno.stat(nowhere), /No such file/);
    await Deno.writeTextFile(`${cluster.folder}/empty.pem`, "nothing");
    const empty = await run(["cluster", "status", ...at, "--cluster-ca", `${cluster.folder}/empty.pem`])
      .ended;
    assertLike(
      empty.stderr[0],
      /^switchboard: Cannot use --cluster-ca ".*": there is no "BEGIN CERTIFICATE" in it$/,
    );
  },
);
