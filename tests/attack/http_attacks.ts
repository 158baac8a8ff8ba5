/** What a stranger can do to the HTTP listener. */
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
];
