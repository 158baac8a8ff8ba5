/** What is asked of NATS again and again, while its servers elect who answers. */
import { setTimeout as delay } from "node:timers/promises";
import { isForming, type NatsParts } from "./nats_connection.ts";

/** How long it is tried while nothing comes of it: several times as long as NATS takes to elect. */
const TRIED_MS = 30_000;
const AGAIN_MS = 200;
/** How long NATS has for one answer: it may choose a server that is gone, and a slow one takes longer. Each in its turn. */
const ANSWERS_MS = [1_000, 2_000, 4_000] as const;

/** The attempts at one thing. */
export class Attempts {
  #count = 0;
  #since = performance.now();

  /** `isWanted`: false once nobody waits for it any more; then it is not tried again. */
  constructor(
    readonly connection: NatsParts["connection"],
    readonly isWanted: () => boolean = () => true,
  ) {}

  /** How long NATS has for the answers to the next one. */
  get withinMs(): number {
    return ANSWERS_MS[this.#count % ANSWERS_MS.length]!;
  }

  /** Some of it has come: it has as long again for the rest. */
  succeeded(): void {
    this.#count = 0;
    this.#since = performance.now();
  }

  /** Resolves when it is to be tried again. @throws the error, when that would be in vain */
  async failed(error: unknown): Promise<void> {
    const isOver = performance.now() - this.#since > TRIED_MS || !this.isWanted();
    if (isOver || this.connection.isClosed() || !isForming(error)) throw error;
    this.#count++;
    await delay(AGAIN_MS);
  }
}
