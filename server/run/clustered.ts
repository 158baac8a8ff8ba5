/** A service as one of several: what is different from one that is alone. */
import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { monotonicFactory } from "ulid";
import type { Cluster } from "../cluster/cluster.ts";
import { ClusterError, NoClusterError } from "../cluster/cluster_error.ts";
import type { ClusterAddress } from "../cluster/nats_connection.ts";
import { type Config, ConfigError } from "../config/config.ts";
import { Fault } from "../core/shared/faults.ts";
import { DAY_MS } from "../core/shared/limits.ts";
import { openLobby } from "../core/rooms/rooms.ts";
import { keepAllMemory, restoreMemory, watchMemory } from "../core/state/kept_memory.ts";
import { type State, wakeState } from "../core/state/state.ts";
import type { KeptMemory } from "../core/store/store.ts";
import { logOf } from "../monitoring/log.ts";
import type { Engine, SharedLog } from "../protocol/engine.ts";
import { networkOf, networksOf } from "../protocol/network.ts";
import { type OpenStore, openStore } from "../storage/sqlite_store.ts";
import { openCachedBlobStore } from "../storage/cached_blob_store.ts";
import { DataFolderError, type DataPaths } from "../storage/data_folder.ts";
import { forgetNode, type Found, lookInto, moveDatabase } from "../storage/snapshot.ts";
import { packedCopy } from "../storage/snapshot_thread.ts";
import type { DiskBlobStore } from "../storage/disk_blob_store.ts";
import { askReady } from "../transport/http/ask_ready.ts";
import { VERSION } from "../version.ts";

/** How long a node may be silent before the others take it for lost. */
const ALIVE_MS = 5_000;
/** After so many messages, each with what a node was asked for in one turn, there is to be another snapshot. */
const SNAPSHOT_EVERY = 50_000;

/** What can be done with the data of a node, and with that of a server alone. */
const TAKEN_OUT =
  'what it has goes into a new one with "switchboard backup", "restore" and "cluster import", see docs/cluster.md';
const BROUGHT_IN = 'bring the data of this server into a cluster with "switchboard cluster import"';

/** Whose a database is. */
type Database = Pick<Found, "epoch" | "isNode">;

/** What one of several is told by whoever opens it. */
interface ClusteredOptions {
  /** Its data folder and the database there. */
  readonly folder: Pick<DataPaths, "database">;
  readonly clock: () => number;
  readonly aliveMs?: number | undefined;
  readonly snapshotEvery?: number | undefined;
  /** It can't go on. */
  readonly onEnd: (error: Error) => void;
}

/** Connects to the cluster that a configuration names, if it names one. @throws ClusterError */
export async function openClusterOf(
  config: Config,
  { folder, clock, aliveMs = ALIVE_MS, snapshotEvery = SNAPSHOT_EVERY, onEnd }: ClusteredOptions,
): Promise<Cluster | undefined> {
  if (!config.cluster) return undefined;
  const log = logOf("cluster");
  const newId = monotonicFactory();
  // Who is alone loads nothing of NATS.
  const { openCluster } = await import("../cluster/cluster.ts");
  const why = whyNotBegun(lookInto(folder.database));
  const refuse = (error: unknown): never => {
    throw error instanceof NoClusterError ? new ClusterError(`${error.message}: ${why}`) : error;
  };
  return await openCluster({
    ...addressOf(config),
    begins: why === undefined,
    node: nodeNameOf(config),
    url: config.nodeUrl,
    publicUrl: config.publicUrl,
    askReady,
    version: VERSION,
    aliveMs,
    snapshotEvery,
    clock,
    newId: () => newId(),
    onNote: (note) => log.warning("{note}", { note }),
    onProgress: (note) => log.info("{note}", { note }),
    onEnd,
  }).catch(refuse);
}

/** Why a node with something in its database begins no cluster; undefined: it begins one. */
export function whyNotBegun({ epoch, isNode }: Database): string | undefined {
  if (epoch === undefined && !isNode) return undefined;
  return isNode
    ? `this data folder is that of a node of one, and may be the last copy of it; ${TAKEN_OUT}`
    : `${BROUGHT_IN}, or name an empty data folder with --data to begin one with nothing`;
}

