import { randomBytes } from "node:crypto";
import { Connection } from "../client/connection.ts";
import { downloadPath, uploadPath } from "../client/disk.ts";
import { tcpLink } from "../client/tcp_link.ts";
import { webSocketLink } from "../client/websocket_link.ts";
import type { Event } from "../server/core/events.ts";
import { assertEquals } from "./assert.ts";
import { type TestServer, type Transport, TRANSPORTS, withServer } from "./harness.ts";

/** A guest who can send and fetch files. */
async function visitor(server: TestServer, nickname: string, transport: Transport) {
  const { tcp, http } = server.running;
  const open = transport === "tcp" ? tcpLink(tcp) : webSocketLink(`${http.replace("http", "ws")}/ws`);
  const events: Event[] = [];
  const connection = await new Connection({ open, onEvent: (event) => events.push(event) }).connect();
  await connection.ask("guest", { nickname });
  return { connection, events };
}

for (const transport of TRANSPORTS) {
  Deno.test(`files over ${transport}: what goes into a room comes out equal`, async () => {
    await withServer({}, async (server) => {
      const alice = await visitor(server, "alice", transport);
      const bob = await visitor(server, "bob", transport);
      for (const size of [0, 1, 256 * 1024, 256 * 1024 + 1, 3_000_001]) {
        const path = `${server.folder}/sent-${size}.bin`;
        const bytes = randomBytes(size);
        await Deno.writeFile(path, bytes);
        const sent = await uploadPath(alice.connection, path, { room: "lobby" });
        await bob.connection.ask("ping", {});
        const message = bob.events.findLast((event) => event.event === "message");
        assertEquals(message?.file?.size, size);
        assertEquals(message?.file?.md5, sent.md5);
        await downloadPath(bob.connection, message!.file!.id, `${server.folder}/got-${size}.bin`);
        assertEquals(await Deno.readFile(`${server.folder}/got-${size}.bin`), new Uint8Array(bytes));
        const { files } = await bob.connection.ask("files", { room: "lobby" });
        assertEquals(files[0]?.id, message!.file!.id);
      }
      alice.connection.close();
      bob.connection.close();
    });
  });
}
