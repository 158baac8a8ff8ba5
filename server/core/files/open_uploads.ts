/** The uploads that are open now, each with one sender at a time, who may change. */
import type { Caller } from "../caller.ts";
import { Fault, quote } from "../shared/faults.ts";
import { type FileBounds, LIMITS } from "../shared/limits.ts";
import { type FileStore, isDeposit, type StoredFile } from "../store/stored_files.ts";
import type { BlobStore, BlobWriter } from "./blob_store.ts";

/** One that is open. */
export interface Upload {
  readonly file: StoredFile;
  readonly writer: BlobWriter;
  /** Who sends it now; null: whoever of the same person goes on. */
  holder: Caller | null;
  /** When it was last used, and when all nodes last learnt that it is. */
  usedAt: number;
  notedAt: number;
  /** Ends with what is being done to the writer now. */
  work: Promise<unknown>;
  /** How many things are being done to it. */
  busy: number;
}

/** The bytes that are there of uploads that are not finished, whether open or not. What was only announced is none. */
class Arrived {
  readonly #byFile = new Map<string, { owner: string; bytes: number }>();
  readonly #byOwner = new Map<string, number>();
  /** Of everybody. */
  all = 0;

  of(owner: string): number {
    return this.#byOwner.get(owner) ?? 0;
  }

  set(file: string, owner: string, bytes: number): void {
    const more = bytes - (this.#byFile.get(file)?.bytes ?? 0);
    this.#byFile.set(file, { owner, bytes });
    this.#add(owner, more);
  }

  forget(file: string): void {
    const known = this.#byFile.get(file);
    if (known && this.#byFile.delete(file)) this.#add(known.owner, -known.bytes);
  }

  #add(owner: string, more: number): void {
    this.all += more;
    const own = this.of(owner) + more;
    if (own > 0) this.#byOwner.set(owner, own);
    else this.#byOwner.delete(owner);
  }
}

/** What {@link Uploads} are given. */
interface UploadNeeds {
  readonly blobs: BlobStore;
  readonly bounds: Pick<FileBounds, "uploadsMax">;
  readonly clock: () => number;
}

/** The uploads that are open: each with one sender at a time. */
export class Uploads {
  readonly #needs: UploadNeeds;
  readonly arrived = new Arrived();
  readonly #byFile = new Map<string, Upload>();
  /** Who was sending those that were closed because nothing came: they may go on. */
  readonly #resting = new Map<string, Caller>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(needs: UploadNeeds) {
    this.#needs = needs;
  }

  /** How many are open. */
  get size(): number {
    return this.#byFile.size;
  }

