/** What carries a test's lines: raw bytes over TCP, or messages over WebSocket, and everything that can be done wrong with them. */
import { connect } from "node:net";
// @ts-types="npm:@types/ws@8.18.2"
import { WebSocket } from "ws";
import type { Running } from "../server/serve.ts";

/** Who is told what comes. */
export interface Hearer {
  /** One line, without its end. */
  take(line: string): void;
  over(): void;
}

/** Bytes to a server. */
export interface Wire {
  /** Sends them; over WebSocket as one text message. `taken`: the system has them. */
  write(data: string | Uint8Array, taken?: () => void): void;
  /** Sends what does not end here: a piece of a line, or of a message. `taken`: the system has it. */
  writePart(data: Uint8Array, taken: () => void): void;
  /** Sends a binary message, where there are messages. */
  writeBinary(data: Uint8Array): void;
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
}

/** Connects over TCP. */
export function openTcp({ tcp }: Running, hearer: Hearer): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: tcp.host, port: tcp.port, noDelay: true, allowHalfOpen: true });
    let rest = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop()!;
      for (const line of lines) hearer.take(line);
    });
    socket.on("error", reject);
    socket.on("end", () => socket.end());
    socket.on("close", () => hearer.over());
    const write: Wire["write"] = (data, taken) => void socket.write(data, () => taken?.());
    socket.on("connect", () => {
      resolve({
        write,
        writePart: write,
        writeBinary: (data) => write(data),
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
  { http }: Running,
  hearer: Hearer,
  headers: WebSocketHeaders = {},
): Promise<Wire> {
  const socket = new WebSocket(`${http.replace("http", "ws")}/ws`, { headers: { ...headers } });
  return new Promise((resolve, reject) => {
    socket.on("message", (data) => {
      for (const line of String(data).split("\n")) if (line !== "") hearer.take(line);
    });
    socket.on("error", reject);
    socket.on("close", () => hearer.over());
    socket.on("open", () => {
      resolve({
        write: (data, taken) => socket.send(data, { binary: false }, () => taken?.()),
        writePart: (data, taken) => socket.send(data, { binary: false, fin: false }, () => taken()),
        writeBinary: (data) => socket.send(data, { binary: true }),
        stopReading: () => socket.pause(),
        readOn: () => socket.resume(),
        finish: () => socket.close(),
        close: () => socket.terminate(),
      });
    });
  });
}
