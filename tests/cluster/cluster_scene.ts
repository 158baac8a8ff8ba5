/** Several nodes over real nats-servers, for tests: in this process, or as processes of their own that can be killed. */
import { type Config, configWith } from "../../server/config/config.ts";
import type { Running, StartOptions } from "../../server/run/serve.ts";
import { assertEquals } from "../support/assert.ts";
import { HANGS_MS } from "../support/clock.ts";
import { comingTo, type Peer, type TestServer } from "../support/harness.ts";
import { TEST_HASH_COST } from "../support/hashing.ts";
import { type ServerProcess, startServerProcess } from "../support/server_process.ts";
import { startOnFreePorts } from "../support/start_on_free_ports.ts";
import type { SmallDisk } from "../support/tmpfs.ts";
import { untilTrue } from "./polling.ts";
import { FaultProxy } from "./fault_proxy.ts";
import { HAS_NATS, type NatsAccount, type NatsServers, startNatsServers } from "./nats_servers.ts";
import { storedState } from "./stored_state.ts";

/** How long a node in this process may be silent: tests wait for that. */
const ALIVE_MS = 1_200;

/** A node of a test. */
export interface TestNode extends Pick<TestServer, "connect" | "guest" | "member"> {
  readonly name: string;
  readonly data: string;
  readonly running: Running;
  /** It says goodbye and ends. */
  stop(): Promise<void>;
  /** It begins again, on what it has kept; `empty`: on nothing. */
  start(how?: { empty?: boolean }): Promise<void>;
}

/** A node that is a process of its own. */
export interface ProcessNode extends Pick<TestServer, "connect" | "guest" | "member"> {
  readonly name: string;
  readonly data: string;
  readonly process: ServerProcess;
  start(): Promise<void>;
}

/** What a test of several nodes has. */
interface TestCluster {
  readonly nats: NatsServers;
  readonly folder: string;
  /** Starts one more in this process. */
  node(name: string, config?: Partial<Config>, options?: StartOptions): Promise<TestNode>;
  /** Starts one more as a process. `more`: further options; its way to NATS may be among them. */
  process(name: string, more?: readonly string[], disk?: SmallDisk): Promise<ProcessNode>;
  /** A way to the first of the nats-servers that can be cut. */
  way(): Promise<FaultProxy>;
  /** The numbers of the first and of the last message in the log. */
  range(): Promise<{ first: number; last: number }>;
  /** The names of what is in an object store of the cluster. */
  objects(what: string): Promise<string[]>;
  /** Resolves once all of these have the same stored, of which this is the last; fails when they do not. */
  agree(nodes: readonly { readonly data: string }[]): Promise<void>;
}

// A node that has stopped may still look at its disk, wait to ask NATS again or hear from it, in the time of the next test.
Deno.test.sanitizer({ ops: false, resources: false });

/** A test that has real nats-servers, where there are any. */
export function clusterTest(
  name: string,
  servers: number,
  body: (cluster: TestCluster) => Promise<void>,
  account?: NatsAccount,
): void {
  const fn = () => withCluster(servers, body, account);
  Deno.test({ name: `cluster: ${name}`, ignore: !HAS_NATS, timeout: HANGS_MS, fn });
}

/** Steps at the same time: whose is what can't be told. */
const TOGETHER = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };

/** Tests that mostly wait, all at the same time, each with nats-servers of its own. */
export function clusterTestsAtOnce(
  what: string,
  bodies: Readonly<Record<string, readonly [servers: number, body: (cluster: TestCluster) => Promise<void>]>>,
): void {
  Deno.test({
    name: `cluster: ${what}`,
    ignore: !HAS_NATS,
    timeout: HANGS_MS,
    ...TOGETHER,
    async fn(test) {
      await Promise.all(
        Object.entries(bodies).map(([name, [servers, body]]) =>
          test.step({ name, fn: () => withCluster(servers, body, undefined), ...TOGETHER })
        ),
      );
    },
  });
}

