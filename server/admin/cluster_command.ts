/** `switchboard cluster`: how several nodes do, and the way from a server alone to a cluster and back. */
import type { Command } from "commander";
import type { Given } from "./run_command.ts";

/** What the command is done by, which is loaded only then. */
type Running = () => Promise<typeof import("./run_cluster.ts")>;

/** Gives the command what it takes and does. */
export function addClusterCommands(cluster: Command, running: Running, version: string): void {
  cluster.command("status").description("nodes, how far they are, what keeps the log, snapshots")
    .option("--json", "as one JSON object")
    .action(async (_options, command: Command) =>
      (await running()).runStatus(command.optsWithGlobals<Given & { json?: boolean }>())
    );
  cluster.command("import")
    .description("begins a cluster with what a server alone has in --data; it has to be stopped")
    .action(async (_options, command: Command) =>
      (await running()).runImport(command.optsWithGlobals<Given>())
    );
  cluster.command("export").description("everything of a node as a backup, which restore takes")
    .argument("<file>", "made anew")
    .action(async (file: string, _options, command: Command) =>
      (await running()).runExport(file, command.optsWithGlobals<Given>(), version)
    );
}
