/** Files of several nodes: up through one and down through another, whatever becomes of the disks. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { announcement, bytesOf, chunk, fetchFile, md5, sendFile, sendPieces } from "../support/file_lines.ts";
import { HOUR, MINUTE } from "../support/clock.ts";
import { PASSWORD } from "../support/harness.ts";
import { clusterTest, figuresOf, type TestNode } from "./cluster_scene.ts";
import { untilTrue } from "./polling.ts";

const LOBBY = { room: "lobby" };

/** The bytes of every file on a node's disk. */
function bytesOn({ data }: { data: string }): number {
  const sizeOf = (path: string): number =>
    Array.from(
      Deno.readDirSync(path),
      ({ name, isDirectory }) =>
        isDirectory ? sizeOf(`${path}/${name}`) : Deno.statSync(`${path}/${name}`).size,
    ).reduce((a, b) => a + b, 0);
  try {
    return sizeOf(`${data}/files`);
  } catch {
    return 0;
  }
}

function authorizationOf(username: string): { Authorization: string } {
  return { Authorization: `Basic ${new TextEncoder().encode(`${username}:${PASSWORD}`).toBase64()}` };
}

/** Asks a node for a file over HTTP. */
function get({ running }: TestNode, file: string, username: string, signal?: AbortSignal): Promise<Response> {
  const headers = authorizationOf(username);
  return fetch(`${running.http}/files/${file}`, { headers, ...(signal && { signal }) });
}

clusterTest(
  "a file comes in through one node and goes out through another, also when the first is gone",
  1,
  async (cluster) => {
    const [one, two] = [await cluster.node("one"), await cluster.node("two")];
    const [ada, bob] = [await one.member("ada"), await two.member("bob")];
    const bytes = bytesOf(3_000_000, 1);
    const { file } = await sendFile(ada, LOBBY, "a.bin", bytes);
    await bob.hearsAtLast({ event: "message", text: "" });
    assertEquals(md5(await fetchFile(bob, file)), md5(bytes));

    const { file: other } = await sendFile(ada, LOBBY, "b.bin", bytesOf(100_000, 2));
    const { file: empty } = await sendFile(ada, LOBBY, "c.bin", bytesOf(0, 3));
    await one.stop();
    assertEquals(md5(await fetchFile(bob, other)), md5(bytesOf(100_000, 2)));
    assertEquals((await fetchFile(bob, empty)).length, 0);

    await one.start({ empty: true });
    const again = await one.guest("eve");
    assertEquals(md5(await fetchFile(again, file)), md5(bytes), "a node that has lost its disk");
  },
);

clusterTest(
  "a file that is taken back goes everywhere, and a private offer comes through",
  1,
  async (cluster) => {
    const [one, two] = [await cluster.node("one"), await cluster.node("two")];
    const [ada, bob] = [await one.member("ada"), await two.member("bob")];
    await ada.forgets();
    await bob.forgets();
    const { file } = await sendFile(ada, LOBBY, "a.bin", bytesOf(200_000, 1));
    const { id } = await bob.hears({ event: "message", from: "ada" });
    await fetchFile(bob, file);
    await ada.asks("recall", { message: id });
    await bob.hears({ event: "recalled", id });
    await bob.fails("download", { file }, "file_gone");
    assertEquals(await cluster.objects("FILES"), []);
    assertEquals([bytesOn(one), bytesOn(two)], [0, 0]);

    const { file: offered } = await sendFile(ada, { to: "bob" }, "b.bin", bytesOf(50_000, 2));
    await bob.hears({ event: "offer", from: "ada" });
    await bob.asks("accept", { file: offered });
    assertEquals(md5(await fetchFile(bob, offered)), md5(bytesOf(50_000, 2)));
    await ada.hearsAtLast({ event: "fetched", file: offered });
  },
);

clusterTest("a file that is posted to one node is sent through another", 1, async (cluster) => {
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const [ada, bob] = [await two.member("ada"), await one.member("bob")];
  await bob.forgets();
  const bytes = bytesOf(300_000, 1);
  const posted = await fetch(`${one.running.http}/files`, {
    ...{ method: "POST", headers: authorizationOf("ada"), body: new Uint8Array(bytes) },
  });
  const { file } = await posted.json();
  assertEquals(posted.status, 201);
  await one.stop();
  await ada.asks("send", { to: "bob", file });
  await one.start({ empty: true });
  const back = await one.connect();
  await back.asks("login", { username: "bob", password: PASSWORD });
  await back.hearsAtLast({ event: "offer", from: "ada" });
  await back.asks("accept", { file });
  assertEquals(md5(await fetchFile(back, file)), md5(bytes));
});