async function withCluster(
  servers: number,
  body: (cluster: TestCluster) => Promise<void>,
  account: NatsAccount | undefined,
): Promise<void> {
  const nats = await startNatsServers(servers, { account });
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const peers: Peer[] = [];
  const registered = new Set<string>();
  const ends: (() => Promise<void>)[] = [];
  const ways: FaultProxy[] = [];
  const cluster: TestCluster = {
    nats,
    folder,
    async node(name, config = {}, options = {}) {
      const node = new InProcess({ name, nats, folder, peers, registered }, config, options);
      await node.start();
      ends.push(() => node.stop());
      return node;
    },
    async process(name, more = [], disk) {
      const node = new OfItsOwn({ name, nats, folder, peers, registered }, more, disk);
      ends.push(() => node.end());
      await node.start();
      return node;
    },
    async way() {
      const way = await FaultProxy.before(Number(new URL(nats.urls[0]!).port));
      ways.push(way);
      return way;
    },
    range: () => nats.rangeOf("SWITCHBOARD_main_LOG"),
    objects: (what) => nats.objectsIn(`SWITCHBOARD_main_${what}`),
    agree: (nodes) => agree(nodes),
  };
  const deadline = setTimeout(() => peers.forEach((peer) => peer.close()), 50_000);
  try {
    await body(cluster);
  } finally {
    clearTimeout(deadline);
    for (const peer of peers) peer.close();
    await Promise.all(peers.map(({ ended }) => ended));
    await Promise.all(ends.map((end) => end()));
    await Promise.all(ways.map((way) => way[Symbol.asyncDispose]()));
    await nats.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** What every node of a test is given. */
interface Given {
  name: string;
  nats: NatsServers;
  folder: string;
  peers: Peer[];
  registered: Set<string>;
}

class InProcess implements TestNode {
  readonly name: string;
  readonly data: string;
  readonly connect: TestServer["connect"];
  readonly guest: TestServer["guest"];
  readonly member: TestServer["member"];
  #running: Running | undefined;
  readonly #config: Config;
  readonly #options: StartOptions;

  constructor(
    { name, nats, folder, peers, registered }: Given,
    config: Partial<Config>,
    options: StartOptions,
  ) {
    this.name = name;
    this.data = `${folder}/${name}`;
    this.#config = configWith({
      ...{ http: 0, tcp: 0, data: this.data, rateLimits: false, registration: "open" },
      ...{ cluster: nats.urls, node: name },
      ...config,
    });
    const { limits } = options;
    this.#options = {
      hashCost: TEST_HASH_COST,
      aliveMs: ALIVE_MS,
      ...options,
      limits: { returnSpreadMs: 100, ...limits },
    };
    Object.assign(this, comingTo(() => this.running, peers, registered));
    const { connect, guest, member } = comingTo(() => this.running, peers, registered);
    [this.connect, this.guest, this.member] = [connect, guest, member];
  }

  get running(): Running {
    if (!this.#running) throw new Error(`node ${this.name} does not run`);
    return this.#running;
  }

  async start({ empty = false } = {}): Promise<void> {
    if (empty) await Deno.remove(this.data, { recursive: true });
    this.#running = await startOnFreePorts(this.#config, this.#options);
    // It is found again where it was.
    const { tcp: { port: tcp }, http } = this.#running;
    Object.assign(this.#config, { tcp, http: Number(new URL(http).port) });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
  }
}

class OfItsOwn implements ProcessNode {
  readonly name: string;
  readonly data: string;
  readonly connect: TestServer["connect"];
  readonly guest: TestServer["guest"];
  readonly member: TestServer["member"];
  #process: ServerProcess | undefined;
  readonly #more: readonly string[];
  readonly #disk: SmallDisk | undefined;

  constructor(
    { name, nats, folder, peers, registered }: Given,
    more: readonly string[],
    disk: SmallDisk | undefined,
  ) {
    this.name = name;
    this.data = `${disk?.here ?? folder}/${name}`;
    this.#disk = disk;
    const cluster = more.includes("--cluster") ? [] : ["--cluster", nats.urls.join(",")];
    this.#more = [...cluster, "--node", name, "--registration", "open", ...more];
    const at = () => ({ ...this.process, certificates: undefined });
    const { connect, guest, member } = comingTo(at, peers, registered);
    [this.connect, this.guest, this.member] = [connect, guest, member];
  }

  get process(): ServerProcess {
    if (!this.#process) throw new Error(`node ${this.name} does not run`);
    return this.#process;
  }

  async start(): Promise<void> {
    const more = this.#more;
    this.#process = await startServerProcess(
      this.#disk
        ? { data: `${this.#disk.folder}/${this.name}`, within: this.#disk.within, more }
        : { data: this.data, more },
    );
  }

  /** It is gone by then, or not. */
  async end(): Promise<void> {
    await this.#process?.end("SIGKILL").catch(() => {});
  }
}

/** What monitoring is told of a node with a `metricsPort`. */
export async function metricsOf({ running }: TestNode): Promise<string> {
  const { url } = running.urls.find(({ name }) => name === "metrics")!;
  return await (await fetch(url)).text();
}

/** A figure of it by its name, without `switchboard_`. */
export async function figuresOf(node: TestNode): Promise<(name: string) => number> {
  const page = await metricsOf(node);
  return (name) => Number(new RegExp(`^switchboard_${name} (\\S+)$`, "m").exec(page)?.[1]);
}

/** How long what the last one has not applied yet may be on its way. */
const AGREE_MS = 20_000;

async function agree(nodes: readonly { readonly data: string }[]): Promise<void> {
  let all: ReturnType<typeof storedState>[] = [];
  const found = await untilTrue(() => {
    all = nodes.map(({ data }) => storedState(`${data}/switchboard.db`));
    const [first, ...others] = all.map((each) => JSON.stringify(each));
    return others.every((other) => other === first) ? undefined : "they differ";
  }, AGREE_MS);
  for (const other of all.slice(1)) assertEquals(other, all[0]);
  if ("not" in found) throw new Error(found.not);
}
