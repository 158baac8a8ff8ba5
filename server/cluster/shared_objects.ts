/** Bytes in one of NATS' object stores, where every node reaches them. */
import { createHash } from "node:crypto";
import type { JetStreamManager, JsMsg } from "@nats-io/jetstream";
import type { ObjectInfo, ObjectStore } from "@nats-io/obj";
import { Fault } from "../core/shared/faults.ts";
import { Attempts } from "./attempts.ts";
import { type NamedObjects, type NatsParts, REQUEST_MS } from "./nats_connection.ts";
import { storedMessages } from "./stored_messages.ts";

/** JetStream's words for a full account, server or stream. */
const FULL = [10_002, 10_023, 10_047, 10_077];
/** This part of an account is left to the log and to snapshots. */
const LEFT_SHARE = 10;

/** So many of what was put last are known to be whole. */
const REMEMBERED = 1_000;

/** Keeps bytes by name. */
export class SharedObjects {
  readonly #bucket: string;
  readonly #objects: ObjectStore;
  readonly #parts: Pick<NatsParts, "jetstreamWithin" | "connection">;
  readonly #manager: JetStreamManager;
  /** Name → which revision of it was put here and confirmed. */
  readonly #confirmed = new Map<string, number>();

  constructor(
    { bucket, objects }: NamedObjects,
    parts: Pick<NatsParts, "jetstreamWithin" | "connection" | "manager">,
  ) {
    this.#bucket = bucket;
    this.#objects = objects;
    this.#parts = parts;
    this.#manager = parts.manager;
  }

  /**
   * Keeps bytes in place of what may be there. That something is there says nothing: when a put is not confirmed its pieces
   * are removed, and the name stays if it was stored all the same. @throws Fault disk_full
   */
  async put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const found = await this.#objects.info(name);
    if (found && this.#confirmed.get(name) === found.revision) return;
    // One that comes late is refused: it would take the name away from what was put since.
    const options = { timeout: REQUEST_MS, previousRevision: found?.revision ?? 0 };
    const { revision } = await this.#objects.put({ name }, ReadableStream.from(bytes), options)
      .catch((error) => {
        throw FULL.includes(error.code) ? noRoom(error.message) : error;
      });
    this.#confirmed.set(name, revision);
    if (this.#confirmed.size > REMEMBERED) this.#confirmed.delete(this.#confirmed.keys().next().value!);
  }

  /** Refuses what is larger than what NATS lets in, as far as it says how much that is. @throws Fault disk_full */
  async checkRoom(bytes: number): Promise<void> {
    const room = await this.room();
    if (bytes > room) throw noRoom(`${room} bytes are left, ${bytes} were to be kept`);
  }

  /** Bytes that still go in; Infinity: nothing is said of that. Where an account is full, the log is refused, too. */
  async room(): Promise<number> {
    const { streamInfo: { config, state } } = await this.#objects.status();
    const { max_bytes: most, num_replicas: replicas } = config;
    const ofStream = most > 0 ? most - state.bytes : Infinity;
    const { tiers, ...untiered } = await this.#manager.getAccountInfo();
    const { limits, storage } = tiers?.[`R${replicas}` as "R1"] ?? untiered;
    const { max_storage: max } = limits;
    const ofAccount = max > 0 ? Math.floor((max - max / LEFT_SHARE - storage) / replicas) : Infinity;
    return Math.max(0, Math.min(ofStream, ofAccount));
  }

  /**
   * Whoever reads them is waited for. They end with an error when nothing more comes, or it is not what was put.
   * `isWanted`: see {@link Attempts}.
   */
  async get(name: string, isWanted?: () => boolean): Promise<AsyncIterable<Uint8Array> | undefined> {
    const found = await this.#find(name, isWanted);
    return found && !found.deleted ? this.#piecesOf(found, isWanted) : undefined;
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const found = await this.#objects.info(name);
      if (found && !found.deleted) await this.#objects.delete(name);
    }
  }

