/** Files of a disk: paths that lead nowhere else, and a client that sends and fetches them, whatever breaks off. */
import { posix, win32 } from "node:path";
import fc from "fast-check";
import { Connection, type ConnectionState } from "../../client/connection/connection.ts";
import { downloadPath, uploadPath } from "../../client/node/disk.ts";
import type { OpenLink } from "../../client/connection/link.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import type { Event } from "../../server/core/shared/events.ts";
import { checkFileName, checkFilePath, nearestFileName } from "../../server/core/shared/file_names.ts";
import { nameOn, pathsOn } from "../../server/core/shared/received_names.ts";
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { bytesOf, keeps, md5 } from "../support/file_lines.ts";
import { type TestServer, type Transport, TRANSPORTS, withServer } from "../support/harness.ts";

const LOBBY = { room: "lobby" };

/** What leads out of a folder on some system, or is not seen. */
const HOSTILE = [
  ...[
    "..",
    ".",
    "",
    "/",
    "//",
    "\\",
    "a\\..\\..\\b",
    "C:\\x",
    "\\\\host\\share",
    "a\\",
    "..\\x",
    "a\\. .\\b",
  ],
  ...["/etc/passwd", "../x", "a/../x", "a/..", "a//b", "a/", "./a", "~/../x", "a/./b", "\0", "a\0b", "a\nb"],
  ...["a/ ./b", "...", ". .", " ", "\u202Eexe.txt", "\ud800", "\u2028", "\x7f"],
];

/** What some system can't have, and what it is there. */
const ODD: [name: string, onWindows: string][] = [
  ["Meeting 10:30.txt", "Meeting 10_30.txt"],
  ["C:x", "C_x"],
  ["why?", "why_"],
  ["a*", "a_"],
  ['"a"', "_a_"],
  ["<a>", "_a_"],
  ["a|b", "a_b"],
  ["a\\b", "a_b"],
  ["etc.", "etc_"],
  ["a . ", "a___"],
  [" a", " a"],
  ["CON", "_CON"],
  ["aux.c", "_aux.c"],
  ["aux.", "aux_"],
  ["nul .txt", "_nul .txt"],
  ["com¹", "_com¹"],
  ["lpt9.tar.gz", "_lpt9.tar.gz"],
];

Deno.test("paths: whatever passes stays within its folder, on any system, and arrives beside all others", () => {
  const segment = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.constantFrom(...ODD.flat()),
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.constantFrom("a", "A", "ünïcode", "u\u0308nïcode", "报告", ".hidden", "a.b", "a_b"),
  );
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
  const systems = [["linux", posix, "/inbox"], ["macos", posix, "/inbox"], ["windows", win32, "C:\\inbox"], [
    "any",
    win32,
    "C:\\inbox",
  ]] as const;
  let passed = 0;
  fc.assert(
    fc.property(fc.array(path, { maxLength: 12 }), (candidates) => {
      const good = new Set(candidates.filter((candidate) => isTaken(candidate)));
      passed += good.size;
      for (const [name, system, folder] of systems) {
        const received = pathsOn(name, good);
        const places = Array.from(good, (path) => system.resolve(folder, received.get(path)!));
        for (const [at, sent] of [...good].entries()) {
          const there = received.get(sent)!.split("/");
          assertEquals(there.length, sent.split("/").length);
          assertEquals(places[at], [folder, ...there].join(system.sep));
          if (name === "linux") assertEquals(received.get(sent), sent);
        }
        const keys = places.map((place) => name === "linux" ? place : place.normalize("NFC").toUpperCase());
        assertEquals(new Set(keys).size, good.size, JSON.stringify([...received]));
      }
    }),
    { numRuns: 3_000 },
  );
  assertTrue(passed > 1_000, `only ${passed} paths were taken`);
});

