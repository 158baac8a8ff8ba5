/** How a server takes leave of those who are connected. */
import type { Server } from "node:http";
import { LIMITS } from "../core/shared/limits.ts";
import type { Peers } from "../transport/connection/peers.ts";
import type { WireLimits } from "../transport/wire_limits.ts";

const GOODBYE = {
  event: "bye",
  code: "shutting_down",
  message: "The server is stopping. Connect again soon.",
} as const;

const CUT_OFF = {
  event: "bye",
  code: "shutting_down",
  message: "This server is cut off from the others. Connect again.",
} as const;

/** From now on nobody is let in, not even those who are half in. */
export function shut(peers: Peers, limits: WireLimits): void {
  peers.close(() => ({ ...GOODBYE, retry_after_ms: returnAfter(peers, limits) }));
}

/**
 * Tells everybody that the server stops and when to come back, and waits until they have read it, or for
 * `drainMs`. `othersGoOn`: they may come back at once, to another node.
 */
export async function drain(peers: Peers, limits: WireLimits, othersGoOn: boolean): Promise<void> {
  for (const peer of [...peers.all()]) {
    const after = othersGoOn ? Math.floor(Math.random() * limits.returnMs) : returnAfter(peers, limits);
    peer.end({ ...GOODBYE, retry_after_ms: after }, limits.drainMs);
  }
  const deadline = Date.now() + limits.drainMs + LIMITS.lingerMs / 2;
  while (peers.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Sends everybody to other nodes, and whoever comes. `nodes`: where pages of such are. */
export function sendElsewhere(
  peers: Peers,
  { returnMs, drainMs }: WireLimits,
  nodes: readonly string[],
): void {
  const bye = () => ({
    ...CUT_OFF,
    retry_after_ms: Math.floor(Math.random() * returnMs),
    ...(nodes.length > 0 && { nodes }),
  });
  peers.redirect(bye);
  for (const peer of [...peers.all()]) peer.end(bye(), drainMs);
}

/** Not all at once: a server that has just started is to greet them one after the other. */
function returnAfter({ size }: Peers, { returnMs, returnSpreadMs }: WireLimits): number {
  return returnMs + Math.floor(Math.random() * Math.max(returnSpreadMs, size));
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
