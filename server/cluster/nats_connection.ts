/**
 * The connection to NATS, and what a cluster has there, by its name: the log, who is alive, the bytes of files and
 * snapshots. docs/cluster.md says what each is for. The log is made when a cluster begins, and never again.
 */
import { readFileSync } from "node:fs";
import {
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  type JetStreamManagerOptions,
  type StreamInfo,
} from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import { type ObjectStore, Objm } from "@nats-io/obj";
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  type Msg,
  type MsgCallback,
  type NatsConnection,
} from "@nats-io/transport-node";
import { ClusterError, NoClusterError } from "./cluster_error.ts";
import { guardSockets } from "./nats_sockets.ts";

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
  /** The same, and asks no longer than a second: for what is asked again. */
  readonly prompt: JetStreamManager;
  /** Whose requests take so long at most. */
  jetstreamWithin(ms: number): JetStreamClient;
  /** The stream that is the log, and the subjects that lead there and past it. */
  readonly stream: string;
  readonly logSubject: string;
  /** When the stream was made: one that was made later is another log. */
  readonly created: string;
  readonly momentSubject: string;
  readonly signSubject: string;
  /** What holds for the cluster as a whole. */
  readonly facts: KV;
  /** Node → its sign of life. */
  readonly nodes: KV;
  readonly files: NamedObjects;
  readonly snapshots: NamedObjects;
}

/** One of NATS' object stores, by its name. */
export interface NamedObjects {
  readonly bucket: string;
  readonly objects: ObjectStore;
}

const CONNECT_MS = 4_000;
/** What is asked once is answered within so long, or not at all. */
export const REQUEST_MS = 5_000;
/** The same of what is asked again and again until it is answered. */
const PROMPT_MS = 1_000;
const RECONNECT_MS = 200;
/** A NATS cluster that has just begun takes a while until it keeps anything. */
const FORMING_MS = 15_000;
const AGAIN_MS = 500;

/** JetStream's word for a key that is not as it was taken for, and for a stream that is not there. */
export const CHANGED = 10_071;
export const NO_STREAM = 10_059;
/** Its words for what can't be. */
const IN_USE = 10_058;
/** Nodes that begin at the same moment make the same: whoever is later finds what the first is making in the way. */
const OVERLAPS = 10_065;
const RACE_MS = 3_000;
const NO_PEERS = [10_005, 10_074];
/** While servers elect, or are gone. */
const TOO_FEW = 10_008;
const NO_LEADER = 10_009;
const NOT_ENABLED = [10_076, 10_039];

/** How a cluster is opened. */
interface Opening {
  /** How long a node's sign of life lasts; milliseconds. */
  readonly aliveMs: number;
  /** Whether one that is not there is made. */
  readonly begins: boolean;
}

/** Connects to what a cluster has. @throws ClusterError NoClusterError */
export async function connectNats(address: ClusterAddress, opening: Opening): Promise<NatsParts> {
  const connection = await connected(address);
  try {
    return await partsOf(connection, address, opening);
  } catch (error) {
    await connection.close();
    throw refusal(address, error);
  }
}

function streamOf({ name }: ClusterAddress): string {
  return `SWITCHBOARD_${name}_LOG`;
}

/** Asks JetStream, each time for so long. */
function asking({ domain }: ClusterAddress, timeout: number): JetStreamManagerOptions {
  return { timeout, ...(domain !== undefined && { domain }) };
}

async function connected(address: ClusterAddress): Promise<NatsConnection> {
  const { servers, credentials, ca } = address;
  guardSockets();
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
      // What NATS refuses now it may take when its operator has put it right.
      ignoreAuthErrorAbort: true,
      ...(credentials !== undefined && { authenticator: credentialsIn(credentials) }),
      ...(ca !== undefined && { tls: { ca: readPem(ca, "--cluster-ca", "CERTIFICATE") } }),
    });
  } catch (error) {
    throw refusal(address, error);
  }
}

/** @throws ClusterError there is no such part in it */
function readPem(path: string, option: string, part: string): string {
  const text = readFileSync(path, "utf8");
  if (text.includes(`BEGIN ${part}`)) return text;
  throw new ClusterError(`Cannot use ${option} "${path}": there is no "BEGIN ${part}" in it`);
}