  /** Whether one more fits, or one that is open already goes on. @throws too_many_uploads */
  checkRoomFor({ id, owner }: StoredFile, holder: Caller): void {
    if (this.#byFile.has(id)) return;
    const open = Array.from(this.#byFile.values());
    const count = (fits: (upload: Upload) => boolean) => open.filter(fits).length;
    if (
      count((upload) => upload.holder === holder) < LIMITS.uploadsPerConnectionMax &&
      count(({ file }) => file.owner === owner) < LIMITS.uploadsPerPersonMax &&
      open.length < this.#needs.bounds.uploadsMax
    ) return;
    throw new Fault("too_many_uploads", "Cannot begin another upload: finish one first", {
      retryAfterMs: 1_000,
    });
  }

  /** Does one thing after another, so that what two ask for at once is not promised to both. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }

  /** Makes a caller the one who sends a file; whoever did before can't any more. */
  async take(file: StoredFile, holder: Caller): Promise<Upload> {
    this.#resting.delete(file.id);
    const before = this.#byFile.get(file.id);
    if (before) {
      before.holder = holder;
      before.usedAt = this.#needs.clock();
      await before.work.catch(() => {});
      return before;
    }
    const opening = this.#needs.blobs.open(file.id);
    const writer = await opening;
    const meanwhile = this.#byFile.get(file.id);
    if (meanwhile) {
      await writer.close();
      meanwhile.holder = holder;
      return meanwhile;
    }
    const now = this.#needs.clock();
    const upload = { file, writer, holder, usedAt: now, notedAt: now, work: Promise.resolve(), busy: 0 };
    this.#byFile.set(file.id, upload);
    this.arrived.set(file.id, file.owner, writer.offset);
    return upload;
  }

  /** The upload that a caller is sending, or goes on with. `owner`: who they are. @throws unknown_file */
  async held(
    id: string,
    caller: Caller,
    { files, owner }: { files: Pick<FileStore, "find">; owner: () => string },
  ): Promise<Upload> {
    const upload = this.#byFile.get(id);
    if (upload?.holder === caller) return upload;
    const free = upload === undefined
      ? caller.takesOver || this.#resting.get(id) === caller
      : upload.holder === null || caller.takesOver;
    const file = upload?.file ?? files.find(id);
    if (free && file?.state === "partial" && !file.isFolder && file.owner === owner()) {
      this.checkRoomFor(file, caller);
      return await this.take(file, caller);
    }
    throw new Fault(
      "unknown_file",
      `Cannot send file ${quote(id)}: you are not sending it; announce it with "upload"`,
    );
  }

  /** Does one thing to an upload's bytes, after everything before it. */
  work<T>(upload: Upload, task: (writer: BlobWriter) => Promise<T>): Promise<T> {
    upload.busy++;
    const result = upload.work.catch(() => {}).then(() => task(upload.writer)).finally(() => upload.busy--);
    upload.work = result;
    return result;
  }

  /** Ends an upload; its bytes stay. */
  async close(id: string): Promise<void> {
    const upload = this.#byFile.get(id);
    this.#byFile.delete(id);
    if (!upload) return;
    await upload.work.catch(() => {});
    await upload.writer.close();
  }

  /** A caller sends no more: what it sent stays open for a moment, so that its person may go on. */
  release(holder: Caller): void {
    for (const [id, caller] of this.#resting) if (caller === holder) this.#resting.delete(id);
    for (const upload of this.#byFile.values()) {
      if (upload.holder !== holder) continue;
      upload.holder = null;
      upload.usedAt = this.#needs.clock();
    }
  }

  /** Whether a file, or anything of this folder, is open. */
  isOpen(id: string): boolean {
    return this.#byFile.has(id) || this.#some((file) => file.folder === id);
  }

  /** Ends what is open of these and removes the bytes of all of them. */
  async drop(ids: readonly string[]): Promise<void> {
    await this.settle(ids);
    await this.#needs.blobs.remove(ids);
  }

  /** All bytes of these are there to stay: they are counted in the store from now on, and nobody sends more of them. */
  async settle(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.arrived.forget(id);
      this.#resting.delete(id);
    }
    await Promise.all(ids.map((id) => this.close(id)));
  }

  /** The ids of those that have been in use for so long that it has to be noted: other nodes can't see it. */
  inUse(now: number): string[] {
    const ids: string[] = [];
    for (const [id, upload] of this.#byFile) {
      if (now - upload.notedAt < LIMITS.partialLifeMs / 4) continue;
      upload.notedAt = now;
      ids.push(id);
    }
    return ids;
  }

  /**
   * Closes those of which nothing has come for a while; gives the ids of those with which nobody can go on: nothing ever came, or
   * the request that brought them is over.
   */
  closeIdle(now: number): string[] {
    const over: string[] = [];
    for (const [id, { file, busy, usedAt, holder, writer }] of this.#byFile) {
      if (busy > 0 || usedAt >= now - LIMITS.uploadIdleMs) continue;
      if (writer.offset === 0 || (isDeposit(file) && holder === null)) over.push(id);
      else if (holder) this.#resting.set(id, holder);
      void this.close(id);
    }
    return over;
  }

  /** Ends all of them. */
  async closeAll(): Promise<void> {
    await Promise.all(Array.from(this.#byFile.keys(), (id) => this.close(id)));
  }

  #some(test: (file: StoredFile) => boolean): boolean {
    return Array.from(this.#byFile.values()).some(({ file }) => test(file));
  }
}
