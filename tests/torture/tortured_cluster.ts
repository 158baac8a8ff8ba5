/** Three nats-servers and three nodes as processes of their own, with ways between them that can be cut. */
import { freePort } from "../support/free_port.ts";
import { type ServerProcess, startServerProcess } from "../support/server_process.ts";
import { openSmallDisk, type SmallDisk } from "../support/tmpfs.ts";
import { type NatsServers, startNatsServers } from "../cluster/nats_servers.ts";
import { untilReady } from "../cluster/polling.ts";
import { FaultProxy } from "../cluster/fault_proxy.ts";

const NODES = ["anna", "bert", "cleo"] as const;
const DIALECTS = ["irc", "codes"] as const;
/** Of the disk that can be full, where the system lets anybody make one; the node on it has few copies of files. */
const DISK_MIB = 256;
const CACHE = "48MiB";
/** How often a node that could not start is started again. */
const AGAIN_MS = 500;

/** One node. */
export class TorturedNode {
  readonly urls: readonly { readonly name: string; readonly url: string }[];
  #process: ServerProcess | undefined;

  constructor(
    readonly name: string,
    readonly folder: string,
    /** Its ways to each of the nats-servers. */
    readonly ways: readonly FaultProxy[],
    readonly http: number,
    readonly tcp: number,
    readonly ports: Readonly<Record<typeof DIALECTS[number], number>>,
    /** Its own, which can be full. */
    readonly disk: SmallDisk | undefined,
  ) {
    this.urls = DIALECTS.map((dialect) => ({ name: dialect, url: `127.0.0.1:${ports[dialect]}` }));
  }

  get url(): string {
    return `http://127.0.0.1:${this.http}`;
  }

  /** Its database, or a copy of it: only programs that see its disk can open it there. */
  get database(): string {
    const name = "switchboard.db";
    if (!this.disk) return `${this.folder}/${this.name}/${name}`;
    const copy = `${this.folder}/${this.name}-${name}`;
    for (const part of ["", "-wal"]) {
      Deno.copyFileSync(`${this.disk.here}/${this.name}/${name}${part}`, `${copy}${part}`);
    }
    // It is made anew for what was copied.
    Deno.writeFileSync(`${copy}-shm`, new Uint8Array());
    return copy;
  }

  /** Starts it; what it needs may not be there yet. */
  async start(): Promise<void> {
    const cluster = this.ways.map(({ port }) => `nats://127.0.0.1:${port}`).join(",");
    const listen = DIALECTS.flatMap((dialect) => ["--listen", `${this.ports[dialect]}=${dialect}`]);
    const more = [
      "--cluster",
      cluster,
      "--node",
      this.name,
      "--node-url",
      this.url,
      "--cluster-replicas",
      "3",
    ];
    const { http, tcp, disk, folder, name } = this;
    const own = disk ? ["--disk-free", "1B", "--file-cache", CACHE] : [];
    const place = { data: `${disk?.folder ?? folder}/${name}`, ...(disk && { within: disk.within }) };
    for (let tries = 0;; tries++) {
      try {
        this.#process = await startServerProcess({
          ...{ ...place, http, tcp },
          more: [...more, ...listen, ...own, "--registration", "open"],
        });
        return;
      } catch (error) {
        if (tries === 60) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  /** Ends it; SIGKILL: at once. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    await process?.end(signal);
  }

  /** Halts it, and lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    if (this.#process) Deno.kill(this.#process.pid, signal);
  }

  async memory(): Promise<number> {
    return await this.#process?.memory() ?? 0;
  }

  /** Resolves once it takes newcomers. */
  ready(withinMs: number): Promise<void> {
    return untilReady(true, { http: this.url }, withinMs);
  }
}

/** All of it. */
export class TorturedCluster implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    readonly nats: NatsServers,
    readonly nodes: readonly TorturedNode[],
  ) {}

  static async start(): Promise<TorturedCluster> {
    // The nodes are to know only the ways that can be cut.
    const nats = await startNatsServers(3, { more: ["--no_advertise"] });
    const folder = await Deno.makeTempDir({ prefix: "torture-" });
    const nodes: TorturedNode[] = [];
    const disk = await openSmallDisk(DISK_MIB).catch(() => undefined);
    for (const name of NODES) {
      const ways = await Promise.all(nats.urls.map((url) => FaultProxy.before(Number(new URL(url).port))));
      const [http, tcp, irc, codes] = await Promise.all(Array.from({ length: 4 }, freePort));
      const ports = { irc: irc!, codes: codes! };
      const own = name === NODES.at(-1) ? disk : undefined;
      nodes.push(new TorturedNode(name, folder, ways, http!, tcp!, ports, own));
    }
    const cluster = new TorturedCluster(folder, nats, nodes);
    try {
      for (const node of nodes) await node.start();
      await Promise.all(nodes.map((node) => node.ready(20_000)));
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map(async (node) => {
      node.signal("SIGCONT");
      await node.end("SIGKILL");
      for (const way of node.ways) await way[Symbol.asyncDispose]();
      await node.disk?.close();
    }));
    for (const server of this.nats.servers) server.signal("SIGCONT");
    await this.nats.stop();
    await Deno.remove(this.folder, { recursive: true });
  }
}
