/**
 * What every test of a running server stands on: a server on free ports in a folder of its own, and peers that
 * speak raw lines over TCP or WebSocket, so that a test reads as a transcript.
 */
import { assertEquals, assertMatches } from "./assert.ts";
import { type Config, configWith } from "../../server/config/config.ts";
import { runningAdminApi } from "../../server/admin/access.ts";
import { DataFolderError } from "../../server/storage/data_folder.ts";
import { type Running, start, type StartOptions } from "../../server/run/serve.ts";
import { TEST_HASH_COST } from "./hashing.ts";
import { startOnFreePorts } from "./start_on_free_ports.ts";
import { openTcp, openWebSocket, type Reachable, type WebSocketHeaders, type Wire } from "./wires.ts";

/** The two transports of the native protocol; every behaviour is the same on both. */
export const TRANSPORTS = ["tcp", "websocket"] as const;
/** One of {@link TRANSPORTS}. */
export type Transport = typeof TRANSPORTS[number];

/** The transports plain and with TLS, which has buffers of its own on the way, and the configuration that makes it so. */
export const WAYS = TRANSPORTS.flatMap((transport) =>
  [false, true].map((tlsSelfSigned) => ({
    transport,
    config: { tlsSelfSigned },
    way: tlsSelfSigned ? `${transport} with TLS` : transport,
  }))
);

/** One JSON line, whatever it is. */
// deno-lint-ignore no-explicit-any -- a transcript looks into lines that it then asserts
export type Line = Record<string, any>;

/** A server under test. */
export interface TestServer {
  running: Running;
  readonly folder: string;
  connect(transport?: Transport, options?: WebSocketHeaders): Promise<Peer>;
  /** Connects and comes in as a guest. */
  guest(nickname: string, transport?: Transport): Promise<Peer>;
  /** Registers (once) and signs in. */
  member(nickname: string, transport?: Transport): Promise<Peer>;
  /** Stops it and starts it anew on the same folder and ports. */
  restart(): Promise<void>;
  /** The same server, reached at other addresses. */
  reachedAt(running: Running): TestServer;
}

/** The password of everybody whom {@link TestServer.member} registers. */
export const PASSWORD = "plug-jack-cord-7";

/** Where tests have RoomChat's page from. */
export const ROOMCHAT_PAGE = "http://flask.example:5000";

/** How long a test may take before its peers are cut off, unless it says otherwise. */
const DEADLINE_MS = 60_000;

