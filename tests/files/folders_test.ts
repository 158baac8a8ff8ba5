/** Folders: many files and empty folders that arrive as one, fetched whole as a zip or file by file. */
import { assertEquals, assertMatches } from "../support/assert.ts";
import { announcement, bytesOf, chunk, fetchFile, keeps, md5, sendFile } from "../support/file_lines.ts";
import { HOUR, TestClock } from "../support/clock.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";
import { unzip } from "../support/unzip.ts";

const LOBBY = { room: "lobby" };

/** Path → bytes; undefined for an empty folder. */
type Tree = Record<string, Uint8Array | undefined>;

const TREE: Tree = {
  "notes.txt": bytesOf(10),
  "empty": undefined,
  "deep/er/still empty": undefined,
  "deep/er/ünïcode 报告 🎉.bin": bytesOf(300_000),
  "deep/nothing.bin": new Uint8Array(0),
};

async function begin(peer: Peer, place: Line, name = "photos"): Promise<string> {
  const { file, offset } = await peer.asks("upload", { ...place, name, folder: true });
  assertEquals(offset, 0);
  return file;
}

async function add(peer: Peer, folder: string, tree: Tree): Promise<void> {
  for (const [path, bytes] of Object.entries(tree)) {
    if (bytes) await sendFile(peer, { folder }, path, bytes);
    else await peer.asks("upload", { folder, name: path, size: -1 });
  }
}

async function sendTree(peer: Peer, place: Line, tree: Tree, name = "photos"): Promise<Line> {
  const folder = await begin(peer, place, name);
  await add(peer, folder, tree);
  return { ...await peer.asks("finish", { file: folder }), file: folder };
}

/** What somebody gets by fetching every file of a folder. */
async function fetchTree(peer: Peer, folder: string): Promise<Tree> {
  const tree: Tree = {};
  for (const { id, name, size, type, md5: announced } of (await peer.asks("files", { folder })).files) {
    if (size === -1) assertEquals(type, "inode/directory");
    tree[name] = size === -1 ? undefined : await fetchFile(peer, id);
    if (tree[name]) assertEquals(md5(tree[name]), announced);
  }
  return tree;
}

async function fetchZip(server: TestServer, id: string, token: string): Promise<Response> {
  return await fetch(`${server.running.http}/files/${id}`, { headers: { authorization: `Bearer ${token}` } });
}

async function statusOf(server: TestServer, id: string, token: string): Promise<number> {
  const response = await fetchZip(server, id, token);
  await response.body?.cancel();
  return response.status;
}

async function guest(server: TestServer, nickname: string): Promise<[Peer, string]> {
  const peer = await server.connect();
  const { token } = await peer.asks("guest", { nickname });
  return [await peer.forgets(), token];
}

for (const transport of TRANSPORTS) {
  Deno.test(`folder over ${transport}: it appears as one when all of it is there, and can be had file by file`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await (await server.guest("bob", transport)).forgets();
      const folder = await begin(alice, LOBBY);
      await bob.fails(
        "upload",
        { folder, name: "mine.bin", size: 0, md5: md5(new Uint8Array(0)) },
        "unknown_file",
      );
      await add(alice, folder, TREE);
      const late = bytesOf(20);
      const { file } = await alice.asks("upload", announcement({ folder }, "late.bin", late));
      await alice.fails("finish", { file: folder }, "incomplete");
      await bob.fails("files", { folder }, "unknown_file");
      await bob.fails("download", { file }, "unknown_file");
      await bob.hearsNothing();
      await chunk(alice, file, 0, late);
      await alice.asks("finish", { file });
      const { id, seq } = await alice.asks("finish", { file: folder });
      const size = 300_030;
      const told = await bob.hears({ event: "message", id, seq, kind: "file", text: "" });
      assertMatches(told.file, { id: folder, name: "photos", size, type: "inode/directory" });
      const { id: message, at, from } = told;
      assertEquals((await bob.asks("files", LOBBY)).files, [{ ...told.file, message, at, from }]);
      assertEquals(await fetchTree(bob, folder), { ...TREE, "late.bin": late });
      await alice.fails("upload", announcement({ folder }, "too late.bin", late), "unknown_file");
    });
  });
}

Deno.test("folder: as a zip it holds the same, empty folders and all, and another program reads it", async () => {
  await withServer({}, async (server) => {
    const [alice] = await guest(server, "alice");
    const [, token] = await guest(server, "bob");
    const { file } = await sendTree(alice, LOBBY, TREE, "фото 照片");
    const response = await fetchZip(server, file, token);
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("content-type"), "application/zip");
    assertEquals(
      response.headers.get("content-disposition"),
      `attachment; filename="???? ??.zip"; filename*=UTF-8''${encodeURIComponent("фото 照片.zip")}`,
    );
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    const expected = Object.entries(TREE).map(([path, bytes]) => {
      return [`фото 照片/${path}${bytes ? "" : "/"}`, bytes ?? new Uint8Array(0)] as const;
    });
    const found = await unzip(new Uint8Array(await response.arrayBuffer()));
    assertEquals(found, Object.fromEntries([["фото 照片/", new Uint8Array(0)], ...expected]));
  });
});

