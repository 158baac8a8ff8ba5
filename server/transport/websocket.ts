/** WebSocket peers on the HTTP port: who may come, and the adapter of their sockets. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
// @ts-types="npm:@types/ws@8.18.2"
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { Fault } from "../core/shared/faults.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { Dialect } from "../protocol/dialect.ts";
import type { Dispatcher } from "../protocol/dispatcher.ts";
import { Connection, type SocketAdapter } from "./connection/connection.ts";
import type { ClientAddresses } from "./http/client_address.ts";
import { refusalWords } from "./connection/disconnect_reasons.ts";
import type { Peers } from "./connection/peers.ts";
import type { Site } from "./http/site.ts";
import type { WireLimits } from "./wire_limits.ts";

/** What WebSocket peers need. */
export interface WebSocketOptions {
  /** Path → the languages spoken there; one alone is taken for granted. */
  paths: ReadonlyMap<string, readonly Dialect[]>;
  dispatcher: Dispatcher;
  peers: Peers;
  limits: WireLimits;
  clients: ClientAddresses;
  /** Says whose pages may come where foreign ones may not, and who they are. */
  site: Site;
  /** What is said at every other path: a status and a reason. */
  elsewhere?: readonly [status: string, reason: string];
}

/** The newline that may end the longest line of a message. */
const LINE_END_BYTES = 1;
/** A message over the bound, as RFC 6455 §7.4.1 numbers it. */
const TOO_BIG = 1009;
const TRY_AGAIN_LATER = 1013;

/** One that leaves it to the connection to end, in its own words, when a message is over the bound. */
class PeerSocket extends WebSocket {
  onTooBig: (() => void) | undefined;

  override close(code?: number): void {
    if (code === TOO_BIG && this.onTooBig) this.onTooBig();
    else super.close(code);
  }
}

/** What a chunk of a message that is not whole takes besides its bytes. */
const CHUNK_COSTS_BYTES = 256;

/** Text is bounded by the dialect, at the length of a line. */
const MESSAGE_BYTES_MAX = Math.max(LIMITS.chunkBytesMax, LIMITS.lineBytesMax + LINE_END_BYTES);

/** What is spoken at one path. */
interface Path {
  readonly dialects: readonly Dialect[];
  readonly messageBytesMax: number;
  /** Whether pages of other servers may come, those that are listed. */
  readonly foreignPages: boolean;
  /** What words are sent as, by what was agreed upon. */
  readonly subprotocols: NonNullable<Dialect["subprotocols"]>;
  readonly sockets: ReturnType<typeof socketsUpTo>;
}

/** Lets WebSockets in on their paths of an HTTP server. Gives what ends the keep-alive. */
export function acceptWebSockets(server: Server, options: WebSocketOptions): () => void {
  const { elsewhere = ["404 Not Found", "WebSockets are at /ws"] } = options;
  const paths = new Map(Array.from(options.paths, ([name, dialects]) => [name, pathOf(dialects)]));
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const misses = options.site.misses(request.headers);
    if (misses !== undefined) return refuse(stream, "421 Misdirected Request", `Cannot connect: ${misses}`);
    const [path] = (request.url ?? "").split("?");
    const found = paths.get(path ?? "");
    if (!found) return refuse(stream, ...elsewhere);
    // A balancer takes that for a server that has failed, and this very request to another one.
    if (options.peers.isRedirecting && isProxied(request)) return void stream.destroy();
    const why = found.foreignPages
      ? options.site.refusesGuest(request.headers)
      : options.site.refuses(request.headers);
    if (why !== undefined) return refuse(stream, "403 Forbidden", `Cannot connect: ${why}`);
    found.sockets.handleUpgrade(
      request,
      stream,
      head,
      (socket: PeerSocket) => accept(socket, request, found, options),
    );
  });
  const pings = setInterval(() => {
    for (const { sockets } of paths.values()) pingAll(sockets.clients, () => options.peers.onDrop("no_pong"));
  }, options.limits.pingEveryMs);
  return () => clearInterval(pings);
}

function pathOf(dialects: readonly Dialect[]): Path {
  const subprotocols = Object.assign({}, ...dialects.map((each) => each.subprotocols ?? {}));
  const messageBytesMax = Math.max(MESSAGE_BYTES_MAX, ...dialects.map((each) => each.messageBytesMax ?? 0));
  const foreignPages = dialects.every((each) => each.foreignPages);
  return {
    dialects,
    messageBytesMax,
    foreignPages,
    sockets: socketsUpTo(messageBytesMax, Object.keys(subprotocols)),
    subprotocols,
  };
}

/** The bound of messages is a WebSocketServer's, so each path has its own. */
function socketsUpTo(maxPayload: number, subprotocols: readonly string[]) {
  return new WebSocketServer({
    // The first that is asked for and known.
    handleProtocols: (asked) => Array.from(asked).find((name) => subprotocols.includes(name)) ?? false,
    noServer: true,
    WebSocket: PeerSocket,
    maxPayload,
    perMessageDeflate: false,
    clientTracking: true,
    // The dialect does that for every transport, and answers.
    skipUTF8Validation: true,
  });
}

