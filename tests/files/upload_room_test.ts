/** Room for uploads: what is announced takes none, each byte is asked for when it comes, and slots are shared out. */
import { MINUTE, TestClock } from "../support/clock.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { announcement, bytesOf, chunk, keeps, sendFile } from "../support/file_lines.ts";
import { type Line, type Peer, withServer } from "../support/harness.ts";

const LOBBY = { room: "lobby" };
const KIB = 1024;

async function guest(connect: () => Promise<Peer>, nickname: string): Promise<[Peer, string]> {
  const peer = await connect();
  const { token } = await peer.asks("guest", { nickname });
  return [peer, token];
}

/** Asks until it works, as things end a little later. */
async function untilOk(ask: () => Promise<Line>): Promise<Line> {
  const deadline = Date.now() + 15_000;
  while (true) {
    const answer = await ask();
    if (answer.ok) return answer;
    assertTrue(Date.now() < deadline, JSON.stringify(answer));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("room: what is only announced keeps nobody out, and is asked about again when its bytes come", async () => {
  await withServer({ fileMax: 100 * KIB, quota: 100 * KIB, quotaAll: 150 * KIB }, async (server) => {
    const [mallory] = await guest(server.connect, "mallory");
    const all = bytesOf(100 * KIB, 9);
    const ids: string[] = [];
    for (let n = 0; n < 8; n++) {
      ids.push((await mallory.asks("upload", announcement(LOBBY, `${n}`, all))).file);
    }
    const [alice] = await guest(server.connect, "alice");
    await sendFile(alice, LOBBY, "a.bin", bytesOf(90 * KIB));
    // 60 KiB are left of what everybody may keep.
    await chunk(mallory, ids[0]!, 0, all.subarray(0, 50 * KIB));
    const refused = await chunk(mallory, ids[1]!, 0, all.subarray(0, 10 * KIB + 1));
    assertEquals(refused.error.code, "quota_exceeded");
    await alice.fails("upload", announcement(LOBBY, "b.bin", bytesOf(10 * KIB + 1)), "quota_exceeded");
    assertEquals((await chunk(mallory, ids[1]!, 0, all.subarray(0, 10 * KIB))).ok, true);
    // What is given up is room again, and what is refused leaves what was there.
    await mallory.asks("cancel", { file: ids[1] });
    assertEquals(
      (await chunk(mallory, ids[0]!, 50 * KIB, all.subarray(50 * KIB, 60 * KIB))).offset,
      60 * KIB,
    );
    assertEquals(
      (await chunk(mallory, ids[0]!, 60 * KIB, all.subarray(60 * KIB))).error.code,
      "quota_exceeded",
    );
    await server.restart();
    const [bob] = await guest(server.connect, "bob");
    await bob.fails("upload", announcement(LOBBY, "c.bin", bytesOf(1)), "quota_exceeded");
  });
});

/** What stays free, and what guests leave free. */
const KEPT = 20_000_000;
const GUESTS_LEAVE = 25_000_000;

Deno.test("room: the disk is looked at with every piece", async () => {
  const disk = { free: 2 ** 40 };
  await withServer({ diskFree: KEPT }, async (server) => {
    const [alice] = await guest(server.connect, "alice");
    const bytes = bytesOf(300_000);
    const { file } = await alice.asks("upload", announcement(LOBBY, "a.bin", bytes));
    disk.free = GUESTS_LEAVE + 100_000;
    assertEquals((await chunk(alice, file, 0, bytes.subarray(0, 100_000))).offset, 100_000);
    disk.free = GUESTS_LEAVE;
    assertEquals((await chunk(alice, file, 100_000, bytes.subarray(100_000))).error.code, "disk_full");
    disk.free = 2 ** 40;
    assertEquals((await chunk(alice, file, 100_000, bytes.subarray(100_000))).offset, 300_000);
    await alice.asks("finish", { file });
  }, { blobs: (real) => ({ ...real, free: () => Promise.resolve(disk.free) }) });
});

Deno.test("room: one person has a share of the uploads at a time, on however many connections", async () => {
  await withServer({ uploads: 20 }, async (server) => {
    const [first, token] = await guest(server.connect, "mallory");
    const peers = [first];
    for (let n = 0; n < 3; n++) {
      const peer = await server.connect();
      await peer.asks("resume", { token });
      peers.push(peer);
    }
    const answers: Line[] = [];
    for (const [at, peer] of peers.entries()) {
      for (let n = 0; n < 8; n++) {
        answers.push(await peer.says("upload", announcement(LOBBY, `${at}-${n}`, bytesOf(10))));
      }
    }
    assertEquals(answers.filter(({ ok }) => ok).length, 16);
    assertTrue(answers.every(({ ok, error }) => ok || error.code === "too_many_uploads"), "refused in words");
    const [alice] = await guest(server.connect, "alice");
    await sendFile(alice, LOBBY, "a.bin", bytesOf(10));
  });
});

Deno.test("room: an upload of which nothing comes is gone in a minute; one that began rests, and goes on", async () => {
  const clock = new TestClock();
  await withServer({ uploads: 2 }, async (server) => {
    const [mallory] = await guest(server.connect, "mallory");
    const [alice] = await guest(server.connect, "alice");
    const bytes = bytesOf(1000);
    const { file: begun } = await mallory.asks("upload", announcement(LOBBY, "begun", bytes));
    await chunk(mallory, begun, 0, bytes.subarray(0, 400));
    const { file: never } = await mallory.asks("upload", announcement(LOBBY, "never", bytes));
    await alice.fails("upload", announcement(LOBBY, "a.bin", bytes), "too_many_uploads");
    clock.advance(MINUTE + 1);
    await untilOk(() => alice.says("upload", announcement(LOBBY, "a.bin", bytes)));
    await mallory.fails("chunk", { file: never, offset: 0, bytes: 1 }, "unknown_file", bytes.subarray(0, 1));
    // Its sender has not gone: it need not announce it again.
    assertEquals((await chunk(mallory, begun, 400, bytes.subarray(400))).offset, 1000);
    assertEquals((await mallory.asks("finish", { file: begun })).ok, true);
    await sendFile(alice, LOBBY, "a.bin", bytes);
    const told = await alice.hearsAtLast({ event: "message", from: "mallory" });
    assertEquals(told.file.id, begun);
    assertTrue((await mallory.says("cancel", { file: never })).error.code === "unknown_file", "it is gone");
    const { files } = await alice.asks("files", LOBBY);
    await keeps(server, files.map(({ id }: Line) => id));
  }, { clock: clock.read });
});
