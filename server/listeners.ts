/** The ports that a server listens on: which there are, what is spoken there, and what to say when one can't be had. */
import type { Server } from "node:http";
import type { Config, PinnedPort } from "./config.ts";
import type { Dialect } from "./protocol/dialect.ts";
import { CLASSIC, type createDialects, linesOf } from "./protocol/dialects/index.ts";
import { StartError } from "./start_error.ts";
import { AwaitedLines } from "./transport/awaited_lines.ts";
import { type Listening, listenTcp, portOf, type TcpOptions } from "./transport/tcp.ts";

/** What listens when all of it does. */
export interface Listeners {
  /** In the order of printing: a name and an address. */
  readonly urls: readonly { readonly name: string; readonly url: string }[];
  /** The page's address on this machine. */
  readonly http: string;
  readonly tcpPort: number;
  /** Lets nobody new in; who is connected stays. */
  stop(): void;
}

/** What they are opened with. */
export interface ListenersOptions extends Pick<TcpOptions, "dispatcher" | "peers" | "limits"> {
  config: Config;
  server: Server;
  dialects: ReturnType<typeof createDialects>;
  /** Which port stands for one of the original programs. */
  classicPort: (original: number) => number;
}

/** What to do about a port that another program has. */
const ANOTHER = "choose another one, or 0 for any";
const NOT_CLASSIC = "end that one, or name others with --listen in place of --classic";

/** Opens every port of the configuration. @throws StartError; none stays open then */
export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  const open: Listening[] = [];
  const stop = () => open.forEach((listening) => listening.stop());
  try {
    return { ...await openAll(options, open), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function openAll(options: ListenersOptions, open: Listening[]): Promise<Omit<Listeners, "stop">> {
  const { config, server, dialects, classicPort } = options;
  const opened = async (listening: Promise<Listening>) => {
    open.push(await listening);
    return open.at(-1)!.port;
  };
  const httpPort = await opened(listenHttp(server, config));
  const tcpPort = await opened(listen(options, config.tcp, dialects.onTcp, ANOTHER));
  const http = `http://${addressOf(config, httpPort)}`;
  const urls = [{ name: "http", url: http }, { name: "tcp", url: addressOf(config, tcpPort) }];
  const pin = async ({ port, dialect, lines = [] }: PinnedPort, hint: string, purpose: Purpose = {}) => {
    const spoken = [dialects.byName[dialect]];
    const awaited = new AwaitedLines();
    const first = lines.length > 0 ? { ...purpose, awaits: awaited } : purpose;
    const own = await opened(listen(options, port, spoken, hint, first));
    urls.push({ name: dialect, url: addressOf(config, own) });
    for (const [index, name] of linesOf(dialect).slice(0, lines.length).entries()) {
      const line = await opened(listen(options, lines[index]!, spoken, hint, { line: { name, awaited } }));
      urls.push({ name: `${dialect}-${name}`, url: addressOf(config, line) });
    }
    return addressOf(config, own);
  };
  for (const pinned of config.listen) await pin(pinned, ANOTHER);
  for (const { port, dialect, lines = [], web } of config.classic ? CLASSIC : []) {
    const here = { port: classicPort(port), dialect, lines: lines.map(classicPort) };
    const shared = web && { http: { host: reachable(config.host), port: httpPort } };
    const address = await pin(here, NOT_CLASSIC, shared);
    if (web) urls.push({ name: web.dialect, url: `ws://${address}${web.path}` });
  }
  return { urls, http, tcpPort };
}

/** What a port is for besides being spoken at. */
type Purpose = Pick<TcpOptions, "http" | "awaits" | "line">;

function listen(
  { config: { host }, dispatcher, peers, limits }: ListenersOptions,
  port: number,
  dialects: readonly Dialect[],
  hint: string,
  purpose: Purpose = {},
): Promise<Listening> {
  return listenTcp({ host, port, dialects, dispatcher, peers, limits, ...purpose })
    .catch((error) => Promise.reject(portError(host, port, error, hint)));
}

function listenHttp(server: Server, { host, http }: Config): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(portError(host, http, error, ANOTHER)));
    server.listen({ host, port: http, backlog: 1024 }, () => {
      resolve({ port: portOf(server), stop: () => void server.close() });
    });
  });
}

function portError(host: string, port: number, error: unknown, hint: string): StartError {
  const { code, message } = error as { code?: string; message?: string };
  const taken = `Cannot listen on port ${port}: another program has it; ${hint}`;
  const other = `Cannot listen on address "${host}", port ${port}: ${message ?? code}; see --host`;
  return new StartError(code === "EADDRINUSE" ? taken : other);
}

/** Where what listens on an address is reached from this machine. */
function reachable(host: string): string {
  return { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
}

function addressOf({ host }: Config, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
