/**
 * The chat service without any socket: its data folder, its store and its engine, woken and put in
 * order. `serve` opens doors to it; the operator's commands use it as it is when no server runs.
 */
import { monotonicFactory } from "ulid";
import { createHasher, type HashCost } from "../argon2.ts";
import type { Config } from "../config/config.ts";
import type { Core } from "../core/core.ts";
import { type State, wakeState } from "../core/state/state.ts";
import { networkOf, networksOf } from "../protocol/network.ts";
import { LIMITS } from "../core/shared/limits.ts";
import { openLobby } from "../core/rooms/rooms.ts";
import { logOf } from "../monitoring/log.ts";
import { createMailer } from "../mail.ts";
import { createEngine, type Engine } from "../protocol/engine.ts";
import { secrets } from "../secrets.ts";
import { explained, freeBytesIn, openDataFolder } from "../storage/data_folder.ts";
import { type DiskBlobStore, openBlobStore } from "../storage/disk_blob_store.ts";
import type { Cluster } from "../cluster/cluster.ts";
import {
  bringForward,
  cachedBlobs,
  checkBelongs,
  joinCluster,
  lifeBefore,
  openClusterOf,
  sharedLog,
  wakeNode,
} from "./clustered.ts";
import { type OpenStore, openStore } from "../storage/sqlite_store.ts";
import { Reserve } from "../storage/reserve.ts";
import { sweep } from "../storage/sweep.ts";

/** A service at work. */
export interface Service extends Engine {
  /** How many transactions were begun. */
  transactions(): number;
  /** Whether the disk refused the last transaction. */
  diskRefused(): boolean;
  readonly reserve: Reserve;
  /** Where this is one of several. */
  readonly cluster: Cluster | undefined;
  /** Waits for letters and passwords that are under way, then closes what is open. */
  close(): Promise<void>;
}

/** What a service is told by whoever opens it. */
interface ServiceOptions {
  /** Milliseconds since 1970. */
  clock: () => number;
  /** The address of the page, once somebody asks. */
  pageUrl: () => string;
  /** Puts something between the service and the bytes of files. */
  blobs?: (real: DiskBlobStore) => DiskBlobStore;
  /** What a password hash costs, where it need not be what one costs in earnest. */
  hashCost?: HashCost;
  /** Told how long each transaction took. */
  onCommit?: (seconds: number) => void;
  /** One of several: how long a node may be silent; milliseconds. */
  aliveMs?: number | undefined;
  /** One of several: after so many messages of the log there is to be another snapshot. */
  snapshotEvery?: number | undefined;
  /** One of several that can't go on. */
  onEnd?: (error: Error) => void;
}

