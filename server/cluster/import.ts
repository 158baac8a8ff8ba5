/** What a server alone had becomes what a cluster begins with. */
import { LOG_FORMAT } from "../log/log_message.ts";
import { type ClusterFacts, FACTS } from "./cluster.ts";
import { ClusterError } from "./cluster_error.ts";
import { CHANGED, type ClusterAddress, connectNats } from "./nats_connection.ts";
import { SharedObjects } from "./shared_objects.ts";
import { Snapshots } from "./snapshots.ts";

/** What is brought. */
interface Imported {
  /** A database with what a node has in memory, at the beginning of the log, packed with gzip; and its name. */
  readonly packed: string;
  readonly epoch: string;
  /** The lobby's id. */
  readonly lobby: string;
  readonly at: number;
  /** The bytes of its files. */
  readonly files: readonly { readonly id: string; bytes(): AsyncIterable<Uint8Array> }[];
}

/** While it is looked whether anybody is there: nobody's sign of life is made longer by it. */
const ALIVE_MS = 5_000;

/** Begins a cluster with it. @throws ClusterError there is one already */
export async function importInto(
  address: ClusterAddress,
  { packed, epoch, lobby, at, files }: Imported,
): Promise<void> {
  const parts = await connectNats(address, { aliveMs: ALIVE_MS, begins: true });
  try {
    const begun = () => new ClusterError(`Cannot import: the cluster "${address.name}" has begun already`);
    if (await parts.facts.get(FACTS)) throw begun();
    const objects = new SharedObjects(parts.files, parts);
    for (const { id, bytes } of files) await objects.put(id, bytes());
    const snapshots = new Snapshots({ parts, every: Infinity, clock: Date.now });
    await snapshots.put(0, packed);
    const facts = { format: LOG_FORMAT, epoch, lobby, at, log: parts.created, imported: true };
    await parts.facts.create(FACTS, JSON.stringify(facts)).catch((error) => {
      throw error.code === CHANGED ? begun() : error;
    });
  } finally {
    await parts.connection.close();
  }
}

/** Brings the bytes of files that are not on this machine to it. `epoch`: of the data. @throws ClusterError it is not the cluster's */
export async function withSharedFiles<Result>(
  address: ClusterAddress,
  epoch: string | undefined,
  work: (get: SharedObjects["get"]) => Promise<Result>,
): Promise<Result> {
  const parts = await connectNats(address, { aliveMs: ALIVE_MS, begins: false });
  try {
    const facts = (await parts.facts.get(FACTS))?.json<ClusterFacts>();
    if (epoch !== undefined && facts?.epoch !== epoch) {
      throw new ClusterError(
        `Cannot export: the data folder is not that of a node of the cluster "${address.name}"`,
      );
    }
    const objects = new SharedObjects(parts.files, parts);
    return await work((id) => objects.get(id));
  } finally {
    await parts.connection.close();
  }
}