/** Where the cluster of a configuration is. @throws ConfigError it names none */
export function addressOf(config: Config): ClusterAddress {
  const { cluster, clusterName, clusterCredentials, clusterCa, clusterDomain, clusterReplicas } = config;
  if (!cluster) throw new ConfigError("Cannot reach a cluster: name its NATS servers with --cluster");
  return {
    servers: cluster,
    name: clusterName,
    credentials: clusterCredentials,
    ca: clusterCa,
    domain: clusterDomain,
    replicas: clusterReplicas,
  };
}

/** What a node is called. */
export function nodeNameOf({ node }: Config): string {
  return node ?? hostName();
}

/** NATS takes no dots, and little else, in what is a part of a name. */
function hostName(): string {
  return Deno.hostname().replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(0, 64);
}

/** Whether a database belongs where it is opened. @throws DataFolderError */
export function checkBelongs(store: OpenStore, cluster: Cluster | undefined, path: string): void {
  const isNode = store.memory().some(({ of }) => of === "log");
  const why = whyForeign({ epoch: store.epoch, isNode }, cluster?.facts.epoch);
  if (why !== undefined) throw new DataFolderError(`Cannot use the data folder "${path}": ${why}`);
}

/** Why a database does not belong where it is opened; undefined: it does. `epoch`: the cluster's, of one of several. */
export function whyForeign(database: Database, epoch: string | undefined): string | undefined {
  const { isNode } = database;
  if (epoch === undefined) {
    return isNode
      ? 'it is that of a node of a cluster; start it with --cluster, or take its data out with "switchboard cluster export"'
      : undefined;
  }
  if (database.epoch === undefined || database.epoch === epoch) return undefined;
  return isNode
    ? `it is that of a node of another cluster; name an empty one with --data; ${TAKEN_OUT}`
    : `it is that of a server of its own; name an empty one with --data, or ${BROUGHT_IN}`;
}

/**
 * Brings a database that is empty, too far behind the log, or another one than those of most nodes, to where it can go on:
 * with a snapshot in its place, or with nothing. @throws ClusterError
 */
export async function bringForward(
  { database, path }: Pick<DataPaths, "database" | "path">,
  cluster: Cluster,
  now: number,
): Promise<void> {
  const { epoch, seq, isApart = false } = lookInto(database);
  if (epoch !== undefined && epoch !== cluster.facts.epoch) return; // said by whoever opens it
  if (isApart) checkFirstApart(path, now);
  const snapshot =
    await (isApart ? cluster.snapshotFor(0, true) : cluster.snapshotFor(seq, epoch === undefined));
  const loaded = `${database}.joining`;
  if (snapshot !== undefined) {
    await cluster.snapshots.load(snapshot, loaded);
    forgetNode(loaded);
  }
  if (isApart) {
    const kept = apartName(now);
    moveDatabase(database, join(path, kept));
    logOf("cluster").warning(
      "its database was another one than those of most nodes: it is kept as {kept}, and this node begins with theirs",
      { kept },
    );
  }
  if (snapshot === undefined) return;
  for (const companion of ["-wal", "-shm"]) rmSync(`${database}${companion}`, { force: true });
  renameSync(loaded, database);
}

/** How a database is called that is kept aside from then on. */
function apartName(at: number): string {
  return `switchboard-apart-${new Date(at).toISOString().slice(0, 19).replaceAll(":", "-")}Z.db`;
}

/** Since when a database is kept aside, by its name, which a copy has too; NaN: it is none of those. */
function apartSince(name: string): number {
  const [, day, hours, minutes, seconds] =
    /^switchboard-apart-([\d-]{10})T(\d\d)-(\d\d)-(\d\d)Z\.db$/.exec(name) ?? [];
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
}

/** What comes about again and again fills the disk, and is for somebody to look at. @throws ClusterError */
function checkFirstApart(path: string, now: number): void {
  const last = readdirSync(path).find((name) => now - apartSince(name) < DAY_MS);
  if (last === undefined) return;
  throw new ClusterError(
    `Cannot join the cluster: within a day this node has applied another log than most nodes once more; ${last} is what it had the first time, see "What is promised" in docs/cluster.md`,
  );
}

