/** Uploads that break off and go on: on another connection, after a restart; by one sender at a time; for a day. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HOUR, SECOND, TestClock } from "../support/clock.ts";
import {
  announcement,
  bytesOf,
  chunk,
  fetchFile,
  keeps,
  keepsBytes,
  md5,
  sendFile,
  sha256,
} from "../support/file_lines.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const LOBBY = { room: "lobby" };
const BYTES = bytesOf(100_000);

/** Announces {@link BYTES} anew and sends what is missing; gives where it went on. */
async function goOn(peer: Peer, place: Line = LOBBY, name = "a.bin"): Promise<Line> {
  const { file, offset } = await peer.asks("upload", announcement(place, name, BYTES));
  await chunk(peer, file, offset, BYTES.subarray(offset));
  const finished = await peer.asks("finish", { file });
  assertEquals([finished.md5, finished.sha256], [md5(BYTES), sha256(BYTES)]);
  assertEquals(await fetchFile(peer, file), BYTES);
  return { file, offset };
}

/** Sends the beginning of {@link BYTES}; gives the file's id. */
async function begin(peer: Peer, bytes: number, place: Line = LOBBY, name = "a.bin"): Promise<string> {
  const { file, offset } = await peer.asks("upload", announcement(place, name, BYTES));
  await chunk(peer, file, offset, BYTES.subarray(offset, bytes));
  return file;
}

for (const transport of TRANSPORTS) {
  Deno.test(`resumed upload over ${transport}: a broken connection goes on where its bytes ended`, async () => {
    await withServer({}, async (server) => {
      const first = await server.member("alice", transport);
      const file = await begin(first, 30_000);
      first.close();
      await first.ended;
      const second = await server.member("alice", transport);
      assertEquals(await begin(second, 70_000), file);
      second.close();
      await second.ended;
      assertEquals(await goOn(await server.member("alice", transport)), { file, offset: 70_000 });
    });
  });

  Deno.test(`resumed upload over ${transport}: a restarted server goes on as well, and its hash is right`, async () => {
    await withServer({}, async (server) => {
      const file = await begin(await server.member("alice", transport), 30_001);
      await server.restart();
      const alice = await server.member("alice", transport);
      assertEquals(await begin(alice, 60_001), file);
      await server.restart();
      assertEquals(await goOn(await server.member("alice", transport)), { file, offset: 60_001 });
    });
  });
}

Deno.test("resumed upload: a guest goes on by the token", async () => {
  await withServer({}, async (server) => {
    const first = await server.connect();
    const { token } = await first.asks("guest", { nickname: "gus" });
    const file = await begin(first, 10);
    await server.restart();
    const second = await server.connect();
    await second.asks("resume", { token });
    assertEquals(await goOn(second), { file, offset: 10 });
  });
});

Deno.test("resumed upload: another sender, place, name, size or hash is another upload", async () => {
  await withServer({}, async (server) => {
    const bob = await server.member("bob");
    await bob.asks("enter", { room: "ops" });
    const alice = await server.member("alice");
    await alice.asks("enter", { room: "ops" });
    const file = await begin(alice, 1000);
    const same = announcement(LOBBY, "a.bin", BYTES);
    const others: [Peer, Line][] = [
      [bob, same],
      [alice, { ...same, room: "ops" }],
      [alice, { ...same, room: undefined, to: "bob" }],
      [alice, { ...same, name: "A.bin" }],
      [alice, { ...same, size: BYTES.length - 1 }],
      [alice, { ...same, md5: md5(bytesOf(3)) }],
    ];
    const ids = new Set([file]);
    for (const [peer, asked] of others) {
      const other = await peer.asks("upload", asked);
      assertEquals(other.offset, 0, JSON.stringify(asked));
      ids.add(other.file);
    }
    assertEquals(ids.size, others.length + 1);
    assertEquals(await goOn(alice), { file, offset: 1000 });
  });
});

