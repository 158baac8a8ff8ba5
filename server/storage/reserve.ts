/**
 * Bytes that lie on the disk for nothing, until it is full: then they are given up, so that the database has room to
 * write down that something else goes. They come back when there is room again.
 */
import { randomFillSync } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";

const BLOCK = 64 * 1024;

/** A file that is only there to be removed. */
export class Reserve {
  readonly #path: string;
  readonly #bytes: number;
  readonly #onGiven: () => void;

  /** `onGiven`: told when it had to go. */
  constructor(path: string, bytes: number, onGiven: () => void) {
    this.#path = path;
    this.#bytes = bytes;
    this.#onGiven = onGiven;
  }

  /** Whether all of it is there. */
  get whole(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false })?.size === this.#bytes;
  }

  /** Makes room; tells whether there was anything to give. */
  give(): boolean {
    const there = this.whole;
    rmSync(this.#path, { force: true });
    if (there) this.#onGiven();
    return there;
  }

  /** Lays it by again. Never fails: a disk that has no room for it is asked another time. */
  keep(): Promise<void> {
    return this.#write().catch(() => {});
  }

  async #write(): Promise<void> {
    const partial = `${this.#path}.new`;
    const file = await open(partial, "w", 0o600);
    try {
      // Noise: some file systems keep nothing of zeros.
      const block = randomFillSync(new Uint8Array(BLOCK));
      for (let at = 0; at < this.#bytes; at += BLOCK) await file.write(block, 0, BLOCK, at);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await rename(partial, this.#path);
  }
}