/** Wakes what is stored as it was at this place of the log, those who are connected included. */
export function wakeNode(store: OpenStore, { facts }: Cluster): State {
  const state = wakeState(store, { networkOf, networksOf }, 0);
  const kept = store.memory();
  openLobby(state, { id: facts.lobby, at: facts.at });
  if (kept.length === 0) store.transact(() => keepAllMemory(state));
  else restoreMemory(state, kept);
  watchMemory(state);
  return state;
}

/** Makes of a database that nobody writes what a cluster begins with: everybody is gone, and owners have a while to come back. */
export function beginNode(path: string, at: number): { lobby: string } {
  const store = openStore({ path, newEpoch: () => "", onFailure() {} });
  try {
    const state = wakeState(store, { networkOf, networksOf }, at);
    const lobby = monotonicFactory()();
    openLobby(state, { id: lobby, at });
    store.transact(() => keepAllMemory(state));
    return { lobby };
  } finally {
    store.close();
  }
}

/** The life that a database's node was in. */
export function lifeBefore(kept: readonly KeptMemory[]): string | undefined {
  const value = kept.find(({ of, id }) => of === "log" && id === "node")?.value;
  return value === undefined ? undefined : JSON.parse(value) as string;
}

/**
 * Notes something for the next start. `node`: the life that this node is in, so that after a crash it is known whose sign
 * of life that was. `apart`: its database is not to be gone on with.
 */
function note(state: State, id: "node" | "apart", value: string | true): void {
  state.store.transact(() =>
    state.store.write({ kind: "memory.put", of: "log", id, value: JSON.stringify(value) })
  );
}

/** What an engine needs of its cluster. */
export function sharedLog(cluster: Cluster): SharedLog {
  return {
    stream: cluster.stream,
    node: cluster.node,
    onLost: () => cluster.beginAnew(),
    onLostTail: (seq) => cluster.lostTail(seq),
    isKept: () => cluster.isKept,
    tellElsewhere: (tell) => cluster.tellElsewhere(tell),
    others: () => cluster.others(),
  };
}

/** Applies what the log has, and goes on with it. @throws ClusterError */
export async function joinCluster(
  cluster: Cluster,
  { core, hub, log, shared }: Engine,
  { before, database }: { before: string | undefined; database: string },
): Promise<void> {
  note(core, "node", cluster.node);
  await cluster.join({
    state: core,
    log: shared!,
    rename(node) {
      core.node = node;
      try {
        note(core, "node", node);
      } catch (error) {
        // Its disk is full: after a crash its sign of life may be taken for that of somebody else, for some seconds.
        logOf("cluster").warning("could not note the new life: {reason}", { reason: String(error) });
      }
    },
    noteApart() {
      try {
        note(core, "apart", true);
        return true;
      } catch {
        return false; // its disk is full
      }
    },
    propose: (proposal) => log.append({ proposal, waiting: undefined }),
    *deserted() {
      for (const person of core.presence.all()) {
        for (const { id, node } of person.sessions) if (node === core.node && !hub.has(id)) yield id;
      }
    },
    isFile: (id) => (core.store.files.find(id)?.state ?? "gone") !== "gone",
    async copy() {
      const path = `${database}.snapshot.gz`;
      return { path, seq: await packedCopy(database, path) };
    },
  }, before);
}

/** The bytes of files on this node's disk, which is a cache of what all nodes share. */
export function cachedBlobs(
  disk: DiskBlobStore,
  { config, folder, store, cluster, onFailure }: {
    config: Config;
    folder: DataPaths;
    store: OpenStore;
    cluster: Cluster;
    onFailure: (detail: string) => void;
  },
): DiskBlobStore {
  return openCachedBlobStore({
    ...{ disk, onFailure },
    shared: cluster.files,
    folder: folder.files,
    fetching: folder.fetching,
    bytesMax: config.fileCache,
    sizeOf(id) {
      const file = store.files.find(id);
      return file?.state === "stored" && !file.isFolder ? file.size : undefined;
    },
  });
}

/** What NATS, or the cluster itself, says while a node starts, in the one line that its operator needs; anything else as it is. */
export function clusterReason(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const isNats =
    /^(TimeoutError|RequestError|NoResponders|JetStream\w*|\w*ConnectionError|StreamNotFoundError)$/;
  if (!isNats.test(error.name) && !(error instanceof Fault && error.code === "unavailable")) return error;
  return new ClusterError(
    `Cannot join the cluster: NATS answers, and keeps nothing now (${error.message}); start it again`,
  );
}