/** Opens the data folder and wakes what is in it. @throws DataFolderError SchemaError; nothing stays open then */
export async function openService(config: Config, options: ServiceOptions): Promise<Service> {
  const log = logOf("server");
  const folder = openDataFolder(config.data);
  let store: OpenStore | undefined;
  let cluster: Cluster | undefined;
  let diskRefused = false;
  let awake: Core | undefined;
  const reserve = new Reserve(folder.reserve, LIMITS.reserveBytes, () => {
    // Until it is looked at again.
    if (awake) awake.disk.left = 0;
    log.warning("the disk is full: the reserve on it is given up, so that what frees space can be kept");
  });
  try {
    if (freeBytesIn(folder.path) < LIMITS.reserveBytes) reserve.give();
    cluster = await openClusterOf(config, { ...options, folder, onEnd: options.onEnd ?? (() => {}) });
    if (cluster) await bringForward(folder, cluster, options.clock());
    const newId = monotonicFactory();
    store = openStore({
      path: folder.database,
      newEpoch: () => cluster?.facts.epoch ?? newId(),
      onFailure: (detail) => log.error("the disk refused: {detail}", { detail }),
      onCommit(ms, failed) {
        diskRefused = failed;
        options.onCommit?.(ms / 1000);
      },
      giveRoom: () => reserve.give(),
    });
    checkBelongs(store, cluster, config.data);
    const before = lifeBefore(store.memory());
    await cluster?.claim(before);
    const onFailure = (detail: string) => log.error("cannot remove bytes: {detail}", { detail });
    const disk = openBlobStore(folder.files, onFailure);
    const real = cluster ? cachedBlobs(disk, { config, folder, store, cluster, onFailure }) : disk;
    const blobs = options.blobs?.(real) ?? real;
    const arrived = cluster ? undefined : await tidy(store, blobs);
    const state = cluster ? wakeNode(store, cluster) : wakeAlone(store, newId(), options.clock());
    const engine = engineOn(state, config, { ...options, blobs, newId, mail: folder.mail, cluster });
    if (cluster) await joinCluster(cluster, engine, { before, database: folder.database });
    // Before it had applied what the others have, it could not say which bytes belong to nothing; and those that it can do
    // without are on its own disk alone.
    count(engine.core, arrived ?? await tidy(store, disk, true));
    awake = engine.core;
    for (const path of folder.tightened) {
      log.warning("others could read {path}: it is its owner's now", { path });
    }
    const opened = store;
    return {
      ...engine,
      cluster,
      transactions: () => opened.transactions,
      diskRefused: () => diskRefused,
      reserve,
      async close() {
        await within(LIMITS.stopMs / 4, engine.settled());
        await within(LIMITS.stopMs / 4, engine.log.drained());
        engine.shared?.close();
        await within(LIMITS.stopMs / 4, cluster?.close() ?? Promise.resolve());
        await engine.core.uploads.closeAll();
        await within(LIMITS.stopMs / 4, Promise.all([real.close(), opened.synced()]));
        opened.close();
        folder.close();
      },
    };
  } catch (error) {
    await cluster?.close();
    store?.close();
    folder.close();
    throw explained(error, config.data);
  }
}

/** What has arrived of uploads counts for those whose they are, if they are still under way. */
function count({ store, uploads }: Core, arrived: ReadonlyMap<string, number>): void {
  for (const [id, bytes] of arrived) {
    const file = store.files.find(id);
    if (file?.state === "partial") uploads.arrived.set(id, file.owner, bytes);
  }
}

/** Sets a state to work as a configuration has it. */
function engineOn(
  state: State,
  config: Config,
  { blobs, newId, mail, cluster, clock, pageUrl, hashCost }: Omit<ServiceOptions, "blobs"> & {
    blobs: DiskBlobStore;
    newId: () => string;
    mail: string;
    cluster: Cluster | undefined;
  },
) {
  const log = logOf("server");
  const hasher = createHasher(hashCost);
  const { smtp, mailFrom: from } = config;
  const mailer = createMailer({ smtp, from, folder: mail, publicUrl: pageUrl, newId });
  const bounds = boundsOf(config);
  const engine = createEngine(
    state,
    { ...{ blobs, bounds, hasher, secrets, mailer, clock, pageUrl }, newId: () => newId() },
    (error) => log.error("what was proposed failed: {reason}", { reason: String(error) }),
    cluster && sharedLog(cluster),
  );
  return { ...engine, settled: () => Promise.all([mailer.settled(), hasher.settled()]) };
}

/** Wakes what is stored of a server that is alone: everybody is gone. */
function wakeAlone(store: OpenStore, id: string, at: number): State {
  const state = wakeState(store, { networkOf, networksOf }, at);
  openLobby(state, { id, at });
  return state;
}

/** Waits for something, but no longer than this. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([work, new Promise<void>((resolve) => timer = setTimeout(resolve, ms))]);
  clearTimeout(timer);
}

function boundsOf(config: Config): Core["bounds"] {
  return {
    fileBytesMax: config.fileMax,
    quotaBytes: config.quota,
    quotaAllBytes: config.quotaAll,
    uploadsMax: config.uploads,
    freeBytesKept: Math.max(config.diskFree, LIMITS.freeBytesMin),
  };
}

/** Puts right what a crash may have left. */
async function tidy(store: OpenStore, blobs: DiskBlobStore, others = false): Promise<Map<string, number>> {
  const log = logOf("server");
  const { orphans, lost, arrived } = await sweep(store, blobs, others);
  if (orphans.length > 0) {
    log.warning("removed bytes that belonged to nothing: {ids}", { ids: orphans.join(" ") });
  }
  if (lost.length > 0) log.error("these files have lost their bytes: {ids}", { ids: lost.join(" ") });
  return arrived;
}
