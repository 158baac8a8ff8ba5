/**
 * The connection to NATS, and what a cluster has there, by its name: the log, who is alive, the bytes of files and
 * snapshots. What is missing is made. docs/cluster.md says what each is for.
 */
import { readFileSync } from "node:fs";
import { jetstream, type JetStreamClient, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import { type ObjectStore, Objm } from "@nats-io/obj";
import { connect, credsAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { ClusterError } from "./cluster_error.ts";

/** Where a cluster is, and how it is reached. */
export interface ClusterAddress {
  /** Of NATS servers. */
  readonly servers: readonly string[];
  /** Of the cluster: several may share one NATS. */
  readonly name: string;
  /** A file with NATS credentials. */
  readonly credentials: string | undefined;
  /** A file with the certificate of whoever signed that of the NATS servers. */
  readonly ca: string | undefined;
  /** Of JetStream; undefined: that of the servers themselves. */
  readonly domain: string | undefined;
  /** How many NATS servers keep everything; undefined: three where NATS is a cluster, one elsewhere. */
  readonly replicas: number | undefined;
}

/** What a cluster has in NATS. */
export interface NatsParts {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  /** The stream that is the log, and the subjects that lead there and past it. */
  readonly stream: string;
  readonly logSubject: string;
  readonly momentSubject: string;
  readonly signSubject: string;
  /** What holds for the cluster as a whole. */
  readonly facts: KV;
  /** Node → its sign of life. */
  readonly nodes: KV;
  readonly files: ObjectStore;
  readonly snapshots: ObjectStore;
  readonly replicas: number;
}

const CONNECT_MS = 4_000;
const RECONNECT_MS = 200;
/** A NATS cluster that has just begun takes a while until it keeps anything. */
const FORMING_MS = 15_000;
const AGAIN_MS = 500;

/** JetStream's own words for what can't be. */
const IN_USE = 10_058;
/** Nodes that begin at the same moment make the same: whoever is later finds what the first is making in the way. */
const OVERLAPS = 10_065;
const RACE_MS = 3_000;
const NO_PEERS = [10_005, 10_074];
const NOT_ENABLED = [10_076, 10_039];

/** Connects, and makes what is missing. `aliveMs`: how long a node's sign of life lasts. @throws ClusterError */
export async function connectNats(address: ClusterAddress, aliveMs: number): Promise<NatsParts> {
  const connection = await connected(address);
  try {
    return await partsOf(connection, address, aliveMs);
  } catch (error) {
    await connection.close();
    throw refusal(address, error);
  }
}

/** Whether there is a cluster of this name; nothing is made. @throws ClusterError when NATS can't be reached */
export async function hasBegun(address: ClusterAddress): Promise<boolean> {
  const connection = await connected(address);
  try {
    const manager = await managerOf(connection, address);
    for await (const name of manager.streams.names()) if (name === streamOf(address)) return true;
    return false;
  } catch (error) {
    throw refusal(address, error);
  } finally {
    await connection.close();
  }
}

function streamOf({ name }: ClusterAddress): string {
  return `SWITCHBOARD_${name}_LOG`;
}

function managerOf(connection: NatsConnection, { domain }: ClusterAddress): Promise<JetStreamManager> {
  const options = { timeout: CONNECT_MS / 4, ...(domain !== undefined && { domain }) };
  return whileForming(() => jetstreamManager(connection, options));
}

async function connected(address: ClusterAddress): Promise<NatsConnection> {
  const { servers, credentials, ca } = address;
  try {
    return await connect({
      ...reachedAt(servers),
      name: "switchboard",
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      reconnectJitter: RECONNECT_MS / 2,
      // Whoever does not answer for so long is gone, and another server is taken.
      pingInterval: 2_000,
      maxPingOut: 2,
      ...(credentials !== undefined && { authenticator: credsAuthenticator(readFileSync(credentials)) }),
      ...(ca !== undefined && { tls: { ca: readFileSync(ca, "utf8") } }),
    });
  } catch (error) {
    throw refusal(address, error);
  }
}

/** The client takes hosts, and what stands in an address besides by itself: `user:password@`, or a token alone. */
function reachedAt(servers: readonly string[]) {
  const urls = servers.map((server) => new URL(server));
  const { username = "", password = "" } = urls.find((url) => url.username !== "") ?? {};
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  return {
    servers: urls.map(({ host }) => host),
    ...(urls.some(({ protocol }) => protocol === "tls:") && { tls: {} }),
    ...(user !== "" && (pass === "" ? { token: user } : { user, pass })),
  };
}

async function partsOf(
  connection: NatsConnection,
  address: ClusterAddress,
  aliveMs: number,
): Promise<NatsParts> {
  const { name, domain, replicas: wanted } = address;
  const client = jetstream(connection, { timeout: CONNECT_MS, ...(domain !== undefined && { domain }) });
  const manager = await managerOf(connection, address);
  const replicas = wanted ?? (connection.info?.cluster ? 3 : 1);
  const [stream, logSubject] = [streamOf(address), `switchboard.${name}.log`];
  await whileForming(async () => {
    await manager.streams.add({
      name: stream,
      subjects: [logSubject],
      num_replicas: replicas,
      deny_delete: true,
      allow_direct: true,
    }).catch(async (error) => {
      // One that is there, set by an operator as they want it.
      if (codeOf(error) !== IN_USE) throw error;
      await manager.streams.info(stream);
    });
  });
  const buckets = new Kvm(client);
  const bucket = async (what: string, options: { ttl?: number } = {}): Promise<KV> => {
    const id = `SWITCHBOARD_${name}_${what}`;
    return await whileForming(() =>
      buckets.open(id).then(async (found) => {
        await found.status();
        return found;
      }).catch(() => buckets.create(id, { history: 1, replicas, ...options }))
    );
  };
  const objects = new Objm(client);
  const store = async (what: string): Promise<ObjectStore> => {
    const id = `SWITCHBOARD_${name}_${what}`;
    return await whileForming(() => objects.open(id).catch(() => objects.create(id, { replicas })));
  };
  return {
    ...{ connection, jetstream: client, manager, stream, logSubject, replicas },
    momentSubject: `switchboard.${name}.moment`,
    signSubject: `switchboard.${name}.sign`,
    facts: await bucket("FACTS"),
    nodes: await bucket("NODES", { ttl: aliveMs }),
    files: await store("FILES"),
    snapshots: await store("SNAPSHOTS"),
  };
}

async function whileForming<Made>(make: () => Promise<Made>): Promise<Made> {
  const began = performance.now();
  while (true) {
    try {
      return await make();
    } catch (error) {
      const code = codeOf(error);
      const isForming = code === undefined || NO_PEERS[0] === code || (code >= 10_008 && code <= 10_009);
      const isFinal = isForbidden(error) || isWithout(error);
      const waitMs = code === OVERLAPS || code === IN_USE ? RACE_MS : isForming ? FORMING_MS : 0;
      if (isFinal || performance.now() > began + waitMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

function codeOf(error: unknown): number | undefined {
  return (error as { code?: unknown }).code as number | undefined;
}

function isWithout(error: unknown): boolean {
  return (error as Error).name === "JetStreamNotEnabled" ||
    NOT_ENABLED.some((each) => each === codeOf(error));
}

function isForbidden(error: unknown): boolean {
  return /permission|authorization/i.test(`${(error as Error).name} ${(error as Error).message}`);
}

/** Without the password that an address may hold. */
function shown(servers: readonly string[]): string {
  return servers.map((server) => server.replace(/\/\/[^@/]*@/, "//…@")).join(",");
}

/** In one line: what is wrong, and what can be done. */
function refusal({ servers, domain, replicas }: ClusterAddress, error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  const { message, name } = error as Error;
  const refuse = (why: string) => new ClusterError(`Cannot join the cluster at ${shown(servers)}: ${why}`);
  const code = codeOf(error);
  if (isWithout(error)) {
    const where = domain === undefined ? "there" : `there in the domain "${domain}"`;
    return refuse(`NATS answers, but JetStream is not switched on ${where} (nats-server -js)`);
  }
  if (isForbidden(error)) return refuse(`NATS refuses it: ${message}; see --cluster-credentials`);
  if (NO_PEERS.some((each) => each === code)) {
    return refuse(
      `NATS has not as many servers as are to keep everything${
        replicas === undefined ? " (three)" : ` (${replicas})`
      }; see --cluster-replicas`,
    );
  }
  if (code === "ENOENT" as unknown) return refuse(message);
  return refuse(
    /timeout|refused|ECONN|ENOTFOUND|getaddrinfo/i.test(`${name} ${message} ${code}`)
      ? `nothing answers there (${message})`
      : message,
  );
}