/** They are read anew for each connection: who keeps them may write others there before they run out. */
function credentialsIn(path: string): Authenticator {
  readPem(path, "--cluster-credentials", "NATS USER JWT");
  let last = readFileSync(path);
  return (nonce) => {
    try {
      last = readFileSync(path);
    } catch {
      // It is being replaced, or is gone: what it had may still do.
    }
    return credsAuthenticator(last)(nonce);
  };
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
  { aliveMs, begins }: Opening,
): Promise<NatsParts> {
  const { name } = address;
  const client = jetstream(connection, asking(address, REQUEST_MS));
  const prompt = await whileForming(() => jetstreamManager(connection, asking(address, PROMPT_MS)));
  const replicas = address.replicas ?? (connection.info?.cluster ? 3 : 1);
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
  const stores = new Objm(client);
  const store = async (what: string): Promise<NamedObjects> => {
    const bucket = `SWITCHBOARD_${name}_${what}`;
    const found = () => stores.open(bucket).catch(() => stores.create(bucket, { replicas }));
    return { bucket, objects: await whileForming(found) };
  };
  const [stream, logSubject] = [streamOf(address), `switchboard.${name}.log`];
  if (!await hasLog(prompt, address, begins)) {
    await whileForming(() => beginLog(prompt, { stream, logSubject, replicas }));
  }
  const manager = await client.jetstreamManager(false);
  const parts = {
    ...{ connection, jetstream: client, manager, prompt, stream, logSubject },
    jetstreamWithin: (ms: number) => jetstream(connection, asking(address, ms)),
    momentSubject: `switchboard.${name}.moment`,
    signSubject: `switchboard.${name}.sign`,
    facts: await bucket("FACTS"),
    nodes: await bucket("NODES", { ttl: aliveMs }),
    files: await store("FILES"),
    snapshots: await store("SNAPSHOTS"),
  };
  // Of nodes that make the log at once each is answered with a time of its own: by now it is settled.
  return { ...parts, created: (await prompt.streams.info(stream)).created };
}

/** Whether there is a log; if not, it is to be begun. @throws ClusterError it may not be, or is half gone */
async function hasLog(manager: JetStreamManager, address: ClusterAddress, begins: boolean): Promise<boolean> {
  const [stream, facts] = [streamOf(address), `KV_SWITCHBOARD_${address.name}_FACTS`];
  const hasFacts = async () => await infoOf(manager, facts) !== undefined;
  // Who begins makes the log first, and may do so between two looks.
  const hadFacts = await hasFacts();
  const log = await infoOf(manager, stream);
  if (!log && hadFacts) throw goneFromNats(stream);
  if (log && log.state.last_seq > 0 && !hadFacts && !await hasFacts()) throw goneFromNats(facts);
  if (begins || (log && hadFacts)) return log !== undefined;
  throw new NoClusterError(`There is no cluster "${address.name}" at ${shown(address.servers)}`);
}

/** Has everything kept by as many servers as is said, if that is said; whether it was otherwise. @throws what NATS says */
export async function keepReplicas(
  { prompt: manager, stream }: NatsParts,
  address: ClusterAddress,
): Promise<boolean> {
  const { name, replicas } = address;
  if (replicas === undefined) return false;
  const of = (what: string) => `SWITCHBOARD_${name}_${what}`;
  const buckets = [`KV_${of("FACTS")}`, `KV_${of("NODES")}`, `OBJ_${of("FILES")}`, `OBJ_${of("SNAPSHOTS")}`];
  let isOther = false;
  for (const each of [stream, ...buckets]) {
    const { config, cluster } = await whileForming(() => manager.streams.info(each));
    if (config.num_replicas === replicas) continue;
    // One by itself (2.9) takes the number without a word, and does not find the stream again once it is restarted.
    if (replicas > 1 && !cluster?.name) throw tooFewServers(address);
    isOther = true;
    await whileForming(() => manager.streams.update(each, { num_replicas: replicas }));
    await whileForming(async () => {
      const { cluster } = await manager.streams.info(each);
      // One by itself has nobody to wait for.
      if (cluster?.name && (!cluster.leader || cluster.replicas?.some(({ current }) => !current))) {
        throw new Error(`${each} is still on its way to all that are to keep it`);
      }
    });
  }
  return isOther;
}

/** Something of a cluster that has begun is not there any more. */
export function goneFromNats(what: string): ClusterError {
  return new ClusterError(`${what} is gone from NATS; see "When NATS has lost the log" in docs/cluster.md`);
}

