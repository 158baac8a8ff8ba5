/**
 * When what is committed is on disk. As a rule before the commit returns. Where others keep it too it is soon enough that it
 * gets there a little later: until then a power cut may take the last commits back, in their order and each as a whole.
 */
import type { SyncTime } from "../core/store/store.ts";
import { makeLast } from "./make_last.ts";
import type { Statements } from "./statements.ts";
import { transaction } from "./transactions.ts";

/** What "soon" is; milliseconds. */
export const SYNC_SOON_MS = 100;

/** What a {@link DiskSync} is given. */
interface DiskSyncOptions {
  /** The database file, which is opened so that a commit waits for the disk. */
  path: string;
  /** Told when the disk has what was to be there soon. */
  onSync?: () => void;
  onFailure: (error: unknown) => void;
}

/** Says it to the database of a writer. */
export class DiskSync {
  readonly #db: Statements;
  readonly #options: DiskSyncOptions;
  #when: SyncTime = "now";
  #coming: ReturnType<typeof setTimeout> | undefined;
  #underWay: Promise<void> = Promise.resolve();

  constructor(db: Statements, options: DiskSyncOptions) {
    this.#db = db;
    this.#options = options;
  }

  /** Does all of it or nothing. @throws what the work throws, or the database */
  transact(work: () => void, when: SyncTime): void {
    if (when !== this.#when) {
      this.#db.database.exec(`PRAGMA synchronous = ${when === "now" ? "FULL" : "NORMAL"}`);
      this.#when = when;
    }
    transaction(this.#db, work);
    // Whatever is synced takes along what was committed before.
    if (when === "now") this.#forget();
    else this.#coming ??= setTimeout(() => this.#sync(), SYNC_SOON_MS);
  }

  /** Nothing more is committed; closing the database syncs it. Resolves when nothing is under way. */
  close(): Promise<void> {
    this.#forget();
    return this.#underWay;
  }

  #forget(): void {
    clearTimeout(this.#coming);
    this.#coming = undefined;
  }

  /** What was committed stands in the write-ahead log, and nobody waits for this. */
  #sync(): void {
    this.#coming = undefined;
    const { path, onFailure, onSync } = this.#options;
    this.#underWay = makeLast(`${path}-wal`).then(onSync, onFailure);
  }
}
