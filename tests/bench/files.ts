/**
 * How fast one large file goes up and down, beside the time that `openssl` takes to hash it; what processor time and
 * memory the server needs meanwhile, and how long the pings of somebody else take: `deno task bench:files [MiB]`. Client
 * and server share the machine, so rates are lower bounds.
 */
import { open } from "node:fs/promises";
import process from "node:process";
import { Connection } from "../../client/connection/connection.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { download, upload } from "../../client/transfer/transfer.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import { startPings } from "../support/pings.ts";
import { tableOf } from "./table.ts";

const MIB = 1024 * 1024;
/** What /proc counts in. */
const TICKS_PER_SECOND = 100;
const ROOM = { room: "lobby" };
/** How long pings are timed while nothing else goes on. */
const IDLE_MS = 2_000;

const size = Number(Deno.args.find((each) => each !== "--") ?? 1024) * MIB;
const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
const path = `${folder}/large.bin`;
await writeRandom(path, size);

const md5 = await hash("md5");
const sha256 = await hash("sha256");
const server = await startServer();
const others = await startPings({ host: "127.0.0.1", port: server.tcp }, 2);
const head = ["", "MiB/s", "s", "× openssl", "CPU s", "main CPU s", "server MiB", "ping p50", "p99", "most"];
const rows: string[][] = [head];
try {
  const link = tcpLink({ host: "127.0.0.1", port: server.tcp });
  const tcp = await guest(link, "tcp");
  const ws = await guest(webSocketLink(`ws://127.0.0.1:${server.http}/ws`), "web");
  let file = "";
  await measure("nothing", () => new Promise((resolve) => setTimeout(resolve, IDLE_MS)));
  await measure("up, HTTP", async () => {
    file = await put(ws, "http.bin");
  });
  await measure("down, HTTP", () => get(ws, file));
  for (const [name, connection] of [["TCP", tcp], ["WebSocket", ws]] as const) {
    await measure(`up, ${name}`, async () => {
      file = await sendOver(connection, `${name}.bin`);
    });
    await measure(`down, ${name}`, () => fetchOver(connection, file));
  }
  tcp.close();
  ws.close();
} finally {
  others.stop();
  await server.stop();
  await Deno.remove(folder, { recursive: true });
}
console.log(`${size / MIB} MiB, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}\n`);
console.log(tableOf(rows));

/**
 * Runs one way of transfer between two runs of `openssl`, which tell how fast the machine is now; notes its time, the
 * most memory that the server had meanwhile, over before, and others' pings.
 */
async function measure(name: string, work: () => Promise<void>): Promise<void> {
  const opensslBefore = await bothHashes();
  const before = server.memory();
  const cpuBefore = server.cpu();
  others.clear();
  let most = before;
  const watching = setInterval(() => most = Math.max(most, server.memory()), 20);
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  clearInterval(watching);
  const pings = await others.figures();
  const cpu = server.cpu();
  const openssl = (opensslBefore + await bothHashes()) / 2;
  const transfer = name === "nothing" ? ["", "", ""] : [
    (size / MIB / (ms / 1000)).toFixed(0),
    (ms / 1000).toFixed(2),
    (openssl / ms).toFixed(2),
  ];
  rows.push([
    name,
    ...transfer,
    (cpu.all - cpuBefore.all).toFixed(2),
    (cpu.main - cpuBefore.main).toFixed(2),
    `${before} → ${Math.max(most, server.memory())}`,
    ...[pings.p50, pings.p99, pings.most].map((each) => each.toFixed(1)),
  ]);
}

/** Milliseconds that both hashes of the file take, one after the other. */
async function bothHashes(): Promise<number> {
  const { ms } = await hash("md5");
  return ms + (await hash("sha256")).ms;
}

async function writeRandom(target: string, bytes: number): Promise<void> {
  const handle = await open(target, "w");
  const block = new Uint8Array(MIB);
  for (let at = 0; at < bytes; at += MIB) {
    for (let part = 0; part < MIB; part += 65_536) {
      crypto.getRandomValues(block.subarray(part, part + 65_536));
    }
    await handle.write(block);
  }
  await handle.sync();
  await handle.close();
}

async function hash(name: "md5" | "sha256"): Promise<{ hex: string; ms: number }> {
  const begun = performance.now();
  const { stdout } = await new Deno.Command("openssl", { args: [name, "-r", path] }).output();
  return { hex: new TextDecoder().decode(stdout).split(" ")[0]!, ms: performance.now() - begun };
}

async function startServer() {
  const args = ["serve", "--http", "0", "--tcp", "0", "--data", `${folder}/data`, "--rate-limits", "off"];
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      new URL("../../main.ts", import.meta.url).pathname,
      ...args,
      "--quota",
      "1TiB",
      "--file-max",
      "1TiB",
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (said.split("\n").length < 3) said += (await reader.read()).value ?? "";
  reader.releaseLock();
  const [http, tcp] = said.split("\n").map((line) => Number(line.split(":").at(-1)));
  return {
    http: http!,
    tcp: tcp!,
    /** MiB that the server's process has in memory now. */
    memory(): number {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
    },
    /** Seconds of processor time that it has used: all its threads together, and the one that serves everybody. */
    cpu: () => ({ all: cpuOf(`${child.pid}`), main: cpuOf(`${child.pid}/task/${child.pid}`) }),
    async stop(): Promise<void> {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

function cpuOf(task: string): number {
  const fields = Deno.readTextFileSync(`/proc/${task}/stat`).split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function guest(link: ReturnType<typeof tcpLink>, nickname: string): Promise<Connection> {
  const connection = await new Connection({ open: link, reconnect: false }).connect();
  await connection.ask("guest", { nickname });
  return connection;
}

async function put(connection: Connection, name: string): Promise<string> {
  const { file } = await connection.ask("upload", { ...ROOM, name, size, md5: md5.hex });
  const body = (await Deno.open(path)).readable;
  const headers = { authorization: `Bearer ${connection.token}` };
  const response = await fetch(`http://127.0.0.1:${server.http}/files/${file}`, {
    method: "PUT",
    body,
    headers,
  });
  if (!response.ok) throw new Error(await response.text());
  await response.body?.cancel();
  check((await connection.ask("finish", { file })).sha256);
  return file;
}

async function get(connection: Connection, file: string): Promise<void> {
  const headers = { authorization: `Bearer ${connection.token}` };
  const response = await fetch(`http://127.0.0.1:${server.http}/files/${file}`, { headers });
  let got = 0;
  for await (const piece of response.body!) got += piece.length;
  if (got !== size) throw new Error(`${got} bytes came`);
}

async function sendOver(connection: Connection, name: string): Promise<string> {
  const handle = await open(path);
  const source = {
    name,
    size,
    md5: md5.hex,
    async read(offset: number, length: number) {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
  };
  const { sha256 } = await upload(connection, source, ROOM);
  await handle.close();
  check(sha256);
  const { files } = await connection.ask("files", ROOM);
  return files[0]!.id;
}

async function fetchOver(connection: Connection, file: string): Promise<void> {
  const sink = { offset: 0, write: (bytes: Uint8Array) => void (sink.offset += bytes.length) };
  await download(connection, file, sink);
}

function check(hex: string): void {
  if (hex === sha256.hex) return;
  console.error("what arrived is something else");
  process.exit(1);
}
