/** Raw bytes among the lines: torn, glued, too few, too many, announced wrongly, or in the wrong kind of message. */
import fc from "fast-check";
import { LineStream } from "../../client/node/tcp_link.ts";
import { type Frame, LineFramer } from "../../server/protocol/lines.ts";
import { assertEquals } from "../support/assert.ts";
import { announcement, bytesOf, fetchFile, md5, PIECE, sendFile } from "../support/file_lines.ts";
import { TRANSPORTS, withServer } from "../support/harness.ts";

const LOBBY = { room: "lobby" };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A line, and the raw bytes after it. */
const said = fc.array(
  fc.record({
    // Anything may be in raw bytes, newlines above all; a line of the framer has none.
    raw: fc.array(fc.constantFrom(10, 13, 0, 123, 255), { maxLength: 12 }),
    note: fc.string({ maxLength: 8 }),
  }, { noNullPrototype: true }),
  { maxLength: 6 },
);

function wireOf(items: { raw: number[]; note: string }[]): Uint8Array {
  return Buffer.concat(
    items.flatMap(({ raw, note }) => [
      encoder.encode(`${JSON.stringify({ bytes: raw.length, note })}\n`),
      new Uint8Array(raw),
    ]),
  );
}

function cut(bytes: Uint8Array, at: number[]): Uint8Array[] {
  const ends = [...at.map((each) => each % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  let from = 0;
  return ends.map((end) => bytes.subarray(from, from = end));
}

Deno.test("raw bytes: wherever a stream is torn, the server's framer gives the same lines and bytes", () => {
  fc.assert(fc.property(said, fc.array(fc.nat(), { maxLength: 20 }), (items, cuts) => {
    const framer = new LineFramer(1024);
    const found: { raw: number[]; note: string }[] = [];
    const take = (frame: Frame) => {
      if (frame === "too_long") throw new Error("no line is too long here");
      if ("raw" in frame) return void (found.at(-1)!.raw = [...frame.raw]);
      const { bytes, note } = JSON.parse(decoder.decode(frame.line));
      found.push({ raw: [], note });
      if (bytes > 0) framer.expectRaw(bytes);
    };
    for (const piece of cut(wireOf(items), cuts)) {
      const chunk = Buffer.from(piece);
      for (const frame of framer.push(chunk)) take(frame);
      chunk.fill(7); // what the framer holds on to must be its own
    }
    assertEquals(found, items);
  }));
});

Deno.test("raw bytes: wherever a stream is torn, the client's does as well", () => {
  fc.assert(fc.property(said, fc.array(fc.nat(), { maxLength: 20 }), (items, cuts) => {
    const found: { raw: number[]; note: string }[] = [];
    const stream = new LineStream({
      line(text) {
        const { bytes, note } = JSON.parse(text);
        found.push({ raw: [], note });
        return bytes;
      },
      raw: (data) => void (found.at(-1)!.raw = [...data]),
      closed() {},
    });
    for (const piece of cut(wireOf(items), cuts)) stream.push(piece);
    assertEquals(found, items);
  }));
});

Deno.test("raw bytes over tcp: torn at every byte, and all glued together", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bytes = encoder.encode('{"id":1,"op":"ping"}\n\r\n\0\xff{');
    for (const form of ["torn", "glued"] as const) {
      const { file } = await alice.asks("upload", announcement(LOBBY, `${form}.bin`, bytes));
      const line = { id: `${form} chunk`, op: "chunk", file, offset: 0, bytes: bytes.length };
      const wire = Buffer.concat([
        encoder.encode(`${JSON.stringify(line)}\n`),
        bytes,
        encoder.encode(`${JSON.stringify({ id: `${form} finish`, op: "finish", file })}\r\n`),
      ]);
      if (form === "glued") alice.wire.write(wire);
      else for (const byte of wire) alice.wire.write(new Uint8Array([byte]));
      const chunked = await alice.stray();
      assertEquals([chunked.re, chunked.ok, chunked.offset], [`${form} chunk`, true, bytes.length]);
      const finished = await alice.stray();
      assertEquals([finished.re, finished.ok, finished.md5], [`${form} finish`, true, md5(bytes)]);
      assertEquals(await fetchFile(alice, file), bytes);
    }
  });
});

