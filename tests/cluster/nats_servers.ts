/** Real nats-servers with JetStream, one or several that are a cluster, as processes that tests kill, stop and start again. */
import { jetstream, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { Objm } from "@nats-io/obj";
import { connect } from "@nats-io/transport-node";
import { findProgram } from "../support/find_program.ts";
import { freePorts } from "../support/free_port.ts";

/** One nats-server. */
interface NatsServer {
  readonly url: string;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Ends it at once, notes all that it has, and starts it again. */
  keep(): Promise<void>;
  /** Ends it at once, and starts it again with what it had when that was noted. */
  goBack(): Promise<void>;
  /** Halts it, and lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
}

/** Servers that know each other. */
export interface NatsServers {
  readonly servers: readonly NatsServer[];
  /** As `--cluster` takes them. */
  readonly urls: string[];
  /** The names of what is in an object store. */
  objectsIn(store: string): Promise<string[]>;
  /** The numbers of the first and the last message of a stream. */
  rangeOf(stream: string): Promise<{ first: number; last: number }>;
  /** Puts something into a stream, by its subject. */
  publish(subject: string, text: string): Promise<void>;
  /** Puts bytes into an object store. */
  putObject(store: string, name: string, bytes: Uint8Array): Promise<void>;
  /** Puts bytes into an object store as when that broke off in the end: their name is there, and they are not. */
  putHalf(store: string, name: string, bytes: Uint8Array): Promise<void>;
  /** Removes streams, and with them what is kept in them. */
  remove(...streams: string[]): Promise<void>;
  /** The names of all streams. */
  streams(): Promise<string[]>;
  /** Makes a bucket with a value. */
  put(bucket: string, key: string, value: string): Promise<void>;
  /** The one that leads those that keep a stream. */
  leaderOf(stream: string): Promise<NatsServer>;
  stop(): Promise<void>;
}

/** A configuration with accounts, and who nodes and tests are in it. */
export interface NatsAccount {
  readonly config: string;
  readonly user: string;
  readonly password: string;
}

/** How long a test waits for an answer, on a machine that is busy with others. */
const PATIENCE_MS = 30_000;

/** Whether there is any to be started. */
export const HAS_NATS: boolean = findProgram("nats-server") !== undefined;

/** Starts so many, which are ready for JetStream before long. `more`: further options of each. */
export async function startNatsServers(
  count = 1,
  { more = [], jetStream = true, account }: {
    more?: readonly string[];
    jetStream?: boolean;
    account?: NatsAccount | undefined;
  } = {},
): Promise<NatsServers> {
  const folder = await Deno.makeTempDir({ prefix: "nats-" });
  const ports = await freePorts(count * 2);
  const routes = ports.slice(count).map((port) => `nats://127.0.0.1:${port}`);
  const servers = ports.slice(0, count).map((port, index) => {
    const alone = [
      ...(jetStream ? ["-js"] : []),
      "-sd",
      `${folder}/${index}`,
      "-a",
      "127.0.0.1",
      "-p",
      `${port}`,
      "-n",
      `nats${index}`,
    ];
    const among = ["--cluster_name", "tests", "--cluster", routes[index]!, "--routes", routes.join(",")];
    const configured = account ? ["-c", `${folder}/nats.conf`] : [];
    const login = account ? `${account.user}:${account.password}@` : "";
    const all = [...configured, ...alone, ...(count > 1 ? among : []), ...more];
    return new NatsProcess(`nats://${login}127.0.0.1:${port}`, all, `${folder}/${index}`);
  });
  if (account) await Deno.writeTextFile(`${folder}/nats.conf`, account.config);
  await Promise.all(servers.map((server) => server.start()));
  const asked = async <Answer>(
    ask: (client: JetStreamClient, manager: JetStreamManager) => Promise<Answer>,
  ): Promise<Answer> => {
    const login = account && { user: account.user, pass: account.password };
    const hosts = servers.map(({ url }) => new URL(url).host);
    const connection = await connect({ servers: hosts, timeout: PATIENCE_MS, ...login });
    try {
      const client = jetstream(connection, { timeout: PATIENCE_MS });
      return await ask(client, await client.jetstreamManager());
    } finally {
      await connection.close();
    }
  };
  const infoOf = (stream: string) => asked((_, { streams }) => streams.info(stream));
  return {
    servers,
    urls: servers.map(({ url }) => url),
    async rangeOf(stream) {
      const { state: { first_seq: first, last_seq: last } } = await infoOf(stream);
      return { first, last };
    },
    async objectsIn(store) {
      const all = await asked(async (client) => await (await new Objm(client).open(store)).list());
      return all.filter(({ deleted }) => !deleted).map(({ name }) => name);
    },
    publish: (subject, text) => asked(async (client) => void await client.publish(subject, text)),
    putObject: (store, name, bytes) =>
      asked(async (client) => {
        await (await new Objm(client).open(store)).putBlob({ name }, bytes);
      }),
    putHalf: (store, name, bytes) =>
      asked(async (client, { streams }) => {
        const { nuid } = await (await new Objm(client).create(store)).putBlob({ name }, bytes);
        await streams.purge(`OBJ_${store}`, { filter: `$O.${store}.C.${nuid}` });
      }),
    remove: (...names) =>
      asked(async (_, { streams }) => {
        for (const name of names) await streams.delete(name);
      }),
    streams: () => asked(async (_, { streams }) => await Array.fromAsync(streams.names())),
    put: (bucket, key, value) =>
      asked(async (client) => {
        await (await new Kvm(client).create(bucket)).put(key, value);
      }),
    async leaderOf(stream) {
      const { cluster } = await infoOf(stream);
      return servers[Number(cluster!.leader!.replace("nats", ""))]!;
    },
    async stop() {
      await Promise.all(servers.map((server) => server.kill()));
      await Deno.remove(folder, { recursive: true });
    },
  };
}

class NatsProcess implements NatsServer {
  #child: Deno.ChildProcess | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(readonly url: string, readonly args: readonly string[], readonly store: string) {}

  async start(): Promise<void> {
    const child = new Deno.Command("nats-server", {
      args: this.args.slice(),
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    await new Promise<void>((ready, fail) => {
      this.#reading = readAll(child.stderr, (text) => text.includes("Server is ready") && ready())
        .then((text) => fail(new Error(`nats-server did not start: ${text}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    child.kill("SIGKILL");
    await child.status;
    await this.#reading;
  }

  async keep(): Promise<void> {
    await this.kill();
    await replaceFolder(this.store, `${this.store}.kept`);
    await this.start();
  }

  async goBack(): Promise<void> {
    await this.kill();
    await replaceFolder(`${this.store}.kept`, this.store);
    await this.start();
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
  }
}

async function replaceFolder(from: string, to: string): Promise<void> {
  await Deno.remove(to, { recursive: true }).catch(() => {});
  await copyFolder(from, to);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    await (isDirectory ? copyFolder : Deno.copyFile)(`${from}/${name}`, `${to}/${name}`);
  }
}

async function readAll(output: ReadableStream<Uint8Array>, onText: (text: string) => void): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of output) {
    if (text.length > 100_000) continue;
    text += decoder.decode(bytes, { stream: true });
    onText(text);
  }
  return text;
}
