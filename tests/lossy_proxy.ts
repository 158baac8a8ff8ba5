/** A port that passes everything on to another one, and loses the answer to one request when it is told to. */
import { connect, createServer, type Socket } from "node:net";

/** One such port. */
export class LossyProxy implements AsyncDisposable {
  readonly #server = createServer((client) => this.#serve(client));
  readonly #sockets = new Set<Socket>();
  #lose: string | undefined;

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

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(client: Socket): void {
    const server = connect(this.target, "127.0.0.1");
    let isLosing = false;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => {});
    }
    client.on("data", (chunk: Uint8Array) => {
      if (this.#lose !== undefined && new TextDecoder().decode(chunk).includes(this.#lose)) {
        isLosing = true;
        this.#lose = undefined;
      }
      server.write(chunk);
    });
    server.on("data", (chunk: Uint8Array) => {
      if (isLosing) client.destroy();
      else client.write(chunk);
    });
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
  }
}
