/** Sending a file in pieces: what is refused before the first byte, what a piece may be, what the check finds. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import {
  announcement,
  bytesOf,
  chunk,
  fetchFile,
  keeps,
  keepsBytes,
  md5,
  PIECE,
  sendFile,
  sha256,
} from "../support/file_lines.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const LOBBY = { room: "lobby" };
const KIB = 1024;

/** Two guests, of whom nothing is to be heard yet. */
async function two(server: TestServer, transport?: "tcp" | "websocket"): Promise<[Peer, Peer]> {
  const alice = await server.guest("alice", transport);
  const bob = await server.guest("bob", transport);
  return [await alice.forgets(), await bob.forgets()];
}

for (const transport of TRANSPORTS) {
  Deno.test(`upload over ${transport}: pieces go in at their offsets, and the file appears when it is finished`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob] = await two(server, transport);
      const bytes = bytesOf(2 * PIECE + 1);
      const asked = announcement(LOBBY, "report.bin", bytes);
      const { file, offset } = await alice.asks("upload", asked);
      assertEquals(offset, 0);
      assertEquals((await chunk(alice, file, 0, bytes.subarray(0, 10))).offset, 10);
      assertEquals((await chunk(alice, file, 10, new Uint8Array(0))).offset, 10);
      assertEquals((await chunk(alice, file, 10, bytes.subarray(10, PIECE))).offset, PIECE);
      await alice.fails("finish", { file }, "incomplete");
      await bob.fails("download", { file }, "unknown_file");
      assertEquals((await chunk(alice, file, PIECE, bytes.subarray(PIECE, 2 * PIECE))).offset, 2 * PIECE);
      assertEquals((await chunk(alice, file, 2 * PIECE, bytes.subarray(2 * PIECE))).offset, bytes.length);
      await bob.hearsNothing();

      const finished = await alice.asks("finish", { file });
      assertEquals([finished.md5, finished.sha256], [md5(bytes), sha256(bytes)]);
      const { event: _, ...message } = await bob.hears({
        event: "message",
        id: finished.id,
        seq: finished.seq,
        at: finished.at,
        from: "alice",
        room: "lobby",
        text: "",
        kind: "file",
        file: {
          id: file,
          name: "report.bin",
          size: bytes.length,
          md5: md5(bytes),
          sha256: sha256(bytes),
          type: "application/octet-stream",
        },
      });
      await alice.hearsNothing();
      assertEquals((await bob.asks("history", LOBBY)).messages, [message]);
      assertEquals(await fetchFile(bob, file), bytes);
      assertEquals(await fetchFile(alice, file, PIECE + 1), bytes.subarray(PIECE + 1));
    });
  });

  Deno.test(`upload over ${transport}: a wrong piece is refused and leaves everything as it was`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob] = await two(server, transport);
      const bytes = bytesOf(1000);
      const { file } = await alice.asks("upload", announcement(LOBBY, "a.bin", bytes));
      await chunk(alice, file, 0, bytes.subarray(0, 400));
      const refused: [Line, Uint8Array, string][] = [
        [{ file, offset: 0 }, bytes.subarray(0, 400), "wrong_offset"],
        [{ file, offset: 401 }, bytes.subarray(401), "wrong_offset"],
        [{ file, offset: -1 }, bytes.subarray(0, 1), "wrong_offset"],
        [{ file, offset: 2 ** 53 }, bytes.subarray(0, 1), "wrong_offset"],
        [{ file, offset: 400 }, bytesOf(601), "file_too_large"],
        [{ file, offset: "400" }, bytes.subarray(400), "bad_request"],
        [{ file, offset: 400.5 }, bytes.subarray(400), "bad_request"],
        [{ offset: 400 }, bytes.subarray(400), "bad_request"],
        [{ file: "no such file", offset: 0 }, bytes, "unknown_file"],
      ];
      for (const [fields, data, code] of refused) {
        await alice.fails("chunk", { ...fields, bytes: data.length }, code, data);
      }
      await alice.fails("chunk", { file, offset: 400 }, "bad_request");
      await bob.fails("chunk", { file, offset: 400, bytes: 600 }, "unknown_file", bytes.subarray(400));
      await bob.fails("finish", { file }, "unknown_file");
      assertEquals((await chunk(alice, file, 400, bytes.subarray(400))).offset, 1000);
      assertEquals((await alice.asks("finish", { file })).md5, md5(bytes));
    });
  });

  Deno.test(`upload over ${transport}: bytes that are others than announced are dropped, and nobody sees anything`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob] = await two(server, transport);
      const bytes = bytesOf(5000);
      const { file } = await alice.asks("upload", announcement(LOBBY, "a.bin", bytes));
      await chunk(alice, file, 0, bytesOf(5000, 2));
      const { message } = await alice.fails("finish", { file }, "md5_mismatch");
      assertTrue(message.includes(md5(bytes)) && message.includes(md5(bytesOf(5000, 2))), message);
      await alice.fails("finish", { file }, "unknown_file");
      await bob.fails("download", { file }, "unknown_file");
      assertEquals((await bob.asks("files", LOBBY)).files, []);
      assertEquals((await bob.asks("history", LOBBY)).messages, []);
      await bob.hearsNothing();
      await keeps(server, []);
      const again = await alice.asks("upload", announcement(LOBBY, "a.bin", bytes));
      assertEquals(again.offset, 0);
      assertTrue(again.file !== file, "the dropped upload has come back");
    });
  });
}

