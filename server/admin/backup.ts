/**
 * `switchboard backup FILE`: everything that a server keeps, as one tar file, while it runs or not. The database is
 * taken as it is at one moment; the bytes of files never change once they are whole, so they are copied after it.
 */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type FileHandle, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Writable } from "node:stream";
import { createTarPacker, type TarHeader, type TarPackController } from "modern-tar";
import { makeLast } from "../storage/make_last.ts";
import { DataFolderError, dataPaths } from "../storage/data_folder.ts";
import { pathOfBlob } from "../storage/disk_blob_store.ts";
import { copyDatabase, type KeptFile, Snapshot } from "../storage/snapshot.ts";

/** What stands at the beginning of a backup. */
export interface BackupManifest {
  /** The form of the backup itself. */
  format: 1;
  /** The program that made it. */
  version: string;
  schema: number;
  epoch: string;
  /** When the database was as it is in here, in milliseconds since 1970. */
  at: number;
}

/** What a backup holds. */
interface BackedUp {
  files: number;
  bytes: number;
  /** Files that are not in the backup: the bytes of these are not what they were, and those of these are not there. */
  damaged: string[];
  absent: string[];
}

/** A backup that can't be made or read, with the reason for the operator. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** Brings the bytes of a file that are not in the data folder; undefined: there are none. */
type Fetch = (id: string) => Promise<AsyncIterable<Uint8Array> | undefined>;

/** Makes a backup. @throws BackupError DataFolderError SchemaError; nothing is left at the path then */
export async function backup(
  dataFolder: string,
  path: string,
  version: string,
  fetch: Fetch = () => Promise.resolve(undefined),
): Promise<BackedUp> {
  const { database, files } = dataPaths(dataFolder);
  if (!await isFile(database)) {
    throw new DataFolderError(`Cannot back up "${dataFolder}": no server has ever run on it; see --data`);
  }
  if (await stat(path).catch(() => undefined)) {
    throw new BackupError(`Cannot back up to "${path}": it exists; choose another name`);
  }
  const partial = `${path}.partial`;
  const copy = `${path}.database`;
  try {
    await copyDatabase(database, copy);
    const at = Date.now();
    const snapshot = new Snapshot(copy, { readOnly: false });
    let done: BackedUp;
    try {
      snapshot.dropPartials();
      const { schema, epoch } = snapshot;
      const manifest: BackupManifest = { format: 1, version, schema, epoch, at };
      done = await write(partial, { manifest, snapshot, copy, files, live: database, fetch });
    } finally {
      snapshot.close();
    }
    await makeLast(partial);
    await rename(partial, path);
    await makeLast(dirname(path));
    return done;
  } catch (error) {
    await rm(partial, { force: true });
    const { code, message } = error as { code?: string; message: string };
    throw code?.startsWith("E") ? new BackupError(`Cannot back up to "${path}": ${message}`) : error;
  } finally {
    await rm(copy, { force: true });
  }
}

interface Source {
  manifest: BackupManifest;
  snapshot: Snapshot;
  /** Where the snapshot is. */
  copy: string;
  /** The folder with the bytes of files. */
  files: string;
  /** The database that goes on meanwhile. */
  live: string;
  fetch: Fetch;
}

async function write(path: string, source: Source): Promise<BackedUp> {
  const { readable, controller } = createTarPacker();
  const out = createWriteStream(path, { mode: 0o600, flags: "wx" });
  const written = readable.pipeTo(Writable.toWeb(out) as WritableStream<Uint8Array>);
  const filled = fill(controller, source).catch((error) => {
    controller.error(error);
    throw error;
  });
  // Where the disk refuses, both fail: what it said is the reason.
  const [writing, filling] = await Promise.allSettled([written, filled]);
  if (writing.status === "rejected") throw writing.reason;
  if (filling.status === "rejected") throw filling.reason;
  return filling.value;
}

async function fill(
  tar: TarPackController,
  { manifest, snapshot, copy, files, live, fetch }: Source,
): Promise<BackedUp> {
  const mtime = new Date(manifest.at);
  const opening = new TextEncoder().encode(`${JSON.stringify(manifest)}\n`);
  const header = { name: "manifest.json", size: opening.length, mtime, mode: 0o600 };
  await ReadableStream.from([opening]).pipeTo(tar.add(header));
  const missing: string[] = [];
  let count = 0;
  let bytes = 0;
  for (const file of snapshot.keptFiles()) {
    const isThere = await addFile(tar, join(files, pathOfBlob(file.id)), file, mtime);
    if (isThere || await addFetched(tar, `${copy}.file`, file, { mtime, fetch })) {
      count++;
      bytes += file.size;
    } else missing.push(file.id);
  }
  // What somebody took back meanwhile is not in the backup either, and nothing to tell of.
  snapshot.markGone(missing);
  const handle = await open(copy, "r");
  try {
    const { size } = await handle.stat();
    await addBytes(tar, { name: "switchboard.db", size, mtime, mode: 0o600 }, handle);
  } finally {
    await handle.close();
  }
  tar.finalize();
  const now = new Snapshot(live, { readOnly: true });
  try {
    const damaged: string[] = [];
    const absent: string[] = [];
    for (const id of missing.filter((each) => now.stateOf(each) === "stored")) {
      (await isFile(join(files, pathOfBlob(id))) ? damaged : absent).push(id);
    }
    return { files: count, bytes, damaged, absent };
  } finally {
    now.close();
  }
}

/** Adds the bytes of a file, if they are there and are what they were. */
async function addFile(
  tar: TarPackController,
  path: string,
  { id, size, sha256 }: KeptFile,
  mtime: Date,
): Promise<boolean> {
  const handle = await open(path, "r").catch(() => undefined);
  if (!handle) return false;
  try {
    // Read twice: what is not what it was must not come into the backup. Open, so it can't go in between.
    if (await sha256Of(handle) !== sha256) return false;
    await addBytes(tar, { name: `files/${pathOfBlob(id)}`, size, mtime, mode: 0o600 }, handle);
    return true;
  } finally {
    await handle.close();
  }
}

/** Adds the bytes of a file that are elsewhere. */
async function addFetched(
  tar: TarPackController,
  path: string,
  file: KeptFile,
  { mtime, fetch }: { mtime: Date; fetch: Fetch },
): Promise<boolean> {
  const bytes = await fetch(file.id);
  if (!bytes) return false;
  try {
    await writeFile(path, bytes, { mode: 0o600 });
    return await addFile(tar, path, file, mtime);
  } finally {
    await rm(path, { force: true });
  }
}

/** The SHA-256 of an open file, in lower-case hex. */
export async function sha256Of(handle: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  for await (const block of blocksOf(handle)) hash.update(block);
  return hash.digest("hex");
}

async function addBytes(tar: TarPackController, header: TarHeader, handle: FileHandle): Promise<void> {
  await ReadableStream.from(blocksOf(handle)).pipeTo(tar.add(header));
}

function blocksOf(handle: FileHandle): AsyncIterable<Uint8Array> {
  return handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 256 * 1024 });
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
