/**
 * The operator's way to a service: a running server lays a key into its data folder, which only its owner can read;
 * whoever has it is let in. Where no server runs, the data folder is opened for as long as the command takes.
 */
import { rmSync } from "node:fs";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import type { Config } from "../config/config.ts";
import { Fault, type FaultCode } from "../core/shared/faults.ts";
import type { AdminAnswer, AdminCommand, AdminOp } from "../core/shared/admin_commands.ts";
import { type AdminApi, openAdminApi } from "../protocol/admin_api.ts";
import { secrets } from "../secrets.ts";
import { openService } from "../run/service.ts";
import { DataFolderError, dataPaths } from "../storage/data_folder.ts";
import { startAdminServer } from "../transport/admin_server.ts";

/** What lies in the data folder of a running server. */
interface Key {
  port: number;
  key: string;
}

/** Lets the operator in. `close`: no more. */
export async function offerAdminApi(api: AdminApi, dataFolder: string): Promise<{ close(): void }> {
  const path = dataPaths(dataFolder).operator;
  const key = secrets.token();
  const server = await startAdminServer(api, key);
  await writeFile(`${path}.new`, JSON.stringify({ port: server.port, key } satisfies Key), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return {
    close() {
      rmSync(path, { force: true });
      server.close();
    },
  };
}

/** A api, and whether it is a running server's. */
interface ReachedAdminApi extends AdminApi {
  readonly running: boolean;
  close(): Promise<void>;
}

/** Reaches the service of a data folder, running or not. @throws DataFolderError SchemaError */
export async function reachAdminApi(config: Config): Promise<ReachedAdminApi> {
  await checkIsThere(config.data);
  try {
    return await ownAdminApi(config);
  } catch (error) {
    if (!(error instanceof DataFolderError && error.running)) throw error;
  }
  const api = await runningAdminApi(config.data);
  if (api) return { ...api, running: true, close: () => Promise.resolve() };
  throw new DataFolderError(
    `Cannot reach the server that runs on "${config.data}": it is starting, stopping, or belongs to somebody else; try again`,
  );
}

/** The way to the server that runs on a folder, if it lets one in. */
export async function runningAdminApi(dataFolder: string): Promise<AdminApi | undefined> {
  const text = await readFile(dataPaths(dataFolder).operator, "utf8").catch(() => undefined);
  return text === undefined ? undefined : adminApiBehind(JSON.parse(text) as Key);
}

async function checkIsThere(dataFolder: string): Promise<void> {
  const found = await stat(dataPaths(dataFolder).database).catch(() => undefined);
  if (found) return;
  throw new DataFolderError(
    `Cannot use the data folder "${dataFolder}": no server has ever run on it; name another one with --data`,
  );
}

async function ownAdminApi(config: Config): Promise<ReachedAdminApi> {
  const pageUrl = () => config.publicUrl ?? `http://${config.host}:${config.http}`;
  const service = await openService(config, { clock: Date.now, pageUrl });
  const { core, log } = service;
  return { ...openAdminApi({ core, log }), running: false, close: () => service.close() };
}

function adminApiBehind({ port, key }: Key): AdminApi {
  return {
    async ask<K extends AdminOp>(command: AdminCommand & { op: K }): Promise<AdminAnswer<K>> {
      const answer = await fetch(`http://127.0.0.1:${port}/ask`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
        body: JSON.stringify(command),
      });
      const said = await answer.json() as { ok: boolean; error?: { code: FaultCode; message: string } };
      if (said.error) throw new Fault(said.error.code, said.error.message);
      return said as unknown as AdminAnswer<K>;
    },
  };
}
