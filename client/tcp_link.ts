/** The native protocol over TCP. Not for browsers. */
import { connect } from "node:net";
import type { LinkEvents, OpenLink } from "./link.ts";

/** Where a server listens. */
export interface TcpAddress {
  host: string;
  port: number;
}

/** Opens a TCP connection to a server's native port. */
export function tcpLink({ host, port }: TcpAddress): OpenLink {
  return (events) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true });
      const stream = new LineStream(events);
      let opened = false;
      socket.on("connect", () => {
        opened = true;
        resolve({
          send(line, raw) {
            socket.write(`${line}\n`);
            if (raw && raw.length > 0) socket.write(raw);
          },
          close: () => socket.destroy(),
        });
      });
      socket.on("data", (chunk: Uint8Array) => stream.push(chunk));
      socket.on("error", (error) => {
        if (!opened) reject(new Error(`Cannot connect to ${host}:${port}: ${error.message}`));
      });
      socket.on("close", () => {
        if (opened) events.closed();
      });
    });
}

const NEWLINE = 10;

/** Cuts what comes into lines and the raw bytes after some of them. */
export class LineStream {
  readonly #events: LinkEvents;
  readonly #decoder = new TextDecoder();
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #raw = 0;

  constructor(events: LinkEvents) {
    this.#events = events;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const end = this.#raw > 0 ? at + this.#raw - this.#heldBytes : chunk.indexOf(NEWLINE, at);
      const complete = end !== -1 && end <= chunk.length;
      this.#hold(chunk.subarray(at, complete ? end : chunk.length));
      if (!complete) return;
      at = this.#raw > 0 ? end : end + 1;
      this.#take();
    }
  }

  #hold(piece: Uint8Array): void {
    this.#held.push(piece);
    this.#heldBytes += piece.length;
  }

  #take(): void {
    const whole = this.#held.length === 1 ? this.#held[0]! : joined(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#raw > 0) {
      this.#raw = 0;
      this.#events.raw(whole);
    } else this.#raw = this.#events.line(this.#decoder.decode(whole));
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
