/** What an idle connection costs: the server's resident memory before and after many have signed in. */
import { memoryOf } from "../server_process.ts";
import type { CountedPeer } from "./counted_peer.ts";
import { enter, type Target } from "./targets.ts";

/** Signs so many guests in, and gives the KiB of server memory that each of them takes. */
export async function memoryPerConnection(target: Target, pid: number, connections: number): Promise<number> {
  const before = await memoryOf(pid);
  const peers: CountedPeer[] = [];
  for (let index = 0; index < connections; index++) peers.push(await enter(target, `idle${index}`));
  const after = await memoryOf(pid);
  for (const peer of peers) peer.close();
  return (after - before) / 1024 / connections;
}
