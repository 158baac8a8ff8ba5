/** The native protocol over TCP. Not for browsers. */
import { connect } from "node:net";
import type { OpenLink } from "./link.ts";

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
      let opened = false;
      let rest = "";
      socket.setEncoding("utf8");
      socket.on("connect", () => {
        opened = true;
        resolve({ send: (line) => void socket.write(`${line}\n`), close: () => socket.destroy() });
      });
      socket.on("data", (chunk: unknown) => {
        const lines = (rest + String(chunk)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) events.line(line);
      });
      socket.on("error", (error) => {
        if (!opened) reject(new Error(`Cannot connect to ${host}:${port}: ${error.message}`));
      });
      socket.on("close", () => {
        if (opened) events.closed();
      });
    });
}
