/// <reference lib="deno.worker" />
/**
 * One TCP connection in a thread that does nothing but read, so that each `recv(4096)` gives what a waiting program would get,
 * however busy the test is. A machine that does not even let this thread run is told apart. See prompt_socket.ts.
 */
import type { Opening } from "./prompt_socket.ts";

type Order = { open: Opening } | { send: Uint8Array } | { close: true };

/** How often the thread sees whether it runs; milliseconds. */
const BEAT_MS = 5;

let connection: Deno.TcpConn | undefined;
let sending: Promise<void> = Promise.resolve();
let beatAt = performance.now();
/** The longest that it was kept from reading since the last recv; milliseconds. */
let awayMs = 0;
const beating = setInterval(beat, BEAT_MS);

self.onmessage = ({ data }: MessageEvent<Order>) => {
  if ("open" in data) void read(data.open);
  else if ("send" in data) sending = sending.then(() => send(data.send)).catch(() => {});
  else closeOnce();
};

async function read({ lateMs = 0, ...address }: Opening): Promise<void> {
  try {
    connection = await Deno.connect(address);
    connection.setNoDelay(true);
    self.postMessage({ open: true });
    const buffer = new Uint8Array(4_096);
    for (let count = 0; (count = await connection.read(buffer) ?? 0) > 0;) {
      beat();
      self.postMessage({ recv: buffer.slice(0, count), awayMs });
      awayMs = 0;
      if (lateMs > 0) await late(lateMs);
    }
  } catch {
    // The other side, or this one, has ended it.
  }
  clearInterval(beating);
  closeOnce();
  self.postMessage({ over: true });
}

/** Does something else for so long. */
async function late(ms: number): Promise<void> {
  const left = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  awayMs = performance.now() - left;
}

async function send(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection!.write(bytes.subarray(at));
}

function closeOnce(): void {
  connection?.close();
  connection = undefined;
}

function beat(): void {
  const now = performance.now();
  awayMs = Math.max(awayMs, now - beatAt - BEAT_MS);
  beatAt = now;
}
