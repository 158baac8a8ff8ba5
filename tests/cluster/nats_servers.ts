/** Real nats-servers with JetStream, one or several that are a cluster, as processes that tests kill, stop and start again. */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { Objm } from "@nats-io/obj";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { findProgram } from "../support/find_program.ts";
import { freePorts } from "../support/free_port.ts";

/** One nats-server. */
interface NatsServer {
  readonly url: string;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
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
  /** Makes a bucket with a value. */
  put(bucket: string, key: string, value: string): Promise<void>;
  /** The one that leads those that keep a stream. */
  leaderOf(stream: string): Promise<NatsServer>;
  stop(): Promise<void>;
}

/** Whether there is any to be started. */
export const HAS_NATS: boolean = findProgram("nats-server") !== undefined;

/** Starts so many, which are ready for JetStream before long. `more`: further options of each. */
export async function startNatsServers(
  count = 1,
  { more = [], jetStream = true }: { more?: readonly string[]; jetStream?: boolean } = {},
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
    return new NatsProcess(`nats://127.0.0.1:${port}`, [...alone, ...(count > 1 ? among : []), ...more]);
  });
  await Promise.all(servers.map((server) => server.start()));
  const asked = async <Answer>(ask: (connection: NatsConnection) => Promise<Answer>): Promise<Answer> => {
    const connection = await connect({ servers: servers.map(({ url }) => url) });
    try {
      return await ask(connection);
    } finally {
      await connection.close();
    }
  };
  const infoOf = (stream: string) =>
    asked(async (connection) => await (await jetstreamManager(connection)).streams.info(stream));
  return {
    servers,
    urls: servers.map(({ url }) => url),
    async rangeOf(stream) {
      const { state: { first_seq: first, last_seq: last } } = await infoOf(stream);
      return { first, last };
    },
    async objectsIn(store) {
      const all = await asked(async (connection) =>
        await (await new Objm(jetstream(connection)).open(store)).list()
      );
      return all.filter(({ deleted }) => !deleted).map(({ name }) => name);
    },
    publish: (subject, text) =>
      asked(async (connection) => void await jetstream(connection).publish(subject, text)),
    putObject: (store, name, bytes) =>
      asked(async (connection) => {
        await (await new Objm(jetstream(connection)).open(store)).putBlob({ name }, bytes);
      }),
    put: (bucket, key, value) =>
      asked(async (connection) => {
        await (await new Kvm(jetstream(connection)).create(bucket)).put(key, value);
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

  constructor(readonly url: string, readonly args: readonly string[]) {}

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

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
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
