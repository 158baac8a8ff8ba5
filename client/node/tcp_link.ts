/** The native protocol over TCP. Not for browsers. */
import { connect, type Socket } from "node:net";
import type { Link, LinkEvents, OpenLink } from "../connection/link.ts";

/** Where a server listens. */
export interface TcpAddress {
  host: string;
  port: number;
}

/** Opens a TCP connection to a server's native port. */
export function tcpLink({ host, port }: TcpAddress): OpenLink {
  return (events) => {
    const socket = connect({ host, port, noDelay: true });
    const explain = ({ message }: Error) => new Error(`Cannot connect to ${host}:${port}: ${message}`);
    return linkOver(socket, "connect", events, explain);
  };
}

/** How long a server may take to answer the first knock, TLS included. */
const CONNECT_MS = 10_000;

/** A link over a socket that is being connected; `ready` is the event after which it can be written to. */
export function linkOver(
  socket: Socket,
  ready: "connect" | "secureConnect",
  events: LinkEvents,
  explain: (error: Error) => Error,
): Promise<Link> {
  return new Promise((resolve, reject) => {
    const stream = new LineStream(events);
    let opened = false;
    let heard = false;
    let why: string | undefined;
    const timeout = setTimeout(() => socket.destroy(new Error("no answer")), CONNECT_MS);
    socket.on(ready, () => {
      clearTimeout(timeout);
      opened = true;
      resolve({
        send(line, raw) {
          socket.write(`${line}\n`);
          if (raw && raw.length > 0) socket.write(raw);
        },
        get unsent() {
          return socket.writableLength;
        },
        close: () => socket.destroy(),
      });
    });
    socket.on("data", (chunk: Uint8Array) => {
      if (!heard) why = whyNotSwitchboard(chunk);
      heard = true;
      if (why !== undefined) return void socket.destroy();
      stream.push(chunk);
    });
    socket.on("error", (error) => {
      if (!opened) reject(explain(error));
    });
    socket.on("close", () => {
      clearTimeout(timeout);
      if (opened) events.closed(why);
      else reject(explain(new Error("the server hung up")));
    });
  });
}

const BRACE = 0x7b;
const TLS_RECORDS = [0x15, 0x16];

/** Why the first bytes can't be a server's: whatever it says is a JSON object. */
function whyNotSwitchboard(head: Uint8Array): string | undefined {
  if (head[0] === BRACE) return undefined;
  const speaksTls = TLS_RECORDS.includes(head[0]!) && head[1] === 3;
  return speaksTls
    ? "that port speaks TLS, so write tls:// before the address"
    : "what answers there is no Switchboard";
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
