/** What `switchboard cluster …` does and prints. */
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ulid } from "ulid";
import { importInto } from "../cluster/import.ts";
import { FEWER_REPLICAS, hasTooFewServers, type Overview, overviewOf } from "../cluster/overview.ts";
import type { Config } from "../config/config.ts";
import { addressOf, beginNode } from "../run/clustered.ts";
import { DataFolderError, dataPaths, openDataFolder } from "../storage/data_folder.ts";
import { pathOfBlob } from "../storage/disk_blob_store.ts";
import { copyDatabase, packFile, Snapshot } from "../storage/snapshot.ts";
import { columns, shownTime } from "./columns.ts";
import { configOf, ending, type Given, runBackup } from "./run_command.ts";

/** `cluster status` */
export function runStatus(given: Given & { json?: boolean }): Promise<void> {
  return ending(async () => {
    const overview = await overviewOf(addressOf(configOf(given)));
    console.log(given.json ? JSON.stringify(overview) : shown(overview));
    const wrong = wrongIn(overview);
    for (const each of wrong) console.error(`switchboard: ${each}`);
    return overview.behind.length === 0 && wrong.length === 0;
  });
}

/** `cluster import` */
export function runImport(given: Given): Promise<void> {
  return ending(async () => {
    console.log(await importData(configOf(given)));
    return true;
  });
}

/** `cluster export FILE`: a backup with the bytes of files that are elsewhere. */
export function runExport(file: string, given: Given, version: string): Promise<void> {
  return runBackup(file, given, version);
}

async function importData(config: Config): Promise<string> {
  if (!existsSync(dataPaths(config.data).database)) {
    throw new DataFolderError(`Cannot import: there is no database in "${config.data}"; see --data`);
  }
  // Nobody else writes it meanwhile.
  const folder = openDataFolder(config.data);
  const beside = await mkdtemp(join(tmpdir(), "switchboard-import-"));
  try {
    const database = join(beside, "switchboard.db");
    await copyDatabase(folder.database, database);
    const epoch = ulid();
    const snapshot = new Snapshot(database, { readOnly: false });
    snapshot.dropPartials();
    snapshot.beginEpoch(epoch);
    const kept = snapshot.keptFiles();
    snapshot.close();
    const at = Date.now();
    const { lobby } = beginNode(database, at);
    const packed = `${database}.gz`;
    await packFile(database, packed);
    const { files } = dataPaths(config.data);
    await importInto(addressOf(config), {
      ...{ packed, epoch, lobby, at },
      files: kept.map(({ id }) => ({ id, bytes: () => createReadStream(join(files, pathOfBlob(id))) })),
    });
    return `The cluster "${config.clusterName}" begins with ${config.data}: the database and ${kept.length} files. Start its nodes, each with an empty --data.`;
  } finally {
    folder.close();
    await rm(beside, { recursive: true, force: true });
  }
}

/** What should not be so, in words. */
function wrongIn(overview: Overview): string[] {
  const { nodes, last, replicas } = overview;
  const ahead = nodes.filter(({ lag }) => lag < 0).map(({ name }) => name);
  return [
    ...nodes.length === 0 ? ["No node is alive"] : [],
    ...hasTooFewServers(overview)
      ? [`One NATS server is to keep the log ${replicas} times, and will lose it: ${FEWER_REPLICAS}`]
      : [],
    ...ahead.length === 0 ? [] : [
      `The log ends at ${last}, and ${
        ahead.join(", ")
      } had more of it: NATS has lost it, see docs/cluster.md`,
    ],
  ];
}

function shown(
  { nodes, first, last, bytes, servers, behind, replicas, natsVersion, snapshots }: Overview,
): string {
  const keeps = servers.length === 0
    ? "one NATS server"
    : servers.map((server, index) =>
      `${server}${index === 0 ? " (leads)" : behind.includes(server) ? " (behind or away)" : ""}`
    ).join(", ");
  return [
    columns([
      ["NODE", "POSITION", "LAG", "CLOCK", "VERSION", "URL"],
      ...nodes.map(({ name, position, lag, ahead, version, url }) => [
        ...[name, `${position}`, `${lag}`, `${ahead >= 0 ? "+" : ""}${ahead} ms`, version],
        url ?? null,
      ]),
    ]),
    `log: ${first} to ${last}, ${bytes} bytes, ${replicas} replicas in NATS ${natsVersion}: ${keeps}`,
    ...snapshots.map(({ seq, at }) => `snapshot: up to ${seq}, of ${shownTime(at)}`),
  ].join("\n");
}
