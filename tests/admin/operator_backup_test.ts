/** Backup, restore and verify: what is kept comes back whole, under load too, and what is not whole is said. */
import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { type Ended, run } from "../support/executable.ts";
import { bytesOf, fetchFile, sendFile, sendPieces } from "../support/file_lines.ts";
import { SCHEMA_VERSION } from "../../server/storage/migrations.ts";
import { type Peer, withServer } from "../support/harness.ts";
import { bringBack } from "../support/older_database.ts";

Deno.test("backup: taken under load and restored, it has every message of before, and every file", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    const { token, epoch, last } = alice.lines.findLast((line) => line.token)!;
    const { file } = await sendFile(alice, { room: "lobby" }, "notes.bin", bytesOf(700_000));
    const { file: own } = await sendFile(alice, { to: "bob" }, "own.bin", bytesOf(1_000, 2));
    await bob.asks("accept", { file: own });
    await sendPieces(alice, { room: "lobby" }, "half.bin", bytesOf(300_000, 3)); // never finished
    const before: string[] = [];
    for (let n = 0; n < 50; n++) {
      before.push((await alice.asks("send", { room: "lobby", text: `before ${n}` })).id);
    }

    const busy = new AbortController();
    const meanwhile = talk(alice, busy.signal);
    const tar = `${server.folder}/b.tar`;
    const { stdout } = await shell(["backup", tar], `${server.folder}/data`);
    busy.abort();
    await meanwhile;
    assertEquals(stdout, [`${tar}: the database and 2 files of 701000 bytes.`]);
    assertEquals((await Deno.stat(tar)).mode! & 0o777, 0o600);
    assertEquals(leftBeside(server.folder), ["b.tar", "data"]);

    const restored = `${server.folder}/restored`;
    const said = await shell(["restore", tar], restored);
    assertLike(said.stdout[0], /restored: as of \S+Z, with 2 files of 701000 bytes, verified\.$/);
    await server.running.stop();
    await Deno.rename(`${server.folder}/data`, `${server.folder}/old`);
    await Deno.rename(restored, `${server.folder}/data`);
    await server.restart();
    const again = await server.member("bob");
    const { messages } = await again.asks("history", { room: "lobby", limit: 200 });
    const ids = messages.map(({ id }: { id: string }) => id);
    assertEquals(before.filter((id) => !ids.includes(id)), []);
    assertEquals(await fetchFile(again, file), bytesOf(700_000));
    assertEquals(await fetchFile(again, own), bytesOf(1_000, 2));
    await again.asks("send", { room: "lobby", text: "on we go" });
    const back = await server.connect();
    const resumed = await back.asks("resume", { token, epoch, since: last });
    assertEquals(resumed.recovered, false, "who saw what is lost now is told that there is a gap");
  });
});

Deno.test("backup: nothing is written over, and nothing half made stays", async () => {
  await withServer({}, async ({ folder }) => {
    await Deno.writeTextFile(`${folder}/b.tar`, "something else");
    await fails(["backup", `${folder}/b.tar`], `${folder}/data`, /it exists; choose another name$/);
    await fails(["backup", `${folder}/no/b.tar`], `${folder}/data`, /^switchboard: Cannot back up to /);
    assertEquals(leftBeside(folder), ["b.tar", "data"]);
  });
});

