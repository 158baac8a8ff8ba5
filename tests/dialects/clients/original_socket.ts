/** A socket as the original programs use it: `sendall`, and `recv(4096)` that gives what has arrived, whatever it is. */
import { connect, type Socket } from "node:net";
import type { Running } from "../../../server/run/serve.ts";

/** What one `recv` of the original programs takes. */
const RECV_BYTES = 4_096;

/** How long a test waits before it gives up; milliseconds. */
const PATIENCE_MS = 20_000;

/** One connection. */
export class OriginalSocket {
  /** When each piece arrived and how long it was, for tests of pacing; milliseconds, bytes. */
  readonly arrivals: { at: number; bytes: number }[] = [];
  readonly #socket: Socket;
  #arrived: Uint8Array = new Uint8Array(0);
  #over = false;
  #wake: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Uint8Array) => {
      this.arrivals.push({ at: performance.now(), bytes: chunk.length });
      this.#arrived = joined(this.#arrived, chunk);
      this.#wakeAll();
    });
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      this.#over = true;
      this.#wakeAll();
    });
  }

  /** Connects to the port that speaks a dialect, or to the main one. */
  static open(running: Running, dialect: string): Promise<OriginalSocket> {
    const url = running.urls.find(({ name }) => name === dialect)?.url ?? "";
    return new Promise((resolve, reject) => {
      const [host, port] = url.split(":");
      const socket = connect({ host: host ?? "", port: Number(port), noDelay: true }, () => {
        socket.off("error", reject);
        resolve(new OriginalSocket(socket));
      });
      socket.on("error", reject);
    });
  }

  get over(): boolean {
    return this.#over;
  }

  sendall(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#socket.write(data, () => resolve()));
  }

  /** Waits until so many pieces have arrived, whether they were read or not. */
  async arrived(count: number): Promise<void> {
    await until(() => this.arrivals.length >= count || this.#over, this.#wake, `${count} pieces arrived`);
  }

  /** Waits until something is there and gives up to 4,096 bytes of it; none at the end of the connection. */
  async recv(patienceMs: number = PATIENCE_MS): Promise<Uint8Array> {
    const there = () => this.#arrived.length > 0 || this.#over;
    await until(there, this.#wake, "anything arrived", patienceMs);
    const taken = this.#arrived.slice(0, RECV_BYTES);
    this.#arrived = this.#arrived.slice(RECV_BYTES);
    return taken;
  }

  /** Lets what comes wait in the system. */
  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  /** Says no more, and goes on hearing. */
  finish(): void {
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroy();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** Waits until something holds, asking again whenever woken; fails when it never does. */
export async function until(
  holds: () => boolean,
  wakers: (() => void)[],
  what: string,
  patienceMs: number = PATIENCE_MS,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!holds()) {
    const left = deadline - performance.now();
    if (left <= 0) throw new Error(`waited ${patienceMs} ms in vain until ${what}`);
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, left);
      wakers.push(resolve);
    });
    clearTimeout(timer);
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
