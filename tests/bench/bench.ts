/**
 * `deno task bench`: deliveries per second, and memory per connection, beside nats-server in the same run. Servers
 * are processes of their own; the load comes from this one, over the loopback only.
 */
import { parseArgs } from "node:util";
import { type Crowd, disperse, gather } from "./deliveries.ts";
import { type Idle, weighIdle } from "./memory.ts";
import { startNats } from "./nats_process.ts";
import { comparedDeliveries } from "./rounds.ts";
import { nats, switchboardTcp, switchboardWebSocket, type Target } from "./targets.ts";
import { tableOf } from "./table.ts";
import { memoryOf, startServerProcess } from "../support/server_process.ts";

/** A server under load. */
interface Subject {
  readonly target: Target;
  memory(): Promise<number>;
  end(): Promise<void>;
}

const IN_FLIGHT = [64, 1];
const NO_NATS = "nats-server not found: apt-get install nats-server";

const { values: options } = parseArgs({
  args: Deno.args.filter((arg) => arg !== "--"),
  options: {
    seconds: { type: "string", default: "2" },
    receivers: { type: "string", default: "200" },
    connections: { type: "string", default: "2000" },
    // Another server beside, with /metrics on.
    metrics: { type: "boolean", default: false },
  },
});
const seconds = Number(options.seconds);
const receivers = Number(options.receivers);
const connections = Number(options.connections);

const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
try {
  await withSubjects(async (subjects) => {
    const crowds: Crowd[] = [];
    for (const { target } of subjects) crowds.push(await gather(target, receivers));
    for (const inFlight of IN_FLIGHT) {
      console.log(`${await comparedDeliveries(crowds, inFlight, seconds, ["nats-server"])}\n`);
    }
    crowds.forEach(disperse);
  });
  await withSubjects(async (subjects) => {
    const found: Idle[] = [];
    for (const { target, memory } of subjects) found.push(await weighIdle(target, memory, connections));
    showMemory(found);
  });
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Runs with fresh servers, one for each row of the tables. */
async function withSubjects(measure: (subjects: readonly Subject[]) => Promise<void>): Promise<void> {
  const subjects: Subject[] = [];
  try {
    subjects.push(await startBoard("tcp"), await startBoard("websocket"));
    if (options.metrics) subjects.push(await startBoard("tcp", ["--metrics-port", "0"]));
    const rival = await startNats();
    if (rival) subjects.push({ ...rival, target: nats(rival.address), memory: () => memoryOf(rival.pid) });
    else console.log(NO_NATS);
    await measure(subjects);
  } finally {
    for (const subject of subjects) await subject.end();
  }
}

async function startBoard(transport: "tcp" | "websocket", more: readonly string[] = []): Promise<Subject> {
  const server = await startServerProcess({ data: await Deno.makeTempDir({ dir: folder }), more });
  const target = transport === "tcp"
    ? switchboardTcp(server.tcp)
    : switchboardWebSocket(new URL(server.http));
  const name = [target.name, ...more].join(" ");
  return { target: { ...target, name }, memory: () => server.memory(), end: () => server.end("SIGTERM") };
}

function showMemory(found: readonly Idle[]): void {
  const head = [`${connections} idle connections`, "MiB before", "MiB after", "KiB a connection"];
  const rows = found.map(({ target, before, after }) => [
    target.name,
    (before / 2 ** 20).toFixed(0),
    (after / 2 ** 20).toFixed(0),
    ((after - before) / connections / 1024).toFixed(1),
  ]);
  console.log(tableOf([head, ...rows]));
}
