/// <reference lib="deno.worker" />
/** A thread that makes one packed copy of a database: SQLite copies it in one go, and everything else goes on meanwhile. */
import { rmSync } from "node:fs";
import { copyDatabase, lookInto, packFile } from "./snapshot.ts";

/** What is asked of it: the database, and where its packed copy goes. */
export interface Asked {
  readonly from: string;
  readonly to: string;
}

/** The last message of a cluster's log that is in the copy, or why there is none. */
export type Made = { readonly seq: number } | { readonly failed: string };

self.onmessage = async ({ data }: MessageEvent<Asked>) => {
  try {
    self.postMessage({ seq: await packedCopy(data) } satisfies Made);
  } catch (error) {
    self.postMessage({ failed: String(error) } satisfies Made);
  }
};

async function packedCopy({ from, to }: Asked): Promise<number> {
  const copy = `${from}.snapshot`;
  try {
    await copyDatabase(from, copy);
    await packFile(copy, to);
    return lookInto(copy).seq;
  } finally {
    rmSync(copy, { force: true });
  }
}
