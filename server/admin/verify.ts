/**
 * `switchboard verify`: whether what is kept is what it was: the database's own integrity, every file's SHA-256, and
 * bytes that belong to nothing. Changes nothing, and may run while the server does.
 */
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError, type DataPaths } from "../storage/data_folder.ts";
import { SchemaError } from "../storage/migrations.ts";
import { openBlobStore, pathOfBlob } from "../storage/disk_blob_store.ts";
import { type KeptFile, Snapshot } from "../storage/snapshot.ts";
import { sha256Of } from "./backup.ts";

/** What a look at everything has found. */
export interface Verified {
  schema: number;
  files: number;
  bytes: number;
  /** One sentence for each thing that is wrong; empty when nothing is. */
  faults: string[];
  /** Ids of bytes that belong to nothing: a start removes them. */
  orphans: string[];
}

/** Looks at everything. @throws DataFolderError SchemaError */
export async function verify({ path, database, files }: DataPaths): Promise<Verified> {
  if (!await stat(database).catch(() => undefined)) {
    throw new DataFolderError(`Cannot verify "${path}": there is no database in it; see --data`);
  }
  const snapshot = opened(database);
  try {
    const faults = snapshot.faults().map((fault) => `The database: ${fault}.`);
    const found: Verified = { schema: snapshot.schema, files: 0, bytes: 0, faults, orphans: [] };
    try {
      await lookAtFiles(snapshot, files, found);
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_SQLITE_ERROR") throw error;
      faults.push("Files can't be looked at: the database does not say which there are. Restore a backup.");
    }
    return found;
  } finally {
    snapshot.close();
  }
}

/** Adds what is found of the bytes of files. @throws SQLite's error */
async function lookAtFiles(snapshot: Snapshot, files: string, found: Verified): Promise<void> {
  for (const file of snapshot.keptFiles()) {
    found.files++;
    found.bytes += file.size;
    const path = join(files, pathOfBlob(file.id));
    if (snapshot.isShared && !await stat(path).catch(() => undefined)) continue;
    const fault = await faultOf(path, file);
    // Somebody may have taken it back while this looked at it.
    if (fault && snapshot.stateOf(file.id) === "stored") found.faults.push(fault);
  }
  for await (const { id } of openBlobStore(files, () => {}).list()) {
    if (snapshot.stateOf(id) === undefined) found.orphans.push(id);
  }
}

function opened(database: string): Snapshot {
  try {
    return new Snapshot(database, { readOnly: true });
  } catch (error) {
    if (error instanceof SchemaError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(`Cannot open the database "${database}": ${reason}`);
  }
}

async function faultOf(path: string, { id, size, sha256 }: KeptFile): Promise<string | undefined> {
  const handle = await open(path, "r").catch(() => undefined);
  if (!handle) return `File ${id}: its bytes are not there.`;
  try {
    const there = (await handle.stat()).size;
    if (there !== size) return `File ${id}: it has ${there} bytes and should have ${size}.`;
    return await sha256Of(handle) === sha256 ? undefined : `File ${id}: its bytes are not what they were.`;
  } catch (error) {
    return `File ${id}: it can't be read: ${error instanceof Error ? error.message : error}.`;
  } finally {
    await handle.close();
  }
}
