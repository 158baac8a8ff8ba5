/**
 * The folder that holds everything a server keeps. One server at a time: it is locked while open. What is wrong
 * with it is said here, before anything is started.
 */
import { statfsSync } from "node:fs";
import { join } from "node:path";
import { isDiskFull } from "./transactions.ts";

/** A data folder that can't be used, with the reason for its operator. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";

  /** `running`: what stands in the way is a server that runs on it. */
  constructor(message: string, readonly running: boolean = false) {
    super(message);
  }
}

/** An open, locked data folder. */
export interface DataFolder {
  readonly path: string;
  /** Where the database is. */
  readonly database: string;
  /** Where the bytes of files are. */
  readonly files: string;
  /** Where letters go that no server takes. */
  readonly mail: string;
  /** What is given up when the disk is full. */
  readonly reserve: string;
  /** Where a running server says how its operator reaches it. */
  readonly operator: string;
  close(): void;
}

/** Where everything is in a data folder. */
export type DataPaths = Omit<DataFolder, "close">;

/** Where everything is, or would be, in a folder that is not opened here. */
export function dataPaths(path: string): DataPaths {
  return {
    path,
    database: join(path, "switchboard.db"),
    files: join(path, "files"),
    mail: join(path, "mail"),
    reserve: join(path, "reserve"),
    operator: join(path, "operator.json"),
  };
}

/** Makes the folder if need be and locks it. @throws DataFolderError */
export function openDataFolder(path: string): DataFolder {
  const lock = openLock(path);
  return { ...dataPaths(path), close: () => lock.close() };
}

function openLock(path: string): Deno.FsFile {
  let lock: Deno.FsFile;
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = Deno.openSync(join(path, "lock"), { create: true, write: true, read: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(
      `Cannot use the data folder "${path}": ${reason}; name another one with --data`,
    );
  }
  if (lock.tryLockSync(true)) return lock;
  lock.close();
  throw new DataFolderError(`Cannot use the data folder "${path}": another server is running on it`, true);
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
  const full = isDiskFull(error) || ["ENOSPC", "EDQUOT", "disk_full"].some((each) => each === code);
  if (!full) return error;
  return new DataFolderError(`Cannot use the data folder "${path}": its disk is full; make room on it`);
}
