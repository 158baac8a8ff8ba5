/** A socket of a program that always waits in `recv(4096)`; the reading is in recv_worker.ts, a thread of its own. */
import { until } from "./original_socket.ts";

/**
 * A program that was away for this long may find two writes in one read: the server leaves 250 ms between them, the rest is for what
 * can't be measured. Milliseconds.
 */
export const WRITES_APART_MS = 200;

/** Where to connect, and how late to read, each time; milliseconds. */
export interface Opening {
  readonly hostname: string;
  readonly port: number;
  readonly lateMs?: number;
}

/** What one `recv` gave. */
interface Received {
  readonly bytes: Uint8Array;
  /** How long nobody was reading before; milliseconds. */
  readonly awayMs: number;
}

type News = { open: true } | { recv: Uint8Array; awayMs: number } | { over: true };

/** One connection. */
export class PromptSocket {
  /** Everything that was received, recv by recv. */
  readonly received: Received[] = [];
  readonly #worker = new Worker(new URL("./recv_worker.ts", import.meta.url), { type: "module" });
  #isOpen = false;
  #isOver = false;
  #wake: (() => void)[] = [];

  private constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<News>) => {
      if ("open" in data) this.#isOpen = true;
      else if ("recv" in data) this.received.push({ bytes: data.recv, awayMs: data.awayMs });
      else this.#isOver = true;
      for (const wake of this.#wake.splice(0)) wake();
    };
  }

  static async open(opening: Opening): Promise<PromptSocket> {
    const socket = new PromptSocket();
    socket.#worker.postMessage({ open: opening });
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
