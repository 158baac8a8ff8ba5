/** Lines on the wire: torn, glued, ended in any way, not UTF-8, too long; and what no line can be made of. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { native } from "../../server/protocol/dialects/native/native.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

const TEXTS = ["plain", "Grüße, 世界 👋🏽", 'quo"ted \\ and\nbroken', "𝔘𝔫𝔦𝔠𝔬𝔡𝔢"];
const encoder = new TextEncoder();

/** Lines that say these texts in the lobby. */
function lines(end = "\n"): Uint8Array {
  const said = TEXTS.map((text, index) =>
    JSON.stringify({ id: index, op: "send", room: "lobby", text }) + end
  );
  return encoder.encode(said.join(""));
}

Deno.test("lines: cut in two at any byte, or into single bytes, a stream asks the same", () => {
  const stream = lines();
  const asked = (...chunks: Uint8Array[]) => {
    const codec = native.codec();
    return chunks.flatMap((chunk) => Array.from(codec.receive(chunk, "stream")));
  };
  const whole = asked(stream);
  assertEquals(whole.map((each) => "command" in each && "text" in each.command && each.command.text), TEXTS);
  for (let cut = 1; cut < stream.length; cut++) {
    assertEquals(asked(stream.subarray(0, cut), stream.subarray(cut)), whole, `cut at byte ${cut}`);
  }
  assertEquals(asked(...Array.from(stream, (_, index) => stream.subarray(index, index + 1))), whole);
});

Deno.test("lines over tcp: torn into single bytes they arrive whole", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = [await server.guest("alice", "tcp"), await server.guest("bob", "tcp")];
    await alice.forgets();
    for (const byte of lines()) {
      alice.wire.write(new Uint8Array([byte]));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    for (const text of TEXTS) await bob.hears({ event: "message", text });
  });
});

Deno.test("lines over websocket: a line does not go on in the next message", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice", "websocket");
    alice.wire.write('{"id":7,"op":');
    alice.wire.write('"ping"}');
    assertEquals((await alice.stray()).error.code, "bad_request");
    assertEquals((await alice.stray()).error.code, "bad_request");
    await alice.hearsNothing();
  });
});