/** Runs a body against a server of its own. */
export async function withServer(
  wanted: Partial<Config>,
  body: (server: TestServer) => Promise<void>,
  given: StartOptions = {},
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const base = {
    http: 0,
    tcp: 0,
    data: `${folder}/data`,
    rateLimits: false,
    // Wherever it listens: what tests are about is seldom who may come in.
    registration: "open" as const,
    chatOrigins: [ROOMCHAT_PAGE],
    ...wanted,
  };
  // Clients that come back after a restart are not to keep a test waiting.
  const options = { hashCost: TEST_HASH_COST, ...given, limits: { returnSpreadMs: 100, ...given.limits } };
  const peers: Peer[] = [];
  const registered = new Set<string>();
  const server: TestServer = {
    running: await startOnFreePorts(base, options),
    folder,
    ...comingTo(
      () => server.running,
      peers,
      registered,
      base.smtp === undefined ? undefined : () => runningAdminApi(base.data),
    ),
    reachedAt: (running) => ({ ...server, running, ...comingTo(() => running, peers, registered) }),
    async restart() {
      const { tcp, http } = server.running;
      await server.running.stop();
      const ports = { tcp: tcp.port, http: Number(new URL(http).port) };
      server.running = await startAgain(() => start(configWith({ ...base, ...ports }), options));
    },
  };
  const closeAll = () => peers.forEach((peer) => peer.close());
  // Who still waits for something then is told that it never came, and what it was.
  const deadline = setTimeout(closeAll, deadlineMs);
  try {
    await body(server);
  } finally {
    clearTimeout(deadline);
    closeAll();
    await Promise.all(peers.map((peer) => peer.ended));
    await server.running.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** A program that is being started at this moment may hold what this one has open, the lock too, until it runs. */
async function startAgain(start: () => Promise<Running>): Promise<Running> {
  for (let left = 50;; left--) {
    try {
      return await start();
    } catch (error) {
      if (left === 0 || !(error instanceof DataFolderError) || !error.running) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** How peers come to a server; `operator`: by whom accounts are made, where that is not for themselves. */
export function comingTo(
  running: () => Reachable,
  peers: Peer[],
  registered: Set<string>,
  operator?: () => ReturnType<typeof runningAdminApi>,
): Pick<TestServer, "connect" | "guest" | "member"> {
  const connect: TestServer["connect"] = async (transport = "tcp", options = {}) => {
    const peer = new Peer();
    peer.wire =
      await (transport === "tcp" ? openTcp(running(), peer) : openWebSocket(running(), peer, options));
    peers.push(peer);
    return peer;
  };
  return {
    connect,
    async guest(nickname, transport) {
      const peer = await connect(transport);
      await peer.asks("guest", { nickname });
      return peer;
    },
    async member(nickname, transport) {
      const peer = await connect(transport);
      if (!registered.has(nickname)) {
        const account = {
          username: nickname,
          nickname,
          password: PASSWORD,
          email: `${nickname}@example.org`,
        };
        // Where letters are sent, somebody's own address would have to be confirmed first.
        if (operator) await operator().then((api) => api!.ask({ op: "account.add", ...account }));
        else await peer.asks("register", account);
        registered.add(nickname);
      }
      await peer.asks("login", { username: nickname, password: PASSWORD });
      return peer;
    },
  };
}

/** One connection, line by line. Events queue up until they are asked for; replies go to those who asked. */
export class Peer {
  readonly events: Line[] = [];
  /** Every line up to now, replies and events, for tests that look at their order. */
  readonly lines: Line[] = [];
  /** Pieces of files, which are no events here: a test asks for them. */
  readonly #pieces: { line: Line; data: Uint8Array }[] = [];
  #piece: Line | undefined;
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>;
  wire!: Wire;
  #nextId = 1;
  readonly #replies = new Map<number, (line: Line) => void>();
  readonly #strays: Line[] = [];
  #wake: (() => void)[] = [];
  #end!: () => void;
  #isOver = false;

  constructor() {
    this.ended = new Promise((resolve) => this.#end = resolve);
  }

  /** Sends a request; gives the reply, whatever it is. */
  says(op: string, fields: Line = {}, raw?: Uint8Array): Promise<Line> {
    const id = this.#nextId++;
    const reply = new Promise<Line>((resolve) => this.#replies.set(id, resolve));
    this.wire.write(`${JSON.stringify({ id, op, ...fields })}\n`);
    if (raw) this.wire.writeRaw(raw);
    return Promise.race([reply, this.ended.then(() => ({ ok: false, error: { code: "ended" } }))]);
  }

  /** Sends a request that must succeed; gives the reply. */
  async asks(op: string, fields: Line = {}, raw?: Uint8Array): Promise<Line> {
    const reply = await this.says(op, fields, raw);
    assertEquals(reply.ok, true, `${op} ${JSON.stringify(fields)} → ${JSON.stringify(reply)}`);
    return reply;
  }

  /** Sends a request that must fail with this code; gives the error. */
  async fails(op: string, fields: Line, code: string, raw?: Uint8Array): Promise<Line> {
    const reply = await this.says(op, fields, raw);
    assertEquals(reply.error?.code, code, `${op} ${JSON.stringify(fields)} → ${JSON.stringify(reply)}`);
    return reply.error;
  }

  /** The next event; it must have these fields. What a cluster tells of its nodes comes at any time, and is passed over. */
  async hears(expected: Line): Promise<Line> {
    while (true) {
      while (this.events.length === 0 && !this.#isOver) {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      const event = this.events.shift();
      if (event?.event === "nodes" && expected.event !== "nodes") continue;
      assertMatches(event, expected);
      return event!;
    }
  }

  /** Passes over events until one has these fields. */
  async hearsAtLast(expected: Line): Promise<Line> {
    const names = Object.keys(expected);
    while (true) {
      const index = this.events.findIndex((event) =>
        names.every((name) => JSON.stringify(event[name]) === JSON.stringify(expected[name]))
      );
      if (index !== -1) return this.events.splice(0, index + 1).at(-1)!;
      if (this.#isOver) {
        throw new Error(`never heard ${JSON.stringify(expected)}; heard ${JSON.stringify(this.events)}`);
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** The next piece of a file: its line and its bytes. */
  async piece(): Promise<{ line: Line; data: Uint8Array }> {
    while (this.#pieces.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    const piece = this.#pieces.shift();
    if (!piece) throw new Error("the connection ended before the next piece");
    return piece;
  }

  /** A ping's reply comes after everything decided before it; then nothing may be there. */
  async hearsNothing(): Promise<void> {
    await this.asks("ping");
    assertEquals(this.events.filter(({ event }) => event !== "nodes"), []);
  }

  /** Forgets what was heard up to now. */
  async forgets(): Promise<this> {
    await this.asks("ping");
    this.events.length = 0;
    return this;
  }

  /** The next reply to nothing (`re` null): what the server answers to an unreadable line. */
  async stray(): Promise<Line> {
    while (this.#strays.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    const line = this.#strays.shift();
    if (!line) throw new Error("the connection ended without an answer");
    return line;
  }

  /** The line after the first `count` ones, whatever it is; undefined when the connection ends before. */
  async lineAfter(count: number): Promise<Line | undefined> {
    while (this.lines.length <= count && !this.#isOver) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    return this.lines[count];
  }

  close(): void {
    this.wire.close();
  }

  /** Called by the wire with each line; gives how many raw bytes follow it. */
  take(text: string): number {
    const line = JSON.parse(text) as Line;
    this.lines.push(line);
    if (line.event === "chunk") {
      this.#piece = line;
      if (line.bytes === 0) this.takeRaw(new Uint8Array(0));
      return line.bytes;
    }
    if ("event" in line) this.events.push(line);
    else if (this.#replies.has(line.re)) {
      this.#replies.get(line.re)!(line);
      this.#replies.delete(line.re);
    } else this.#strays.push(line);
    this.#wakeAll();
    return 0;
  }

  /** Called by the wire with the raw bytes of the last line. */
  takeRaw(data: Uint8Array): void {
    this.#pieces.push({ line: this.#piece!, data });
    this.#piece = undefined;
    this.#wakeAll();
  }

  /** Called by the wire at its end. */
  over(): void {
    this.#isOver = true;
    this.#end();
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
