/** Files of several nodes: up through one and down through another, whatever becomes of the disks. */
import { assertEquals } from "../support/assert.ts";
import { bytesOf, fetchFile, md5, sendFile } from "../support/file_lines.ts";
import { HOUR } from "../support/clock.ts";
import { PASSWORD } from "../support/harness.ts";
import { clusterTest } from "./cluster_scene.ts";

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
  const Authorization = `Basic ${new TextEncoder().encode(`ada:${PASSWORD}`).toBase64()}`;
  const posted = await fetch(`${one.running.http}/files`, {
    ...{ method: "POST", headers: { Authorization }, body: new Uint8Array(bytes) },
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
  while ((await cluster.objects("FILES")).length > 1);
  assertEquals(await cluster.objects("FILES"), [file]);
});
