/** Downloads that nobody reads: a peer that stops holds neither the server's memory nor its files for ever. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { bytesOf, md5, sendFile } from "../support/file_lines.ts";
import { TRANSPORTS, withServer } from "../support/harness.ts";
import { CAN_SEE_OPEN_FILES, untilOpen } from "../support/open_files.ts";

const LOBBY = { room: "lobby" };
const BYTES = bytesOf(24_000_000);

Deno.test({
  name: "stalled download over HTTP: after a while it is cut off and its file closed",
  // It looks into /proc to see what is open.
  ignore: !CAN_SEE_OPEN_FILES,
  async fn() {
    await withServer({}, async (server) => {
      const alice = await server.connect();
      const { token } = await alice.asks("guest", { nickname: "alice" });
      const { file } = await sendFile(alice, LOBBY, "a.bin", BYTES);
      await untilOpen(server, 0);
      const { hostname, port } = new URL(server.running.http);
      const stalled = await Deno.connect({ hostname, port: Number(port) });
      const request =
        `GET /files/${file} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`;
      await stalled.write(new TextEncoder().encode(request));
      await untilOpen(server, 1);
      await untilOpen(server, 0);
      stalled.close();
    }, { limits: { httpHeadersMs: 1_500, httpRequestMs: 1_500 } });
  },
});

for (const transport of TRANSPORTS) {
  Deno.test(`stalled download over ${transport}: no more than a little waits for it, and it goes on`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.guest("bob");
      const { file } = await sendFile(alice, LOBBY, "a.bin", BYTES);
      await bob.forgets();
      await alice.asks("download", { file });
      alice.wire.stopReading();
      for (let round = 0; round < 200; round++) {
        await bob.asks("send", { ...LOBBY, text: `${round}` });
        assertTrue(server.running.figures().queuedBytes < 2 * 1024 * 1024, "too much waits for alice");
      }
      alice.wire.readOn();
      const got: Uint8Array[] = [];
      for (let at = 0; at < BYTES.length;) {
        const { data } = await alice.piece();
        got.push(data);
        at += data.length;
      }
      assertEquals(md5(Buffer.concat(got)), md5(BYTES));
      await alice.asks("ping");
      const said = alice.events.filter((event) => event.event === "message" && event.from === "bob");
      assertEquals(said.map((event) => event.text), Array.from({ length: 200 }, (_, round) => `${round}`));
    });
  });
}
