/**
 * The folder that holds everything a server keeps. One server at a time: it is locked while open. What is wrong
 * with it is said here, before anything is started.
 */
import { join } from "node:path";

/** A data folder that can't be used, with the reason for its operator. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
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
  close(): void;
}

/** Makes the folder if need be and locks it. @throws DataFolderError */
export function openDataFolder(path: string): DataFolder {
  const lock = openLock(path);
  return {
    path,
    database: join(path, "switchboard.db"),
    files: join(path, "files"),
    mail: join(path, "mail"),
    close: () => lock.close(),
  };
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
  throw new DataFolderError(`Cannot use the data folder "${path}": another server is running on it`);
}
