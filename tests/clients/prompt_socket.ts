/** A socket of a program that always waits in `recv(4096)`; the reading is in recv_worker.ts, a thread of its own. */
import { until } from "./original_socket.ts";

/** What one `recv` gave. */
export interface Received {
  readonly bytes: Uint8Array;
  /** How long the machine kept the reader from reading; milliseconds. Later writes may have joined what it waited for. */
  readonly stalledMs: number;
}

type News = { open: true } | { recv: Uint8Array; stalledMs: number } | { over: true };

/** One connection. */
export class PromptSocket {
  /** Everything that was received, recv by recv. */
  readonly received: Received[] = [];
  readonly #worker = new Worker(new URL("recv_worker.ts", import.meta.url), { type: "module" });
  #isOpen = false;
  #isOver = false;
  #wake: (() => void)[] = [];

  private constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<News>) => {
      if ("open" in data) this.#isOpen = true;
      else if ("recv" in data) this.received.push({ bytes: data.recv, stalledMs: data.stalledMs });
      else this.#isOver = true;
      for (const wake of this.#wake.splice(0)) wake();
    };
  }

  static async open(address: { hostname: string; port: number }): Promise<PromptSocket> {
    const socket = new PromptSocket();
    socket.#worker.postMessage({ open: address });
    while (!socket.#isOpen && !socket.#isOver) await socket.news();
    return socket;
  }

  /** The connection has ended. */
  get over(): boolean {
    return this.#isOver;
  }

  /** Resolves when something was received, or the connection has ended. */
  news(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  /** Resolves when the connection has ended. */
  ended(): Promise<void> {
    return until(() => this.#isOver, this.#wake, "the connection ended");
  }

  send(bytes: Uint8Array): void {
    this.#worker.postMessage({ send: bytes });
  }

  /** Ends the connection and its thread. */
  async close(): Promise<void> {
    this.#worker.postMessage({ close: true });
    while (!this.#isOver) await this.news();
    this.#worker.terminate();
  }
}