Deno.test("backup, verify: a file whose bytes are not what they were is named, and the rest is kept", async () => {
  await withServer({}, async (server) => {
    const { folder } = server;
    const alice = await server.member("alice");
    const { file: good } = await sendFile(alice, { room: "lobby" }, "good.bin", bytesOf(5_000));
    const { file: bad } = await sendFile(alice, { room: "lobby" }, "bad.bin", bytesOf(5_000, 2));
    const { file: short } = await sendFile(alice, { room: "lobby" }, "short.bin", bytesOf(5_000, 3));
    assertEquals((await shell(["verify"], `${folder}/data`)).stdout, [
      `Schema ${SCHEMA_VERSION}, 3 files of 15000 bytes: everything is as it should be.`,
    ]);
    await change(pathOf(folder, bad), (bytes) => bytes.with(4_000, bytes[4_000]! ^ 1));
    await change(pathOf(folder, short), (bytes) => bytes.subarray(0, 10));
    await Deno.writeTextFile(pathOf(folder, `${good.slice(0, -4)}AAAA`, true), "nobody's");
    const verified = await run(["verify", "--data", `${folder}/data`]).ended;
    assertEquals([verified.code, verified.stdout.toSorted()], [
      1,
      [
        "Bytes that belong to nothing, gone at the next start: 1",
        `File ${bad}: its bytes are not what they were.`,
        `File ${short}: it has 10 bytes and should have 5000.`,
        `Schema ${SCHEMA_VERSION}, 3 files of 15000 bytes: 2 things are wrong.`,
      ].toSorted(),
    ]);

    const { file: gone } = await sendFile(alice, { room: "lobby" }, "gone.bin", bytesOf(5_000, 4));
    await Deno.remove(pathOf(folder, gone));
    const made = await run(["backup", `${folder}/b.tar`, "--data", `${folder}/data`]).ended;
    assertEquals([made.code, made.stderr.toSorted()], [
      1,
      [
        `switchboard: file ${gone} is not there and not in the backup`,
        `switchboard: file ${bad} is damaged and not in the backup`,
        `switchboard: file ${short} is damaged and not in the backup`,
      ].toSorted(),
    ]);
    await shell(["restore", `${folder}/b.tar`], `${folder}/restored`);
    assertEquals((await shell(["verify"], `${folder}/restored`)).stdout, [
      `Schema ${SCHEMA_VERSION}, 1 files of 5000 bytes: everything is as it should be.`,
    ]);
  });
});

Deno.test("restore: a folder with something in it, and what is no whole backup, are refused", async () => {
  await withServer({}, async (server) => {
    const { folder } = server;
    const alice = await server.member("alice");
    await sendFile(alice, { room: "lobby" }, "a.bin", bytesOf(200_000));
    const tar = `${folder}/b.tar`;
    await shell(["backup", tar], `${folder}/data`);
    await fails(["restore", tar], `${folder}/data`, /there is something in this folder; name an empty one/);
    const whole = await Deno.readFile(tar);
    const forms: [string, Uint8Array<ArrayBuffer>][] = [
      ["cut", whole.slice(0, 150_000)],
      ["changed", whole.map((byte, at) => at === 100_000 ? byte ^ 1 : byte)],
      ["empty", new Uint8Array(0)],
      ["other", new TextEncoder().encode("no tar at all ".repeat(100))],
    ];
    for (const [name, bytes] of forms) {
      await Deno.writeFile(`${folder}/${name}.tar`, bytes);
      await fails(["restore", `${folder}/${name}.tar`], `${folder}/to`, /^switchboard: Cannot restore /);
    }
    await fails(["restore", `${folder}/nothing.tar`], `${folder}/to`, /^switchboard: Cannot restore /);
    assertTrue(!leftBeside(folder).some((name) => name.startsWith("to")), "nothing half restored stays");
    await Deno.mkdir(`${folder}/to`);
    await shell(["restore", tar], `${folder}/to`);

    // What is broken later is found, and said in words.
    await change(`${folder}/to/switchboard.db`, (bytes) => bytes.fill(0x5a, 8_192, 200_000));
    const verified = await run(["verify", "--data", `${folder}/to`]).ended;
    assertEquals([verified.code, verified.stderr], [1, []]);
    assertLike(verified.stdout[0], /^The database: /);
    assertLike(
      verified.stdout.slice(-2).join(),
      /Restore a backup\.,Schema \d+, 0 files .* things are wrong\.$/,
    );
    const { code, stdout } = await run(["doctor", "--data", `${folder}/to`, "--http", "0", "--tcp", "0"])
      .ended;
    assertEquals(code, 1);
    assertLike(stdout.join("\n"), /BAD {3}database .*malformed\n {6}→ restore a backup/);
  });
});

