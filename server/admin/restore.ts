/**
 * `switchboard restore FILE`: a data folder from a backup. It is laid out beside its place, verified, and only then
 * moved there, so that a folder is whole or not there at all.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import { createTarDecoder } from "modern-tar";
import { ulid } from "ulid";
import * as v from "valibot";
import { dataPaths } from "../storage/data_folder.ts";
import { SCHEMA_VERSION } from "../storage/migrations.ts";
import { Snapshot } from "../storage/snapshot.ts";
import { BackupError, type BackupManifest } from "./backup.ts";
import { type Verified, verify } from "./verify.ts";

/** What may be in a backup besides the manifest; nothing else is ever written. */
const NAMES = /^(switchboard\.db|files\/[0-9a-z]{2}\/[0-9A-Za-z]{2,64})$/;

const MANIFEST = v.object({
  format: v.literal(1),
  version: v.string(),
  schema: v.number(),
  epoch: v.string(),
  at: v.number(),
});

/** Makes a data folder from a backup. @throws BackupError; the folder is as it was then */
export async function restore(
  path: string,
  dataFolder: string,
): Promise<{ manifest: BackupManifest; verified: Verified }> {
  const refuse = (why: string) => new BackupError(`Cannot restore "${path}" to "${dataFolder}": ${why}`);
  const there = await readdir(dataFolder).catch((error: { code?: string; message: string }) => {
    if (error.code === "ENOENT") return undefined;
    throw refuse(error.message);
  });
  if (there && there.length > 0) {
    throw refuse("there is something in this folder; name an empty one with --data, or a new one");
  }
  const beside = `${dataFolder.replace(/(?<![\\/])[\\/]+$/, "")}.restoring-${
    crypto.randomUUID().slice(0, 8)
  }`;
  try {
    await mkdir(beside, { recursive: true, mode: 0o700 });
    const manifest = await unpack(path, beside);
    const paths = dataPaths(beside);
    beginAnew(paths.database);
    const verified = await verify(paths);
    if (verified.faults.length > 0) throw new BackupError(verified.faults.join("\n"));
    if (there) await rmdir(dataFolder);
    await rename(beside, dataFolder);
    return { manifest, verified };
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Clients that saw more than is in the backup are to learn that there is a gap, instead of going on behind it. */
function beginAnew(database: string): void {
  const snapshot = new Snapshot(database, { readOnly: false });
  try {
    snapshot.beginEpoch(ulid());
  } finally {
    snapshot.close();
  }
}

async function unpack(path: string, folder: string): Promise<BackupManifest> {
  let manifest: BackupManifest | undefined;
  const bytes = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  for await (const { header, body } of bytes.pipeThrough(createTarDecoder({ strict: true }))) {
    const { name, type } = header;
    if (name === "manifest.json") manifest = readManifest(await textOf(body));
    else if (!manifest || type !== "file" || !NAMES.test(name)) {
      throw new BackupError(`it is no backup of Switchboard: ${JSON.stringify(name)} is in it`);
    } else {
      const to = join(folder, ...name.split("/"));
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      const out = createWriteStream(to, { mode: 0o600, flags: "wx", flush: true });
      await body.pipeTo(Writable.toWeb(out) as WritableStream<Uint8Array>);
    }
  }
  if (!manifest) throw new BackupError("it is no backup of Switchboard, or it is cut off");
  return manifest;
}

async function textOf(entry: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const block of entry) {
    text += decoder.decode(block, { stream: true });
    if (text.length > 10_000) {
      throw new BackupError("it is no backup of Switchboard: its beginning is too long");
    }
  }
  return text;
}

function readManifest(text: string): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const result = v.safeParse(MANIFEST, value);
  if (!result.success) throw new BackupError("it is no backup that this program knows");
  const manifest = result.output;
  if (manifest.schema <= SCHEMA_VERSION) return manifest;
  throw new BackupError(`a newer Switchboard made it (${manifest.version}); use that one`);
}
