/**
 * The folder that holds everything a server keeps. One server at a time: it is locked while open. What is wrong
 * with it is said here, before anything is started.
 */
import { statfsSync } from "node:fs";
import { join } from "node:path";
import { refusalOf } from "./transactions.ts";

/** A data folder that can't be used, with the reason for its operator. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";

  /** `running`: what stands in the way is a server that runs on it. */
  constructor(message: string, readonly running: boolean = false) {
    super(message);
  }
}

const HAS_MODES = Deno.build.os !== "windows";
/** What others on the machine may do. */
const OTHERS = 0o077;
/** What a server, and its operator's commands, put into a data folder. */
const OURS =
  /^(switchboard(-schema-\d+|-apart-[\dTZ-]+)?\.db(-wal|-shm|-journal|\.joining|\.snapshot|\.snapshot\.gz)?|lock|operator\.json|reserve|files|fetching|mail|tls)$/;

/** An open, locked data folder. */
interface DataFolder {
  readonly path: string;
  /** Where the database is. */
  readonly database: string;
  /** Where the bytes of files are. */
  readonly files: string;
  /** Where bytes are that come from other nodes, until they are whole. */
  readonly fetching: string;
  /** Where letters go that no server takes. */
  readonly mail: string;
  /** What is given up when the disk is full. */
  readonly reserve: string;
  /** Where a running server says how its operator reaches it. */
  readonly operator: string;
  /** What others on the machine could read until now. */
  readonly tightened: readonly string[];
  close(): void;
}

/** Where everything is in a data folder. */
export type DataPaths = Omit<DataFolder, "close" | "tightened">;

/** Where everything is, or would be, in a folder that is not opened here. */
export function dataPaths(path: string): DataPaths {
  return {
    path,
    database: join(path, "switchboard.db"),
    files: join(path, "files"),
    fetching: join(path, "fetching"),
    mail: join(path, "mail"),
    reserve: join(path, "reserve"),
    operator: join(path, "operator.json"),
  };
}

/** Makes the folder if need be, locks it, and closes it to others. @throws DataFolderError */
export function openDataFolder(path: string): DataFolder {
  const paths = dataPaths(path);
  const locks = lock(paths);
  try {
    const tightened = HAS_MODES ? tighten(paths) : [];
    return { ...paths, tightened, close: () => locks.forEach((each) => each.close()) };
  } catch (error) {
    locks.forEach((each) => each.close());
    throw unusable(path, reasonOf(error));
  }
}

/**
 * Locks the file that is there for it, and the folder itself where the system lets it be opened: a file may be removed,
 * and a second server would make another one.
 */
function lock(paths: DataPaths): Deno.FsFile[] {
  const { path } = paths;
  const locks: Deno.FsFile[] = [];
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    locks.push(Deno.openSync(join(path, "lock"), { create: true, write: true, read: true, mode: 0o600 }));
    if (HAS_MODES) locks.push(Deno.openSync(path));
  } catch (error) {
    locks.forEach((each) => each.close());
    throw unusable(path, reasonOf(error));
  }
  if (locks.every(canLock)) return locks;
  locks.forEach((each) => each.close());
  throw unusable(path, "another server is running on it", true);
}

/** Whether nobody else has locked it. A file system that locks no folders leaves it to the file. */
function canLock(file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch (error) {
    if (file.statSync().isDirectory) return true;
    throw error;
  }
}

/** Takes from others what they may do with what is ours in the folder; gives what that was. The database is made so. */
function tighten({ path, database }: DataPaths): string[] {
  // Before SQLite has it open: closing it later would end SQLite's locks on it. Its companions get the same rights.
  Deno.openSync(database, { create: true, append: true, mode: 0o600 }).close();
  const tightened: string[] = [];
  for (const { name } of Deno.readDirSync(path)) {
    if (!OURS.test(name)) continue;
    const own = join(path, name);
    const { mode, isDirectory, isSymlink } = Deno.lstatSync(own);
    if (isSymlink || mode === null || (mode & OTHERS) === 0) continue;
    Deno.chmodSync(own, isDirectory ? 0o700 : 0o600);
    tightened.push(own);
  }
  return tightened;
}

/** The runtime keeps programs off some places, and speaks of flags of its own that nobody here can give. */
function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "no folder can be made there";
  return error instanceof Error ? error.message : String(error);
}

function unusable(path: string, reason: string, running = false): DataFolderError {
  const way = running ? "" : "; name another one with --data";
  return new DataFolderError(`Cannot use the data folder "${path}": ${reason}${way}`, running);
}

/** What can be opened and closed again at any time: of the database, that would end SQLite's own locks on it. */
export function probeIn(path: string): string {
  return HAS_MODES ? path : join(path, "lock");
}

/** How many bytes the disk of a folder has left. */
export function freeBytesIn(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** What is thrown because the disk is full, in the one line that its operator needs; anything else as it is. */
export function explained(error: unknown, path: string): unknown {
  if (error instanceof DataFolderError) return error;
  const { code } = error as { code?: unknown };
  const full = refusalOf(error) === "full" || ["ENOSPC", "EDQUOT", "disk_full"].some((each) => each === code);
  if (!full) return error;
  return new DataFolderError(`Cannot use the data folder "${path}": its disk is full; make room on it`);
}