Deno.test("upload: MD5 is taken in either case, and given in lower case", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = await two(server);
    for (const form of [(hex: string) => hex.toUpperCase(), (hex: string) => hex.toLowerCase()]) {
      const bytes = bytesOf(100);
      const { file } = await alice.asks("upload", {
        ...announcement(LOBBY, "a.bin", bytes),
        md5: form(md5(bytes)),
      });
      await chunk(alice, file, 0, bytes);
      assertEquals((await alice.asks("finish", { file })).md5, md5(bytes));
      const { file: told } = await bob.hears({ event: "message" });
      assertEquals(told.md5, md5(bytes));
    }
  });
});

Deno.test("upload: what can't be taken is refused before the first byte", async () => {
  const bounds = { fileMax: 10 * KIB, quota: 25 * KIB, quotaAll: 40 * KIB };
  await withServer(bounds, async (server) => {
    const [alice, bob] = await two(server);
    await bob.asks("enter", { room: "ops" });
    const good = announcement(LOBBY, "a.bin", bytesOf(10));
    const refused: [Line, string][] = [
      [{ size: 10 * KIB + 1 }, "file_too_large"],
      [{ size: -1 }, "bad_file"],
      [{ size: 2 ** 53 }, "bad_file"],
      [{ size: 1e300 }, "bad_file"],
      [{ size: 1.5 }, "bad_request"],
      [{ size: "10" }, "bad_request"],
      [{ size: undefined }, "bad_file"],
      [{ md5: undefined }, "bad_file"],
      [{ md5: "" }, "bad_file"],
      [{ md5: good.md5.slice(1) }, "bad_file"],
      [{ md5: `${good.md5}0` }, "bad_file"],
      [{ md5: `${good.md5.slice(1)}g` }, "bad_file"],
      [{ name: "../a.bin" }, "bad_file"],
      [{ name: "a/b.bin" }, "bad_file"],
      [{ name: "" }, "bad_file"],
      [{ name: undefined }, "bad_request"],
      [{ room: "nowhere" }, "unknown_room"],
      [{ room: "ops" }, "not_member"],
      [{ room: undefined }, "bad_request"],
      [{ to: "bob" }, "bad_request"],
      [{ room: undefined, to: "nobody" }, "unknown_nickname"],
      [{ room: undefined, to: "alice" }, "bad_request"],
      [{ folder: "no such folder" }, "unknown_file"],
      [{ folder: false }, "bad_request"],
    ];
    for (const [change, code] of refused) await alice.fails("upload", { ...good, ...change }, code);
    const stranger = await server.connect();
    await stranger.fails("upload", good, "not_signed_in");
    await keeps(server, []);

    /** Announces and, where that may be, sends; not finished, it counts all the same. */
    const announce = async (peer: Peer, name: string, size: number) => {
      const answer = await peer.says("upload", { ...good, name, size });
      if (answer.ok) await chunk(peer, answer.file, 0, bytesOf(size));
      return answer;
    };
    for (const name of ["1", "2"]) assertEquals((await announce(alice, name, 10 * KIB)).ok, true);
    assertEquals((await announce(alice, "3", 5 * KIB + 1)).error.code, "quota_exceeded");
    assertEquals((await announce(alice, "3", 5 * KIB)).ok, true);
    assertEquals((await announce(bob, "1", 10 * KIB)).ok, true);
    assertEquals((await announce(bob, "2", 5 * KIB + 1)).error.code, "quota_exceeded");
    assertEquals((await announce(bob, "2", 5 * KIB)).ok, true);
  });
});