Deno.test("folder: names that some system can't have are kept, and in a zip each is one that every system can", async () => {
  await withServer({}, async (server) => {
    const [alice] = await guest(server, "alice");
    const [bob, token] = await guest(server, "bob");
    const names = [
      ...[
        "Meeting 10:30.txt",
        "a:b.txt",
        "a?b.txt",
        "a_b.txt",
        "README",
        "readme",
        "aux.c",
        "10:30/etc.",
        "10?30/x",
      ],
    ];
    const tree = Object.fromEntries(names.map((name) => [name, new TextEncoder().encode(name)]));
    const { file } = await sendTree(alice, LOBBY, tree, "why?");
    assertEquals(await fetchTree(bob, file), tree);
    const response = await fetchZip(server, file, token);
    assertEquals(
      response.headers.get("content-disposition"),
      `attachment; filename=why_.zip; filename*=UTF-8''why%3F.zip`,
    );
    const found = await unzip(new Uint8Array(await response.arrayBuffer()));
    const text = new TextDecoder();
    assertEquals(
      Object.fromEntries(Object.entries(found).map(([path, bytes]) => [path, text.decode(bytes)])),
      {
        "why_/": "",
        "why_/Meeting 10_30.txt": "Meeting 10:30.txt",
        "why_/a_b.txt": "a_b.txt",
        "why_/a_b (1).txt": "a:b.txt",
        "why_/a_b (2).txt": "a?b.txt",
        "why_/README": "README",
        "why_/readme (1)": "readme",
        "why_/_aux.c": "aux.c",
        "why_/10_30/etc_": "10:30/etc.",
        "why_/10_30 (1)/x": "10?30/x",
      },
    );
  });
});

Deno.test("folder: an empty one is one as well", async () => {
  await withServer({}, async (server) => {
    const [alice, token] = await guest(server, "alice");
    const { file } = await sendTree(alice, LOBBY, {}, "nothing");
    assertEquals((await alice.asks("files", { folder: file })).files, []);
    const response = await fetchZip(server, file, token);
    assertEquals(await unzip(new Uint8Array(await response.arrayBuffer())), {
      "nothing/": new Uint8Array(0),
    });
  });
});

Deno.test("folder: each file is checked; a wrong one is dropped and can be sent again", async () => {
  await withServer({}, async (server) => {
    const [alice] = await guest(server, "alice");
    const [bob] = await guest(server, "bob");
    const folder = await begin(alice, LOBBY);
    const bytes = bytesOf(100);
    const { file } = await alice.asks("upload", announcement({ folder }, "a.bin", bytes));
    await chunk(alice, file, 0, bytesOf(100, 2));
    await alice.fails("finish", { file }, "md5_mismatch");
    await keeps(server, []);
    await sendFile(alice, { folder }, "a.bin", bytes);
    await alice.asks("finish", { file: folder });
    assertEquals(await fetchTree(bob, folder), { "a.bin": bytes });
  });
});

Deno.test("folder: the same path twice is the same file, or refused", async () => {
  await withServer({}, async (server) => {
    const [alice] = await guest(server, "alice");
    const folder = await begin(alice, LOBBY);
    const bytes = bytesOf(100);
    const one = await sendFile(alice, { folder }, "a.bin", bytes);
    const again = await alice.asks("upload", announcement({ folder }, "a.bin", bytes));
    assertEquals([again.file, again.offset], [one.file, 100]);
    assertEquals((await alice.asks("finish", { file: again.file })).md5, md5(bytes));
    await alice.fails("upload", announcement({ folder }, "a.bin", bytesOf(100, 2)), "bad_file");
    await alice.fails("upload", { folder, name: "a.bin", size: -1 }, "bad_file");
    await alice.asks("upload", { folder, name: "empty", size: -1 });
    await alice.asks("upload", { folder, name: "empty", size: -1 });
    await alice.fails("upload", announcement({ folder }, "empty", bytes), "bad_file");
    await alice.asks("finish", { file: folder });
    assertEquals(await fetchTree(alice, folder), { "a.bin": bytes, empty: undefined });
  });
});

