/**
 * A port that passes everything on to another one. When it is told to, it loses the answer to one request, or passes
 * only so many bytes on and stands still then.
 */
import { connect, createServer, type Socket } from "node:net";

/** To the server, and from it. */
interface Left {
  up: number;
  down: number;
}

/** One such port. */
export class LossyProxy implements AsyncDisposable {
  readonly #server = createServer((client) => this.#serve(client));
  readonly #sockets = new Set<Socket>();
  #lose: string | undefined;
  /** How many bytes still pass, on each connection. */
  readonly #left = new Set<Left>();

  private constructor(readonly target: number) {}

  /** Opens it, before the port of a server. */
  static async before(target: number): Promise<LossyProxy> {
    const proxy = new LossyProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** The next request that has these words reaches the server; its answer, and the connection, are lost. */
  loseAnswerTo(words: string): void {
    this.#lose = words;
  }

  /** On the connections that there are, so many bytes pass each way; then they stand still, for as long as they last. */
  stopAfter(bytes: number): void {
    for (const left of this.#left) left.up = left.down = bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(client: Socket): void {
    const server = connect(this.target, "127.0.0.1");
    let isLosing = false;
    const left: Left = { up: Infinity, down: Infinity };
    const passing = (chunk: Uint8Array, way: keyof Left) => {
      const passes = chunk.subarray(0, left[way]);
      left[way] -= passes.length;
      return passes;
    };
    this.#left.add(left);
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => {});
    }
    client.on("data", (chunk: Uint8Array) => {
      if (this.#lose !== undefined && new TextDecoder().decode(chunk).includes(this.#lose)) {
        isLosing = true;
        this.#lose = undefined;
      }
      server.write(passing(chunk, "up"));
    });
    server.on("data", (chunk: Uint8Array) => {
      if (isLosing) client.destroy();
      else client.write(passing(chunk, "down"));
    });
    client.on("close", () => {
      this.#left.delete(left);
      server.destroy();
    });
    server.on("close", () => client.destroy());
  }
}