  /** The names of all that is kept, and since when; milliseconds since 1970. @throws when not all of it comes */
  async list(): Promise<{ id: string; at: number }[]> {
    const all = await this.#infos();
    return all.filter(({ deleted }) => !deleted).map(({ name, mtime }) => ({
      id: name,
      at: Date.parse(mtime),
    }));
  }

  /** Removes pieces of what was never put whole, the last of which is from before then; milliseconds since 1970. */
  async removeLoose(before: number): Promise<void> {
    const bucket = this.#bucket;
    const [stream, pieces, names] = [`OBJ_${bucket}`, `$O.${bucket}.C.`, `$O.${bucket}.M.`];
    const { state } = await this.#manager.streams.info(stream, { subjects_filter: `$O.${bucket}.>` });
    const subjects = Object.keys(state.subjects ?? {});
    // Asked for afterwards: what has become whole meanwhile is among them.
    const all = await this.#infos();
    // Pieces of what is not among them would go.
    if (all.length < subjects.filter((each) => each.startsWith(names)).length) {
      throw new Error(`not all that ${bucket} keeps was listed`);
    }
    const whole = new Set(all.map(({ nuid }) => `${pieces}${nuid}`));
    for (const subject of subjects) {
      if (!subject.startsWith(pieces) || whole.has(subject)) continue;
      const last = await this.#manager.streams.getMessage(stream, { last_by_subj: subject });
      if (last && last.time.getTime() < before) {
        await this.#manager.streams.purge(stream, { filter: subject });
      }
    }
  }

  /** What the store says of each name, of removed ones too. The library's own list may end early, as if that were all. */
  async #infos(): Promise<ObjectInfo[]> {
    const messages = await Array.fromAsync(this.#messages("M.*"));
    return messages.map((message) => message.json<ObjectInfo>());
  }

  /** What the store says of a name. The library's own way asks once, and for long. */
  async #find(name: string, isWanted?: () => boolean): Promise<ObjectInfo | undefined> {
    const { connection, jetstreamWithin } = this.#parts;
    const key = new TextEncoder().encode(name).toBase64({ alphabet: "base64url" });
    const subject = `$O.${this.#bucket}.M.${key}`;
    for (const attempts = new Attempts(connection, isWanted);;) {
      try {
        const { streams } = await jetstreamWithin(attempts.withinMs).jetstreamManager(false);
        const found = await streams.getMessage(`OBJ_${this.#bucket}`, { last_by_subj: subject });
        return found?.json<ObjectInfo>();
      } catch (error) {
        await attempts.failed(error);
      }
    }
  }

  /** The library's own way of getting them asks for all at once, and waits for ever for what was removed meanwhile. */
  async *#piecesOf(
    { nuid, size, digest }: ObjectInfo,
    isWanted?: () => boolean,
  ): AsyncIterable<Uint8Array> {
    const hash = createHash("sha256");
    let left = size;
    if (size > 0) {
      for await (const { data } of this.#messages(`C.${nuid}`, isWanted)) {
        hash.update(data);
        left -= data.length;
        yield data;
      }
    }
    if (left > 0) throw new Error(`of ${size} bytes the last ${left} are not there`);
    const got = `SHA-256=${hash.digest("base64url")}`;
    if (got !== digest.replaceAll("=", "").replace("SHA-256", "SHA-256=")) {
      throw new Error("what came is not what was put");
    }
  }

  #messages(what: string, isWanted?: () => boolean): AsyncIterable<JsMsg> {
    const bucket = this.#bucket;
    return storedMessages(this.#parts, `OBJ_${bucket}`, `$O.${bucket}.${what}`, isWanted);
  }
}

function noRoom(detail: string): Fault {
  return new Fault("disk_full", "Cannot keep these bytes: the cluster's NATS servers have no room for them", {
    detail,
  });
}
