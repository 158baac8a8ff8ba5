/** What a stranger can do to the HTTP listener. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import type { Attack } from "./attack.ts";
import { httpOf, lasting, withSockets, write } from "./sockets.ts";

const GET = "GET /page.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/** Attacks by HTTP. */
export const HTTP_ATTACKS: readonly Attack[] = [
  {
    name: "2,000 pipelined requests on each of 8 connections that never read",
    async run({ http }, times) {
      await withSockets(httpOf(http), 8, async (sockets) => {
        await Promise.all(sockets.map((socket) => write(socket, GET.repeat(2_000))));
        await lasting(1_000 + 1_000 * times);
      });
    },
  },
  {
    name: "400 connections that ask for a page and never read",
    async run({ http }, times) {
      await withSockets(httpOf(http), 400, async (sockets) => {
        await Promise.all(sockets.map((socket) => write(socket, GET)));
        await lasting(1_000 + 1_000 * times);
      });
    },
  },
  {
    name: "500 uploads of which a byte comes, and nothing more",
    async run({ http }, times) {
      const upload = "PUT /files/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\nx";
      const register = "POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{";
      await withSockets(httpOf(http), 500, async (sockets) => {
        const writes = sockets.map((socket, index) => write(socket, index % 2 === 0 ? upload : register));
        await Promise.all(writes);
        for (const socket of sockets) socket.resume();
        for (let n = 0; n < times; n++) await reaches(`${http}/health`);
        await lasting(LIMITS.httpBodyWatchedMs * 1.2);
        if (sockets.some((socket) => !socket.destroyed)) throw new Error("some are still there");
      }, () => "127.0.1.1");
    },
  },
];

/** Long for a busy machine, and nothing beside what it took before addresses had a share: 44 s. */
const REACHED_MS = 10_000;

/** @throws Error when no answer comes within that */
async function reaches(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(REACHED_MS) });
  await response.body?.cancel();
}
