/**
 * Whole databases in NATS' object store, named by the last message of the log that is in them: whoever comes anew, or was
 * away for too long, begins with one. One node at a time makes one, and the log then ends before the older of the two
 * newest.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable, Writable } from "node:stream";
import type { NatsParts } from "./nats_connection.ts";
import { SharedObjects } from "./shared_objects.ts";

/** What {@link Snapshots} are given. */
interface SnapshotsOptions {
  readonly parts: Pick<NatsParts, "facts" | "snapshots" | "manager" | "stream">;
  /** After so many messages there is to be another one. */
  readonly every: number;
  readonly clock: () => number;
}

/** Who has begun to make one, and up to where. */
interface Claim {
  readonly seq: number;
  readonly node: string;
  readonly at: number;
}

/** A copy of this node's database. */
interface Copy {
  readonly path: string;
  /** The last message that is in it. */
  readonly seq: number;
}

const CLAIM = "snapshot";
/** Whoever has not made it by then is gone. */
const CLAIM_MS = 10 * 60_000;
/** So that they are in order as text. */
const DIGITS = 15;

/** The snapshots of a cluster. */
export class Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #objects: SharedObjects;
  /** Up to where there is one, or somebody makes it. */
  #claimed = 0;
  #isMaking = false;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    this.#objects = new SharedObjects(options.parts.snapshots);
  }

  /** Those that there are, the newest first: up to which message each goes, and since when it is there. */
  async list(): Promise<{ seq: number; at: number }[]> {
    const all = await this.#objects.list();
    return all.map(({ id, at }) => ({ seq: Number(id), at })).sort((a, b) => b.seq - a.seq);
  }

  /** Writes one to a path. @throws when it does not come whole */
  async load(seq: number, path: string): Promise<void> {
    const bytes = await this.#objects.get(nameOf(seq));
    if (!bytes) throw new Error(`snapshot ${seq} is not there any more`);
    await rm(path, { force: true });
    const to = Writable.toWeb(createWriteStream(path, { mode: 0o600, flags: "wx", flush: true }));
    const unpacking = new DecompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>;
    await ReadableStream.from(bytes).pipeThrough(unpacking).pipeTo(to as WritableStream<Uint8Array>);
  }

  /** Makes one, if it is time and nobody else does; gives up to where it goes. `copy`: copies the database. */
  async consider(node: string, position: number, copy: () => Promise<Copy>): Promise<number | undefined> {
    if (this.#isMaking || position - this.#claimed < this.#options.every) return undefined;
    this.#isMaking = true;
    try {
      if (!await this.#claim(node, position)) return undefined;
      const { path, seq } = await copy();
      try {
        await this.put(seq, path);
      } finally {
        await rm(path, { force: true });
      }
      await this.#tidy();
      return seq;
    } finally {
      this.#isMaking = false;
    }
  }

  /** Keeps a database as a snapshot. */
  async put(seq: number, path: string): Promise<void> {
    const bytes = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
    const packing = new CompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>;
    await this.#objects.put(nameOf(seq), bytes.pipeThrough(packing));
  }

  async #claim(node: string, seq: number): Promise<boolean> {
    const { parts: { facts }, every, clock } = this.#options;
    const found = await facts.get(CLAIM);
    const before = found?.operation === "PUT" ? found.json<Claim>() : undefined;
    if (before) {
      const isMade = (await this.list()).some((made) => made.seq >= before.seq);
      if (isMade) this.#claimed = before.seq;
      if (isMade ? seq - before.seq < every : before.at > clock() - CLAIM_MS) return false;
    }
    const claim: Claim = { seq, node, at: clock() };
    try {
      await facts.put(CLAIM, JSON.stringify(claim), { previousSeq: found?.revision ?? 0 });
    } catch {
      return false;
    }
    this.#claimed = seq;
    return true;
  }

  /** Older ones go, and what of the log is in both that stay. */
  async #tidy(): Promise<void> {
    const { parts: { manager, stream } } = this.#options;
    const [newest, older, ...others] = await this.list();
    await this.#objects.remove(others.map(({ seq }) => nameOf(seq)));
    if (newest && older) await manager.streams.purge(stream, { seq: older.seq + 1 });
  }
}

function nameOf(seq: number): string {
  return String(seq).padStart(DIGITS, "0");
}
