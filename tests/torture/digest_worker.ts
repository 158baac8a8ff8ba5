/// <reference lib="deno.worker" />
/**
 * What nodes have stored, as digests. In a thread of its own, because it takes seconds, and all that lies between nodes and
 * NATS goes through the main one.
 */
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { storedState } from "../cluster/stored_state.ts";

/** What one node has. */
export interface StoredDigests {
  /** Table → its digest, hex. */
  readonly tables: Readonly<Record<string, string>>;
  /** How far the log was applied. */
  readonly seq: number | undefined;
}

/** What came of it: of each database, in their order, or why one can't be read. */
export type Digested = { readonly all: readonly StoredDigests[] } | { readonly error: string };

self.onmessage = ({ data: databases }: MessageEvent<readonly string[]>) => {
  let digested: Digested;
  try {
    digested = { all: databases.map(digestsOf) };
  } catch (error) {
    digested = { error: String(error) };
  }
  self.postMessage(digested);
};

function digestsOf(path: string): StoredDigests {
  const tables = Object.entries(storedState(path)).map(([table, rows]) => [table, digestOf(rows)]);
  return { tables: Object.fromEntries(tables), seq: positionIn(path) };
}

function digestOf(rows: unknown): string {
  return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
}

function positionIn(path: string): number | undefined {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const row = database.prepare("SELECT value FROM memory WHERE kind = 'log' AND id = 'position'").get();
    return row && (JSON.parse(row.value as string) as { seq: number }).seq;
  } finally {
    database.close();
  }
}
