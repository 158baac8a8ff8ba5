/** What a guest can do to the files of a server over HTTP. */
import { createHash } from "node:crypto";
import { Connection } from "../../client/connection/connection.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { upload } from "../../client/transfer/transfer.ts";
import type { ServerProcess } from "../support/server_process.ts";
import type { Attack } from "./attack.ts";
import { httpOf, withSockets, write } from "./sockets.ts";

const BYTES = new Uint8Array(2_000_000).fill(7);
const LOBBY = { room: "lobby" };
/** Requests that one connection sends at once, and connections at a time. */
const PIPELINED = 5;
const AT_ONCE = 20;

interface Stored {
  file: string;
  folder: string;
  token: string;
  sha256: string;
}

const stored = new WeakMap<ServerProcess, Stored>();

async function store(server: ServerProcess): Promise<void> {
  const guest = await new Connection({ open: tcpLink(server.tcp), reconnect: false }).connect();
  await guest.ask("guest", { nickname: "keeper" });
  const source = (name: string) => ({
    name,
    size: BYTES.length,
    md5: createHash("md5").update(BYTES).digest("hex"),
    read: (offset: number, length: number) => Promise.resolve(BYTES.subarray(offset, offset + length)),
  });
  const { sha256 } = await upload(guest, source("a.bin"), LOBBY);
  const { file: folder } = await guest.ask("upload", { ...LOBBY, name: "folder", folder: true });
  await upload(guest, source("b.bin"), { folder });
  await guest.ask("finish", { file: folder });
  const { files } = await guest.ask("files", LOBBY);
  const file = files.find(({ name }) => name === "a.bin")!.id;
  stored.set(server, { file, folder, token: guest.token!, sha256 });
  guest.close();
}

const KINDS: Record<string, (stored: Stored) => [method: string, path: string, header: string]> = {
  "whole files": ({ file }) => ["GET", file, "X: x"],
  "heads": ({ file }) => ["HEAD", file, "X: x"],
  "unchanged files": ({ file, sha256 }) => ["GET", file, `If-None-Match: "${sha256}"`],
  "parts of files": ({ file }) => ["GET", file, "Range: bytes=1000-1999999"],
  "zips": ({ folder }) => ["GET", folder, "X: x"],
  "unknown files": ({ file }) => ["GET", `${file}x`, "X: x"],
};

/** Attacks on files. */
export const FILE_ATTACKS: readonly Attack[] = Object.entries(KINDS).map(([kind, request]) => ({
  name: `10,000 requests for ${kind}, pipelined, that nobody waits for`,
  prepare: store,
  async run(server, times) {
    const known = stored.get(server)!;
    const [method, id, header] = request(known);
    const words =
      `${method} /files/${id} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${known.token}\r\n`;
    for (let sent = 0; sent < 1_000 * times; sent += PIPELINED * AT_ONCE) {
      await withSockets(httpOf(server.http), AT_ONCE, async (sockets) => {
        await Promise.all(
          sockets.map((socket) => write(socket, `${words}${header}\r\n\r\n`.repeat(PIPELINED))),
        );
      });
    }
  },
}));
