/** What the core needs of whoever keeps the bytes of files. server/storage/disk_vault.ts does it in a folder. */

/** What a file's bytes come to. */
export interface Hashes {
  /** Lower-case hex. */
  md5: string;
  sha256: string;
}

/** A file that bytes are being added to. One at a time for each id. */
export interface Inlet {
  /** How many bytes are there. */
  readonly offset: number;
  /** Adds bytes at the end; on failure none of them are there. @throws Fault `disk_full` `storage_failed` */
  append(bytes: Uint8Array): Promise<void>;
  /** Makes everything last through a power cut and gives the hashes over all of it. @throws Fault `storage_failed` */
  finish(): Promise<Hashes>;
  close(): Promise<void>;
}

/** Keeps bytes by id. */
export interface Vault {
  /** Opens a file for adding; made when it is not there. @throws Fault `storage_failed` */
  open(id: string): Promise<Inlet>;
  /** The bytes from `offset` up to `end` (exclusive), in blocks. @throws Fault `file_gone` when they vanished */
  read(id: string, offset: number, end: number): AsyncIterable<Uint8Array>;
  /** Removes what is there; what is not there is no error. */
  remove(ids: readonly string[]): Promise<void>;
  /** How many bytes the disk has left. */
  free(): Promise<number>;
  /** What a file is, by its first bytes, as a MIME type. */
  sniff(id: string): Promise<string>;
}
