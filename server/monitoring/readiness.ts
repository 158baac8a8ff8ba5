/** Whether a server takes newcomers, and if not, why: for whoever sends them elsewhere meanwhile. */
import { Fault } from "../core/shared/faults.ts";

/** What it is judged by. */
export interface ReadinessSources {
  /** Everything is open. */
  started(): boolean;
  stopping(): boolean;
  /** The last commit failed. */
  diskRefused(): boolean;
  /** Why one of several nodes keeps nothing now. */
  trouble(): Fault | undefined;
  /** Nothing more is kept, of anybody. */
  diskFull(): Promise<boolean>;
  connections(): number;
  connectionsMax: number;
  /** A file that is always there: whether it can be opened shows whether descriptors are left. */
  file: string;
}

/** Gives why newcomers are not taken now; undefined: they are. */
export async function notReady(sources: ReadinessSources): Promise<Fault | undefined> {
  if (sources.stopping()) return new Fault("shutting_down", "Not ready: the server is stopping");
  if (!sources.started()) return new Fault("busy", "Not ready: the server is starting");
  if (sources.connections() >= sources.connectionsMax) {
    return new Fault("busy", `Not ready: all ${sources.connectionsMax} connections are taken`);
  }
  if (!canOpen(sources.file)) return new Fault("busy", "Not ready: no file can be opened any more");
  const trouble = sources.trouble();
  if (trouble) return new Fault(trouble.code, `Not ready: ${trouble.message}`);
  if (sources.diskRefused()) return new Fault("storage_failed", "Not ready: the disk refused the last write");
  if (!await sources.diskFull()) return undefined;
  return new Fault("disk_full", "Not ready: the disk of the data folder is nearly full, see --disk-free");
}

function canOpen(path: string): boolean {
  try {
    Deno.openSync(path).close();
    return true;
  } catch {
    return false;
  }
}
