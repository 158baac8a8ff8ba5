/**
 * Guards a listener that speaks TLS: it looks at what a newcomer says first, bounds how many may shake hands and
 * for how long, and shows those who speak plainly the way. What comes after the handshake is no business of its own.
 *
 * It stands in front of a server of node:tls or node:https and hands each connection on once its first record is
 * there: Deno 2.9 loses the order of bytes that come while a record is handed back in pieces.
 */
import { Buffer } from "node:buffer";
import type { Server as NetServer, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { appended } from "../protocol/byte_buffer.ts";
import { networkOf } from "../protocol/network.ts";
import type { WireLimits } from "./wire_limits.ts";

/** The two files of a certificate, as PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** What holds for every listener with TLS. */
export const TLS_SETTINGS = { minVersion: "TLSv1.2" } as const;

/** What newcomers are held to. */
interface TlsGuardOptions {
  limits: Pick<WireLimits, "tlsHandshakeMs" | "tlsHandshakesMax">;
  /** Handshakes under way from one address; Infinity lifts it. */
  perAddressMax: number;
  /** Takes somebody who does not begin as TLS does, with what was said; from then on they are the taker's. */
  onPlain(socket: Socket, head: Uint8Array): void;
}

const HANDSHAKE = 0x16;
const RECORD_HEAD_BYTES = 5;
/** RFC 8446 §5.1 */
const RECORD_BYTES_MAX = RECORD_HEAD_BYTES + 2 ** 14;

/** A fatal alert, `handshake_failure`: what a TLS client understands that has come to a plain port. */
export const TLS_ALERT: Uint8Array = new Uint8Array([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28]);

/** Whether what somebody said first is the beginning of a TLS handshake. */
export function beginsTls(head: Uint8Array): boolean {
  return head[0] === HANDSHAKE && head[1] === 0x03 && (head[2] ?? 0xff) <= 0x04;
}

/** Puts itself before the listener of a server that was made with TLS. */
export function guardTls(server: NetServer, options: TlsGuardOptions): void {
  const guard = new Guard(server, options);
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => guard.take(socket));
  server.prependListener("secureConnection", (socket: TLSSocket) => guard.secured(socket));
  server.on("tlsClientError", (_error: Error, socket: Failed) => {
    socket.destroy();
    // Deno 2.9 leaves the connection beneath open.
    socket._parent?.destroy();
  });
}

/** One whose handshake came to nothing, and the connection beneath it. */
type Failed = TLSSocket & { _parent?: Socket };

class Guard {
  readonly #options: TlsGuardOptions;
  readonly #handOn: (socket: Socket) => void;
  /** Those whose handshake is not over, by address and port, which both sides of it know. */
  readonly #newcomers = new Map<string, { socket: Socket; over: () => void }>();
  readonly #perAddress = new Map<string, number>();

  constructor(server: NetServer, options: TlsGuardOptions) {
    this.#options = options;
    const [accept] = server.listeners("connection");
    this.#handOn = (socket) => accept?.call(server, socket);
  }

  take(socket: Socket): void {
    const { limits, perAddressMax } = this.#options;
    const address = networkOf(socket.remoteAddress ?? "unknown");
    const count = this.#perAddress.get(address) ?? 0;
    socket.on("error", () => {}); // "close" follows, and is all that matters
    // No word can be said to them in a language that they understand.
    if (count >= perAddressMax || this.#newcomers.size >= limits.tlsHandshakesMax) {
      return void socket.destroy();
    }
    socket.setNoDelay(true);
    const name = nameOf(socket);
    this.#perAddress.set(address, count + 1);
    const timer = setTimeout(() => socket.destroy(), limits.tlsHandshakeMs);
    const over = () => {
      clearTimeout(timer);
      socket.off("close", over);
      this.#newcomers.delete(name);
      const left = this.#perAddress.get(address)! - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    };
    this.#newcomers.set(name, { socket, over });
    socket.on("close", over);
    this.#awaitRecord(socket, over);
  }

  secured(secure: TLSSocket): void {
    const newcomer = this.#newcomers.get(nameOf(secure));
    if (!newcomer) return void secure.destroy();
    newcomer.over();
    holdBack(secure, newcomer.socket);
  }

  /** Waits for the whole first record, or for what shows that there will be none. */
  #awaitRecord(socket: Socket, over: () => void): void {
    let head: Uint8Array = new Uint8Array(0);
    const take = (chunk: Uint8Array) => {
      head = head.length === 0 ? chunk : appended(head, chunk);
      if (head[0] !== HANDSHAKE) {
        leave();
        over();
        return this.#options.onPlain(socket, head);
      }
      const length = recordLength(head);
      if (length === undefined || (length > head.length && length <= RECORD_BYTES_MAX)) return;
      leave();
      if (length > RECORD_BYTES_MAX) return void socket.end(TLS_ALERT, () => socket.destroy());
      socket.pause();
      socket.unshift(Buffer.from(head));
      this.#handOn(socket);
    };
    const gone = () => socket.destroy();
    const leave = () => {
      socket.off("data", take);
      socket.off("end", gone);
    };
    socket.on("data", take);
    socket.on("end", gone);
  }
}

function recordLength(head: Uint8Array): number | undefined {
  return head.length < RECORD_HEAD_BYTES ? undefined : RECORD_HEAD_BYTES + (head[3]! << 8 | head[4]!);
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** What reads from the system beneath a socket. */
interface Handle {
  readStop(): void;
  readStart(): void;
}

/**
 * Has a paused connection keep its bytes in the system, and so the other side from sending more. Deno 2.9 reads on below
 * a TLS socket that is paused and keeps everything in memory.
 */
export function holdBack(secure: TLSSocket, socket: Socket): void {
  const handle = () => (socket as unknown as { _handle: Handle | null })._handle;
  secure.on("pause", () => handle()?.readStop());
  secure.on("resume", () => {
    if (!secure.isPaused()) handle()?.readStart();
  });
}
