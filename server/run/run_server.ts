/** `switchboard serve`: a server from its start to the signal that ends it. */
import process from "node:process";
import { type Config, ConfigError, resolveConfig } from "../config/config.ts";
import { LIMITS } from "../core/shared/limits.ts";
import { startLog, stopLog } from "../monitoring/log.ts";
import { giveMemoryBack } from "../monitoring/memory.ts";
import { start } from "./serve.ts";
import { ClusterError } from "../cluster/cluster_error.ts";
import { StartError } from "./start_error.ts";
import { DataFolderError } from "../storage/data_folder.ts";
import { SchemaError } from "../storage/migrations.ts";

/** Runs a server with what the command line said; ends the process when it can't, or when a signal asks for it. */
export async function runServer(given: Partial<Config> & { config?: string }): Promise<void> {
  try {
    const config = resolveConfig(given);
    await startLog(config);
    let started: { stop(): Promise<void> } | undefined;
    const onEnd = (error: Error) => {
      console.error(`switchboard: ${error.message}`);
      void stopAndExit(started, 1);
    };
    const running = started = await start(config, { onEnd });
    giveMemoryBack();
    // Whoever reads the addresses may stop the server at once.
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stopAndExit(running));
    const { certificates, first } = running;
    if (certificates) process.on("SIGHUP", () => certificates.reload());
    for (const { name, url } of running.urls) console.log(`${name.padEnd(5)} ${url}`);
    if (certificates && config.tlsSelfSigned) console.log(`cert  sha256=${certificates.current.sha256}`);
    // On standard output alone: the log may be read by others.
    if (first) console.log(`admin ${first.link}`);
  } catch (error) {
    const expected = [StartError, ConfigError, DataFolderError, SchemaError, ClusterError].some((kind) =>
      error instanceof kind
    );
    console.error(`switchboard: ${expected ? (error as Error).message : Deno.inspect(error)}`);
    Deno.exit(1);
  }
}

async function stopAndExit(running: { stop(): Promise<void> } | undefined, code = 0): Promise<void> {
  // Whatever hangs: what was acknowledged is on disk.
  setTimeout(() => Deno.exit(1), LIMITS.stopMs);
  await running?.stop();
  await stopLog();
  Deno.exit(code);
}