/** Whether somebody has passed it on. */
function isProxied({ headers }: IncomingMessage): boolean {
  return ["x-forwarded-for", "forwarded", "via"].some((name) => name in headers);
}

const waitingForPong = new WeakSet<WebSocket>();

/** Cuts off those that have not answered the last ping, and pings the others. */
function pingAll(sockets: Iterable<WebSocket>, onDrop: () => void): void {
  for (const socket of sockets) {
    if (waitingForPong.has(socket)) {
      onDrop();
      socket.terminate();
    } else {
      waitingForPong.add(socket);
      socket.ping();
    }
  }
}

function refuse(stream: Duplex, status: string, reason: string): void {
  stream.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${
      Buffer.byteLength(reason)
    }\r\nConnection: close\r\n\r\n${reason}`,
    () => stream.destroy(),
  );
}

function accept(
  socket: PeerSocket,
  request: IncomingMessage,
  { dialects, messageBytesMax, foreignPages, subprotocols }: Path,
  { dispatcher, peers, limits, clients, site }: WebSocketOptions,
): void {
  const address = clients.of(request);
  socket.on("error", () => {}); // "close" follows, and is all that matters
  const refused = peers.refuse(address, true);
  if (refused) {
    // Not counted, so it goes at once: one that stayed half open would hold a file descriptor.
    socket.send(refusalWords(dialects, refused));
    socket.close(TRY_AGAIN_LATER);
    request.socket.end(() => socket.terminate());
    return;
  }
  const query = new URLSearchParams(request.url?.split("?")[1]);
  const credential = foreignPages
    ? undefined
    : site.credential(request.headers, query.get("session") ?? undefined);
  const client = request.headers["user-agent"];
  const isBinary = subprotocols[socket.protocol] === "binary";
  const adapter = adapterOf(socket, { isBinary, lineByLine: dialects.every((each) => each.lineByLine) });
  const connection = new Connection({
    adapter,
    dialects,
    dispatcher,
    peers,
    limits,
    caller: {
      address,
      ...(credential !== undefined && { credential }),
      ...(client !== undefined && { client }),
    },
  });
  peers.add(connection, "encrypted" in request.socket ? "websocket_tls" : "websocket");
  const endAt = (bytesMax: number) => {
    const message = `Cannot read this message: it is longer than ${bytesMax / 1024} KiB`;
    connection.receiveMalformed(new Fault("too_large", message), true);
  };
  socket.onTooBig = () => endAt(messageBytesMax);
  if (messageBytesMax > MESSAGE_BYTES_MAX) {
    boundUnknown(socket, request.socket, connection, () => endAt(MESSAGE_BYTES_MAX));
  }
  // Each chunk is kept by itself until a message is whole, so small ones take many times their own bytes.
  request.socket.on("data", (chunk: Uint8Array) => {
    connection.messageGrew(chunk.length + CHUNK_COSTS_BYTES);
    if (connection.unfinishedBytes > messageBytesMax * 2) connection.shed();
  });
  socket.on("message", (data: RawData, isBinary: boolean) => {
    connection.messageGrew(0);
    connection.receive(data as Buffer, isBinary ? "binary" : "text");
  });
  socket.on("pong", () => waitingForPong.delete(socket));
  socket.on("close", () => connection.closed());
}

/** Longer messages are for those who have come in: what anybody else sends of one is not collected until it is whole. */
function boundUnknown(socket: WebSocket, stream: Duplex, connection: Connection, end: () => void): void {
  let unfinished = 0;
  socket.on("message", () => unfinished = 0);
  stream.on("data", (chunk: Uint8Array) => {
    unfinished = connection.isUnauthenticated ? unfinished + chunk.length : 0;
    if (unfinished <= MESSAGE_BYTES_MAX) return;
    end();
    socket.pause();
  });
}

/** How words are sent. */
interface Manner {
  readonly isBinary: boolean;
  readonly lineByLine: boolean;
}

function adapterOf(socket: WebSocket, { isBinary, lineByLine }: Manner): SocketAdapter {
  return {
    write(bytes, raw, done, more) {
      if (!lineByLine) return socket.send(bytes, { binary: raw || isBinary, fin: !more }, () => done());
      const lines = Array.from(linesIn(bytes));
      for (const [index, line] of lines.entries()) {
        socket.send(line, { binary: isBinary }, index === lines.length - 1 ? () => done() : undefined);
      }
      if (lines.length === 0) done();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(1000),
    destroy: () => socket.terminate(),
  };
}

const NEWLINE = 10;
const RETURN = 13;

/** Lines without their ends. */
function* linesIn(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, at);
    const end = found === -1 ? bytes.length : found;
    yield bytes.subarray(at, bytes[end - 1] === RETURN ? end - 1 : end);
    at = end + 1;
  }
}
