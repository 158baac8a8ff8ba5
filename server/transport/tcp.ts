/** The TCP listener and what carries a connection over it. */
import { createServer, type Server, type Socket } from "node:net";
import type { Dialect } from "../protocol/dialect.ts";
import type { Dispatcher } from "../protocol/dispatcher.ts";
import { type Carrier, Connection } from "./connection.ts";
import { refusalWords } from "./farewells.ts";
import type { Peers } from "./peers.ts";
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
}

/** A listener that can be stopped. */
export interface Listening {
  readonly port: number;
  /** Lets nobody new in; who is connected stays. */
  stop(): void;
}

const KEEP_ALIVE_MS = 60_000;

/** Listens. @throws the system's error when the port can't be had */
export function listenTcp(options: TcpOptions): Promise<Listening> {
  const server = createServer(
    { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
    (socket) => {
      accept(socket, options);
    },
  );
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: options.host, port: options.port, backlog: 1024 }, () => {
      resolve({ port: portOf(server), stop: () => void server.close() });
    });
  });
}

/** The port that a server got. */
export function portOf(server: Pick<Server, "address">): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

function accept(socket: Socket, { dialects, dispatcher, peers, limits }: TcpOptions): void {
  const address = socket.remoteAddress ?? "unknown";
  socket.on("error", () => {}); // "close" follows, and is all that matters
  const refused = peers.refuse(address);
  if (refused) {
    // Not counted, so it goes at once: one that stayed half open would hold a file descriptor.
    socket.end(refusalWords(dialects, refused), () => socket.destroy());
    return;
  }
  const connection = new Connection({
    carrier: carrierOf(socket),
    dialects,
    dispatcher,
    peers,
    limits,
    address,
  });
  socket.on("data", (chunk: Uint8Array) => connection.receive(chunk, "stream"));
  socket.on("end", () => connection.heardAll());
  socket.on("close", () => connection.closed());
}

function carrierOf(socket: Socket): Carrier {
  return {
    write: (bytes, _raw, done) => void socket.write(bytes, () => done()),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}
