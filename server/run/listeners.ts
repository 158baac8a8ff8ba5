/**
 * The ports that a server listens on: which there are, what is spoken there, and what to say when one can't be had.
 * With a certificate the page and the main TCP port take nobody without TLS; ports of one dialect stay plain, because
 * the programs that they are for know no TLS, unless it is asked for.
 */
import type { Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import type { Config, PinnedPort } from "../config/config.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { channelsOf, CLASSIC, type createDialects, webPathOf } from "../protocol/dialects/index.ts";
import { logOf } from "../monitoring/log.ts";
import { StartError } from "./start_error.ts";
import { PendingChannels } from "../transport/connection/channel_group.ts";
import type { ClientAddresses } from "../transport/http/client_address.ts";
import { createPlainWeb } from "../transport/http/plain_web.ts";
import { type HttpAddress, relay } from "../transport/http/relay.ts";
import { guardTls, TLS_SETTINGS, type TlsPair } from "../transport/tls_guard.ts";
import type { Site } from "../transport/http/site.ts";
import { type Listening, listenOn } from "../transport/listening.ts";
import { listenTcp, type TcpOptions } from "../transport/tcp.ts";

/** What listens when all of it does. */
interface Listeners {
  /** In the order of printing: a name and an address. */
  readonly urls: readonly { readonly name: string; readonly url: string }[];
  /** The page's address on this machine. */
  readonly http: string;
  readonly tcpPort: number;
  /** The port where a dialect is spoken with TLS. */
  tlsPortOf(dialect: string): number | undefined;
  /** Newcomers are shown another certificate from now on. */
  renew(tls: TlsPair): void;
  /** Lets nobody new in; who is connected stays. */
  stop(): void;
}

/** What they are opened with. */
interface ListenersOptions extends Pick<TcpOptions, "dispatcher" | "peers" | "limits" | "tls"> {
  config: Config;
  /** The HTTP server, made with TLS if there is any. */
  server: Server;
  pageUrl: () => string;
  clients: ClientAddresses;
  site: Site;
  dialects: ReturnType<typeof createDialects>;
  /** Which port stands for one of the original programs. */
  classicPort: (original: number) => number;
}

const LOOPBACK = "127.0.0.1";
/** What to do about a port that another program has. */
const ANOTHER = "choose another one, or 0 for any";
/** Behind the name of a dialect that is spoken with TLS. */
const TLS = "+tls";
const NOT_CLASSIC = "end that one, or name others with --listen in place of --classic";

/** Opens every port of the configuration. @throws StartError; none stays open then */
export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  const open: Listening[] = [];
  const stop = () => open.forEach((listening) => listening.stop());
  const renew = (tls: TlsPair) => open.forEach((listening) => listening.renew?.(tls));
  try {
    const opened = await openAll(options, open);
    const tlsPortOf = (dialect: string) => {
      const found = opened.urls.find(({ name }) => name === `${dialect}${TLS}`);
      return found && Number(new URL(found.url).port);
    };
    return { ...opened, tlsPortOf, renew, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function openAll(
  options: ListenersOptions,
  open: Listening[],
): Promise<Pick<Listeners, "urls" | "http" | "tcpPort">> {
  const { config, dialects, classicPort, tls } = options;
  const opened = async (listening: Promise<Listening>) => {
    open.push(await listening);
    return open.at(-1)!.port;
  };
  const plain = tls && { host: LOOPBACK, port: await opened(listenPlainWeb(options)) };
  const httpPort = await opened(listenHttp(options, plain));
  const tcpPort = await opened(listen(options, config.tcp, dialects.onTcp, ANOTHER, tls && { tls }));
  const http = `${tls ? "https" : "http"}://${addressOf(config.host, httpPort)}`;
  const tcp = `${tls ? "tls://" : ""}${addressOf(config.host, tcpPort)}`;
  const urls = [{ name: "http", url: http }, { name: "tcp", url: tcp }];
  const pin = async (
    { port, dialect, tls: secure, channels = [] }: PinnedPort,
    hint: string,
    purpose: Purpose = {},
    pendingChannels = new PendingChannels(),
  ) => {
    const spoken = [dialects.byName[dialect]];
    const first = channels.length > 0 ? { ...purpose, pendingChannels } : purpose;
    if (secure) {
      // Without a certificate the server does not come this far.
      const own = await opened(listen(options, port, spoken, hint, { tls: tls! }));
      urls.push({ name: dialect + TLS, url: `tls://${addressOf(config.host, own)}` });
      return addressOf(config.host, own);
    }
    const own = await opened(listen(options, port, spoken, hint, first));
    const address = addressOf(config.host, own);
    const path = webPathOf(dialect);
    urls.push({ name: dialect, url: path === undefined ? address : `ws://${address}${path}` });
    for (const [index, name] of channelsOf(dialect).slice(0, channels.length).entries()) {
      const channel = { name, pending: pendingChannels, onContested: warnOf(name) };
      const own = await opened(listen(options, channels[index]!, spoken, hint, { channel }));
      urls.push({ name: `${dialect}-${name}`, url: addressOf(config.host, own) });
    }
    return address;
  };
  const page = plain ?? { host: reachable(config.host), port: httpPort };
  for (const pinned of config.listen) {
    await pin(pinned, ANOTHER, webPathOf(pinned.dialect) === undefined ? {} : { http: page });
  }
  const pendingChannels = new PendingChannels();
  for (const { port, dialect, channels = [], web, channel } of config.classic ? CLASSIC : []) {
    const here = { port: classicPort(port), dialect, channels: channels.map(classicPort) };
    const purpose = {
      ...(web && { http: page }),
      ...(channel && {
        channel: { name: channel.name, pending: pendingChannels, among: [dialects.byName[channel.dialect]] },
      }),
    };
    const address = await pin(here, NOT_CLASSIC, purpose, pendingChannels);
    if (web) urls.push({ name: web.dialect, url: `ws://${address}${web.path}` });
  }
  return { urls, http, tcpPort };
}

function warnOf(channel: string): (address: string) => void {
  return (address) =>
    logOf("server").warn("two came for the channel {channel} of a program at {address}: both are ended", {
      channel,
      address,
    });
}

/** What a port is for besides being spoken at. */
type Purpose = Pick<TcpOptions, "http" | "tls" | "pendingChannels" | "channel">;

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

/** `plain`: where those are carried on to who come without TLS where it is spoken. */
async function listenHttp(options: ListenersOptions, plain: HttpAddress | undefined): Promise<Listening> {
  const { server, config: { host, http: port }, limits, peers: { unauthenticatedPerAddressMax } } = options;
  if (!plain) return await listenWeb(server, host, port);
  guardTls(server, {
    limits,
    perAddressMax: unauthenticatedPerAddressMax,
    onPlain: (socket, head) => relay(socket, head, plain, limits.lingerMs),
  });
  const renew = (tls: TlsPair) => (server as TlsServer).setSecureContext({ ...TLS_SETTINGS, ...tls });
  return { ...await listenWeb(server, host, port), renew };
}

async function listenPlainWeb({ dialects, ...options }: ListenersOptions): Promise<Listening> {
  const { server, endPings } = createPlainWeb({ ...options, paths: dialects.onWebSocket });
  const { port, stop } = await listenWeb(server, LOOPBACK, 0);
  return {
    port,
    stop() {
      endPings();
      stop();
    },
  };
}

function listenWeb(server: Server, host: string, port: number): Promise<Listening> {
  return listenOn(server, host, port).catch((error) => Promise.reject(portError(host, port, error)));
}

/** What to say when a port can't be had. */
export function portError(host: string, port: number, error: unknown, hint: string = ANOTHER): StartError {
  const { code, message } = error as { code?: string; message?: string };
  const taken = `Cannot listen on port ${port}: another program has it; ${hint}`;
  const other = `Cannot listen on address "${host}", port ${port}: ${message ?? code}; see --host`;
  return new StartError(code === "EADDRINUSE" ? taken : other);
}

/** Where what listens on an address is reached from this machine. */
function reachable(host: string): string {
  return { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
}

/** A host and a port as an address has them. */
export function addressOf(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
