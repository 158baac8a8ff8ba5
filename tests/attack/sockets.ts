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

/** What a server answers. */
interface Answered {
  readonly re?: unknown;
  readonly ok?: boolean;
  readonly id?: string;
  readonly error?: { readonly code: string };
}

/** Writes lines at once and reads until each has its answer; those of a connection that ends have none. */
export async function asked(socket: Socket, lines: readonly object[]): Promise<Answered[]> {
  const answers: Answered[] = [];
  const answered = new Promise<void>((resolve) => {
    let rest = "";
    const take = (chunk: Uint8Array) => {
      const parts = (rest + new TextDecoder().decode(chunk)).split("\n");
      rest = parts.pop()!;
      answers.push(...parts.map((part) => JSON.parse(part) as Answered).filter(({ re }) => re !== undefined));
      if (answers.length >= lines.length) end();
    };
    const end = () => {
      socket.off("data", take);
      socket.off("close", end);
      resolve();
    };
    socket.on("data", take);
    socket.on("close", end);
    socket.resume();
    if (socket.destroyed) end();
  });
  socket.write(lines.map((line, id) => `${JSON.stringify({ id, ...line })}\n`).join(""));
  await answered;
  return answers;
}
