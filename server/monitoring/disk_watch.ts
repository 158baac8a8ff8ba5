/** Looks at the disk of the data folder every so often, tells its operator what follows, and keeps a reserve on it. */
import type { Core } from "../core/core.ts";
import type { DiskState } from "../core/disk.ts";
import { LIMITS } from "../core/shared/limits.ts";
import { logOf } from "./log.ts";

/** What it is to those who run the server. */
const TOLD: Record<DiskState, string> = {
  "enough": "the disk has room again: everything is kept",
  "accounts only":
    "the disk is nearly full: nothing more of guests is kept; {free} bytes are free, see --disk-free",
  "full": "the disk is nearly full: nothing more is kept; {free} bytes are free, see --disk-free",
};

/** What is laid by on the disk. */
interface Kept {
  readonly whole: boolean;
  keep(): Promise<void>;
}

/** Looks at once, and from then on; gives what ends that. */
export async function watchDisk(core: Core, reserve: Kept): Promise<{ close(): Promise<void> }> {
  const log = logOf("server");
  let before: DiskState = "enough";
  const look = async () => {
    await core.disk.look(core);
    const state = core.disk.state(core);
    if (state !== before) log[state === "enough" ? "info" : "warning"](TOLD[state], { free: core.disk.free });
    before = state;
    if (core.disk.left >= 2 * LIMITS.freeBytesMin && !reserve.whole) {
      await reserve.keep();
    }
  };
  let looking: Promise<void> | undefined;
  const again = () => void (looking ??= look().finally(() => looking = undefined));
  await look();
  const timer = setInterval(again, LIMITS.diskEveryMs);
  return {
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
