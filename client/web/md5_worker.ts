/** Hashes files beside the page, so that nothing on it stops meanwhile. Bundled by itself; see files/hashing.ts. */
import { createMD5 } from "hash-wasm";

/** What the page says: a file to hash, or that nobody wants to know any more. */
export type HashRequest = { job: number; blob: Blob } | { job: number; blob?: undefined };

/** What it hears: how far a job is, its outcome, or why it has none. */
export type HashResponse = { job: number; done: number } | { job: number; md5: string } | {
  job: number;
  /** The name of a DOMException. */
  error: string;
};

const BLOCK_BYTES = 4 * 1024 * 1024;
const wanted = new Set<number>();

addEventListener("message", ({ data }: MessageEvent<HashRequest>) => {
  if (data.blob === undefined) return void wanted.delete(data.job);
  wanted.add(data.job);
  void work(data.job, data.blob);
});

async function work(job: number, blob: Blob): Promise<void> {
  try {
    const md5 = await createMD5();
    for (let at = 0; at < blob.size; at += BLOCK_BYTES) {
      md5.update(new Uint8Array(await blob.slice(at, at + BLOCK_BYTES).arrayBuffer()));
      if (!wanted.has(job)) return;
      tell({ job, done: Math.min(at + BLOCK_BYTES, blob.size) });
    }
    tell({ job, md5: md5.digest("hex") });
  } catch (error) {
    tell({ job, error: error instanceof DOMException ? error.name : String(error) });
  }
  wanted.delete(job);
}

function tell(told: HashResponse): void {
  postMessage(told);
}
