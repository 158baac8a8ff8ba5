/** What a server alone had becomes what a cluster begins with. */
import { LOG_FORMAT } from "../log/log_message.ts";
import { FACTS } from "./cluster.ts";
import { ClusterError } from "./cluster_error.ts";
import { type ClusterAddress, connectNats } from "./nats_connection.ts";
import { SharedObjects } from "./shared_objects.ts";
import { Snapshots } from "./snapshots.ts";

/** What is brought. */
interface Imported {
  /** A database with what a node has in memory, at the beginning of the log, and its name. */
  readonly database: string;
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
  { database, epoch, lobby, at, files }: Imported,
): Promise<void> {
  const parts = await connectNats(address, ALIVE_MS);
  try {
    const begun = () => new ClusterError(`Cannot import: the cluster "${address.name}" has begun already`);
    if (await parts.facts.get(FACTS)) throw begun();
    const objects = new SharedObjects(parts.files);
    for (const { id, bytes } of files) await objects.put(id, bytes());
    const snapshots = new Snapshots({ parts, every: Infinity, clock: Date.now });
    await snapshots.put(0, database);
    const facts = { format: LOG_FORMAT, epoch, lobby, at, imported: true };
    await parts.facts.create(FACTS, JSON.stringify(facts)).catch(() => {
      throw begun();
    });
  } finally {
    await parts.connection.close();
  }
}

/** Brings the bytes of files that are not on this machine to it. */
export async function withSharedFiles<Result>(
  address: ClusterAddress,
  work: (get: SharedObjects["get"]) => Promise<Result>,
): Promise<Result> {
  const parts = await connectNats(address, ALIVE_MS);
  try {
    const objects = new SharedObjects(parts.files);
    return await work((id) => objects.get(id));
  } finally {
    await parts.connection.close();
  }
}