Deno.test("restore: nothing is ever written outside its folder", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const manifest = '{"format":1,"version":"0","schema":1,"epoch":"e","at":1}';
  await Deno.writeFile(`${folder}/evil.tar`, tarOf({ "manifest.json": manifest, "../evil": "x" }));
  await fails(
    ["restore", `${folder}/evil.tar`],
    `${folder}/to`,
    /it is no backup of Switchboard: "\.\.\/evil" is in it$/,
  );
  const newer = manifest.replace('"schema":1', '"schema":999');
  await Deno.writeFile(`${folder}/newer.tar`, tarOf({ "manifest.json": newer }));
  await fails(["restore", `${folder}/newer.tar`], `${folder}/to`, /a newer Switchboard made it/);
  assertEquals(leftBeside(folder), ["evil.tar", "newer.tar"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("upgrade: the database is copied and upgraded at once, or stays as it was", async () => {
  await withServer({}, async (server) => {
    const data = `${server.folder}/data`;
    const alice = await server.member("alice");
    await alice.asks("send", { room: "lobby", text: "from long ago" });
    await server.running.stop();
    bringBack(`${data}/switchboard.db`, 4);
    const old = new DatabaseSync(`${data}/switchboard.db`);
    old.exec("CREATE INDEX conversations_name ON accounts (id)"); // in the way of a late step
    old.close();
    const { code, stderr } = await run(["--data", data, "--http", "0", "--tcp", "0"]).ended;
    assertEquals([code, stderr.length], [1, 1]);
    assertLike(stderr[0], /Cannot open the database/);
    const still = new DatabaseSync(`${data}/switchboard.db`);
    assertEquals(still.prepare("PRAGMA user_version").get()!.user_version, 4);
    assertEquals(
      still.prepare("SELECT 1 FROM pragma_table_info('accounts') WHERE name = 'disabled_at'").all(),
      [],
    );
    still.exec("DROP INDEX conversations_name");
    still.close();

    await server.restart();
    const again = await server.member("alice");
    assertEquals((await again.asks("history", { room: "lobby" })).messages[0].text, "from long ago");
    const copy = new DatabaseSync(`${data}/switchboard-schema-4.db`, { readOnly: true });
    assertEquals(copy.prepare("SELECT text FROM messages").get()!.text, "from long ago");
    copy.close();
  });
});

/** Types a command that must succeed. */
async function shell(args: string[], data: string): Promise<Ended> {
  const ended = await run([...args, "--data", data]).ended;
  assertEquals([ended.code, ended.stderr], [0, []]);
  return ended;
}

/** Types a command that must fail with one line. */
async function fails(args: string[], data: string, line: RegExp): Promise<void> {
  const { code, stderr } = await run([...args, "--data", data]).ended;
  assertEquals([code, stderr.length], [1, 1], stderr.join("\n"));
  assertLike(stderr[0], line);
}

/** Says one thing after another until told to stop; no more than a page of history has room for. */
async function talk(peer: Peer, signal: AbortSignal): Promise<void> {
  for (let n = 0; n < 100 && !signal.aborted; n++) {
    await peer.asks("send", { room: "lobby", text: `meanwhile ${n}` });
  }
}

function leftBeside(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

function pathOf(folder: string, id: string, make = false): string {
  const shelf = `${folder}/data/files/${id.slice(-2).toLowerCase()}`;
  if (make) Deno.mkdirSync(shelf, { recursive: true });
  return `${shelf}/${id}`;
}

async function change(
  path: string,
  how: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
): Promise<void> {
  await Deno.writeFile(path, how(await Deno.readFile(path)));
}

/** A tar file as POSIX.1-1988 has it, with these entries. */
function tarOf(entries: Record<string, string>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const blocks = Object.entries(entries).flatMap(([name, text]) => {
    const head = new Uint8Array(512);
    const put = (at: number, value: string) => head.set(encoder.encode(value), at);
    put(0, name);
    put(100, "0000600\0");
    put(124, `${text.length.toString(8).padStart(11, "0")}\0`);
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    put(148, `${head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `);
    const body = new Uint8Array(512);
    body.set(encoder.encode(text));
    return [head, body];
  });
  return Uint8Array.from([...blocks, new Uint8Array(1024)].flatMap((block) => [...block]));
}
