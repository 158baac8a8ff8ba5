/**
 * `deno task bench:cluster`: what several nodes cost. Nodes and NATS servers are processes of their own on this machine,
 * which share its cores with each other and with the load: a cluster on machines of its own has more of them.
 */
import { parseArgs } from "node:util";
import { Peer } from "../support/harness.ts";
import { type ServerProcess, startServerProcess } from "../support/server_process.ts";
import { openTcp } from "../support/wires.ts";
import { startNatsServers } from "../cluster/nats_servers.ts";
import { tableOf } from "./table.ts";

const { values: options } = parseArgs({
  args: Deno.args.filter((arg) => arg !== "--"),
  options: {
    seconds: { type: "string", default: "4" },
    /** Messages in the log when an empty node comes. */
    messages: { type: "string", default: "100000" },
  },
});
const seconds = Number(options.seconds);
const messages = Number(options.messages);
const IN_FLIGHT = 64;
const SAMPLES = 300;
const TEXT = "x".repeat(100);

const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
try {
  const rows = [[
    "nodes and NATS servers",
    "stored a second",
    "node to node, p50 ms",
    "p99 ms",
    "MiB of an idle node",
  ]];
  rows.push(["1, without NATS", ...await alone()]);
  for (const nats of [1, 3]) {
    for (const nodes of [1, 2, 3]) rows.push([`${nodes} and ${nats}`, ...await measured(nodes, nats)]);
  }
  console.log(`${tableOf(rows)}\n`);
  console.log(await joining());
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function alone(): Promise<string[]> {
  const server = await startServerProcess({ data: await Deno.makeTempDir({ dir: folder }) });
  const found = await look([server]);
  await server.end("SIGTERM");
  return found;
}

async function measured(nodes: number, servers: number): Promise<string[]> {
  const nats = await startNatsServers(servers);
  const all: ServerProcess[] = [];
  for (let index = 0; index < nodes; index++) all.push(await startNode(nats.urls, `n${index}`));
  const found = await look(all);
  await Promise.all(all.map((each) => each.end("SIGTERM")));
  await nats.stop();
  return found;
}

async function startNode(urls: readonly string[], name: string): Promise<ServerProcess> {
  const data = await Deno.makeTempDir({ dir: folder });
  return await startServerProcess({
    data,
    more: ["--cluster", urls.join(","), "--node", name, "--registration", "open"],
  });
}

async function look(nodes: readonly ServerProcess[]): Promise<string[]> {
  const memory = await nodes[0]!.memory();
  const peers = await Promise.all(nodes.map((node, index) => guest(node, `g${index}`)));
  const waits = await latencies(peers[0]!, peers.at(-1)!);
  const rate = await storedPerSecond(peers);
  peers.forEach((peer) => peer.close());
  const at = (share: number) => waits[Math.floor(waits.length * share)]!.toFixed(2);
  return [rate.toFixed(0), at(0.5), at(0.99), (memory / 2 ** 20).toFixed(0)];
}

async function guest({ tcp, http }: ServerProcess, nickname: string): Promise<Peer> {
  const peer = new Peer();
  peer.wire = await openTcp({ tcp, http, certificates: undefined }, peer);
  await peer.asks("guest", { nickname });
  return peer;
}

/** From what one says to what another on the last node hears, one at a time; milliseconds, the least first. */
async function latencies(one: Peer, other: Peer): Promise<number[]> {
  const found: number[] = [];
  for (let count = 0; count < SAMPLES; count++) {
    const text = `sample ${count}`;
    const began = performance.now();
    const said = one.asks("send", { room: "lobby", text });
    // The only node's own has its reply in place of the event.
    await (one === other ? said : Promise.all([said, other.hearsAtLast({ event: "message", text })]));
    found.push(performance.now() - began);
  }
  return found.sort((a, b) => a - b);
}

/** Everybody has so many in flight; what is answered within the time counts. */
async function storedPerSecond(peers: readonly Peer[]): Promise<number> {
  let stored = 0;
  const began = performance.now();
  const isOver = () => performance.now() - began > seconds * 1_000;
  await Promise.all(peers.flatMap((peer) =>
    Array.from({ length: IN_FLIGHT }, async () => {
      while (!isOver()) {
        await peer.asks("send", { room: "lobby", text: TEXT });
        peer.events.length = peer.lines.length = 0;
        stored++;
      }
    })
  ));
  return stored * 1_000 / (performance.now() - began);
}

/** An empty node comes when there is much in the log. */
async function joining(): Promise<string> {
  const nats = await startNatsServers(1);
  const first = await startNode(nats.urls, "first");
  const peer = await guest(first, "ada");
  for (let left = messages; left > 0; left -= IN_FLIGHT) {
    await Promise.all(
      Array.from({ length: IN_FLIGHT }, () => peer.asks("send", { room: "lobby", text: TEXT })),
    );
    peer.events.length = peer.lines.length = 0;
  }
  const { last } = await nats.rangeOf("SWITCHBOARD_main_LOG");
  const began = performance.now();
  const second = await startNode(nats.urls, "second");
  const took = (performance.now() - began) / 1_000;
  peer.close();
  await Promise.all([first, second].map((node) => node.end("SIGTERM")));
  await nats.stop();
  return `An empty node with ${messages} messages in ${last} entries before it was there after ${
    took.toFixed(1)
  } s, ${(messages / took).toFixed(0)} messages a second.`;
}