Deno.test("paths: what climbs out is refused; what some system can't have is taken, and replaced where it has to be", () => {
  for (const hostile of HOSTILE) {
    for (const path of [hostile, `a/${hostile}`, `${hostile}/a`]) {
      assertEquals([path, isTaken(path)], [path, false]);
    }
  }
  const ordinary = [
    ...["a.txt", "报告 2.pdf", "🎉", ".hidden", "console.log", "com10", "null", "a..b", "it's (1).txt"],
    "%2e%2e",
  ];
  for (const [name, there] of [...ODD, ...ordinary.map((name) => [name, name] as const)]) {
    assertEquals(checkFileName(name), name);
    assertEquals(checkFilePath(`a/${name}/b`), `a/${name}/b`);
    assertEquals([nameOn("windows", name), nameOn("any", name)], [there, there]);
    assertEquals([nameOn("linux", name), nameOn("macos", name)], [name, name]);
  }
  checkFileName("é".repeat(127));
  assertEquals([isTaken("é".repeat(128)), isTaken("a/b")], [false, true]);
  const long = "x".repeat(250);
  const received = pathsOn("windows", [`${long}:.txt`, `${long}?.txt`, `${long}_.txt`]);
  assertTrue([...received.values()].every((name) => name.length <= 255), "a number makes none too long");
});

function isTaken(path: string): boolean {
  try {
    checkFilePath(path);
    return true;
  } catch (error) {
    assertEquals((error as { code?: string }).code, "bad_file");
    return false;
  }
}

