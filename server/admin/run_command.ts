/** The operator's commands from what was typed to the exit code: 0 when all is well, 1 when something is not. */
import { type Config, ConfigError, resolveConfig } from "../config/config.ts";
import { Fault } from "../core/shared/faults.ts";
import { addressOf } from "../run/clustered.ts";
import { startLog, stopLog } from "../monitoring/log.ts";
import { OPTIONS } from "../config/options.ts";
import { CLASSIC } from "../protocol/dialects/index.ts";
import type { AdminApi } from "../protocol/admin_api.ts";
import { DataFolderError, dataPaths } from "../storage/data_folder.ts";
import { lookInto } from "../storage/snapshot.ts";
import { SchemaError } from "../storage/migrations.ts";
import { reachAdminApi } from "./access.ts";
import { NoPasswordError } from "./ask_password.ts";
import { ClusterError } from "../cluster/cluster_error.ts";
import { backup, BackupError } from "./backup.ts";
import { shownTime } from "./columns.ts";
import { doctor } from "./doctor.ts";
import type { Finding } from "./finding.ts";
import { restore } from "./restore.ts";
import { verify } from "./verify.ts";

/** What was typed: options of the server, and perhaps some of the command's own. */
export type Given = Partial<Config> & { config?: string; mailTo?: string };

/** Runs something at the api of a service and prints what comes of it. */
export function withAdminApi(given: Given, act: (api: AdminApi) => Promise<string>): Promise<void> {
  return ending(async () => {
    const api = await reachAdminApi(configOf(given));
    try {
      console.log(await act(api));
    } finally {
      await api.close();
    }
    return true;
  });
}

/** `backup FILE` */
export function runBackup(file: string, given: Given, version: string): Promise<void> {
  return ending(async () => {
    const config = configOf(given);
    const { files, bytes, damaged, absent } = await backupOf(config, file, version);
    console.log(`${file}: the database and ${files} files of ${bytes} bytes.`);
    for (const id of damaged) console.error(`switchboard: file ${id} is damaged and not in the backup`);
    for (const id of absent) console.error(`switchboard: file ${id} is not there and not in the backup`);
    if (absent.length > 0 && !config.cluster && lookInto(dataPaths(config.data).database).isNode) {
      console.error(
        "switchboard: A node has some of its cluster's files only: with --cluster, all are in it",
      );
    }
    return damaged.length + absent.length === 0;
  });
}

/** A backup of a data folder; of a node's, with the bytes of files that are elsewhere in its cluster. */
async function backupOf(config: Config, file: string, version: string): ReturnType<typeof backup> {
  if (!config.cluster) return await backup(config.data, file, version);
  const { withSharedFiles } = await import("../cluster/import.ts");
  const { epoch } = lookInto(dataPaths(config.data).database);
  return await withSharedFiles(addressOf(config), epoch, (get) => backup(config.data, file, version, get));
}

/** `restore FILE` */
export function runRestore(file: string, given: Given): Promise<void> {
  return ending(async () => {
    const { data } = configOf(given);
    const { manifest, verified } = await restore(file, data);
    const held = `${verified.files} files of ${verified.bytes} bytes`;
    console.log(`${data}: as of ${shownTime(manifest.at)}, with ${held}, verified.`);
    return true;
  });
}

/** `verify` */
export function runVerify(given: Given): Promise<void> {
  return ending(async () => {
    const { schema, files, bytes, faults, orphans } = await verify(dataPaths(configOf(given).data));
    for (const fault of faults) console.log(fault);
    if (orphans.length > 0) {
      console.log(`Bytes that belong to nothing, gone at the next start: ${orphans.length}`);
    }
    const verdict = faults.length === 0
      ? "everything is as it should be"
      : `${faults.length} things are wrong`;
    console.log(`Schema ${schema}, ${files} files of ${bytes} bytes: ${verdict}.`);
    return faults.length === 0;
  });
}

/** `doctor` */
export function runDoctor(given: Given, version: string): Promise<void> {
  return ending(async () => {
    const config = configOf(given);
    const { mailTo } = given;
    const patient = { config, version, ports: portsOf(config), ...(mailTo !== undefined && { mailTo }) };
    let well = true;
    for await (const finding of doctor(patient)) {
      console.log(shown(finding));
      well &&= finding.state !== "bad";
    }
    return well;
  });
}

/** What was given of the server's options, without a command's own. */
export function configOf(given: Given): Config {
  const known = ([name]: [string, unknown]) => name === "config" || Object.hasOwn(OPTIONS, name);
  return resolveConfig(Object.fromEntries(Object.entries(given).filter(known)));
}

/** Every port that a server with these options listens on. */
function portsOf({ http, tcp, listen, classic }: Config): { name: string; port: number }[] {
  return [
    { name: "http", port: http },
    { name: "tcp", port: tcp },
    ...listen.map(({ port }) => ({ name: "listen", port })),
    ...(classic ? CLASSIC : []).map(({ port }) => ({ name: "classic", port })),
  ];
}

const STATES = { ok: "ok  ", warn: "warn", bad: "BAD " };

function shown({ state, about, found, todo }: Finding): string {
  return `${STATES[state]}  ${about.padEnd(12)}${found}${todo === undefined ? "" : `\n      → ${todo}`}`;
}

/** Runs something to its exit code; what can be expected to go wrong is one line. */
export async function ending(run: () => Promise<boolean>): Promise<void> {
  let well = false;
  try {
    await startLog({ log: "text", logLevel: "error" });
    well = await run();
  } catch (error) {
    const expected = [
      ClusterError,
      ConfigError,
      DataFolderError,
      SchemaError,
      BackupError,
      NoPasswordError,
      Fault,
    ].some((
      kind,
    ) => error instanceof kind);
    console.error(`switchboard: ${expected ? (error as Error).message : Deno.inspect(error)}`);
  }
  await stopLog();
  if (!well) Deno.exitCode = 1;
}
