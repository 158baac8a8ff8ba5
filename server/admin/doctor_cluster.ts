/** What the doctor looks at of a cluster: what NATS keeps it with, and whether its nodes are together. */
import { ClusterError, NoClusterError } from "../cluster/cluster_error.ts";
import { FEWER_REPLICAS, hasTooFewServers, type Overview, overviewOf } from "../cluster/overview.ts";
import type { Config } from "../config/config.ts";
import { nameTaken } from "../cluster/nodes.ts";
import { addressOf, nodeNameOf, whyForeign, whyNotBegun } from "../run/clustered.ts";
import type { Found } from "../storage/snapshot.ts";
import type { Finding } from "./finding.ts";

/**
 * The first that can be told to write each message to disk before it confirms it. Of earlier ones a leader that is halted, and
 * goes on, may keep what its replicas do not; see "Torture" in docs/cluster.md.
 */
const RELIABLE = [2, 10] as const;
/** Clocks that are so far apart stamp messages noticeably wrong, and so far, end kicks and codes wrong. */
const CLOCKS_WARN_MS = 2_000;
const CLOCKS_BAD_MS = 60_000;
/** More messages than a node at work ever lacks. */
const LAG_MAX = 1_000;

/** What is found of the cluster that a configuration names, and whether this database is that of a node of it. */
export async function* cluster(config: Config, database: Found): AsyncIterable<Finding> {
  let overview: Overview;
  try {
    overview = await overviewOf(addressOf(config));
  } catch (error) {
    const why = error instanceof NoClusterError ? whyNotBegun(database) : undefined;
    if (why !== undefined) {
      return yield { state: "bad", about: "NATS", found: `${(error as Error).message}: ${why}` };
    }
    if (error instanceof NoClusterError) {
      const found = `no cluster "${config.clusterName}" yet: the first node begins it`;
      return yield { state: "ok", about: "NATS", found };
    }
    if (!(error instanceof ClusterError)) throw error;
    const todo = "see --cluster, --cluster-credentials and --cluster-ca, and that the nats-servers run";
    return yield { state: "bad", about: "NATS", found: error.message, todo };
  }
  yield version(overview);
  yield replicas(overview);
  yield room(overview);
  yield nodes(overview);
  yield* membership(overview, config, database);
  yield clocks(overview);
}

/** What keeps this node out. */
function* membership({ epoch, nodes }: Overview, config: Config, database: Found): Iterable<Finding> {
  const why = epoch && whyForeign(database, epoch);
  if (why) yield { state: "bad", about: "data folder", found: `${config.data}: ${why}` };
  const name = nodeNameOf(config);
  const holder = nodes.find((node) => node.name === name);
  if (holder === undefined || holder.node === database.life) return;
  yield { state: "bad", about: "node", found: nameTaken(name).message };
}

function version({ natsVersion }: Overview): Finding {
  const found = `nats-server ${natsVersion}`;
  const [major = 0, minor = 0] = natsVersion.split(".").map(Number);
  if (major > RELIABLE[0] || (major === RELIABLE[0] && minor >= RELIABLE[1])) {
    return { state: "ok", about: "NATS", found };
  }
  const todo =
    "take 2.10 or later: with sync_interval: always it survives a power cut of all machines at once, too";
  const why = "writes to disk every two minutes, and may lose messages when its leader is halted for seconds";
  return { state: "warn", about: "NATS", found: `${found} ${why}`, todo };
}

function replicas(overview: Overview): Finding {
  const { replicas: count, servers, behind } = overview;
  const about = "replicas";
  if (hasTooFewServers(overview)) {
    return {
      state: "bad",
      about,
      found: `one NATS server is to keep everything ${count} times`,
      todo: FEWER_REPLICAS,
    };
  }
  if (behind.length > 0) {
    const todo = "see that these nats-servers run and reach the others";
    return { state: "bad", about, found: `behind or away: ${behind.join(", ")}`, todo };
  }
  if (count === 1) {
    const todo = "three nats-servers and --cluster-replicas 3 survive the end of one";
    return { state: "warn", about, found: "one NATS server has everything alone", todo };
  }
  return { state: "ok", about, found: `${count}: ${servers.join(", ")}` };
}

/** Below that the next large file may be refused. */
const ROOM_MIN = 1024 ** 3;

function room({ room: left }: Overview): Finding {
  const about = "room";
  const todo = 'give the NATS account a max_file, see "Sizing" in docs/cluster.md';
  if (left === undefined) {
    return {
      state: "warn",
      about,
      found: "files may take all that NATS has, and the log needs some of it",
      todo,
    };
  }
  return { state: left < ROOM_MIN ? "warn" : "ok", about, found: `for ${left} bytes of files in NATS`, todo };
}

function nodes({ nodes: all, last }: Overview): Finding {
  const about = "nodes";
  const lost = all.filter(({ lag }) => lag < 0).map(({ name }) => name);
  if (lost.length > 0) {
    const todo = 'see "When NATS has lost the log" in docs/cluster.md';
    return {
      state: "bad",
      about,
      found: `${lost.join(", ")} had more than the log has, which ends at ${last}`,
      todo,
    };
  }
  const shown = all.map(({ name, lag }) => lag === 0 ? name : `${name} (${lag} behind)`).join(", ");
  const late = all.filter(({ lag }) => lag > LAG_MAX);
  if (late.length === 0) {
    return { state: "ok", about, found: all.length === 0 ? "none is alive" : `${shown}; log at ${last}` };
  }
  const todo = "they catch up, or their disks or processors are too slow: see switchboard_cluster_lag";
  return { state: "warn", about, found: shown, todo };
}

function clocks({ nodes: all }: Overview): Finding {
  const about = "clocks";
  const ahead = all.map((node) => node.ahead);
  const apart = ahead.length === 0 ? 0 : Math.max(...ahead) - Math.min(...ahead);
  const found = `the nodes' are ${apart} ms apart at most`;
  if (apart < CLOCKS_WARN_MS) return { state: "ok", about, found };
  const todo = "keep them right with NTP on each machine (timedatectl set-ntp true)";
  return { state: apart < CLOCKS_BAD_MS ? "warn" : "bad", about, found, todo };
}