Deno.test("folder: no path is a file and a folder at once", async () => {
  await withServer({}, async (server) => {
    const [alice] = await guest(server, "alice");
    const folder = await begin(alice, LOBBY);
    const tree = { "a/b/c.bin": bytesOf(1), "a/bc.bin": bytesOf(2), "d": undefined };
    await add(alice, folder, tree);
    for (const name of ["a", "a/b", "d", "a/b/c.bin/d.bin"]) {
      await alice.fails("upload", announcement({ folder }, name, bytesOf(3)), "bad_file");
    }
    await alice.fails("upload", { folder, name: "a/bc.bin/e", size: -1 }, "bad_file");
    await alice.asks("upload", { folder, name: "a/b", size: -1 });
    await sendFile(alice, { folder }, "d/f.bin", bytesOf(4));
    await alice.asks("finish", { file: folder });
    assertEquals(await fetchTree(alice, folder), { ...tree, "a/b": undefined, "d/f.bin": bytesOf(4) });
  });
});

Deno.test("folder: what is no folder of one's own takes no files, and folders are no files", async () => {
  await withServer({}, async (server) => {
    const [alice, token] = await guest(server, "alice");
    const bytes = bytesOf(10);
    const { file } = await sendFile(alice, LOBBY, "a.bin", bytes);
    const folder = await begin(alice, LOBBY);
    const empty = await alice.asks("upload", { folder, name: "empty", size: -1 });
    for (const other of [file, empty.file, "no such folder"]) {
      await alice.fails("upload", announcement({ folder: other }, "b.bin", bytes), "unknown_file");
    }
    await alice.fails("upload", { ...LOBBY, name: "a/b", folder: true }, "bad_file");
    await alice.fails("chunk", { file: folder, offset: 0, bytes: 1 }, "unknown_file", bytesOf(1));
    await alice.asks("finish", { file: folder });
    await alice.fails("files", { folder: file }, "unknown_file");
    assertEquals((await alice.asks("download", { file: folder })).type, "inode/directory");
    assertEquals(await statusOf(server, empty.file, token), 200);
  });
});

Deno.test("folder: in private it waits for its answer as a whole", async () => {
  await withServer({}, async (server) => {
    const [alice, aliceToken] = await guest(server, "alice");
    const [bob, bobToken] = await guest(server, "bob");
    const [, eveToken] = await guest(server, "eve");
    await alice.forgets();
    await bob.forgets();
    const { file: folder, id } = await sendTree(alice, { to: "bob" }, TREE);
    const inside = (await alice.asks("files", { folder })).files[0].id;
    await bob.hears({ event: "offer", id });
    await bob.hearsNothing();
    for (const file of [folder, inside]) {
      await bob.fails("download", { file }, "not_accepted");
      assertEquals(await statusOf(server, file, bobToken), 403);
      assertEquals(await statusOf(server, file, eveToken), 404);
      await bob.fails("accept", { file: inside }, "unknown_file");
    }
    await bob.fails("files", { folder }, "not_accepted");
    await bob.asks("accept", { file: folder });
    await alice.hears({ event: "accepted", file: folder });
    assertEquals(await fetchTree(bob, folder), TREE);
    await alice.asks("ping");
    assertEquals(alice.events.filter((event) => event.event === "fetched" && event.id === id).length, 3);
    alice.events.length = 0;
    await (await fetchZip(server, folder, aliceToken)).arrayBuffer();
    await (await fetchZip(server, folder, bobToken)).arrayBuffer();
    await alice.hears({ event: "fetched", file: folder, id, from: "bob", to: "alice" });
    await alice.hearsNothing();
  });
});

Deno.test("folder: refused, recalled or given up, all of its bytes are gone", async () => {
  await withServer({}, async (server) => {
    const [alice, token] = await guest(server, "alice");
    const [bob] = await guest(server, "bob");
    const refused = await sendTree(alice, { to: "bob" }, TREE);
    await bob.asks("refuse", { file: refused.file });
    const recalled = await sendTree(alice, LOBBY, TREE);
    const inside = (await alice.asks("files", { folder: recalled.file })).files[0].id;
    await alice.asks("recall", { message: recalled.id });
    const folder = await begin(alice, LOBBY);
    await add(alice, folder, TREE);
    const { file } = await alice.asks("upload", announcement({ folder }, "half.bin", bytesOf(10)));
    await chunk(alice, file, 0, bytesOf(5));
    await alice.asks("cancel", { file: folder });
    await alice.fails("chunk", { file, offset: 5, bytes: 1 }, "unknown_file", bytesOf(1));
    await keeps(server, []);
    for (const gone of [refused.file, recalled.file, inside]) {
      await alice.fails("download", { file: gone }, "file_gone");
      assertEquals(await statusOf(server, gone, token), 410);
    }
  });
});

Deno.test("folder: of one that is never finished nothing is left after a day", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const ada = await server.member("ada");
    const folder = await begin(ada, LOBBY);
    const { file } = await sendFile(ada, { folder }, "a.bin", bytesOf(100_000));
    await keeps(server, [file]);
    await server.restart();
    await keeps(server, [file]);
    clock.advance(25 * HOUR);
    await server.restart();
    await keeps(server, []);
  }, { clock: clock.read });
});