Deno.test("upload: what was recalled, dropped or given up is room again", async () => {
  await withServer({ quota: 1000 }, async (server) => {
    const [alice] = await two(server);
    const one = await sendFile(alice, LOBBY, "a.bin", bytesOf(1000));
    const next = announcement(LOBBY, "b.bin", bytesOf(1000, 2));
    assertEquals((await alice.fails("upload", next, "quota_exceeded")).reason, "own_limit");
    await alice.asks("recall", { message: one.id });
    const { file } = await alice.asks("upload", next);
    await chunk(alice, file, 0, bytesOf(1000, 3));
    await alice.fails("finish", { file }, "md5_mismatch");
    const again = await alice.asks("upload", next);
    await chunk(alice, again.file, 0, bytesOf(1000, 2));
    await alice.fails("upload", announcement(LOBBY, "c.bin", bytesOf(1)), "quota_exceeded");
    await alice.asks("cancel", { file: again.file });
    await sendFile(alice, LOBBY, "c.bin", bytesOf(1000, 4));
  });
});

Deno.test("upload: one's own upload can be given up, until it is finished", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = await two(server);
    const { file } = await alice.asks("upload", announcement(LOBBY, "a.bin", bytesOf(1000)));
    await chunk(alice, file, 0, bytesOf(1000).subarray(0, 500));
    await keepsBytes(server, { [file]: 500 });
    await bob.fails("cancel", { file }, "unknown_file");
    await alice.asks("cancel", { file });
    await alice.fails("chunk", { file, offset: 500, bytes: 1 }, "unknown_file", bytesOf(1));
    await alice.fails("cancel", { file }, "unknown_file");
    await keeps(server, []);
    const whole = await sendFile(alice, LOBBY, "a.bin", bytesOf(1000));
    await alice.fails("cancel", { file: whole.file }, "unknown_file");
    assertEquals(await fetchFile(bob, whole.file), bytesOf(1000));
  });
});

Deno.test("upload: finish can be asked again, and appears once", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = await two(server);
    const { re: _, ...first } = await sendFile(alice, LOBBY, "a.bin", bytesOf(10));
    const { re: __, ...second } = await alice.asks("finish", { file: first.file });
    assertEquals({ ...second, file: first.file }, first);
    await bob.hears({ event: "message", id: first.id });
    await bob.hearsNothing();
    await bob.fails("finish", { file: first.file }, "unknown_file");
  });
});

Deno.test("upload: who left the room, or was kicked, does not bring a file into it any more", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = await two(server);
    await bob.asks("enter", { room: "ops" });
    await alice.asks("enter", { room: "ops" });
    const bytes = bytesOf(10);
    const { file } = await alice.asks("upload", announcement({ room: "ops" }, "a.bin", bytes));
    await chunk(alice, file, 0, bytes);
    await bob.asks("kick", { room: "ops", nickname: "alice" });
    await alice.fails("finish", { file }, "not_member");
    await bob.forgets();
    await bob.hearsNothing();
    await alice.asks("enter", { room: "ops" });
    const again = await alice.asks("upload", announcement({ room: "ops" }, "a.bin", bytes));
    assertEquals([again.file, again.offset], [file, 10]);
    await alice.asks("finish", { file });
    await bob.hearsAtLast({ event: "message", kind: "file" });
  });
});
