/**
 * Whole databases in NATS' object store, named by the last message of the log that is in them: whoever comes anew, or was
 * away for too long, begins with one. One node at a time makes one, and the log then ends before the older of the two
 * newest.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Writable } from "node:stream";
import { DAY_MS } from "../core/shared/limits.ts";
import type { NatsParts } from "./nats_connection.ts";
import { SharedObjects } from "./shared_objects.ts";

/** What {@link Snapshots} are given. */
interface SnapshotsOptions {
  readonly parts: Pick<
    NatsParts,
    "facts" | "snapshots" | "jetstreamWithin" | "connection" | "manager" | "stream"
  >;
  /** After so many messages there is to be another one, or after a day with any. */
  readonly every: number;
  readonly clock: () => number;
}

/** Who has begun to make one, and up to where. */
interface Claim {
  readonly seq: number;
  readonly node: string;
  readonly at: number;
}

/** A copy of this node's database, packed with gzip. */
interface Copy {
  readonly path: string;
  /** The last message that is in it. */
  readonly seq: number;
}

/** One that is not kept yet, and since when it is there. */
interface Made extends Copy {
  readonly at: number;
}

const CLAIM = "snapshot";
/** Whoever has not made it by then is gone. */
const CLAIM_MS = 10 * 60_000;
/** How often it is looked for how long there has been none. */
const LOOK_MS = DAY_MS / 24;
/** So that they are in order as text. */
const DIGITS = 15;

/** The snapshots of a cluster. */
export class Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #objects: SharedObjects;
  /** Up to where there is one, or somebody makes it. */
  #claimed = 0;
  #isMaking = false;
  #made: Made | undefined;
  #isClosed = false;
  /** When it was last looked whether it is time; before the first, when this node began. */
  #lookedAt: number;
  readonly #began: number;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    this.#lookedAt = this.#began = options.clock();
    this.#objects = new SharedObjects(options.parts.snapshots, options.parts);
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

  /**
   * Makes one, if it is time and nobody else does. Gives up to where it goes, once it is kept: that is when most nodes have
   * the same up to there, which is known later. `agreed`: up to where that is known now. `copy`: copies the database, packed.
   */
  async consider(node: string, agreed: number, copy: () => Promise<Copy>): Promise<number | undefined> {
    if (this.#isMaking || !(this.#made || this.#isTime(agreed))) return undefined;
    this.#isMaking = true;
    try {
      if (!this.#made) {
        if (await this.#claim(node, agreed)) this.#made = { ...await copy(), at: this.#options.clock() };
        if (this.#isClosed) await this.#giveUp();
        return undefined;
      }
      return await this.#keep(this.#made, agreed);
    } finally {
      this.#isMaking = false;
    }
  }

  /** One that is not kept yet is given up. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#giveUp();
  }

  /** Removes pieces of those that broke off; see there. */
  removeLoose(before: number): Promise<void> {
    return this.#objects.removeLoose(before);
  }

  /** Keeps a database, packed with gzip, as a snapshot. */
  async put(seq: number, path: string): Promise<void> {
    await this.#objects.put(nameOf(seq), createReadStream(path));
  }

  #isTime(position: number): boolean {
    const { every, clock } = this.#options;
    if (position - this.#claimed < every && clock() - this.#lookedAt < LOOK_MS) return false;
    this.#lookedAt = clock();
    return true;
  }

  /** @throws nobody has said for too long that they have the same */
  async #keep({ path, seq, at }: Made, agreed: number): Promise<number | undefined> {
    if (seq <= agreed) {
      try {
        await this.put(seq, path);
      } finally {
        await this.#giveUp();
      }
      await this.#tidy();
      return seq;
    }
    if (this.#options.clock() - at < CLAIM_MS) return undefined;
    await this.#giveUp();
    throw new Error(`most nodes do not say that they have the same up to message ${seq}`);
  }

  async #giveUp(): Promise<void> {
    const made = this.#made;
    this.#made = undefined;
    if (made) await rm(made.path, { force: true });
  }

  async #claim(node: string, seq: number): Promise<boolean> {
    const { parts: { facts }, clock } = this.#options;
    const found = await facts.get(CLAIM);
    const before = found?.operation === "PUT" ? found.json<Claim>() : undefined;
    if (before) {
      const isMade = (await this.list()).some((made) => made.seq >= before.seq);
      if (isMade) this.#claimed = before.seq;
      const isDue = this.#isDue(seq, before);
      if (isMade ? !isDue : before.at > clock() - CLAIM_MS) return false;
    } else if (!this.#isDue(seq, { seq: 0, at: this.#began })) return false;
    const claim: Claim = { seq, node, at: clock() };
    try {
      await facts.put(CLAIM, JSON.stringify(claim), { previousSeq: found?.revision ?? 0 });
    } catch {
      return false;
    }
    this.#claimed = seq;
    return true;
  }

  /** What was taken back stays in the log until the older of two of them has it: so none is older than two days. */
  #isDue(seq: number, before: Pick<Claim, "seq" | "at">): boolean {
    const { every, clock } = this.#options;
    return seq - before.seq >= every || (seq > before.seq && clock() - before.at >= DAY_MS);
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
