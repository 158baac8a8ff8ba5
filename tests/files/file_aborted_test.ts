/** Files over HTTP that are not waited for: what was opened is closed, what arrived is kept, what is cut looks cut. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { announcement, bytesOf, sendFile } from "../support/file_lines.ts";
import { type Peer, type TestServer, withServer } from "../support/harness.ts";
import { CAN_SEE_OPEN_FILES, untilOpen } from "../support/open_files.ts";
import { unzip } from "../support/unzip.ts";

const LOBBY = { room: "lobby" };
const BYTES = bytesOf(2_000_000);
const encoder = new TextEncoder();

async function guest(server: TestServer, nickname: string): Promise<[Peer, string]> {
  const peer = await server.connect();
  const { token } = await peer.asks("guest", { nickname });
  return [peer, token];
}

function connectTo({ running }: TestServer): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(running.http);
  return Deno.connect({ hostname, port: Number(port) });
}

function head(method: string, path: string, token: string, ...lines: string[]): Uint8Array {
  const words = [`${method} ${path} HTTP/1.1`, "Host: localhost", `Authorization: Bearer ${token}`, ...lines];
  return encoder.encode(`${words.join("\r\n")}\r\n\r\n`);
}

async function sendFolder(
  peer: Peer,
  count: number,
  size: number,
): Promise<{ folder: string; ids: string[] }> {
  const { file: folder } = await peer.asks("upload", { ...LOBBY, name: "many", folder: true });
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { file } = await sendFile(peer, { folder }, `${1000 + n}.bin`, bytesOf(size, n + 1));
    ids.push(file);
  }
  await peer.asks("finish", { file: folder });
  return { folder, ids };
}

Deno.test({
  name: "aborted downloads: of every kind, and pipelined, none leaves a file open",
  ignore: !CAN_SEE_OPEN_FILES,
  async fn() {
    await withServer({}, async (server) => {
      const [alice, token] = await guest(server, "alice");
      const { file, sha256 } = await sendFile(alice, LOBBY, "a.bin", BYTES);
      const { folder } = await sendFolder(alice, 3, 600_000);
      await untilOpen(server, 0);
      const kinds = {
        whole: head("GET", `/files/${file}`, token),
        head: head("HEAD", `/files/${file}`, token),
        unchanged: head("GET", `/files/${file}`, token, `If-None-Match: "${sha256}"`),
        range: head("GET", `/files/${file}`, token, "Range: bytes=1000-1999999"),
        unsatisfiable: head("GET", `/files/${file}`, token, "Range: bytes=9000000-"),
        zip: head("GET", `/files/${folder}`, token),
        refused: head("GET", `/files/${file}`, "nonsense"),
        unknown: head("GET", `/files/${file}x`, token),
      };
      const long = [kinds.whole, kinds.range, kinds.zip];
      for (const request of Object.values(kinds)) {
        const one = async (wait: (connection: Deno.TcpConn) => Promise<unknown>) => {
          const connection = await connectTo(server);
          for (let n = 0; n < 5; n++) await connection.write(request).catch(() => {});
          await wait(connection).catch(() => {});
          connection.close();
        };
        // Before the first byte, after it, and in the middle.
        for (let round = 0; round < 10; round++) await one(() => Promise.resolve());
        await Promise.all(
          Array.from({ length: 10 }, () => one((connection) => connection.read(new Uint8Array(10)))),
        );
        for (let round = 0; long.includes(request) && round < 3; round++) {
          await one(async (connection) => {
            for (let left = 400_000; left > 0;) left -= await connection.read(new Uint8Array(65_536)) ?? left;
          });
        }
        await untilOpen(server, 0);
      }
      await alice.asks("ping");
    });
  },
});

Deno.test("zip: a folder of many files is one download, whatever else one has asked", async () => {
  await withServer({ rateLimits: true }, async (server) => {
    const [alice, token] = await guest(server, "alice");
    const { folder } = await sendFolder(alice, 80, 10);
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${server.running.http}/files/${folder}`, { headers });
    const found = await unzip(new Uint8Array(await response.arrayBuffer()));
    assertEquals(Object.keys(found).length, 81);
    assertEquals(found["many/1079.bin"], bytesOf(10, 80));
  });
});

Deno.test("zip: one of which a file can't be read looks cut off, wherever that is", async () => {
  await withServer({}, async (server) => {
    const [alice, token] = await guest(server, "alice");
    for (
      const [count, size, missing] of [[3, 10, 0], [3, 10, 2], [3, 300_000, 0], [3, 300_000, 2]] as const
    ) {
      const { folder, ids } = await sendFolder(alice, count, size);
      const id = ids[missing]!;
      await Deno.remove(`${server.folder}/data/files/${id.slice(-2).toLowerCase()}/${id}`);
      const headers = { authorization: `Bearer ${token}` };
      const outcome = await fetch(`${server.running.http}/files/${folder}`, { headers }).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status;
        },
      ).catch(() => "cut");
      assertTrue(outcome === "cut" || outcome === 500, `${count} of ${size}, without ${missing}: ${outcome}`);
    }
  });
});

Deno.test("PUT: of a body that breaks off every byte is kept that arrived", async () => {
  await withServer({}, async (server) => {
    const [alice, token] = await guest(server, "alice");
    const announced = announcement(LOBBY, "a.bin", BYTES);
    const { file } = await alice.asks("upload", announced);
    let offset = 0;
    // Less than a piece, more than one, one byte; cut off cleanly, and left alone without a word.
    const silent: Deno.TcpConn[] = [];
    for (
      const [length, how] of [[70_001, "cut"], [1, "cut"], [600_001, "cut"], [50_007, "silent"]] as const
    ) {
      const connection = await connectTo(server);
      const rest = BYTES.length - offset;
      const path = `/files/${file}?offset=${offset}`;
      await connection.write(head("PUT", path, token, `Content-Length: ${rest}`));
      for (let at = 0; at < length;) {
        at += await connection.write(BYTES.subarray(offset + at, offset + length));
      }
      if (how === "cut") connection.close();
      else silent.push(connection);
      offset += length;
      const deadline = Date.now() + 15_000;
      let there = -1;
      while (there !== offset) {
        assertTrue(Date.now() < deadline, `${there} bytes are there, not ${offset}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        const path = `${server.folder}/data/files/${file.slice(-2).toLowerCase()}/${file}`;
        there = await Deno.stat(path).then(({ size }) => size, () => 0);
      }
      assertEquals(await alice.asks("upload", announced).then((answer) => answer.offset), offset);
    }
    const headers = { authorization: `Bearer ${token}` };
    const body = BYTES.slice(offset);
    const put = await fetch(`${server.running.http}/files/${file}?offset=${offset}`, {
      method: "PUT",
      headers,
      body,
    });
    assertEquals((await put.json()).offset, BYTES.length);
    assertEquals((await alice.asks("finish", { file })).md5, announced.md5);
    for (const connection of silent) connection.close();
  });
});

Deno.test("downloads end when their receiver may not have the file any more: kicked, recalled, signed out", async () => {
  const large = bytesOf(24_000_000);
  await withServer({}, async (server) => {
    const [alice] = await guest(server, "alice");
    const ends: [string, (nickname: string, message: string, peer: Peer) => Promise<unknown>][] = [
      ["unknown_file", (nickname) => alice.asks("kick", { room: "ops", nickname })],
      ["unknown_file", (_, __, peer) => peer.asks("leave", { room: "ops" })],
      ["file_gone", (_, id) => alice.asks("recall", { message: id })],
    ];
    await alice.asks("enter", { room: "ops" });
    for (const [n, [code, end]] of ends.entries()) {
      const nickname = `bob${n}`;
      const [bob, token] = await guest(server, nickname);
      await bob.asks("enter", { room: "ops" });
      const { file, id } = await sendFile(alice, { room: "ops" }, `${n}.bin`, large);
      const connection = await connectTo(server);
      await connection.write(head("GET", `/files/${file}`, token));
      const block = new Uint8Array(65_536);
      let read = await connection.read(block) ?? 0;
      await bob.asks("download", { file });
      bob.wire.stopReading();
      // What is asked on another connection, for this one is not read.
      const second = await server.connect();
      await second.asks("resume", { token });
      await end(nickname, id, second);
      bob.wire.readOn();
      let piece = await bob.piece();
      let got = 0;
      for (; piece.line.error === undefined && got < large.length; piece = await bob.piece()) {
        got += piece.data.length;
      }
      assertEquals(piece.line.error?.code, code);
      for (let more: number | null = 1; more !== null;) {
        more = await connection.read(block).catch(() => null);
        read += more ?? 0;
      }
      assertTrue(read < large.length, `all ${read} bytes went on to ${nickname}`);
      connection.close();
    }
  });
});
