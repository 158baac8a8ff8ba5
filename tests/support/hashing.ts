/** Password hashing seen from outside: how much of it is done, how much at once; and a hand on the brake. */

import type { HashCost } from "../../server/argon2.ts";

/**
 * Argon2id all the same, at a hundredth of the time: a hash in earnest is more work than starting a server, and most tests
 * only want somebody to be signed in. Tests of what a hash costs give `HASH_COST`.
 */
export const TEST_HASH_COST: HashCost = { memory: 64, passes: 1, parallelism: 1 };

/** A hash, as WebCrypto is told. */
interface WatchedHash extends HashCost {
  readonly name: string;
}

/** Every hash of this process while it is watched. */
export class HashWatch implements Disposable {
  /** The cost of each hash begun, in order. */
  readonly begun: WatchedHash[] = [];
  /** The most that ran at the same time. */
  atOnce = 0;
  #running = 0;
  #held: (() => void)[] | undefined;
  #wake: () => void = () => {};
  readonly #restore: () => void;

  /** `pretend`: nothing is hashed, which is quicker; then every password is wrong. */
  constructor({ pretend = false } = {}) {
    const { subtle } = crypto;
    const real = subtle.deriveBits.bind(subtle);
    const watched: typeof subtle.deriveBits = async (algorithm, key, length) => {
      this.begun.push(algorithm as unknown as WatchedHash);
      this.atOnce = Math.max(this.atOnce, ++this.#running);
      this.#wake();
      try {
        if (this.#held) await new Promise<void>((resolve) => this.#held!.push(resolve));
        return pretend ? new ArrayBuffer((length ?? 0) / 8) : await real(algorithm, key, length);
      } finally {
        this.#running--;
      }
    };
    Object.defineProperty(subtle, "deriveBits", { value: watched, configurable: true });
    this.#restore = () => Reflect.deleteProperty(subtle, "deriveBits");
  }

  /** From now on a hash that begins goes on only when it is let. */
  hold(): void {
    this.#held ??= [];
  }

  /** Lets a held hash go on: the oldest, or the one after so many older ones. */
  letOne(index = 0): void {
    this.#held!.splice(index, 1).forEach((go) => go());
  }

  /** Lets every hash go on. */
  letAll(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  /** Resolves when so many hashes have begun. */
  async reaches(count: number): Promise<void> {
    while (this.begun.length < count) await new Promise<void>((resolve) => this.#wake = resolve);
  }

  [Symbol.dispose](): void {
    this.letAll();
    this.#restore();
  }
}
