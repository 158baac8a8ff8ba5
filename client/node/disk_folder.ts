/** Folders of a disk over a connection: every file is sent and checked by itself. Not for browsers. */
import type { Dirent } from "node:fs";
import { lstat, mkdir, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { platform } from "node:process";
import { Fault, fieldsOf } from "../../server/core/shared/faults.ts";
import { checkFileName, checkFilePath } from "../../server/core/shared/file_names.ts";
import { pathsOn, type System } from "../../server/core/shared/received_names.ts";
import type { Answer } from "../../server/core/shared/commands.ts";
import type { Connection } from "../connection/connection.ts";
import { requestErrorOf } from "../connection/request_error.ts";
import { downloadPath, RejectedDownload, uploadPath } from "./disk.ts";
import { mayBeInvalidUtf8, NOT_UTF8 } from "./invalid_utf8.ts";
import { type TransferOptions, type UploadTarget, withReconnect } from "../transfer/transfer.ts";

/** The system of this disk. */
export const SYSTEM: System = ({ win32: "windows", darwin: "macos" } as const)[platform as string] ?? "linux";

interface Found {
  /** Path within the folder, with "/" between names. */
  path: string;
  /** Bytes; -1 for an empty folder. */
  size: number;
}

/** Something in a folder that can't be sent. */
export interface SkippedEntry {
  /** Path within the folder. */
  path: string;
  why: string;
}

/** Whether a server takes the names of a file, or of a folder and all in it. @throws RequestError, or the disk's own error */
export async function checkNames(path: string, isFolder: boolean): Promise<void> {
  checkAll(path, isFolder ? (await contentsOf(path)).found : []);
}

/** @throws RequestError what the server would answer */
function checkAll(path: string, found: readonly Found[]): void {
  try {
    checkFileName(basename(resolve(path)));
    for (const { path: inner } of found) checkFilePath(inner);
  } catch (error) {
    throw error instanceof Fault ? requestErrorOf(fieldsOf(error)) : error;
  }
}

/**
 * Sends a folder with everything in it, and names what it skipped: links, devices, and what has a name that can't be
 * read. A name that the server does not take is refused before anything is sent.
 * @throws RequestError, or the disk's own error
 */
export async function uploadFolder(
  connection: Connection,
  path: string,
  target: UploadTarget,
  options: TransferOptions = {},
): Promise<Answer<"finish"> & { skipped: SkippedEntry[] }> {
  const { signal, onProgress } = options;
  const { found, skipped } = await contentsOf(path);
  checkAll(path, found);
  const size = found.reduce((sum, each) => sum + Math.max(0, each.size), 0);
  const again = <T>(ask: () => Promise<T>) => withReconnect(connection, ask, signal);
  const announced = { ...target, name: basename(resolve(path)), folder: true as const };
  const { file: folder } = await again(() => connection.ask("upload", announced));
  let before = 0;
  for (const each of found) {
    signal?.throwIfAborted();
    if (each.size < 0) await again(() => connection.ask("upload", { folder, name: each.path, size: -1 }));
    else {
      await uploadPath(connection, join(path, each.path), { folder }, {
        ...options,
        name: each.path,
        onProgress: (done) => onProgress?.(before + done, size),
      });
      before += each.size;
    }
  }
  return { ...await again(() => connection.ask("finish", { file: folder })), skipped };
}

/**
 * Fetches a folder into a path, which is made. Each file appears once it is whole.
 * @throws RequestError RejectedDownload, or the disk's own error
 */
export async function downloadFolder(
  connection: Connection,
  folder: string,
  path: string,
  options: TransferOptions = {},
): Promise<void> {
  const { signal, onProgress } = options;
  const { files } = await withReconnect(connection, () => connection.ask("files", { folder }), signal);
  const size = files.reduce((sum, file) => sum + Math.max(0, file.size), 0);
  await mkdir(path, { recursive: true });
  let before = 0;
  const paths = pathsOn(SYSTEM, files.map(({ name }) => name));
  for (const file of files) {
    signal?.throwIfAborted();
    const at = within(path, file.name, paths);
    await mkdir(file.size < 0 ? at : dirname(at), { recursive: true });
    if (file.size < 0) continue;
    await downloadPath(connection, file.id, at, {
      ...options,
      onProgress: (done) => onProgress?.(before + done, size),
    });
    before += file.size;
  }
}

async function contentsOf(path: string, below = ""): Promise<{ found: Found[]; skipped: SkippedEntry[] }> {
  const found: Found[] = [];
  const skipped: SkippedEntry[] = [];
  const entries = await readdir(join(path, below), { withFileTypes: true });
  for (const entry of entries.sort((one, other) => one.name < other.name ? -1 : 1)) {
    const inner = below === "" ? entry.name : `${below}/${entry.name}`;
    const why = await whyNot(join(path, inner), entry);
    if (why !== undefined) skipped.push({ path: inner, why });
    else if (entry.isFile()) found.push({ path: inner, size: (await stat(join(path, inner))).size });
    else {
      const within = await contentsOf(path, inner);
      found.push(...within.found);
      skipped.push(...within.skipped);
    }
  }
  if (found.length === 0 && below !== "") found.push({ path: below, size: -1 });
  return { found, skipped };
}

/** Why something in a folder can't be sent; undefined when it can. */
async function whyNot(path: string, entry: Dirent): Promise<string | undefined> {
  // What is listed and is not there has a name that became another one when it was read.
  if (mayBeInvalidUtf8(entry.name) && !await isThere(path)) return NOT_UTF8;
  if (entry.isSymbolicLink()) return "it is a symbolic link";
  return entry.isFile() || entry.isDirectory() ? undefined : "it is neither a file nor a folder";
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(() => true, () => false);
}

/** A path within a folder, as a server names it, on this disk. @throws RejectedDownload when it would lead out of it */
function within(folder: string, path: string, paths: ReadonlyMap<string, string>): string {
  const isOdd = (name: string) => name === "" || name === "." || name === ".." || /\p{Cc}/u.test(name);
  if (path.split("/").some(isOdd)) {
    throw new RejectedDownload(`Cannot keep ${JSON.stringify(path)}: it leads out of the folder`);
  }
  return join(folder, ...paths.get(path)!.split("/"));
}
