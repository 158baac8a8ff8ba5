/** The thread that makes a packed copy of a database, seen from the main one. */
import type { Asked, Made } from "./snapshot_worker.ts";

/** In a bundle the thread's program stands where its source did, and has been compiled. */
const PROGRAM = import.meta.url.endsWith(".ts")
  ? new URL("./snapshot_worker.ts", import.meta.url)
  : new URL("./server/storage/snapshot_worker.js", import.meta.url);

/**
 * Copies a database as it is now, packed, while others write it; gives up to which message of a cluster's log it goes.
 * Readable by its owner only. @throws what the disk says
 */
export function packedCopy(from: string, to: string): Promise<number> {
  const worker = new Worker(PROGRAM, { type: "module" });
  const made = new Promise<number>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Made>) =>
      "failed" in data ? reject(new Error(data.failed)) : resolve(data.seq);
    worker.onerror = (event) => {
      // Otherwise it would end the whole program.
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
  worker.postMessage({ from, to } satisfies Asked);
  return made.finally(() => worker.terminate());
}
