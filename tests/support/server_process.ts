/**
 * The real executable as a process of its own, for tests that kill it and for measurements that must not share
 * its event loop.
 */

import { PERMISSIONS } from "../../release/permissions.ts";

/** A running server process. */
export interface ServerProcess {
  readonly pid: number;
  /** The page's address, such as `http://127.0.0.1:8080`. */
  readonly http: string;
  readonly tcp: { readonly host: string; readonly port: number };
  /** Resident memory now, in bytes. */
  memory(): Promise<number>;
  /** Sends a signal and resolves when the process is gone. */
  end(signal: Deno.Signal): Promise<void>;
}

/** How a {@link ServerProcess} is started; port 0 picks a free one. */
interface ServerProcessOptions {
  data: string;
  http?: number;
  tcp?: number;
  /** Further options of the command line. */
  more?: readonly string[];
  /** Whether rates stand as by default. */
  rates?: boolean;
  /** A program that runs another one, with its arguments. */
  within?: readonly string[];
}

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Starts `main.ts serve`, without rate limits unless they are wanted, and resolves when it listens. */
export async function startServerProcess(
  { data, http = 0, tcp = 0, more = [], rates = false, within = [] }: ServerProcessOptions,
): Promise<ServerProcess> {
  const options = ["--http", `${http}`, "--tcp", `${tcp}`, "--data", data, ...more];
  options.push("--log-level", "error", ...(rates ? [] : ["--rate-limits", "off"]));
  const [program, ...args] = [
    ...within,
    Deno.execPath(),
    "run",
    "--quiet",
    ...PERMISSIONS,
    MAIN,
    "serve",
    ...options,
  ];
  const child = new Deno.Command(program!, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const end = async (signal: Deno.Signal) => {
    child.kill(signal);
    await child.status;
  };
  const addresses = await readAddresses(child.stdout);
  const [host, port] = addresses.tcp!.replace("tls://", "").split(":");
  return {
    pid: child.pid,
    http: addresses.http!,
    tcp: { host: host!, port: Number(port) },
    memory: () => memoryOf(child.pid),
    end,
  };
}

/** Resident memory of a process, in bytes. */
export async function memoryOf(pid: number): Promise<number> {
  if (Deno.build.os === "linux") {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    return Number(/VmRSS:\s*(\d+)/.exec(status)![1]) * 1024;
  }
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "rss=", "-p", `${pid}`] }).output();
  return Number(new TextDecoder().decode(stdout)) * 1024;
}

/** Reads `name  address` lines until both main listeners have said theirs. */
async function readAddresses(
  output: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const reader = output.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!("http" in found && "tcp" in found)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the server ended before it listened: ${text}`);
    text += value;
    for (const line of text.split("\n").slice(0, -1)) {
      const [name, address] = line.split(/\s+/);
      if (name && address) found[name] = address;
    }
  }
  await reader.cancel();
  return found;
}
