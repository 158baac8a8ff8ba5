/** Files as a whole: whatever their size, wherever the wire breaks, what arrives is equal or nothing arrives. */
import fc from "fast-check";
import { assertEquals } from "../support/assert.ts";
import { announcement, bytesOf, fetchFile, keeps, md5, PIECE, sendFile } from "../support/file_lines.ts";
import { type Line, type Peer, type Transport, TRANSPORTS, withServer } from "../support/harness.ts";

const LOBBY = { room: "lobby" };
const encoder = new TextEncoder();

const sizes = fc.oneof(
  fc.constantFrom(0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE - 1, 2 * PIECE, 2 * PIECE + 1),
  fc.nat(4 * PIECE),
);

for (const transport of TRANSPORTS) {
  Deno.test(`files over ${transport}: what goes into a room comes out equal, whatever its size`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await (await server.guest("bob", transport === "tcp" ? "websocket" : "tcp")).forgets();
      await fc.assert(
        fc.asyncProperty(sizes, fc.nat(), async (size, seed) => {
          const bytes = bytesOf(size, seed);
          const { file } = await sendFile(alice, LOBBY, "a.bin", bytes);
          const message = await bob.hears({ event: "message" });
          assertEquals([message.file.id, message.file.size, message.file.md5], [file, size, md5(bytes)]);
          assertEquals(md5(await fetchFile(bob, file)), md5(bytes));
        }),
        { numRuns: 20 },
      );
    });
  });

  Deno.test(`files over ${transport}: wherever the wire breaks, a file arrives equal; a wrong byte, and nothing arrives`, async () => {
    await withServer({}, async (server) => {
      const bob = await server.guest("bob", transport);
      const { token } = await (await server.connect()).asks("guest", { nickname: "alice" });
      const aliceAgain = async () => {
        const peer = await server.connect(transport);
        await peer.asks("resume", { token });
        return peer;
      };
      let name = 0;
      const arrived: string[] = [];
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            size: sizes.filter((size) => size > 0),
            /** How much of what is left each attempt sends before it breaks off. */
            cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
            /** Where a byte goes wrong, if one does. */
            wrong: fc.option(fc.double({ min: 0, max: 0.999, noNaN: true })),
          }),
          async ({ size, cuts, wrong }) => {
            const bytes = bytesOf(size, ++name);
            const asked = announcement(LOBBY, `${name}.bin`, bytes);
            if (wrong !== null) bytes[Math.floor(wrong * size)]! ^= 1;
            for (const cut of cuts) {
              const peer = await aliceAgain();
              await attempt(peer, transport, asked, bytes, cut);
              peer.wire.finish();
              await peer.ended;
            }
            const alice = await aliceAgain();
            await attempt(alice, transport, asked, bytes, 1);
            await alice.asks("ping");
            const { file } = await alice.asks("upload", asked);
            await bob.forgets();
            if (wrong === null) {
              const { id } = await alice.asks("finish", { file });
              await bob.hearsAtLast({ event: "message", id });
              assertEquals(md5(await fetchFile(bob, file)), asked.md5);
              arrived.push(file);
            } else {
              await alice.fails("finish", { file }, "md5_mismatch");
              await bob.asks("ping");
              assertEquals(bob.events.filter((event) => event.event === "message"), []);
            }
            alice.close();
          },
        ),
        { numRuns: 20 },
      );
      await keeps(server, arrived);
      const { files } = await bob.asks("files", LOBBY);
      assertEquals(files.map((file: Line) => file.id).toSorted(), arrived.toSorted());
    });
  });
}

/** Sends what is left of a file in one go; or a part of it only. */
async function attempt(
  alice: Peer,
  transport: Transport,
  asked: Line,
  bytes: Uint8Array,
  part: number,
): Promise<void> {
  const { file, offset } = await alice.asks("upload", asked);
  const messages: Uint8Array[] = [];
  for (let at: number = offset; at < bytes.length; at += PIECE) {
    const data = bytes.subarray(at, at + PIECE);
    messages.push(
      encoder.encode(`${JSON.stringify({ op: "chunk", file, offset: at, bytes: data.length })}\n`),
      data,
    );
  }
  let left = Math.floor(messages.reduce((sum, each) => sum + each.length, 0) * part);
  for (const [index, message] of messages.entries()) {
    // A WebSocket's messages arrive whole or not at all.
    const piece = transport === "tcp"
      ? message.subarray(0, left)
      : message.length <= left
      ? message
      : undefined;
    if (piece === undefined || piece.length === 0) break;
    left -= piece.length;
    if (index % 2 === 0) alice.wire.write(piece);
    else alice.wire.writeRaw(piece);
  }
}
