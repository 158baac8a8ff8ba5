/** A cluster as its operator sees it from outside: who is alive and how far, what keeps it, and which snapshots there are. */
import type { StreamInfo } from "@nats-io/jetstream";
import { type ClusterFacts, FACTS } from "./cluster.ts";
import { type ClusterAddress, connectNats, type NatsParts } from "./nats_connection.ts";
import { nameOfNode, type NodeSign } from "./nodes.ts";
import { SharedObjects } from "./shared_objects.ts";
import { Snapshots } from "./snapshots.ts";

/** One node. */
interface NodeSeen extends NodeSign {
  readonly name: string;
  /** Messages that it has not applied; less than 0: it has applied more than the log has. */
  readonly lag: number;
  /** How far its clock is ahead of NATS'; milliseconds, a moment of which is on the way. */
  readonly ahead: number;
}

/** What there is. */
export interface Overview {
  /** The name of all its nodes' databases; undefined: it has not begun. */
  readonly epoch: string | undefined;
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
  /** Bytes that files may still take; undefined: NATS says nothing of that. */
  readonly room: number | undefined;
  readonly snapshots: readonly { readonly seq: number; readonly at: number }[];
}

/** Nobody is made or taken for alive by looking. */
const ALIVE_MS = 5_000;

/** Looks at a cluster. @throws ClusterError NoClusterError */
export async function overviewOf(address: ClusterAddress): Promise<Overview> {
  const parts = await connectNats(address, { aliveMs: ALIVE_MS, begins: false });
  try {
    // What they say of themselves first: the log goes on meanwhile.
    const signs = await signsOf(parts);
    const info = await parts.manager.streams.info(parts.stream);
    const { first_seq: first, last_seq: last, bytes } = info.state;
    const facts = (await parts.facts.get(FACTS))?.json<ClusterFacts>();
    const room = await new SharedObjects(parts.files, parts).room();
    const snapshots = new Snapshots({ parts, every: Infinity, clock: Date.now });
    return {
      ...{
        epoch: facts?.epoch,
        nodes: signs.map((sign) => ({ ...sign, lag: last - sign.position })),
        first,
        last,
        bytes,
        ...serversOf(info),
      },
      replicas: info.config.num_replicas,
      natsVersion: parts.connection.info?.version ?? "",
      room: Number.isFinite(room) ? room : undefined,
      snapshots: await snapshots.list(),
    };
  } finally {
    await parts.connection.close();
  }
}

async function signsOf({ nodes, manager }: NatsParts): Promise<Omit<NodeSeen, "lag">[]> {
  const { bucket } = await nodes.status();
  const keys = `$KV.${bucket}.`;
  // The library's own list has NATS choose a server to make it, which may be gone.
  const { state } = await manager.streams.info(`KV_${bucket}`, { subjects_filter: `${keys}*` });
  const found: Omit<NodeSeen, "lag">[] = [];
  for (const subject of Object.keys(state.subjects ?? {})) {
    const entry = await nodes.get(subject.slice(keys.length));
    if (entry?.operation !== "PUT") continue;
    const sign = entry.json<NodeSign>();
    found.push({ ...sign, name: nameOfNode(sign.node), ahead: sign.at - entry.created.getTime() });
  }
  return found.sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * Whether one NATS server by itself is to keep it several times: 2.9 takes that without a word, and does not find it again
 * once it is restarted.
 */
export function hasTooFewServers({ servers, replicas }: Overview): boolean {
  return replicas > 1 && servers.length <= 1;
}

/** What the operator does about that. */
export const FEWER_REPLICAS = "before that nats-server ends, start a node with --cluster-replicas 1";

function serversOf({ cluster }: StreamInfo): Pick<Overview, "servers" | "behind"> {
  const others = cluster?.replicas ?? [];
  return {
    servers: [...cluster?.leader ? [cluster.leader] : [], ...others.map(({ name }) => name)],
    behind: others.filter(({ current, offline }) => !current || offline).map(({ name }) => name),
  };
}
