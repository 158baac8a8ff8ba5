/**
 * One attack on the real server, as a process of its own, while a client that does nothing wrong pings it from a
 * thread of its own: how long its pings take, how much memory the server has before, at most and after, and how many
 * files it has open.
 */
import type { PingFigures } from "../support/ping_worker.ts";
import { startPings } from "../support/pings.ts";
import { openSmallDisk, type SmallDisk } from "../support/tmpfs.ts";
import { memoryOf, type ServerProcess, startServerProcess } from "../support/server_process.ts";

/** What can be done to a server. */
export interface Attack {
  /** In the words of a table's row. */
  readonly name: string;
  /** Further options of the server; rates stand as by default unless these say otherwise. */
  readonly options?: readonly string[];
  /** What is there before the attack and is no part of it; what it opens stays open meanwhile. */
  prepare?(server: ServerProcess): Promise<void>;
  /** The data folder is on a disk of its own, of this size. */
  readonly diskMebibytes?: number;
  /** Attacks; resolves when it is over and everything it opened is closed. `times`: 1 is the suite's short form. */
  run(server: ServerProcess, times: number, disk: SmallDisk | undefined): Promise<void>;
}

/** What was measured. */
export interface Measured {
  readonly name: string;
  /** Resident bytes. */
  readonly memory: { readonly before: number; readonly most: number; readonly after: number };
  readonly descriptors: { readonly before: number; readonly most: number; readonly after: number };
  /** The healthy client's pings during the attack, in milliseconds; `lost`: its connection was. */
  readonly pings: PingFigures;
}

/** How far memory may be from where it was. */
export const MEMORY_KEPT_BYTES = 64 * 1024 * 1024;
/** The healthy client's slowest ping, in milliseconds. */
export const PING_MS_MAX = 250;

/** It is to notice, not to attack as well. */
const PING_EVERY_MS = 100;
const LOOK_EVERY_MS = 100;
/** How long the server is given to be as it was. */
const SETTLE_MS = 45_000;

/** Attacks a server of its own. */
export async function measure(attack: Attack, times: number): Promise<Measured> {
  const disk = attack.diskMebibytes === undefined ? undefined : await openSmallDisk(attack.diskMebibytes);
  const data = disk?.folder ?? await Deno.makeTempDir({ prefix: "switchboard-attack-" });
  const { within = [] } = disk ?? {};
  const server = await startServerProcess({ data, within, more: attack.options ?? [], rates: true });
  const healthy = await startPings(server.tcp, PING_EVERY_MS);
  try {
    await attack.prepare?.(server);
    const before = await look(server.pid);
    const most = { ...before };
    const watching = setInterval(async () => {
      const now = await look(server.pid).catch(() => before);
      most.memory = Math.max(most.memory, now.memory);
      most.descriptors = Math.max(most.descriptors, now.descriptors);
    }, LOOK_EVERY_MS);
    healthy.clear();
    try {
      await attack.run(server, times, disk);
    } finally {
      clearInterval(watching);
    }
    const pings = await healthy.figures();
    const after = await settled(server.pid, before);
    const memory = { before: before.memory, most: most.memory, after: after.memory };
    const descriptors = {
      before: before.descriptors,
      most: most.descriptors,
      after: after.descriptors,
    };
    return { name: attack.name, memory, descriptors, pings };
  } finally {
    healthy.stop();
    await server.end("SIGTERM");
    if (disk) await disk.close();
    else await Deno.remove(data, { recursive: true });
  }
}

interface Look {
  memory: number;
  descriptors: number;
}

async function look(pid: number): Promise<Look> {
  const descriptors = Array.from(Deno.readDirSync(`/proc/${pid}/fd`)).length;
  return { memory: await memoryOf(pid), descriptors };
}

/** As soon as it is as it was, or after a while as it is then. */
async function settled(pid: number, before: Look): Promise<Look> {
  const until = Date.now() + SETTLE_MS;
  while (true) {
    const now = await look(pid);
    const asBefore = now.memory <= before.memory + MEMORY_KEPT_BYTES && now.descriptors <= before.descriptors;
    if (asBefore || Date.now() > until) return now;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