for (const transport of TRANSPORTS) {
  Deno.test(`raw bytes over ${transport}: a number of them that can't be is refused, and nothing after it is read`, async () => {
    await withServer({}, async (server) => {
      const bob = await server.guest("bob");
      for (const bytes of [-1, 1.5, PIECE + 1, 2 ** 53, 1e300, "10", null, true, []]) {
        const alice = await server.guest("alice", transport);
        await bob.forgets();
        await alice.fails("chunk", { file: "any", offset: 0, bytes }, "too_large");
        alice.wire.write(`${JSON.stringify({ id: 99, op: "send", ...LOBBY, text: "still here" })}\n`);
        await alice.hearsAtLast({ event: "bye", code: "too_large" });
        await alice.ended;
        await bob.hears({ event: "left" });
        await bob.hears({ event: "offline" });
        await bob.hearsNothing();
      }
    });
  });

  Deno.test(`raw bytes over ${transport}: what is no chunk may have some as well, and takes no notice`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      await alice.asks("ping", { bytes: 3 }, encoder.encode("\n{}"));
      await alice.asks("ping", { bytes: 0 }, transport === "tcp" ? undefined : new Uint8Array(0));
      await alice.fails("chuck", { bytes: 3 }, "unknown_op", encoder.encode("\n{}"));
      await alice.asks("ping");
    });
  });
}

Deno.test("raw bytes over tcp: a peer that ends in the middle of them leaves what came before", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bytes = bytesOf(1000);
    const { file } = await alice.asks("upload", announcement(LOBBY, "a.bin", bytes));
    await alice.asks("chunk", { file, offset: 0, bytes: 100 }, bytes.subarray(0, 100));
    alice.wire.write(`${JSON.stringify({ id: 9, op: "chunk", file, offset: 100, bytes: 900 })}\n`);
    alice.wire.write(bytes.subarray(100, 500));
    alice.close();
    await alice.ended;
    const back = await server.member("alice");
    assertEquals((await back.asks("upload", announcement(LOBBY, "a.bin", bytes))).offset, 100);
  });
});

Deno.test("raw bytes over websocket: they come as one binary message of as many bytes, and as nothing else", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice", "websocket");
    const bytes = bytesOf(100);
    const { file } = await alice.asks("upload", announcement(LOBBY, "a.bin", bytes));
    const line = { file, offset: 0, bytes: 100 };
    await alice.fails("chunk", line, "bad_request", bytes.subarray(0, 99));
    await alice.fails("chunk", line, "bad_request", bytesOf(101));

    const instead = alice.says("chunk", line);
    const ping = alice.says("ping");
    assertEquals((await instead).error?.code, "bad_request");
    assertEquals((await ping).ok, true);

    alice.wire.writeRaw(bytes);
    const stray = await alice.stray();
    assertEquals([stray.re, stray.error.code], [null, "bad_request"]);

    await alice.asks("chunk", line, bytes);
    assertEquals((await alice.asks("finish", { file })).md5, md5(bytes));
  });
});

Deno.test("raw bytes over websocket: a binary message over the bound ends the connection with its reason", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice", "websocket");
    alice.wire.writeRaw(new Uint8Array(PIECE + 1));
    await alice.hearsAtLast({ event: "bye", code: "too_large" });
    await alice.ended;
  });
});

Deno.test("raw bytes: who says no more gets the rest of a file", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bytes = bytesOf(5_000_000);
    const { file } = await sendFile(alice, LOBBY, "a.bin", bytes);
    const { size } = await alice.asks("download", { file });
    alice.wire.finish();
    const got: Uint8Array[] = [];
    for (let at = 0; at < size;) {
      const { data } = await alice.piece();
      got.push(data);
      at += data.length;
    }
    assertEquals(md5(Buffer.concat(got)), md5(bytes));
    await alice.ended;
  });
});
