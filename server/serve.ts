/** The one place that wires the parts into a running server. */
import type { Server } from "node:http";
import { join } from "node:path";
import { monotonicFactory } from "ulid";
import manifest from "../deno.json" with { type: "json" };
import { createHasher } from "./argon2.ts";
import type { Config, PinnedPort } from "./config.ts";
import { createCore } from "./core/core.ts";
import { expire, tick } from "./core/housekeeping.ts";
import { LIMITS } from "./core/limits.ts";
import { checkRoomName, nameKey } from "./core/names.ts";
import { LOBBY, newRoom, Room } from "./core/rooms.ts";
import { connectionsPossible } from "./descriptors.ts";
import { logAsked, logOf, logRecognised } from "./log.ts";
import { createMailer } from "./mail.ts";
import type { Dialect } from "./protocol/dialect.ts";
import { CLASSIC, createDialects, linesOf } from "./protocol/dialects/index.ts";
import { Dispatcher } from "./protocol/dispatcher.ts";
import { Exchange } from "./protocol/exchange.ts";
import { secrets } from "./secrets.ts";
import { openDataFolder } from "./storage/data_folder.ts";
import { type DiskVault, openVault } from "./storage/disk_vault.ts";
import { sweep } from "./storage/sweep.ts";
import { openStore } from "./storage/sqlite_store.ts";
import { AwaitedLines } from "./transport/awaited_lines.ts";
import { createHttpServer } from "./transport/http.ts";
import { Peers } from "./transport/peers.ts";
import { type Listening, listenTcp, portOf, type TcpOptions } from "./transport/tcp.ts";
import { acceptWebSockets } from "./transport/websocket.ts";
import { type WireLimits, wireLimitsWith } from "./transport/wire_limits.ts";

/** What this program calls itself. */
export const VERSION: string = manifest.version;

/** A running server. */
export interface Running {
  /** Where it listens, in the order of printing: a name and an address. */
  readonly urls: readonly { readonly name: string; readonly url: string }[];
  readonly http: string;
  readonly tcp: { readonly host: string; readonly port: number };
  /** How it does, for those who measure. */
  figures(): { connections: number; queuedBytes: number; deliveries: number; transactions: number };
  /** Commits and delivers what is under way, says farewell, and ends. */
  stop(): Promise<void>;
}

/** A server that can't be started, with the reason for its operator. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** What a server can be given instead of the real thing. */
export interface StartOptions {
  /** Milliseconds since 1970, for everything that the service promises by time. */
  clock?: () => number;
  /** Other figures for what holds a connection. */
  limits?: Partial<WireLimits>;
  /** Puts something between the service and the bytes of files. */
  vault?: (real: DiskVault) => DiskVault;
  /** Which port stands for one of the original programs. */
  classicPort?: (original: number) => number;
}

const TICK_MS = 5_000;
const EXPIRE_MS = 3_600_000;
/** What to do about a port that another program has. */
const ANOTHER = "choose another one, or 0 for any";
const NOT_CLASSIC = "end that one, or name others with --listen in place of --classic";

