/** A way to a TCP port that can be cut: what is on it is lost at once, or nothing passes any more and nobody is told. */
import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** How it is cut: `reset` ends connections and refuses new ones, `silent` swallows everything. */
export type Cut = "reset" | "silent";

/** One such way. */
export class FaultProxy implements AsyncDisposable {
  readonly #server: Server = createServer((client) => this.#serve(client));
  readonly #sockets = new Set<Socket>();
  #cut: Cut | undefined;

  private constructor(readonly target: number) {}

  /** Opens it, before a port of this machine. */
  static async before(target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nothing passes from now on. */
  cut(how: Cut): void {
    this.#cut = how;
    if (how === "reset") this.#endAll();
  }

  /** Whoever connects gets through again. What was swallowed is lost: those connections end. */
  mend(): void {
    this.#cut = undefined;
    this.#endAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whoever has just come is not to stay.
    this.cut("reset");
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #endAll(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #serve(client: Socket): void {
    if (this.#cut === "reset") return void client.destroy();
    const server = connect(this.target, "127.0.0.1");
    for (const [socket, other] of [[client, server], [server, client]] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        if (this.#cut === undefined) other.write(chunk);
      });
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
