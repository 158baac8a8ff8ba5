/** What carries a test's lines: raw bytes over TCP, or messages over WebSocket, and everything that can be done wrong with them. */
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
// @ts-types="npm:@types/ws@8.18.2"
import { WebSocket } from "ws";
import { LineStream } from "../../client/node/tcp_link.ts";
import type { Running } from "../../server/run/serve.ts";
import { holdBack } from "../../server/transport/tls_guard.ts";

/** Who is told what comes. */
interface Hearer {
  /** One line, without its end; gives how many raw bytes belong to it. */
  take(line: string): number;
  /** The raw bytes that belong to the last line. */
  takeRaw(data: Uint8Array): void;
  over(): void;
}

/** Bytes to a server. */
export interface Wire {
  /** Sends them; over WebSocket as one text message. `taken`: the system has them. */
  write(data: string | Uint8Array, taken?: () => void): void;
  /** Sends what does not end here: a piece of a line, or of a message. `taken`: the system has it. */
  writePart(data: Uint8Array, taken: () => void): void;
  /** Sends raw bytes; over WebSocket as one binary message. */
  writeRaw(data: Uint8Array): void;
  /** Stops taking what the server sends, and goes on. */
  stopReading(): void;
  readOn(): void;
  /** Says no more, and still listens. */
  finish(): void;
  close(): void;
}

/** What a WebSocket can come with. */
export interface WebSocketHeaders {
  cookie?: string;
  origin?: string;
  "user-agent"?: string;
  "x-forwarded-for"?: string;
}

/** What is known of a server that peers come to. */
export type Reachable = Pick<Running, "http" | "tcp" | "certificates">;

/** A connection to a port of a server, with TLS where the server speaks it. */
export function socketTo(
  { certificates }: Pick<Running, "certificates">,
  host: string,
  port: number,
): Socket {
  const plain = connect({ host, port, noDelay: true, allowHalfOpen: true });
  if (!certificates) return plain;
  const secure = connectTls({ socket: plain, ca: certificates.current.cert, servername: "localhost" });
  secure.allowHalfOpen = true;
  holdBack(secure, plain);
  return secure;
}

/** Connects over TCP. */
export function openTcp(running: Reachable, hearer: Hearer): Promise<Wire> {
  const { tcp, certificates } = running;
  return new Promise((resolve, reject) => {
    const socket = socketTo(running, tcp.host, tcp.port);
    const stream = new LineStream({
      line: (text) => hearer.take(text),
      raw: (data) => hearer.takeRaw(data),
      closed() {},
    });
    socket.on("data", (chunk: Uint8Array) => stream.push(chunk));
    socket.on("error", reject);
    socket.on("end", () => socket.end());
    socket.on("close", () => hearer.over());
    const write: Wire["write"] = (data, taken) => void socket.write(data, () => taken?.());
    socket.on(certificates ? "secureConnect" : "connect", () => {
      resolve({
        write,
        writePart: write,
        writeRaw: (data) => write(data),
        stopReading: () => void socket.pause(),
        readOn: () => void socket.resume(),
        finish: () => void socket.end(),
        close: () => void socket.destroy(),
      });
    });
  });
}

/** Connects to `/ws`. Rejects with the status when the server refuses. */
export function openWebSocket(
  running: Reachable,
  hearer: Hearer,
  headers: WebSocketHeaders = {},
): Promise<Wire> {
  const { http, certificates } = running;
  const { hostname, port } = new URL(http);
  const secure = certificates && { createConnection: () => socketTo(running, hostname, Number(port)) };
  const socket = new WebSocket(`${http.replace("http", "ws")}/ws`, { headers: { ...headers }, ...secure });
  return new Promise((resolve, reject) => {
    socket.on("message", (data, isBinary) => {
      if (isBinary) return hearer.takeRaw(new Uint8Array(data as Uint8Array));
      for (const line of String(data).split("\n")) if (line !== "") hearer.take(line);
    });
    socket.on("error", reject);
    socket.on("close", () => hearer.over());
    socket.on("open", () => {
      resolve({
        write: (data, taken) => socket.send(data, { binary: false }, () => taken?.()),
        writePart: (data, taken) => socket.send(data, { binary: false, fin: false }, () => taken()),
        writeRaw: (data) => socket.send(data, { binary: true }),
        stopReading: () => socket.pause(),
        readOn: () => socket.resume(),
        finish: () => socket.close(),
        close: () => socket.terminate(),
      });
    });
  });
}
