/** A cluster as its operator sees it from outside: who is alive and how far, what keeps it, and which snapshots there are. */
import type { StreamInfo } from "@nats-io/jetstream";
import { type ClusterAddress, connectNats, type NatsParts } from "./nats_connection.ts";
import { nameOfNode, type NodeSign } from "./nodes.ts";
import { Snapshots } from "./snapshots.ts";

/** One node. */
interface NodeSeen extends NodeSign {
  readonly name: string;
  /** Messages that it has not applied. */
  readonly lag: number;
  /** How far its clock is ahead of NATS'; milliseconds, a moment of which is on the way. */
  readonly ahead: number;
}

/** What there is. */
export interface Overview {
  readonly nodes: readonly NodeSeen[];
  /** Of the log: its first and last message, and what it takes. */
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** NATS servers that keep it, the one that leads first, and those of them that are behind or away. */
  readonly servers: readonly string[];
  readonly behind: readonly string[];
  readonly replicas: number;
  readonly natsVersion: string;
  readonly snapshots: readonly { readonly seq: number; readonly at: number }[];
}

/** Nobody is made or taken for alive by looking. */
const ALIVE_MS = 5_000;

/** Looks at a cluster. @throws ClusterError */
export async function overviewOf(address: ClusterAddress): Promise<Overview> {
  const parts = await connectNats(address, ALIVE_MS);
  try {
    const info = await parts.manager.streams.info(parts.stream);
    const { first_seq: first, last_seq: last, bytes } = info.state;
    const snapshots = new Snapshots({ parts, every: Infinity, clock: Date.now });
    return {
      ...{ nodes: await nodesOf(parts, last), first, last, bytes, ...serversOf(info) },
      replicas: info.config.num_replicas,
      natsVersion: parts.connection.info?.version ?? "",
      snapshots: await snapshots.list(),
    };
  } finally {
    await parts.connection.close();
  }
}

async function nodesOf({ nodes }: NatsParts, last: number): Promise<NodeSeen[]> {
  const found: NodeSeen[] = [];
  for await (const key of await nodes.keys()) {
    const entry = await nodes.get(key);
    if (entry?.operation !== "PUT") continue;
    const sign = entry.json<NodeSign>();
    const [lag, ahead] = [Math.max(0, last - sign.position), sign.at - entry.created.getTime()];
    found.push({ ...sign, name: nameOfNode(sign.node), lag, ahead });
  }
  return found.sort((a, b) => a.name < b.name ? -1 : 1);
}

function serversOf({ cluster }: StreamInfo): Pick<Overview, "servers" | "behind"> {
  const others = cluster?.replicas ?? [];
  return {
    servers: [...cluster?.leader ? [cluster.leader] : [], ...others.map(({ name }) => name)],
    behind: others.filter(({ current, offline }) => !current || offline).map(({ name }) => name),
  };
}