for (const transport of TRANSPORTS) {
  Deno.test(`lines over ${transport}: many in one piece are carried out in order`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob] = [await server.guest("alice", transport), await server.guest("bob", transport)];
      await alice.forgets();
      alice.wire.write(lines());
      for (const text of TEXTS) await bob.hears({ event: "message", text });
      assertEquals((await replies(alice, TEXTS.length)).map((reply) => reply.re), [0, 1, 2, 3]);
    });
  });

  Deno.test(`lines over ${transport}: a return before the newline, and empty lines, do not matter`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob] = [await server.guest("alice", transport), await server.guest("bob", transport)];
      alice.wire.write("\n\r\n");
      alice.wire.write(lines("\r\n\r\n"));
      for (const text of TEXTS) await bob.hears({ event: "message", text });
      await bob.hearsNothing();
    });
  });

  Deno.test(`lines over ${transport}: what is not UTF-8 is bad_utf8, and the connection stays`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob] = [await server.guest("alice", transport), await server.guest("bob", transport)];
      const halfCharacter = [0xf0, 0x9f, 0x91];
      const overlong = [0xc0, 0xaf];
      const surrogate = [0xed, 0xa0, 0x80];
      for (const bytes of [[0xff], halfCharacter, overlong, surrogate]) {
        const before = encoder.encode('{"id":1,"op":"send","room":"lobby","text":"');
        alice.wire.write(new Uint8Array([...before, ...bytes, ...encoder.encode('"}\n')]));
        assertEquals(withoutMessage(await alice.stray()), {
          re: null,
          ok: false,
          error: { code: "bad_utf8" },
        });
      }
      await alice.asks("send", { room: "lobby", text: "still here" });
      await bob.hears({ event: "message", text: "still here" });
    });
  });

  Deno.test(`lines over ${transport}: malformed input gets one clear error each, and the connection stays`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const malformed: [string, unknown, string][] = [
        ["GET / HTTP/1.1", null, "bad_request"],
        ["[]", null, "bad_request"],
        ["null", null, "bad_request"],
        ['{"id":1', null, "bad_request"],
        ['{"id":1}', 1, "bad_request"],
        ['{"id":"x","op":7}', "x", "bad_request"],
        ['{"id":{},"op":"ping","x":"\u0000"}', null, "bad_request"],
        ['{"id":2,"op":"hop"}', 2, "unknown_op"],
        ['{"id":3,"op":"constructor"}', 3, "unknown_op"],
        ['{"id":4,"op":"send","room":"lobby"}', 4, "bad_request"],
        ['{"id":5,"op":"send","room":["lobby"],"text":"x"}', 5, "bad_request"],
      ];
      for (const [line, re, code] of malformed) {
        alice.wire.write(`${line}\n`);
        assertEquals(withoutMessage(await alice.stray()), { re, ok: false, error: { code } }, line);
      }
      await alice.hearsNothing();
    });
  });

  Deno.test(`lines over ${transport}: one of exactly 64 KiB is carried out`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      alice.wire.write(`${padded(LIMITS.lineBytesMax)}\n`);
      assertEquals(await alice.stray(), { re: 7, ok: true });
      await alice.hearsNothing();
    });
  });

  Deno.test(`lines over ${transport}: one byte more is too_large, then bye, and nothing after it is carried out`, async () => {
    await withServer({}, async (server) => {
      const [bob, alice] = [await server.guest("bob", transport), await server.guest("alice", transport)];
      await Promise.all([alice.forgets(), bob.forgets()]);
      const seen = alice.lines.length;
      alice.wire.write(
        `${padded(LIMITS.lineBytesMax + 1)}\n{"op":"send","room":"lobby","text":"glued to it"}\n`,
      );
      alice.wire.write(lines());
      await alice.ended;
      assertEquals(alice.lines.slice(seen).map(withoutMessage), [
        { re: null, ok: false, error: { code: "too_large" } },
        { event: "bye", code: "too_large" },
      ]);
      await bob.hears({ event: "left", nickname: "alice" });
      await bob.hears({ event: "offline", nickname: "alice" });
      await bob.hearsNothing();
    });
  });

  Deno.test(`lines over ${transport}: 400 MB without an end are cut off after one error, and nobody keeps them`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob] = [await server.guest("alice", transport), await server.guest("bob", transport)];
      await alice.forgets();
      const seen = alice.lines.length;
      const before = Deno.memoryUsage().rss;
      await pour(alice, 400 * 2 ** 20);
      const grown = Deno.memoryUsage().rss - before;
      // What is not collected yet counts as well, and this process is the sender, too.
      assertTrue(grown < 200 * 2 ** 20, `memory grew by ${Math.round(grown / 2 ** 20)} MiB`);
      assertEquals(alice.lines.slice(seen).map(withoutMessage), [
        { re: null, ok: false, error: { code: "too_large" } },
        { event: "bye", code: "too_large" },
      ]);
      await bob.hearsAtLast({ event: "offline", nickname: "alice" });
      await bob.asks("send", { room: "lobby", text: "all is well" });
    });
  });
}

Deno.test("lines over websocket: a binary message is no request, and the connection stays", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice", "websocket");
    alice.wire.writeRaw(encoder.encode('{"id":1,"op":"ping"}'));
    assertEquals(withoutMessage(await alice.stray()), {
      re: null,
      ok: false,
      error: { code: "bad_request" },
    });
    await alice.hearsNothing();
  });
});

/** A ping that is so many bytes long. */
function padded(bytes: number): string {
  const ping = (padding: string) => JSON.stringify({ id: 7, op: "ping", padding });
  return ping("x".repeat(bytes - ping("").length));
}

/** Sends a line, or a message, that does not end, for as long as somebody takes it. */
async function pour(peer: Peer, bytes: number): Promise<void> {
  const piece = new Uint8Array(2 ** 16).fill(0x61);
  let over = false;
  void peer.ended.then(() => over = true);
  for (let sent = 0; sent < bytes && !over; sent += piece.length) {
    const taken = new Promise<void>((resolve) => peer.wire.writePart(piece, resolve));
    await Promise.race([taken, peer.ended]);
  }
  await peer.ended;
}

async function replies(peer: Peer, count: number): Promise<Line[]> {
  return await Promise.all(Array.from({ length: count }, () => peer.stray()));
}

/** What a program looks at: the words of an error are for people. */
function withoutMessage(line: Line): Line {
  const { message: _message, ...rest } = line;
  if (!rest.error) return rest;
  const { message: _words, ...error } = rest.error;
  return { ...rest, error };
}
