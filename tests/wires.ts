/** What carries a test's lines: a TCP socket or a WebSocket, as raw as they come. */
import { connect } from "node:net";
import { LineStream } from "../client/tcp_link.ts";
import type { Running } from "../server/serve.ts";

/** Bytes both ways. */
export interface Wire {
  write(data: string | Uint8Array): void;
  /** Raw bytes after a line: over WebSocket one binary message. */
  writeRaw(data: Uint8Array): void;
  /** Stops taking what the server sends, and goes on. */
  stopReading(): void;
  readOn(): void;
  /** Says no more, and goes on hearing. */
  finish(): void;
  close(): void;
}

/** Whoever takes what comes. */
interface Hearer {
  /** Takes a line; gives how many raw bytes follow it. */
  take(text: string): number;
  takeRaw(data: Uint8Array): void;
  /** The wire is gone. */
  over(): void;
}

/** Over TCP. */
export function openTcp({ tcp }: Running, peer: Hearer): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: tcp.host, port: tcp.port, noDelay: true, allowHalfOpen: true });
    const stream = new LineStream({
      line: (text) => peer.take(text),
      raw: (data) => peer.takeRaw(data),
      closed: () => {},
    });
    socket.on("data", (chunk: Uint8Array) => stream.push(chunk));
    socket.on("error", reject);
    socket.on("end", () => socket.end());
    socket.on("close", () => peer.over());
    socket.on("connect", () => {
      resolve({
        write: (data) => void socket.write(data),
        writeRaw: (data) => void socket.write(data),
        stopReading: () => void socket.pause(),
        readOn: () => void socket.resume(),
        finish: () => void socket.end(),
        close: () => void socket.destroy(),
      });
    });
  });
}

/** Over WebSocket, perhaps with a cookie. */
export async function openWebSocket({ http }: Running, peer: Hearer, cookie?: string): Promise<Wire> {
  // @ts-types="npm:@types/ws@8.18.2"
  const { WebSocket } = await import("ws");
  const headers = cookie === undefined ? {} : { headers: { cookie } };
  const socket = new WebSocket(`${http.replace("http", "ws")}/ws`, headers);
  return new Promise((resolve, reject) => {
    socket.on("message", (data, isBinary) => {
      if (isBinary) return peer.takeRaw(new Uint8Array(data as Uint8Array));
      for (const line of String(data).split("\n")) if (line !== "") peer.take(line);
    });
    socket.on("error", reject);
    socket.on("close", () => peer.over());
    socket.on("open", () => {
      resolve({
        write: (data) => socket.send(data, { binary: false }),
        writeRaw: (data) => socket.send(data, { binary: true }),
        stopReading: () => socket.pause(),
        readOn: () => socket.resume(),
        finish: () => socket.close(),
        close: () => socket.terminate(),
      });
    });
  });
}