clusterTest("copies of files have so much room and no more", 1, async (cluster) => {
  const [one, two] = [
    await cluster.node("one", { fileCache: 250_000 }),
    await cluster.node("two", { fileCache: 250_000 }),
  ];
  const [ada, bob] = [await one.guest("ada"), await two.guest("bob")];
  const files: string[] = [];
  for (let count = 0; count < 5; count++) {
    files.push((await sendFile(ada, LOBBY, `${count}.bin`, bytesOf(100_000, count))).file);
  }
  for (const [count, file] of files.entries()) {
    assertEquals(md5(await fetchFile(bob, file)), md5(bytesOf(100_000, count)));
    assertEquals(md5(await fetchFile(ada, file)), md5(bytesOf(100_000, count)));
  }
  // What is being removed is gone by then.
  await Promise.all([one.stop(), two.stop()]);
  assertEquals([bytesOn(one) <= 250_000, bytesOn(two) <= 250_000], [true, true]);
});

clusterTest("bytes that belong to nothing go after a day, and no others", 1, async (cluster) => {
  const one = await cluster.node("one");
  const ada = await one.member("ada");
  const { file } = await sendFile(ada, LOBBY, "a.bin", bytesOf(1_000, 1));
  await cluster.nats.putObject("SWITCHBOARD_main_FILES", "orphan", bytesOf(10, 2));
  await cluster.node("another", {}, { clock: () => Date.now() + 12 * HOUR });
  assertEquals((await cluster.objects("FILES")).sort(), [file, "orphan"].sort());
  await one.stop();
  await cluster.node("a_later_one", {}, { clock: () => Date.now() + 25 * HOUR });
  const swept = await untilTrue(async () => {
    const objects = await cluster.objects("FILES");
    return objects.length > 1 ? objects.join() : undefined;
  }, 20_000);
  assertTrue("ms" in swept, JSON.stringify(swept));
  assertEquals(await cluster.objects("FILES"), [file]);
});

clusterTest(
  "a node whose database is older than its files takes them from nobody",
  1,
  async (cluster) => {
    const [one, two] = [await cluster.node("one"), await cluster.node("two")];
    await one.stop();
    await Deno.copyFile(`${one.data}/switchboard.db`, `${cluster.folder}/older.db`);
    await one.start();
    const [ada, bob] = [await one.member("ada"), await two.member("bob")];
    const bytes = bytesOf(100_000, 1);
    const { file } = await sendFile(ada, LOBBY, "a.bin", bytes);
    const begun = await sendPieces(ada, LOBBY, "b.bin", bytesOf(10_000, 2));
    await one.stop();
    await Deno.copyFile(`${cluster.folder}/older.db`, `${one.data}/switchboard.db`);
    await one.start();
    assertEquals(await cluster.objects("FILES"), [file]);
    assertEquals(md5(await fetchFile(bob, file)), md5(bytes));
    const again = await one.connect();
    await again.asks("login", { username: "ada", password: PASSWORD });
    const { offset } = await again.asks("upload", announcement(LOBBY, "b.bin", bytesOf(10_000, 2)));
    assertEquals(offset, 10_000, "what had arrived of another one is there");
    await again.asks("finish", { file: begun });
  },
);

clusterTest("an upload that was given up elsewhere is none when its node comes back", 1, async (cluster) => {
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const ada = await one.member("ada");
  const file = await sendPieces(ada, LOBBY, "a.bin", bytesOf(10_000, 1));
  await one.stop();
  const again = await two.connect();
  await again.asks("login", { username: "ada", password: PASSWORD });
  await again.asks("cancel", { file });
  await one.start();
  assertEquals(bytesOn(one), 0);
  await (await one.guest("eve")).asks("ping");
});

clusterTest("a file whose bytes were not confirmed is put there whole the next time", 1, async (cluster) => {
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const [ada, bob] = [await one.member("ada"), await two.member("bob")];
  const bytes = bytesOf(300_000, 1);
  const file = await sendPieces(ada, LOBBY, "a.bin", bytes);
  await cluster.nats.putHalf("SWITCHBOARD_main_FILES", file, bytes);
  await ada.asks("finish", { file });
  assertEquals(md5(await fetchFile(bob, file)), md5(bytes));
});

