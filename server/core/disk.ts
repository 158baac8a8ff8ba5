/**
 * Room on the disk for everything that is kept. Near the bound of `--disk-free` guests are refused first, then
 * everybody; what frees space is never refused. The disk is looked at every so often, so that nobody waits for it to
 * say a word; the bytes of files are checked as they come (announcements.ts).
 */
import type { Caller } from "./caller.ts";
import type { Core } from "./core.ts";
import { Fault } from "./shared/faults.ts";
import { LIMITS } from "./shared/limits.ts";

/** What one thing takes on the disk at the most, or nearly so: itself, what finds it, and the log of both. */
const KEPT_BYTES = 2_048;
const KEPT_BYTES_PER_CHAR = 6;

/** Who is still taken. */
export type DiskState = "enough" | "accounts only" | "full";

/** What the disk had left when it was last looked at. */
export class Disk {
  /** Bytes on it, and those within the database of what was taken back: the next words go there. */
  left = Infinity;
  spare = 0;
  /** What was let in since, as much as it may have taken. */
  #taken = 0;

  /** Looks again. Never fails: a disk that does not say is full. */
  async look(core: Core): Promise<void> {
    const left = await core.blobs.free().catch(() => 0);
    this.left = left;
    this.spare = core.store.spareBytes();
    this.#taken = 0;
  }

  /** How many bytes there is room for. */
  get free(): number {
    // With hardly a byte left on the disk the database can't use its own: a commit needs room beside it first.
    return (this.left < LIMITS.freeBytesMin ? this.left : this.left + this.spare) - this.#taken;
  }

  /** Something with so many characters of text is let in. */
  take(chars: number): void {
    this.#taken += KEPT_BYTES + chars * KEPT_BYTES_PER_CHAR;
  }

  state(core: Core): DiskState {
    if (this.free < bytesLeftFree(core, false)) return "full";
    return this.free < bytesLeftFree(core, true) ? "accounts only" : "enough";
  }
}

/** How many bytes of the disk are left free, by guests and by those with an account. */
export function bytesLeftFree({ bounds }: Core, guest: boolean): number {
  const { freeBytesKept } = bounds;
  return guest ? freeBytesKept + Math.floor(freeBytesKept / LIMITS.guestsLeaveFreeShare) : freeBytesKept;
}

/** Lets in something more to keep for somebody, with so many characters of text. @throws disk_full */
export function checkRoomToKeep(core: Core, { session }: Caller, chars: number): void {
  const state = core.disk.state(core);
  if (state === "enough" || state === "accounts only" && session?.person.guest === false) {
    return core.disk.take(chars);
  }
  throw new Fault(
    "disk_full",
    state === "full"
      ? "Cannot keep this: the server's disk is nearly full; recall what is not needed, or try later"
      : "Cannot keep this for a guest: the server's disk is nearly full; sign in with an account, or try later",
    { detail: `${core.disk.free} bytes are free` },
  );
}
