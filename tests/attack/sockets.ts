/** The attackers' connections: raw bytes, read or not. */
import { connect, type Socket } from "node:net";

/** Where a server listens. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** The HTTP listener of an address. */
export function httpOf(url: string): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** Connections that a caller uses and that are all closed afterwards, whatever happened. */
export async function withSockets(
  target: Target,
  count: number,
  body: (sockets: readonly Socket[]) => Promise<void>,
  from?: (index: number) => string,
): Promise<void> {
  const sockets = await Promise.all(
    Array.from({ length: count }, (_, index) => open(target, from?.(index))),
  );
  try {
    await body(sockets);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Connects and reads nothing until somebody listens; who is refused has a closed one. */
export function open(target: Target, localAddress?: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ ...target, noDelay: true, ...(localAddress !== undefined && { localAddress }) });
    socket.pause();
    socket.on("error", () => resolve(socket));
    socket.on("connect", () => resolve(socket));
  });
}

/** Writes; resolves once the system has it, the connection is gone, or nothing moved for so long. */
export function write(
  socket: Socket,
  data: string | Uint8Array,
  stuckMs = 2_000,
): Promise<"taken" | "stuck" | "gone"> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve("gone");
    const timer = setTimeout(() => resolve("stuck"), stuckMs);
    const end = (how: "taken" | "gone") => {
      clearTimeout(timer);
      resolve(how);
    };
    socket.once("close", () => end("gone"));
    socket.write(data, (error) => end(error ? "gone" : "taken"));
  });
}

/** So many milliseconds of an attack that has no other end. */
export function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
