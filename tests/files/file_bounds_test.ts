/** How much is kept, what happens when there is no more room, and what is left when things end or go wrong. */
import { configWith } from "../../server/config/config.ts";
import { Fault } from "../../server/core/shared/faults.ts";
import type { BlobWriter } from "../../server/core/files/blob_store.ts";
import { start } from "../../server/run/serve.ts";
import type { DiskBlobStore } from "../../server/storage/disk_blob_store.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import {
  announcement,
  bytesOf,
  chunk,
  fetchFile,
  keeps,
  md5,
  PIECE,
  sendFile,
  sendPieces,
} from "../support/file_lines.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const LOBBY = { room: "lobby" };
const BYTES = bytesOf(300_000);

Deno.test("bounds: options take sizes with a unit, and say so when there is none", async () => {
  for (
    const [flag, value] of [
      ["--file-max", "2"],
      ["--quota", "2 elephants"],
      ["--quota-all", "-1GB"],
      ["--disk-free", "GiB"],
    ]
  ) {
    await using server = run(["serve", flag!, value!]);
    const { code, stdout, stderr } = await server.ended;
    assertEquals([code === 0, stdout, stderr.length], [false, [], 1]);
    assertTrue(stderr[0]!.includes(flag!) && stderr[0]!.includes("500MB or 2GiB"), stderr[0]!);
  }
  await using server = run(["serve", "--uploads", "0"]);
  assertTrue((await server.ended).stderr[0]!.includes("1 to 100000"), "--uploads 0 was taken");
});

