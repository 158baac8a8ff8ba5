/**
 * How often something may be asked. Token buckets: small, exact, on the clock that is passed in, and without a
 * timer or a store of their own.
 */
import { type Rate, type RateName, RATES } from "../core/shared/limits.ts";
import { networksOf } from "./network.ts";

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

/** The buckets of one connection, one person or one network, which has so many times the rates of one. */
export class Buckets {
  readonly #buckets = new Map<RateName, TokenBucket>();

  constructor(readonly times: number = 1) {}

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
    if (!bucket) {
      const { burst, perMinute } = RATES[name];
      const rate = { burst: burst * this.times, perMinute: perMinute * this.times };
      this.#buckets.set(name, bucket = new TokenBucket(rate, now));
    }
    return bucket;
  }
}

/** Takes a token of each of these, or none and says in how many milliseconds to ask again. */
export function takeAll(wanted: readonly (readonly [Buckets, readonly RateName[]])[], now: number): number {
  for (const [index, [buckets, names]] of wanted.entries()) {
    const wait = buckets.take(names, now);
    if (wait === 0) continue;
    for (const [taken, given] of wanted.slice(0, index)) for (const name of given) taken.giveBack(name);
    return wait;
  }
  return 0;
}

/** The buckets of those seen last, such as people or networks; the one seen longest ago is forgotten first. */
export class SharedBuckets {
  readonly #byName = new Map<string, Buckets>();

  constructor(readonly rememberedMax: number) {}

  of(name: string, times = 1): Buckets {
    const buckets = this.#byName.get(name) ?? new Buckets(times);
    this.#byName.delete(name);
    this.#byName.set(name, buckets);
    if (this.#byName.size > this.rememberedMax) {
      const [oldest] = this.#byName.keys();
      this.#byName.delete(oldest!);
    }
    return buckets;
  }

  /** Those of all networks that an address is in. */
  ofAddress(address: string): Buckets[] {
    return networksOf(address).map(({ name, times }) => this.of(name, times));
  }
}
