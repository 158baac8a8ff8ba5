/** Bytes in the cluster's stores that belong to nothing: of what came to nothing in the end, or broke off. */
import type { JetStreamLog } from "../log/jetstream_log.ts";
import type { NatsStream } from "./nats_stream.ts";
import type { Snapshots } from "./snapshots.ts";
import type { SharedObjects } from "./shared_objects.ts";

/** What a {@link FileSweep} is given. */
interface FileSweepOptions {
  readonly files: Pick<SharedObjects, "list" | "remove" | "removeLoose">;
  readonly snapshots: Pick<Snapshots, "removeLoose">;
  readonly stream: Pick<NatsStream, "range">;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly onNote: (note: string) => void;
}

/** What the node that sweeps has applied. */
interface Swept {
  readonly log: Pick<JetStreamLog, "applied" | "trouble">;
  /** Whether there is a file whose bytes these are. */
  isFile(id: string): boolean;
}

/** How often it is looked for them, and how old they are before they go. */
const SWEEP_MS = 3_600_000;
const ORPHAN_MS = 24 * SWEEP_MS;
/** How long one that is under way is waited for. */
const CLOSE_MS = 500;

/** Removes them, now and then. One of the nodes sees to it. */
export class FileSweep {
  readonly #options: FileSweepOptions;
  #sweptAt = -Infinity;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: FileSweepOptions) {
    this.#options = options;
  }

  /** Removes what is a day old, if it is time. `isFirst`: whether this node does what one of them has to. */
  async consider(swept: Swept, isFirst: boolean): Promise<void> {
    const { clock } = this.#options;
    // Whoever can't keep what the others have applied does not know which files there are.
    if (!isFirst || swept.log.trouble || clock() - this.#sweptAt <= SWEEP_MS) return;
    this.#sweptAt = clock();
    this.#sweeping = this.#sweep(swept);
    await this.#sweeping;
  }

  /** Waits for what is asked of NATS now, but not for long: its client leaves timers behind when it is closed meanwhile. */
  async close(): Promise<void> {
    let late: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([
      this.#sweeping,
      new Promise<void>((resolve) => late = setTimeout(resolve, CLOSE_MS)),
    ]);
    clearTimeout(late);
  }

  async #sweep({ log, isFile }: Swept): Promise<void> {
    const { files, snapshots, stream, clock, onNote } = this.#options;
    try {
      const old = (await files.list()).filter(({ at }) => at < clock() - ORPHAN_MS);
      // Each of them was announced before its bytes were there.
      await log.applied((await stream.range()).last);
      await files.remove(old.map(({ id }) => id).filter((id) => !isFile(id)));
      await files.removeLoose(clock() - ORPHAN_MS);
      await snapshots.removeLoose(clock() - ORPHAN_MS);
    } catch (error) {
      onNote(`files that belong to nothing could not be removed: ${String(error)}`);
    }
  }
}
