/** WebSocket peers on the HTTP port: who may come, and what carries a connection over one. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { parse } from "hono/utils/cookie";
// @ts-types="npm:@types/ws@8.18.2"
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { Fault } from "../core/faults.ts";
import { LIMITS } from "../core/limits.ts";
import type { Dialect } from "../protocol/dialect.ts";
import type { Dispatcher } from "../protocol/dispatcher.ts";
import { type Carrier, Connection } from "./connection.ts";
import { sameOrigin } from "./origin.ts";
import { refusalWords } from "./farewells.ts";
import type { Peers } from "./peers.ts";
import type { WireLimits } from "./wire_limits.ts";

/** The cookie that carries the page's token. */
export const COOKIE = "switchboard";

/** What WebSocket peers need. */
export interface WebSocketOptions {
  /** Path → the languages spoken there; one alone is taken for granted. */
  paths: ReadonlyMap<string, readonly Dialect[]>;
  dispatcher: Dispatcher;
  peers: Peers;
  limits: WireLimits;
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

/** Lets WebSockets in on `/ws` of an HTTP server. Gives what ends the keep-alive. */
export function acceptWebSockets(server: Server, options: WebSocketOptions): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    WebSocket: PeerSocket,
    // Text is bounded by the dialect, at the length of a line.
    maxPayload: Math.max(LIMITS.chunkBytesMax, LIMITS.lineBytesMax + LINE_END_BYTES),
    perMessageDeflate: false,
    clientTracking: true,
    // The dialect does that for every transport, and answers.
    skipUTF8Validation: true,
  });
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const [path] = (request.url ?? "").split("?");
    const dialects = options.paths.get(path ?? "");
    if (!dialects) return refuse(stream, "404 Not Found", "WebSockets are at /ws");
    if (!sameOrigin(request.headers)) {
      return refuse(stream, "403 Forbidden", "This page comes from another server");
    }
    sockets.handleUpgrade(
      request,
      stream,
      head,
      (socket: PeerSocket) => accept(socket, request, dialects, options),
    );
  });
  const pings = setInterval(() => pingAll(sockets.clients), options.limits.pingEveryMs);
  return () => clearInterval(pings);
}

const waitingForPong = new WeakSet<WebSocket>();

/** Cuts off those that have not answered the last ping, and pings the others. */
function pingAll(sockets: Iterable<WebSocket>): void {
  for (const socket of sockets) {
    if (waitingForPong.has(socket)) socket.terminate();
    else {
      waitingForPong.add(socket);
      socket.ping();
    }
  }
}

function refuse(stream: Duplex, status: string, reason: string): void {
  stream.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${reason.length}\r\nConnection: close\r\n\r\n${reason}`,
    () => stream.destroy(),
  );
}

function accept(
  socket: PeerSocket,
  request: IncomingMessage,
  dialects: readonly Dialect[],
  { dispatcher, peers, limits }: WebSocketOptions,
): void {
  const address = request.socket.remoteAddress ?? "unknown";
  socket.on("error", () => {}); // "close" follows, and is all that matters
  const refused = peers.refuse(address);
  if (refused) {
    // Not counted, so it goes at once: one that stayed half open would hold a file descriptor.
    socket.send(refusalWords(dialects, refused));
    socket.close(TRY_AGAIN_LATER);
    request.socket.end(() => socket.terminate());
    return;
  }
  const credential = parse(request.headers.cookie ?? "", COOKIE)[COOKIE];
  const carrier = carrierOf(socket);
  const connection = new Connection({
    carrier,
    dialects,
    dispatcher,
    peers,
    limits,
    address,
    ...(credential !== undefined && { credential }),
  });
  socket.onTooBig = () => {
    const message = `Cannot read this message: it is longer than ${LIMITS.chunkBytesMax / 1024} KiB`;
    connection.receiveNonsense(new Fault("too_large", message), true);
  };
  socket.on("message", (data: RawData, isBinary: boolean) => {
    connection.receive(data as Buffer, isBinary ? "binary" : "text");
  });
  socket.on("pong", () => waitingForPong.delete(socket));
  socket.on("close", () => connection.closed());
}

function carrierOf(socket: WebSocket): Carrier {
  return {
    write: (bytes, raw, done) => socket.send(bytes, { binary: raw }, () => done()),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(1000),
    destroy: () => socket.terminate(),
  };
}