clusterTest("an upload that has moved to another node goes on there", 1, async (cluster) => {
  let now = Date.now();
  const clock = () => now;
  const one = await cluster.node("one", {}, { clock });
  const two = await cluster.node("two", {}, { clock });
  const ada = await one.member("ada");
  const bytes = bytesOf(300_000, 1);
  const { file } = await ada.asks("upload", announcement(LOBBY, "a.bin", bytes));
  now += MINUTE / 2;
  const again = await two.connect();
  await again.asks("login", { username: "ada", password: PASSWORD });
  assertEquals((await again.asks("upload", announcement(LOBBY, "a.bin", bytes))).file, file);
  await chunk(again, file, 0, bytes.subarray(0, 100_000));
  // The first node gives up what it has, which is nothing.
  now += MINUTE * 0.6;
  const { last } = await cluster.range();
  while ((await cluster.range()).last === last);
  await chunk(again, file, 100_000, bytes.subarray(100_000));
  await again.asks("finish", { file });
  await ada.hearsAtLast({ event: "message", from: "ada" });
  assertEquals(md5(await fetchFile(ada, file)), md5(bytes));
});

clusterTest("what is finished at another node counts once", 1, async (cluster) => {
  const config = { quota: 250_000 };
  const [one, two] = [await cluster.node("one", config), await cluster.node("two", config)];
  const ada = await one.member("ada");
  const bytes = bytesOf(100_000, 1);
  await sendPieces(ada, LOBBY, "a.bin", bytes);
  const again = await two.connect();
  await again.asks("login", { username: "ada", password: PASSWORD });
  const { file } = await sendFile(again, LOBBY, "a.bin", bytes);
  await ada.hearsAtLast({ event: "message", from: "ada" });
  await sendFile(ada, LOBBY, "b.bin", bytesOf(100_000, 2));
  assertEquals(md5(await fetchFile(ada, file)), md5(bytes));
});

clusterTest(
  "who asks for a file whose bytes do not come is told so, and may ask again",
  1,
  async (cluster) => {
    const [one, two] = [await cluster.node("one"), await cluster.node("two")];
    const [ada, bob] = [await one.member("ada"), await two.member("bob")];
    const bytes = bytesOf(300_000, 1);
    const { file } = await sendFile(ada, LOBBY, "a.bin", bytes);
    await cluster.nats.putHalf("SWITCHBOARD_main_FILES", file, bytes);
    await bob.asks("download", { file, offset: 0 });
    assertEquals((await bob.piece()).line.error.code, "unavailable");
    await cluster.nats.putObject("SWITCHBOARD_main_FILES", file, bytes);
    assertEquals(md5(await fetchFile(bob, file)), md5(bytes));
  },
);

clusterTest("a file is fetched while NATS elects who keeps it", 3, async (cluster) => {
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const [ada, bob] = [await one.member("ada"), await two.member("bob")];
  const [small, other, large] = [bytesOf(300_000, 1), bytesOf(300_000, 2), bytesOf(20_000_000, 3)];
  const { file: first } = await sendFile(ada, LOBBY, "a.bin", small);
  const { file: second } = await sendFile(ada, LOBBY, "b.bin", other);
  const { file: third } = await sendFile(ada, LOBBY, "c.bin", large);
  const leader = await cluster.nats.leaderOf("OBJ_SWITCHBOARD_main_FILES");
  await bob.hearsAtLast({ event: "message", text: "" });
  const [underWay, ...rest] = [await get(two, third, "bob"), leader.kill()] as const;
  const got = await Promise.all([
    fetchFile(bob, first),
    get(two, second, "bob").then((response) => response.bytes()),
    underWay.bytes(),
    ...rest,
  ]);
  assertEquals(got.slice(0, 3).map((bytes) => md5(bytes!)), [small, other, large].map(md5));
});

clusterTest("what nobody waits for any more is not tried on", 1, async (cluster) => {
  const one = await cluster.node("one", { metricsPort: 0 });
  const ada = await one.member("ada");
  const bytes = bytesOf(100_000, 1);
  const { file } = await sendFile(ada, LOBBY, "a.bin", bytes);
  await one.stop();
  await one.start({ empty: true });
  // Over TCP, who says no more may still read.
  const bob = await one.connect("websocket");
  await bob.asks("login", { username: "ada", password: PASSWORD });
  const [server] = cluster.nats.servers;
  await server!.kill();
  const leaving = new AbortController();
  await bob.asks("download", { file });
  const asked = get(one, file, "ada", leaving.signal).then(() => "answered", () => "left");
  const areUnderWay = (count: number) => async () => {
    const found = (await figuresOf(one))(`transfers\\{direction="down"\\}`);
    return found === count ? undefined : `${found} are under way`;
  };
  const begun = await untilTrue(areUnderWay(2), 10_000);
  assertTrue("ms" in begun, JSON.stringify(begun));
  bob.close();
  leaving.abort();
  assertEquals(await asked, "left");
  // While somebody waits it takes 30 s.
  const ended = await untilTrue(areUnderWay(0), 10_000);
  assertTrue("ms" in ended, JSON.stringify(ended));
  await server!.start();
  assertEquals(md5(await (await get(one, file, "ada")).bytes()), md5(bytes));
});