Deno.test("paths: the nearest name of any is one that a file may have, and a good one is its own", () => {
  const odd = fc.constantFrom(
    "/",
    "\\",
    ":",
    "?",
    ".",
    " ",
    "\n",
    "\0",
    "\u202e",
    "con",
    "nul.",
    "é",
    "👍",
    "a",
    ".txt",
  );
  const name = fc.oneof(
    fc.array(odd, { maxLength: 200 }).map((all) => all.join("")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(name, (name) => {
      const nearest = nearestFileName(name);
      assertEquals(checkFileName(nearest), nearest);
      assertEquals(nearestFileName(nearest), nearest);
    }),
    { numRuns: 2_000 },
  );
  for (
    const name of [
      "a.txt",
      ".hidden",
      "报告 2.pdf",
      "it's (1).txt",
      ...ODD.map(([name]) => name.trim()),
    ]
  ) {
    assertEquals(nearestFileName(name), name);
  }
  assertEquals(nearestFileName(`${"é".repeat(200)}.txt`), `${"é".repeat(125)}.txt`);
});

interface Client {
  connection: Connection;
  events: Event[];
}

function linkOf({ running: { tcp, http } }: TestServer, transport: Transport): OpenLink {
  return transport === "tcp" ? tcpLink(tcp) : webSocketLink(`${http.replace("http", "ws")}/ws`);
}

/** A guest who sends and fetches; `cut` takes the link away, and the client makes a new one. */
async function client(open: OpenLink, nickname: string): Promise<Client & { cut: () => void }> {
  const events: Event[] = [];
  let cut = () => {};
  const connection = await new Connection({
    open: (hears) => open(hears).then((link) => ((cut = () => link.close()), link)),
    onEvent: (event) => events.push(event),
    onState: (state: ConnectionState) =>
      void (state === "offline" && queueMicrotask(() => connection.reconnectNow())),
  }).connect();
  await connection.ask("guest", { nickname });
  return { connection, events, cut: () => cut() };
}

for (const transport of TRANSPORTS) {
  Deno.test(`client over ${transport}: a file goes from a path to a path, with progress, through lost links`, async () => {
    await withServer({}, async (server) => {
      const alice = await client(linkOf(server, transport), "alice");
      const bob = await client(linkOf(server, transport), "bob");
      const bytes = bytesOf(5_000_001);
      const [from, to] = [`${server.folder}/报告.bin`, `${server.folder}/got.bin`];
      await Deno.writeFile(from, bytes);

      let cuts = 0;
      const seen: number[] = [];
      const cutting = (who: { cut: () => void }) => (done: number, size: number) => {
        assertEquals(size, bytes.length);
        seen.push(done);
        if (done > (cuts + 1) * 1_200_000 && cuts < 3) {
          cuts++;
          who.cut();
        }
      };
      const sent = await uploadPath(alice.connection, from, LOBBY, { onProgress: cutting(alice) });
      assertEquals([cuts, seen[0], seen.at(-1), sent.md5], [3, 0, bytes.length, md5(bytes)]);
      await bob.connection.ask("ping", {});
      const told = bob.events.filter((event) => event.event === "message");
      assertEquals(told.map((event) => [event.id, event.file?.name]), [[sent.id, "报告.bin"]]);

      [cuts, seen.length] = [0, 0];
      await downloadPath(bob.connection, told[0]!.file!.id, to, { onProgress: cutting(bob) });
      assertEquals([cuts, seen.at(-1)], [3, bytes.length]);
      assertEquals(seen, seen.toSorted((a, b) => a - b));
      assertEquals(md5(await Deno.readFile(to)), md5(bytes));
      await assertRejects(Deno.stat(`${to}.part`), /No such file/);
      for (const { connection } of [alice, bob]) connection.close();
    });
  });

  Deno.test(`client over ${transport}: what was given up goes on later, and another part is no obstacle`, async () => {
    await withServer({}, async (server) => {
      const { connection } = await client(linkOf(server, transport), "alice");
      const bytes = bytesOf(12_000_000);
      const [from, to] = [`${server.folder}/a.bin`, `${server.folder}/got.bin`];
      await Deno.writeFile(from, bytes);
      const stopAt = (bound: number) => {
        const control = new AbortController();
        const seen: number[] = [];
        const onProgress = (done: number) => {
          seen.push(done);
          if (done >= bound) control.abort(new Error("that will do"));
        };
        return { signal: control.signal, onProgress, seen };
      };
      await assertRejects(uploadPath(connection, from, LOBBY, stopAt(1_000_000)), /that will do/);
      const second = stopAt(Infinity);
      const { id } = await uploadPath(connection, from, LOBBY, second);
      assertTrue(second.seen[0]! >= 1_000_000, `it began again at ${second.seen[0]}`);
      const file = (await connection.ask("files", LOBBY)).files[0]!.id;

      await assertRejects(downloadPath(connection, file, to, stopAt(1_000_000)), /that will do/);
      await assertRejects(Deno.stat(to), /No such file/);
      const kept = (await Deno.stat(`${to}.part`)).size;
      assertTrue(kept >= 1_000_000 && kept < bytes.length, `${kept} bytes are left`);
      const again = stopAt(Infinity);
      await downloadPath(connection, file, to, again);
      assertTrue(again.seen[0]! > kept, `it began again at ${again.seen[0]}`);
      assertEquals(again.seen, again.seen.toSorted((a, b) => a - b), "it began anew on the way");
      assertEquals(md5(await Deno.readFile(to)), md5(bytes));

      for (const other of [bytesOf(1000, 2), bytesOf(12_000_001, 2), bytesOf(12_000_000, 2)]) {
        await Deno.writeFile(`${to}.part`, other);
        await downloadPath(connection, file, to);
        assertEquals(md5(await Deno.readFile(to)), md5(bytes));
      }
      await connection.ask("recall", { message: id! });
      await assertRejects(downloadPath(connection, file, to), /taken back/);
      connection.close();
    });
  });
}

Deno.test("client: a download that is not what was announced is not kept", async () => {
  await withServer({}, async (server) => {
    const { connection } = await client(linkOf(server, "tcp"), "alice");
    const [from, to] = [`${server.folder}/a.bin`, `${server.folder}/got.bin`];
    await Deno.writeFile(from, bytesOf(1000));
    await uploadPath(connection, from, LOBBY, { name: "b.bin" });
    const [file] = (await connection.ask("files", LOBBY)).files;
    assertEquals(file!.name, "b.bin");
    await Deno.writeFile(
      `${server.folder}/data/files/${file!.id.slice(-2).toLowerCase()}/${file!.id}`,
      bytesOf(1000, 2),
    );
    await assertRejects(downloadPath(connection, file!.id, to), /not those that were announced/);
    for (const path of [to, `${to}.part`]) await assertRejects(Deno.stat(path), /No such file/);
    await assertRejects(uploadPath(connection, `${server.folder}/nowhere`, LOBBY), /no such file/i);
    await keeps(server, [file!.id]);
    connection.close();
  });
});
