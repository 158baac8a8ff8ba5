/** What strangers and guests can do to the listeners of lines: TCP and WebSocket. */
import type { Socket } from "node:net";
import type { Attack } from "./attack.ts";
import { httpOf, lasting, open, withSockets, write } from "./sockets.ts";

const CONNECTIONS = 200;
/** Each attacker has an address of its own, as far as the loopback network has them. */
const addressOf = (index: number) => `127.0.1.${1 + index % 250}`;

/** Attacks by lines. */
export const WIRE_ATTACKS: readonly Attack[] = [
  {
    name: "lines that never end, byte by byte, on 200 connections",
    async run({ tcp }, times) {
      await withSockets(tcp, CONNECTIONS, async (sockets) => {
        await Promise.all(sockets.map((socket) => write(socket, '{"op":"send","text":"')));
        await dripped(sockets, 1_000 * times);
      }, addressOf);
    },
  },
  {
    name: "WebSocket messages that never end, byte by byte, on 200 connections",
    async run({ http }, times) {
      await withSockets(httpOf(http), CONNECTIONS, async (sockets) => {
        await Promise.all(sockets.map(upgrade));
        // A text frame of 64 KiB, unmasked as the mask is zero.
        const frame = new Uint8Array([0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        await Promise.all(sockets.map((socket) => write(socket, frame)));
        await dripped(sockets, 1_000 * times);
      }, addressOf);
    },
  },
  {
    name: "200 guests who ask for history and never read",
    options: ["--rate-limits", "off"],
    async prepare({ tcp }) {
      const author = await open(tcp);
      author.resume();
      await write(author, '{"op":"guest","nickname":"author"}\n');
      const text = "x".repeat(16_000);
      for (let n = 0; n < 200; n++) await write(author, `{"op":"send","room":"lobby","text":"${text}"}\n`);
      await answered(author);
      author.destroy();
    },
    async run({ tcp }, times) {
      await withSockets(tcp, CONNECTIONS, async (sockets) => {
        const asking = '{"op":"history","room":"lobby","limit":200}\n'.repeat(20);
        for (const [index, socket] of sockets.entries()) {
          await write(socket, `{"op":"guest","nickname":"silent${index}"}\n`);
          for (let n = 0; n < times; n++) await write(socket, asking, 100);
        }
        await lasting(1_000 + 1_000 * times);
      }, addressOf);
    },
  },
];

/** Writes one byte after the other, each in a segment of its own, round and round. */
async function dripped(sockets: readonly Socket[], bytes: number): Promise<void> {
  for (let n = 0; n < bytes; n++) await Promise.all(sockets.map((socket) => write(socket, "x")));
}

async function upgrade(socket: Socket): Promise<void> {
  await write(
    socket,
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await new Promise<void>((resolve) => {
    socket.once("data", () => resolve());
    socket.once("close", () => resolve());
    socket.resume();
  });
}

/** Everything asked so far has been. */
async function answered(socket: Socket): Promise<void> {
  const pong = new Promise<void>((resolve) => {
    let text = "";
    socket.on("data", (chunk: Uint8Array) => {
      text = (text + new TextDecoder().decode(chunk)).slice(-1_000);
      if (text.includes('"re":"barrier"')) resolve();
    });
  });
  await write(socket, '{"id":"barrier","op":"ping"}\n');
  await pong;
}
