/** How a server takes leave of those who are connected. */
import type { Server } from "node:http";
import { LIMITS } from "./core/limits.ts";
import type { Peers } from "./transport/peers.ts";

/** Tells everybody that the server stops and waits until they have read it. */
export async function farewell(peers: Peers): Promise<void> {
  const bye = { code: "shutting_down", message: "The server is stopping. Connect again soon." } as const;
  peers.close(() => ({ ...bye, retry_after_ms: 500 }));
  for (const peer of [...peers.all()]) {
    peer.end({ event: "bye", ...bye, retry_after_ms: 500 });
  }
  const deadline = Date.now() + LIMITS.lingerMs * 2;
  while (peers.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Lets nobody new in, gives the requests that are under way a moment, and ends what is left. */
export async function closeHttp(server: Server, closed: Promise<void>): Promise<void> {
  let isOpen = true;
  void closed.then(() => isOpen = false);
  const deadline = Date.now() + LIMITS.lingerMs;
  while (isOpen && Date.now() < deadline) {
    server.closeIdleConnections();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  server.closeAllConnections();
}
