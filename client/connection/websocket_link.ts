/** The native protocol over a WebSocket, for browsers and everything else that has the standard `WebSocket`. */
import type { OpenLink } from "./link.ts";

const OPEN_MS = 10_000;

/** Opens `ws:` or `wss:` addresses such as `ws://127.0.0.1:8080/ws`. */
export function webSocketLink(url: string): OpenLink {
  return (events) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.binaryType = "arraybuffer";
      let opened = false;
      // A network that swallows everything would keep one waiting for minutes.
      const timer = setTimeout(() => opened || socket.close(), OPEN_MS);
      socket.addEventListener("open", () => {
        opened = true;
        clearTimeout(timer);
        resolve({
          send(line, raw) {
            // What is sent to one that is closing is lost, and complained of; that it closes is told soon.
            if (socket.readyState !== WebSocket.OPEN) return;
            socket.send(line);
            if (raw) socket.send(raw as Uint8Array<ArrayBuffer>);
          },
          get unsent() {
            return socket.bufferedAmount;
          },
          close: () => socket.close(),
        });
      });
      socket.addEventListener("message", ({ data }) => {
        if (data instanceof ArrayBuffer) return events.raw(new Uint8Array(data));
        for (const line of data.split("\n")) if (line !== "") events.line(line);
      });
      socket.addEventListener("close", () => {
        clearTimeout(timer);
        if (opened) events.closed();
        else reject(new Error(`Cannot connect to ${url}`));
      });
    });
}
