/**
 * Turns of the event loop in which sockets are read. As long as other work is always ready, as `setImmediate` makes
 * it, Deno asks the system for input only once in some sixty turns, and its timers take a millisecond and more.
 * What is certain to come after input that is there already is input: a byte that the server sends to itself.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setImmediate } from "node:timers";

/** Whoever wants to go on after input was read. */
export interface Turns {
  /** Calls back once the input that is there now has been read. */
  next(callback: () => void): void;
  close(): void;
}

const BYTE = new Uint8Array(1);

/** Opens the connection to itself. */
export async function openTurns(): Promise<Turns> {
  const [near, far] = await openPair();
  let waiting: (() => void)[] = [];
  const callAll = () => {
    const due = waiting;
    waiting = [];
    for (const callback of due) callback();
  };
  // Not from within the reading, which would find the next byte before it comes to the other sockets.
  far.on("data", () => setImmediate(callAll));
  far.on("close", callAll);
  return {
    next(callback) {
      if (far.destroyed) return void setImmediate(callback);
      waiting.push(callback);
      if (waiting.length === 1) near.write(BYTE);
    },
    close() {
      near.destroy();
      far.destroy();
    },
  };
}

function openPair(): Promise<[Socket, Socket]> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true });
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const near = connect({ host: "127.0.0.1", port, noDelay: true });
      const strangers: Socket[] = [];
      const find = () => {
        const far = strangers.find((socket) => socket.remotePort === near.localPort);
        if (!far) return;
        server.close();
        for (const socket of strangers) if (socket !== far) socket.destroy();
        for (const socket of [near, far]) socket.on("error", () => {}); // "close" follows
        resolve([near, far]);
      };
      near.on("error", reject);
      near.on("connect", find);
      server.on("connection", (socket) => {
        strangers.push(socket);
        find();
      });
    });
  });
}
