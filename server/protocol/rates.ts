/**
 * How often something may be asked. Token buckets: small, exact, on the clock that is passed in, and without a
 * timer or a store of their own.
 */
import { type Rate, type RateName, RATES } from "../core/limits.ts";
import { networkOf } from "./network.ts";

/** Lets through `burst` at once and `perMinute` in the long run. */
export class TokenBucket {
  /** Milliseconds that a token takes to come. */
  readonly #price: number;
  readonly #most: number;
  /** What is there, in milliseconds of coming: whole numbers, for every rate of which a minute is a multiple. */
  #saved: number;
  #savedAt: number;

  constructor({ burst, perMinute }: Rate, now: number) {
    this.#price = 60_000 / perMinute;
    this.#most = burst * this.#price;
    this.#saved = this.#most;
    this.#savedAt = now;
  }

  /** Takes a token; otherwise says in how many milliseconds there will be one. */
  take(now: number): number {
    this.#saved = Math.min(this.#most, this.#saved + Math.max(0, now - this.#savedAt));
    this.#savedAt = now;
    if (this.#saved < this.#price) return this.#price - this.#saved;
    this.#saved -= this.#price;
    return 0;
  }

  /** Puts a token back. */
  giveBack(): void {
    this.#saved = Math.min(this.#most, this.#saved + this.#price);
  }
}

/** The buckets of one connection or one address. */
export class Buckets {
  readonly #buckets = new Map<RateName, TokenBucket>();

  /** Takes one of each; with one of them empty, takes none and says in how many milliseconds to ask again. */
  take(names: readonly RateName[], now: number): number {
    const taken: TokenBucket[] = [];
    for (const name of names) {
      const bucket = this.#bucket(name, now);
      const wait = bucket.take(now);
      if (wait === 0) {
        taken.push(bucket);
        continue;
      }
      for (const other of taken) other.giveBack();
      return wait;
    }
    return 0;
  }

  giveBack(name: RateName): void {
    this.#buckets.get(name)?.giveBack();
  }

  #bucket(name: RateName, now: number): TokenBucket {
    let bucket = this.#buckets.get(name);
    if (!bucket) this.#buckets.set(name, bucket = new TokenBucket(RATES[name], now));
    return bucket;
  }
}

/** The buckets of the addresses seen last; the one seen longest ago is forgotten first. */
export class AddressBuckets {
  readonly #byAddress = new Map<string, Buckets>();

  constructor(readonly rememberedMax: number) {}

  of(address: string): Buckets {
    const network = networkOf(address);
    const buckets = this.#byAddress.get(network) ?? new Buckets();
    this.#byAddress.delete(network);
    this.#byAddress.set(network, buckets);
    if (this.#byAddress.size > this.rememberedMax) {
      const [oldest] = this.#byAddress.keys();
      this.#byAddress.delete(oldest!);
    }
    return buckets;
  }
}