Deno.test("bounds: the options are what holds, over the command line as anywhere", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  await using server = run([
    ...[
      "serve",
      "--http",
      "0",
      "--tcp",
      "0",
      "--data",
      `${folder}/data`,
      "--file-max",
      "1.5kB",
      "--quota",
      "2KiB",
    ],
  ], { env: { SWITCHBOARD_UPLOADS: "1" } });
  const { Connection } = await import("../../client/connection/connection.ts");
  const { tcpLink } = await import("../../client/node/tcp_link.ts");
  const [host, port] = (await server.lines(2))[1]!.split(/\s+/)[1]!.split(":");
  const peer = await new Connection({ open: tcpLink({ host: host!, port: Number(port) }), reconnect: false })
    .connect();
  await peer.ask("guest", { nickname: "gus" });
  const announce = (name: string, size: number) =>
    peer.ask("upload", { ...LOBBY, name, size, md5: md5(BYTES) }).then(() => "ok", (error) => error.code);
  assertEquals(await announce("1", 1501), "file_too_large");
  assertEquals(await announce("1", 1500), "ok");
  assertEquals(await announce("1", 1500), "ok");
  assertEquals(await announce("2", 100), "too_many_uploads");
  peer.close();
  server.signal("SIGTERM");
  assertEquals((await server.ended).code, 0);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("bounds: so many uploads at a time, for one connection and in all; a finished one makes room", async () => {
  await withServer({ uploads: 10 }, async (server) => {
    const [alice, bob] = [await server.guest("alice"), await server.guest("bob")];
    const announce = (peer: Peer, name: string) => peer.says("upload", announcement(LOBBY, name, BYTES));
    for (let index = 0; index < 8; index++) assertEquals((await announce(alice, `${index}`)).ok, true);
    const refused = await announce(alice, "8");
    assertEquals(refused.error.code, "too_many_uploads");
    assertTrue(refused.error.retry_after_ms > 0, "it does not say when to ask again");
    assertEquals((await announce(alice, "7")).ok, true);
    await sendFile(alice, LOBBY, "7", BYTES);
    assertEquals((await announce(alice, "8")).ok, true);
    for (const name of ["1", "2"]) assertEquals((await announce(bob, name)).ok, true);
    assertEquals((await announce(bob, "3")).error.code, "too_many_uploads");
  });
});

Deno.test("bounds: of uploads at the same moment as much as fits is taken", async () => {
  await withServer({ quota: 500_000 }, async (server) => {
    const peers = [await server.member("alice"), await server.member("alice"), await server.member("alice")];
    const uploads = await Promise.all(
      peers.map((peer, n) => peer.asks("upload", announcement(LOBBY, `${n}`, BYTES))),
    );
    const answers = await Promise.all(
      peers.map((peer, n) => chunk(peer, uploads[n]!.file, 0, BYTES.subarray(0, PIECE))),
    );
    assertEquals(answers.filter((answer) => answer.ok).length, 1);
    for (const answer of answers) if (!answer.ok) assertEquals(answer.error.code, "quota_exceeded");
  });
});

/** What stays free, and what guests leave free. */
const KEPT = 20_000_000;
const GUESTS_LEAVE = 25_000_000;

/** A server whose disk does what a test wants. */
async function withDisk(
  body: (server: TestServer, disk: { fault: Fault | undefined; free: number }) => Promise<void>,
): Promise<void> {
  const disk: { fault: Fault | undefined; free: number } = { fault: undefined, free: 2 ** 40 };
  const failing = <T>(work: () => Promise<T>): Promise<T> => disk.fault ? Promise.reject(disk.fault) : work();
  const blobs = (real: DiskBlobStore): DiskBlobStore => ({
    ...real,
    free: () => Promise.resolve(disk.free),
    async open(id) {
      const writer = await failing(() => real.open(id));
      const wrapped: BlobWriter = {
        get offset() {
          return writer.offset;
        },
        append: (bytes) => failing(() => writer.append(bytes)),
        finish: () => failing(() => writer.finish()),
        close: () => writer.close(),
      };
      return wrapped;
    },
  });
  await withServer({ diskFree: KEPT }, (server) => body(server, disk), { blobs });
}

for (const transport of TRANSPORTS) {
  Deno.test(`full disk over ${transport}: a clear error at every step, nothing half there, and it goes on with room`, async () => {
    await withDisk(async (server, disk) => {
      const alice = await server.guest("alice", transport);
      const bob = await (await server.guest("bob", transport)).forgets();
      disk.free = GUESTS_LEAVE + BYTES.length - 1;
      await alice.fails("upload", announcement(LOBBY, "a.bin", BYTES), "disk_full");
      disk.free++;
      const { file } = await alice.asks("upload", announcement(LOBBY, "a.bin", BYTES));
      await chunk(alice, file, 0, BYTES.subarray(0, 100_000));
      for (const code of ["disk_full", "storage_failed"] as const) {
        disk.fault = new Fault(code, "Cannot keep these bytes");
        const rest = BYTES.subarray(100_000, 200_000);
        await alice.fails("chunk", { file, offset: 100_000, bytes: rest.length }, code, rest);
        disk.fault = undefined;
      }
      await chunk(alice, file, 100_000, BYTES.subarray(100_000));
      disk.fault = new Fault("disk_full", "Cannot keep these bytes");
      await alice.fails("finish", { file }, "disk_full");
      await bob.hearsNothing();
      disk.fault = undefined;
      await alice.asks("finish", { file });
      await bob.hears({ event: "message", kind: "file" });
      assertEquals(await fetchFile(bob, file), BYTES);
    });
  });
}

Deno.test("unwritable folder: uploads say so, everything else goes on", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = [await server.guest("alice"), await server.guest("bob")];
    const files = `${server.folder}/data/files`;
    await Deno.remove(files, { recursive: true }).catch(() => {});
    await Deno.writeTextFile(files, "a file where the folder should be");
    await alice.fails("upload", announcement(LOBBY, "a.bin", BYTES), "storage_failed");
    await bob.forgets();
    await alice.asks("send", { ...LOBBY, text: "still here" });
    await bob.hears({ event: "message", text: "still here" });
    await Deno.remove(files);
    await sendFile(alice, LOBBY, "a.bin", BYTES);
  });
});

