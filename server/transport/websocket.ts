/** WebSocket peers on the HTTP port: who may come, and what carries a connection over one. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { parse } from "hono/utils/cookie";
// @ts-types="npm:@types/ws@8.18.2"
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { LIMITS } from "../core/limits.ts";
import type { Dialect } from "../protocol/dialect.ts";
import type { Dispatcher } from "../protocol/dispatcher.ts";
import { type Carrier, Connection } from "./connection.ts";
import type { Peers } from "./peers.ts";

/** The cookie that carries the page's token. */
export const COOKIE = "switchboard";

/** What WebSocket peers need. */
export interface WebSocketOptions {
  dialect: Dialect;
  dispatcher: Dispatcher;
  peers: Peers;
}

/** Lets WebSockets in on `/ws` of an HTTP server. Gives what ends the keep-alive. */
export function acceptWebSockets(server: Server, options: WebSocketOptions): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.lineBytesMax,
    perMessageDeflate: false,
    clientTracking: true,
  });
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const [path] = (request.url ?? "").split("?");
    if (path !== "/ws") return refuse(stream, "404 Not Found", "WebSockets are at /ws");
    if (!sameOrigin(request)) return refuse(stream, "403 Forbidden", "This page comes from another server");
    sockets.handleUpgrade(request, stream, head, (socket) => accept(socket, request, options));
  });
  const pings = setInterval(() => pingAll(sockets.clients), LIMITS.pingEveryMs);
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

/** Programs send no Origin; a page must come from this very server. */
function sameOrigin({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}

function refuse(stream: Duplex, status: string, reason: string): void {
  stream.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${reason.length}\r\nConnection: close\r\n\r\n${reason}`,
  );
}

function accept(
  socket: WebSocket,
  request: IncomingMessage,
  { dialect, dispatcher, peers }: WebSocketOptions,
): void {
  const address = request.socket.remoteAddress ?? "unknown";
  socket.on("error", () => {}); // "close" follows, and is all that matters
  const refused = peers.refuse(address);
  if (refused) {
    socket.send(dialect.encode({ event: "bye", ...refused }, false) ?? "");
    socket.close(1013);
    return;
  }
  const credential = parse(request.headers.cookie ?? "", COOKIE)[COOKIE];
  const carrier = carrierOf(socket);
  const connection = new Connection({
    carrier,
    dialect,
    dispatcher,
    peers,
    address,
    transport: "websocket",
    ...(credential !== undefined && { credential }),
  });
  socket.on("message", (data: RawData) => connection.receive(data as Buffer, true));
  socket.on("pong", () => waitingForPong.delete(socket));
  socket.on("close", () => connection.closed());
}

function carrierOf(socket: WebSocket): Carrier {
  return {
    write: (bytes, done) => socket.send(bytes, { binary: false }, () => done()),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(1000),
    destroy: () => socket.terminate(),
  };
}