Deno.test("resumed upload: two connections can't write one upload: the later one has it", async () => {
  await withServer({}, async (server) => {
    const [laptop, phone] = [await server.member("alice"), await server.member("alice", "websocket")];
    const file = await begin(laptop, 1000);
    await phone.fails("chunk", { file, offset: 1000, bytes: 1 }, "unknown_file", BYTES.subarray(1000, 1001));
    await phone.fails("finish", { file }, "unknown_file");
    assertEquals(await begin(phone, 2000), file);
    await laptop.fails("chunk", { file, offset: 2000, bytes: 1 }, "unknown_file", BYTES.subarray(2000, 2001));
    await laptop.fails("finish", { file }, "unknown_file");
    assertEquals(await goOn(phone), { file, offset: 2000 });
  });
});

Deno.test("resumed upload: two connections that both want it at once leave one whole file, or two", async () => {
  await withServer({}, async (server) => {
    const peers = [await server.member("alice"), await server.member("alice")];
    for (let round = 0; round < 10; round++) {
      const name = `${round}.bin`;
      await Promise.all(peers.map(async (peer) => {
        const { file, offset } = await peer.asks("upload", announcement(LOBBY, name, BYTES));
        for (let at: number = offset; at < BYTES.length; at += 20_000) {
          await chunk(peer, file, at, BYTES.subarray(at, at + 20_000));
        }
        await peer.says("finish", { file });
      }));
      await goOn(peers[0]!, LOBBY, name);
    }
    const { files } = await peers[0]!.asks("files", LOBBY);
    for (const file of files) assertEquals(await fetchFile(peers[1]!, file.id), BYTES);
    await keeps(server, files.map((file: Line) => file.id));
  });
});

Deno.test("resumed upload: a partial that nobody goes on with for a day is gone", async () => {
  const clock = new TestClock();
  await withServer({ quota: 3 * BYTES.length }, async (server) => {
    const alice = await server.member("alice");
    const old = await begin(alice, 1000, LOBBY, "old.bin");
    const fresh = await begin(alice, 1000, LOBBY, "fresh.bin");
    const whole = await sendFile(alice, LOBBY, "whole.bin", BYTES);
    const more = announcement(LOBBY, "more.bin", bytesOf(2 * BYTES.length));
    await alice.fails("upload", more, "quota_exceeded");
    clock.advance(12 * HOUR);
    await begin(alice, 2000, LOBBY, "fresh.bin");
    clock.advance(12 * HOUR + SECOND);
    await server.restart();
    await keeps(server, [fresh, whole.file]);
    const back = await server.member("alice");
    assertEquals(await goOn(back, LOBBY, "fresh.bin"), { file: fresh, offset: 2000 });
    const anew = await goOn(back, LOBBY, "old.bin");
    assertEquals(anew.offset, 0);
    assertTrue(anew.file !== old, "the old partial has come back");
  }, { clock: clock.read });
});

Deno.test("resumed upload: a folder that is being sent lives as long as its files", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const { file: folder } = await alice.asks("upload", { ...LOBBY, name: "photos", folder: true });
    const { file: done } = await sendFile(alice, { folder }, "1.bin", BYTES);
    clock.advance(23 * HOUR);
    const file = await begin(alice, 1000, { folder }, "2.bin");
    clock.advance(2 * HOUR);
    await server.restart();
    const back = await server.member("alice");
    assertEquals(await begin(back, 2000, { folder }, "2.bin"), file);
    await keepsBytes(server, { [done]: BYTES.length, [file]: 2000 });
    clock.advance(25 * HOUR);
    await server.restart();
    await keeps(server, []);
    await (await server.member("alice")).fails("finish", { file: folder }, "unknown_file");
  }, { clock: clock.read });
});

Deno.test("resumed upload: a partial whose bytes vanished begins anew", async () => {
  await withServer({}, async (server: TestServer) => {
    const file = await begin(await server.member("alice"), 1000);
    await server.restart();
    await Deno.remove(`${server.folder}/data/files`, { recursive: true });
    assertEquals(await goOn(await server.member("alice")), { file, offset: 0 });
  });
});