Deno.test("vanished bytes: who downloads is told, over any way, and the server lives", async () => {
  await withServer({}, async (server) => {
    const alice = await server.connect();
    const { token } = await alice.asks("guest", { nickname: "alice" });
    const large = bytesOf(2_000_000);
    const [gone, short] = [
      await sendFile(alice, LOBBY, "a", BYTES),
      await sendFile(alice, LOBBY, "b", large),
    ];
    const pathOf = ({ file }: Line) => `${server.folder}/data/files/${file.slice(-2).toLowerCase()}/${file}`;
    await Deno.remove(pathOf(gone));
    await Deno.truncate(pathOf(short), 1_000_000);
    const get = (file: string, by: string) =>
      fetch(`${server.running.http}/files/${file}`, { headers: { authorization: `Bearer ${by}` } });
    const whole = (file: string, by: string) =>
      get(file, by).then((response) => response.arrayBuffer()).then(() => "whole", () => "broken");
    const refused = await get(gone.file, token);
    assertEquals([refused.status, (await refused.json()).error.code], [410, "file_gone"]);
    assertEquals(await whole(short.file, token), "broken");
    for (const [{ file }, size] of [[gone, 0], [short, 1_000_000]] as const) {
      await alice.asks("download", { file });
      let at = 0;
      for (let piece = await alice.piece();; piece = await alice.piece()) {
        at += piece.data.length;
        if (piece.line.error) {
          assertEquals([piece.line.error.code, piece.line.offset, at], ["file_gone", size, size]);
          break;
        }
      }
    }
    const bob = await server.connect();
    const { token: bobToken } = await bob.asks("guest", { nickname: "bob" });
    const offered = await sendFile(alice, { to: "bob" }, "d", large);
    await bob.asks("accept", { file: offered.file });
    await Deno.truncate(pathOf(offered), 1_000_000);
    await alice.forgets();
    assertEquals(await whole(offered.file, bobToken), "broken");
    await alice.hearsNothing();

    const half = await sendPieces(alice, LOBBY, "c", BYTES);
    await Deno.remove(`${server.folder}/data/files`, { recursive: true });
    await alice.fails("finish", { file: half }, "storage_failed");
    const again = await alice.says("upload", announcement(LOBBY, "c", BYTES));
    assertEquals(again.ok, true);
    await alice.asks("ping");
  });
});

Deno.test("what ends: an ephemeral room takes its files with it, those that are being sent as well", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await server.guest("bob");
    for (const peer of [alice, bob]) await peer.asks("enter", { room: "party", ephemeral: true });
    const { file } = await sendFile(alice, { room: "party" }, "a.bin", BYTES);
    const { file: half } = await alice.asks("upload", announcement({ room: "party" }, "b.bin", BYTES));
    await chunk(alice, half, 0, BYTES.subarray(0, 10));
    await alice.asks("leave", { room: "party" });
    await keeps(server, [file, half]);
    assertEquals(await fetchFile(bob, file), BYTES);
    await bob.asks("leave", { room: "party" });
    await keeps(server, []);
    for (const peer of [alice, bob]) await peer.fails("download", { file }, "unknown_file");
    await alice.fails("chunk", { file: half, offset: 10, bytes: 1 }, "unknown_file", BYTES.subarray(10, 11));
    await bob.asks("enter", { room: "party" });
    assertEquals((await bob.asks("files", { room: "party" })).files, []);
  });
});

Deno.test("what ends: a start removes bytes that belong to nothing, and gives up files without bytes", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  await withServer({ data: `${folder}/data` }, async (server) => {
    const alice = await server.member("alice");
    const [kept, lost, short] = [
      await sendFile(alice, LOBBY, "kept", BYTES),
      await sendFile(alice, LOBBY, "lost", BYTES),
      await sendFile(alice, LOBBY, "short", BYTES),
    ];
    const half = await sendPieces(alice, LOBBY, "half", BYTES);
    await server.running.stop();
    const files = `${folder}/data/files`;
    await Deno.mkdir(`${files}/zz/a folder`, { recursive: true });
    await Deno.writeTextFile(`${files}/zz/ORPHANZZ`, "nobody's");
    await Deno.writeTextFile(`${files}/notes.txt`, "not in its place");
    await Deno.remove(`${files}/${lost.file.slice(-2).toLowerCase()}/${lost.file}`);
    await Deno.truncate(`${files}/${short.file.slice(-2).toLowerCase()}/${short.file}`, 10);
    server.running = await start(configWith({ http: 0, tcp: 0, data: `${folder}/data`, rateLimits: false }));
    const back = await server.member("alice");
    assertEquals(await Array.fromAsync(Deno.readDir(`${files}/zz`), ({ name }) => name), ["a folder"]);
    for (const { file } of [lost, short]) await back.fails("download", { file }, "file_gone");
    assertEquals((await back.asks("files", LOBBY)).files.map((file: Line) => file.id), [kept.file]);
    assertEquals(await fetchFile(back, kept.file), BYTES);
    const again = await back.asks("upload", announcement(LOBBY, "half", BYTES));
    assertEquals([again.file, again.offset], [half, BYTES.length]);
  });
  await Deno.remove(folder, { recursive: true });
});