async function infoOf(manager: JetStreamManager, stream: string): Promise<StreamInfo | undefined> {
  return await whileForming(() =>
    manager.streams.info(stream).catch((error) => {
      if (codeOf(error) === NO_STREAM) return undefined;
      throw error;
    })
  );
}

async function beginLog(
  manager: JetStreamManager,
  { stream, logSubject, replicas }: { stream: string; logSubject: string; replicas: number },
): Promise<void> {
  try {
    const config = { name: stream, subjects: [logSubject], num_replicas: replicas, deny_delete: true };
    await manager.streams.add(config);
  } catch (error) {
    // One that is there, set by an operator as they want it.
    if (codeOf(error) !== IN_USE) throw error;
  }
}

/**
 * Takes what comes by a subject. What can't be read, or not be used, is told and left out: thrown, it would end the
 * connection.
 */
export function taking<Said>(
  take: (said: Said) => void,
  onStrange: (error: unknown) => void,
): MsgCallback<Msg> {
  return (error, message) => {
    if (error) return;
    try {
      take(message.json<Said>());
    } catch (strange) {
      onStrange(strange);
    }
  };
}

async function whileForming<Made>(make: () => Promise<Made>): Promise<Made> {
  const began = performance.now();
  while (true) {
    try {
      return await make();
    } catch (error) {
      const code = codeOf(error);
      const waitMs = code === OVERLAPS || code === IN_USE
        ? RACE_MS
        : isForming(error) && !isWithout(error)
        ? FORMING_MS
        : 0;
      if (performance.now() > began + waitMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** Whether NATS may answer otherwise before long: it has said nothing, or that its servers are not agreed yet. */
export function isForming(error: unknown): boolean {
  const code = codeOf(error);
  const isSaid = code !== undefined && code !== NO_PEERS[0] && code !== TOO_FEW && code !== NO_LEADER;
  return !isSaid && !isForbidden(error);
}

/** JetStream's own word for what went wrong; undefined: it has said nothing. */
function codeOf(error: unknown): number | undefined {
  return (error as { code?: unknown }).code as number | undefined;
}

function isWithout(error: unknown): boolean {
  return (error as Error).name === "JetStreamNotEnabled" ||
    NOT_ENABLED.some((each) => each === codeOf(error));
}

/** Whether NATS does not permit it. */
export function isForbidden(error: unknown): boolean {
  return /permission|authorization/i.test(`${(error as Error).name} ${(error as Error).message}`);
}

/** Without the password that an address may hold. */
function shown(servers: readonly string[]): string {
  return servers.map((server) => server.replace(/\/\/[^@/]*@/, "//…@")).join(",");
}

function tooFewServers(address: ClusterAddress): ClusterError {
  const count = address.replicas ?? "three";
  return refused(
    address,
    `NATS has not as many servers as are to keep everything (${count}); see --cluster-replicas`,
  );
}

function refused({ servers }: ClusterAddress, why: string): ClusterError {
  return new ClusterError(`Cannot join the cluster at ${shown(servers)}: ${why}`);
}

/** In one line: what is wrong, and what can be done. */
export function refusal(address: ClusterAddress, error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  const { domain } = address;
  const { message, name } = error as Error;
  const refuse = (why: string) => refused(address, why);
  const code = codeOf(error);
  if (isWithout(error)) {
    const where = domain === undefined ? "there" : `there in the domain "${domain}"`;
    return refuse(`NATS answers, but JetStream is not switched on ${where} (nats-server -js)`);
  }
  if (isForbidden(error)) return refuse(`NATS refuses it: ${message}; see --cluster-credentials`);
  if (NO_PEERS.some((each) => each === code)) return tooFewServers(address);
  if (code === TOO_FEW) return refuse("too few of the NATS servers answer; start it again when they do");
  if (code === "ENOENT" as unknown) return refuse(message);
  if (/certificate|self.signed|issuer|CERT/.test(message)) return refuse(`${message}; see --cluster-ca`);
  if (/credentials/.test(message)) return refuse(`${message}; see --cluster-credentials`);
  if (/unexpected response/.test(message)) return refuse("what answers there is no nats-server");
  if (/undefined error/.test(message)) return refuse("what is there hangs up at once");
  return refuse(
    /timeout|refused|ECONN|ENOTFOUND|getaddrinfo/i.test(`${name} ${message} ${code}`)
      ? `nothing answers there (${message})`
      : message,
  );
}
