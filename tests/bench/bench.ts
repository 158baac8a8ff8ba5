/**
 * `deno task bench`: deliveries per second and memory per connection, beside nats-server in the same run. The
 * servers are processes of their own; the load comes from this one, over the loopback only.
 */
import { parseArgs } from "node:util";
import { startServerProcess } from "../server_process.ts";
import { type Crowd, disperse, gather, textsPerSecond } from "./deliveries.ts";
import { memoryPerConnection } from "./memory.ts";
import { startNats } from "./nats_process.ts";
import { nats, switchboardTcp, switchboardWebSocket, type Target } from "./targets.ts";

const RUNS = 5;
const IN_FLIGHT = 64;

const { values: options } = parseArgs({
  args: Deno.args.filter((arg) => arg !== "--"),
  options: {
    seconds: { type: "string", default: "2" },
    receivers: { type: "string", default: "200" },
    connections: { type: "string", default: "2000" },
  },
});
const seconds = Number(options.seconds);
const receivers = Number(options.receivers);
const connections = Number(options.connections);

const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
try {
  await measureDeliveries();
  await measureMemory();
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function measureDeliveries(): Promise<void> {
  const board = await startServerProcess({ data: `${folder}/tcp` });
  const webBoard = await startServerProcess({ data: `${folder}/websocket` });
  const rival = await startNats();
  if (!rival) console.log("nats-server not found: apt-get install nats-server");
  const targets = [
    switchboardTcp(board.tcp),
    switchboardWebSocket(new URL(webBoard.http)),
    ...(rival ? [nats(rival.address)] : []),
  ];
  const crowds: Crowd[] = [];
  for (const target of targets) crowds.push(await gather(target, receivers));
  for (const inFlight of [IN_FLIGHT, 1]) await compare(crowds, inFlight);
  crowds.forEach(disperse);
  await Promise.all([board.end("SIGTERM"), webBoard.end("SIGTERM"), rival?.end()]);
}

/** Measures the crowds in turn, several times over, so that a change of the machine's speed is everybody's. */
async function compare(crowds: readonly Crowd[], inFlight: number): Promise<void> {
  const rates = new Map<Target, number[]>(crowds.map(({ target }) => [target, []]));
  for (const crowd of crowds) await textsPerSecond(crowd, inFlight, 1); // warming up
  for (let run = 0; run < RUNS; run++) {
    for (const crowd of crowds) {
      const texts = await textsPerSecond(crowd, inFlight, seconds);
      rates.get(crowd.target)!.push(texts * receivers);
    }
  }
  const rival = rates.get(crowds.at(-1)!.target)!;
  console.log(
    `\n${receivers} receivers, 100-byte texts, ${inFlight} in flight, ${RUNS} runs of ${seconds} s`,
  );
  for (const [{ name }, found] of rates) {
    const [min, median, max] = spread(found).map((rate) => (rate / 1e6).toFixed(2));
    const ratio = spread(found.map((rate, run) => rate / rival[run]!))[1].toFixed(2);
    console.log(
      `${name.padEnd(24)} ${median} million deliveries/s (${min} to ${max}), × nats-server ${ratio}`,
    );
  }
}

async function measureMemory(): Promise<void> {
  console.log(`\n${connections} idle connections, signed in`);
  for (
    const [name, make] of [
      ["Switchboard, TCP", (server: Addresses) => switchboardTcp(server.tcp)],
      ["Switchboard, WebSocket", (server: Addresses) => switchboardWebSocket(new URL(server.http))],
    ] as const
  ) {
    const server = await startServerProcess({ data: `${folder}/${name}` });
    const each = await memoryPerConnection(make(server), server.pid, connections);
    console.log(`${name.padEnd(24)} ${each.toFixed(1)} KiB each`);
    await server.end("SIGTERM");
  }
}

type Addresses = Awaited<ReturnType<typeof startServerProcess>>;

/** Least, median and most. */
function spread(values: readonly number[]): [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  return [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!];
}
