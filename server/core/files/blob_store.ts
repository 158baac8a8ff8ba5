/** What the core needs of whoever keeps the bytes of files. server/storage/disk_blob_store.ts does it in a folder. */

/** What a file's bytes come to. */
export interface Hashes {
  /** Lower-case hex. */
  md5: string;
  sha256: string;
}

/** A file that bytes are being added to. One at a time for each id. */
export interface BlobWriter {
  /** How many bytes there are. */
  readonly offset: number;
  /**
   * Adds bytes at the end, which may be changed again once this resolves; the disk may get them later. When it refuses
   * some, the next call fails, and `offset` goes back to where they were to go. @throws Fault `disk_full` `storage_failed`
   */
  append(bytes: Uint8Array): Promise<void>;
  /** Makes everything last through a power cut and gives the hashes over all of it. @throws Fault `disk_full` `storage_failed` */
  finish(): Promise<Hashes>;
  /** Resolves when the disk has what it takes. Never fails. */
  close(): Promise<void>;
}

/** Keeps bytes by id. */
export interface BlobStore {
  /** Opens a file for adding; made when it is not there. @throws Fault `storage_failed` */
  open(id: string): Promise<BlobWriter>;
  /**
   * The bytes from `offset` up to `end` (exclusive), in blocks. `isWanted`: false once nobody waits for them any more; then
   * what can't be reached is not tried again. @throws Fault `file_gone` when they vanished, `unavailable`
   */
  read(id: string, offset: number, end: number, isWanted?: () => boolean): AsyncIterable<Uint8Array>;
  /** Removes what is there. Never fails: what could not be removed belongs to nothing and goes at the next start. */
  remove(ids: readonly string[]): Promise<void>;
  /** How many bytes the disk has left. @throws Fault `storage_failed` */
  free(): Promise<number>;
  /** All of a file is there: keeps it so that it outlasts this machine, where it is to. @throws Fault `unavailable` */
  keep(id: string, size: number): Promise<void>;
  /** What a file is, by its first bytes, as a MIME type. @throws Fault `file_gone` */
  sniff(id: string): Promise<string>;
}