/** Starts a server. @throws StartError ConfigError DataFolderError SchemaError; nothing is left running then */
export async function start(config: Config, options: StartOptions = {}): Promise<Running> {
  const undo: (() => void | Promise<void>)[] = [];
  try {
    return await assemble(config, options, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function assemble(
  config: Config,
  { clock = Date.now, limits: wanted, vault: wrap = (real) => real, classicPort = (port) => port }:
    StartOptions,
  undo: (() => void | Promise<void>)[],
): Promise<Running> {
  const log = logOf("server");
  const limits = wireLimitsWith(wanted);
  const folder = openDataFolder(config.data);
  undo.push(() => folder.close());
  const newId = monotonicFactory();
  const store = openStore({
    path: folder.database,
    newEpoch: () => newId(),
    onFailure: (detail) => log.error("the disk refused: {detail}", { detail }),
  });
  undo.push(() => store.close());
  const pageUrl = () => config.publicUrl ?? http;
  const dialects = createDialects({ pageUrl, pictureMessageBytesMax: config.chatMessageMax });
  const mailer = createMailer({
    smtp: config.smtp,
    from: config.mailFrom,
    folder: folder.mail,
    publicUrl: pageUrl,
    newId,
  });
  const hasher = createHasher();
  const vault = wrap(
    openVault(folder.files, (detail) => log.error("cannot remove bytes: {detail}", { detail })),
  );
  const { orphans, lost } = await sweep(store, vault);
  if (orphans.length > 0) {
    log.warning("removed bytes that belonged to nothing: {ids}", { ids: orphans.join(" ") });
  }
  if (lost.length > 0) log.error("these files have lost their bytes: {ids}", { ids: lost.join(" ") });
  const core = createCore({
    store,
    vault,
    bounds: {
      fileBytesMax: config.fileMax,
      quotaBytes: config.quota,
      quotaAllBytes: config.quotaAll,
      uploadsMax: config.uploads,
      freeBytesKept: config.diskFree,
    },
    hasher,
    secrets,
    mailer,
    clock,
    newId: () => newId(),
  });
  if (!core.rooms.named(nameKey(LOBBY))) {
    const room = newRoom(core, checkRoomName(LOBBY), false);
    await store.commit([{ kind: "room.add", room }]);
    core.rooms.add(new Room(room));
  }
  const exchange = new Exchange(
    core,
    (error) => log.error("a decision failed: {reason}", { reason: String(error) }),
  );
  const asked = logOf("asked");
  const dispatcher = new Dispatcher({
    core,
    exchange,
    rateLimits: config.rateLimits,
    onAsked: (asker, request, fault) => logAsked(asked, asker, request, fault),
  });
  const peers = new Peers({
    connectionsMax: connectionsPossible(config.maxConnections),
    strangersPerAddressMax: config.rateLimits ? limits.strangersPerAddressMax : Infinity,
    onRecognised: (connection) => logRecognised(log, connection),
  });
  const server = createHttpServer({
    core,
    dispatcher,
    pages: join(import.meta.dirname!, "..", "static"),
    version: VERSION,
    limits,
    onError: ({ detail }) => log.error("an HTTP request failed: {detail}", { detail }),
  });
  const endPings = acceptWebSockets(server, { paths: dialects.onWebSocket, dispatcher, peers, limits });
  undo.push(endPings);
  const httpPort = await listenHttp(server, config);
  const http = `http://${shownHost(config.host)}:${httpPort}`;
  undo.push(() => void server.close());
  const listening: Listening[] = [];
  type Purpose = Pick<TcpOptions, "http" | "awaits" | "line">;
  const listen = async (port: number, spoken: readonly Dialect[], hint: string, purpose: Purpose = {}) => {
    const wanted = { host: config.host, port, dialects: spoken, dispatcher, peers, limits, ...purpose };
    const listener = await listenTcp(wanted).catch((error) =>
      Promise.reject(portError(config.host, port, error, hint))
    );
    undo.push(() => listener.stop());
    listening.push(listener);
    return `${shownHost(config.host)}:${listener.port}`;
  };
  const urls = [{ name: "http", url: http }];
  urls.push({ name: "tcp", url: await listen(config.tcp, dialects.onTcp, ANOTHER) });
  const pin = async ({ port, dialect, lines = [] }: PinnedPort, hint: string, purpose: Purpose = {}) => {
    const spoken = [dialects.byName[dialect]];
    const awaited = new AwaitedLines();
    const names = linesOf(dialect);
    const url = await listen(
      port,
      spoken,
      hint,
      lines.length > 0 ? { ...purpose, awaits: awaited } : purpose,
    );
    urls.push({ name: dialect, url });
    for (const [index, each] of lines.entries()) {
      const name = names[index]!;
      urls.push({
        name: `${dialect}-${name}`,
        url: await listen(each, spoken, hint, { line: { name, awaited } }),
      });
    }
    return url;
  };
  for (const pinned of config.listen) await pin(pinned, ANOTHER);
  for (const { port, dialect, lines = [], web } of config.classic ? CLASSIC : []) {
    const here = { port: classicPort(port), dialect, lines: lines.map(classicPort) };
    const shared = web && { http: { host: reachable(config.host), port: httpPort } };
    const url = await pin(here, NOT_CLASSIC, shared);
    if (web) urls.push({ name: web.dialect, url: `ws://${url}${web.path}` });
  }
  const ticking = setInterval(() => tick(core).forEach((decision) => exchange.submit(decision)), TICK_MS);
  exchange.submit(expire(core));
  const expiring = setInterval(() => exchange.submit(expire(core)), EXPIRE_MS);
  log.info("listening, data in {folder}", { folder: config.data });

  const stop = async () => {
    clearInterval(ticking);
    clearInterval(expiring);
    for (const listener of listening) listener.stop();
    dispatcher.stop();
    await within(LIMITS.stopMs / 2, exchange.drained());
    await farewell(peers);
    endPings();
    await closeHttp(server);
    await within(LIMITS.stopMs / 4, Promise.all([mailer.settled(), hasher.settled()]));
    await core.uploads.closeAll();
    store.close();
    folder.close();
    log.info("stopped");
  };
  let stopping: Promise<void> | undefined;
  return {
    urls,
    http,
    tcp: { host: config.host, port: listening[0]!.port },
    figures: () => ({
      connections: peers.size,
      queuedBytes: Array.from(peers.all()).reduce((sum, peer) => sum + peer.queuedBytes, 0),
      deliveries: exchange.deliveries,
      transactions: store.transactions,
    }),
    stop: () => stopping ??= stop(),
  };
}

function listenHttp(server: Server, { host, http }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(portError(host, http, error)));
    server.listen({ host, port: http, backlog: 1024 }, () => resolve(portOf(server)));
  });
}

function portError(host: string, port: number, error: unknown, hint = ANOTHER): StartError {
  const { code, message } = error as { code?: string; message?: string };
  const taken = `Cannot listen on port ${port}: another program has it; ${hint}`;
  const other = `Cannot listen on address "${host}", port ${port}: ${message ?? code}; see --host`;
  return new StartError(code === "EADDRINUSE" ? taken : other);
}

/** Tells everybody that the server stops and waits until they have read it. */
async function farewell(peers: Peers): Promise<void> {
  const message = "The server is stopping. Connect again soon.";
  for (const peer of [...peers.all()]) {
    peer.end({ event: "bye", code: "shutting_down", message, retry_after_ms: 500 });
  }
  const deadline = Date.now() + LIMITS.lingerMs * 2;
  while (peers.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Lets nobody in, gives the requests that are under way a moment, and ends what is left. */
async function closeHttp(server: Server): Promise<void> {
  let isOpen = true;
  server.close(() => isOpen = false);
  const deadline = Date.now() + LIMITS.lingerMs;
  while (isOpen && Date.now() < deadline) {
    server.closeIdleConnections();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  server.closeAllConnections();
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([work, new Promise<void>((resolve) => timer = setTimeout(resolve, ms))]);
  clearTimeout(timer);
}

/** Where what listens on an address is reached from this machine. */
function reachable(host: string): string {
  return { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
}

function shownHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
