/** What a connection costs that has signed in and says nothing. */
import type { CountedPeer } from "./counted_peer.ts";
import { enter, type Target } from "./targets.ts";

/** Memory of a server before and after, in bytes. */
export interface Idle {
  readonly target: Target;
  readonly connections: number;
  readonly before: number;
  readonly after: number;
}

/** Peers that come in at the same time. */
const AT_ONCE = 50;

/** Lets so many peers in, waits until they have heard of each other, and weighs the server. */
export async function weighIdle(
  target: Target,
  memory: () => Promise<number>,
  connections: number,
): Promise<Idle> {
  const before = await memory();
  const peers: CountedPeer[] = [];
  while (peers.length < connections) {
    const some = Math.min(AT_ONCE, connections - peers.length);
    const names = Array.from({ length: some }, (_, index) => `idle${peers.length + index}`);
    peers.push(...await Promise.all(names.map((name) => enter(target, name))));
  }
  for (const peer of peers) await target.barrier(peer);
  const after = await memory();
  for (const peer of peers) peer.close();
  return { target, connections, before, after };
}
