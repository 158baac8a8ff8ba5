/** The TCP listener, plain or with TLS, and the adapter of its sockets. */
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import type { Dialect } from "../protocol/dialect.ts";
import type { Dispatcher } from "../protocol/dispatcher.ts";
import { appended } from "../protocol/byte_buffer.ts";
import { asksForPage, beginsHttp } from "../protocol/http_detection.ts";
import { Connection, type SocketAdapter } from "./connection/connection.ts";
import type { PendingChannels } from "./connection/channel_group.ts";
import {
  NO_PAGE,
  NO_TLS_HELP,
  NOT_PENDING,
  refusalWords,
  TLS_NEEDED,
} from "./connection/disconnect_reasons.ts";
import type { Peers } from "./connection/peers.ts";
import { type HttpAddress, relay } from "./http/relay.ts";
import { type Listening, listenOn } from "./listening.ts";
import { beginsTls, guardTls, TLS_ALERT, TLS_SETTINGS, type TlsPair } from "./tls_guard.ts";
import type { WireLimits } from "./wire_limits.ts";

/** What a TCP listener is given. */
export interface TcpOptions {
  host: string;
  port: number;
  /** The languages spoken here; one alone is taken for granted. */
  dialects: readonly Dialect[];
  dispatcher: Dispatcher;
  peers: Peers;
  limits: WireLimits;
  /** Where those are carried on to who begin with an HTTP request; without it nobody is. */
  http?: HttpAddress;
  /** With it nobody is let in who does not speak TLS. */
  tls?: TlsPair;
  /** Where programs that sign in here wait for their other channels. */
  pendingChannels?: PendingChannels;
  /**
   * Those who come here are channels of this name, of programs that wait for them. `among`: what such a channel speaks where others come too,
   * who are told from them by their addresses.
   */
  channel?: {
    readonly name: string;
    readonly pending: PendingChannels;
    readonly among?: readonly Dialect[];
    /** Told when two have come for one, and both were ended. */
    readonly onContested?: (address: string) => void;
  };
}

const KEEP_ALIVE_MS = 60_000;
const BRACE = 0x7b;

/** Listens. @throws the system's error when the port can't be had */
export async function listenTcp(options: TcpOptions): Promise<Listening> {
  const { host, port } = options;
  const settings = {
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
  if (!options.tls) {
    return await listenOn(createServer(settings, (socket) => accept(socket, options)), host, port);
  }
  const server = createTlsServer(
    { ...settings, ...TLS_SETTINGS, ...options.tls },
    (socket) => accept(socket, options),
  );
  guardTcp(server, options);
  const renew = (tls: TlsPair) => server.setSecureContext({ ...TLS_SETTINGS, ...tls });
  return { ...await listenOn(server, host, port), renew };
}

/** Whoever does not speak TLS here is told so, in the language of those who show theirs. */
function guardTcp(server: TlsServer, { dialects, limits, peers }: TcpOptions): void {
  guardTls(server, {
    limits,
    perAddressMax: peers.unauthenticatedPerAddressMax,
    onPlain(socket, head) {
      socket.resume();
      const speaksJson = head[0] === BRACE;
      socket.end(speaksJson ? refusalWords(dialects, TLS_NEEDED) : NO_TLS_HELP);
      const timer = setTimeout(() => socket.destroy(), limits.lingerMs);
      socket.on("close", () => clearTimeout(timer));
    },
  });
}

function accept(socket: Socket, options: TcpOptions): void {
  const { dialects, dispatcher, peers, limits, http, pendingChannels, channel } = options;
  const address = socket.remoteAddress ?? "unknown";
  socket.on("error", () => {}); // "close" follows, and is all that matters
  const isChannel = channel !== undefined && (!channel.among || channel.pending.has(address, channel.name));
  const full = peers.refuse(address, !isChannel);
  const group = isChannel && !full ? channel.pending.take(address, channel.name) : undefined;
  const refused = full ?? (isChannel && !group ? NOT_PENDING : undefined);
  const spoken = isChannel && channel.among ? channel.among : dialects;
  const claimed = isChannel && !group && !channel.among
    ? channel.pending.claimed(address, channel.name)
    : undefined;
  if (claimed) {
    claimed.contest();
    channel?.onContested?.(address);
  }
  if (refused) {
    // Not counted, so it goes at once: one that stayed half open would hold a file descriptor.
    socket.end(refusalWords(spoken, refused), () => socket.destroy());
    return;
  }
  const connection = new Connection({
    adapter: adapterOf(socket),
    dialects: spoken,
    dispatcher,
    peers,
    limits,
    caller: group?.lead.caller ?? { address },
    ...(pendingChannels && { pendingChannels }),
    ...(channel && group && { joins: { group, name: channel.name } }),
  });
  peers.add(connection, "encrypted" in socket ? "tcp_tls" : "tcp");
  const hear = (chunk: Uint8Array) => connection.receive(chunk, "stream");
  if (http) shareWithHttp(socket, connection, (head) => relay(socket, head, http, limits.lingerMs));
  else {
    socket.once("data", (chunk: Uint8Array) => {
      if (beginsTls(chunk)) return refuseTls(socket, connection);
      // Where one language is taken for granted, the lines of a request's body would be lines of it.
      const [alone, other] = dialects;
      if (!other && alone?.detect(chunk) !== "yes" && asksForPage(chunk) === "yes") {
        return refusePage(socket, connection);
      }
      socket.on("data", hear);
      hear(chunk);
    });
  }
  socket.on("end", () => connection.heardAll());
  socket.on("close", () => connection.closed());
}

/** There is no TLS at this port: a client that speaks it understands an alert and nothing else. */
function refuseTls(socket: Socket, connection: Connection): void {
  connection.closed();
  socket.end(TLS_ALERT, () => socket.destroy());
}

/** A page of anybody's that was made to ask here: a browser sends its request whole, and shows the page no answer. */
function refusePage(socket: Socket, connection: Connection): void {
  connection.closed();
  socket.end(NO_PAGE, () => socket.destroy());
}

/** Keeps a peer for its connection unless what it says first is an HTTP request: then the connection is over. */
function shareWithHttp(socket: Socket, connection: Connection, carryOn: (head: Uint8Array) => void): void {
  let head: Uint8Array = new Uint8Array(0);
  const stays = () => connection.receive(head, "stream");
  const decide = (chunk: Uint8Array) => {
    head = head.length === 0 ? chunk : appended(head, chunk);
    const verdict = beginsHttp(head);
    if (verdict === "more") return;
    socket.off("data", decide);
    socket.off("end", stays);
    if (beginsTls(head)) return refuseTls(socket, connection);
    if (verdict === "yes") {
      connection.closed();
      return carryOn(head);
    }
    socket.on("data", (chunk: Uint8Array) => connection.receive(chunk, "stream"));
    stays();
  };
  socket.on("data", decide);
  socket.on("end", stays);
}

function adapterOf(socket: Socket): SocketAdapter {
  return {
    write: (bytes, _raw, done) => void socket.write(bytes, done),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}
