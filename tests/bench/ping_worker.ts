/// <reference lib="deno.worker" />
/** Somebody else, in a thread of their own: a guest over TCP who pings again and again and notes how long each took. */
import { connect, type Socket } from "node:net";

/** What came of the pings since the last question; milliseconds. */
export interface PingFigures {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** From an answer to the next ping. */
const EVERY_MS = 2;
const NEWLINE = 10;

let took: number[] = [];
let since: number | undefined;

self.onmessage = ({ data }: MessageEvent<number | "figures">) => {
  if (data !== "figures") return begin(connect(data, "127.0.0.1"));
  self.postMessage(figures());
  took = [];
};

function begin(socket: Socket): void {
  const ping = () => {
    since = performance.now();
    socket.write('{"id":1,"op":"ping"}\n');
  };
  socket.setNoDelay(true);
  socket.write('{"id":0,"op":"guest","nickname":"others"}\n');
  socket.on("data", (chunk: Uint8Array) => {
    if (chunk.at(-1) !== NEWLINE) return;
    if (since === undefined) self.postMessage("ready");
    else took.push(performance.now() - since);
    setTimeout(ping, EVERY_MS);
  });
}

function figures(): PingFigures {
  const all = took.sort((one, other) => one - other);
  const share = (part: number) => all[Math.min(all.length - 1, Math.floor(all.length * part))] ?? NaN;
  return { p50: share(0.5), p99: share(0.99), most: share(1) };
}
