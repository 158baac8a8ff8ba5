/**
 * Passwords tried for one account, from wherever and under whichever of its names. After a few wrong ones within a quarter
 * of an hour the next may be tried only a while later, twice as long each time. A name that nobody has is counted alike, so
 * that nothing is told. Who was let in from a network before, or holds a session that was used there, is not held up by
 * what others try: that network has a count of its own, and so has whoever is signed in and proves it once more.
 */
import type { Caller } from "../core/caller.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { NameKey } from "../core/shared/names.ts";
import type { State } from "../core/state/state.ts";
import { networkOf } from "./network.ts";

/** A password that is being tried. */
export interface Guess {
  /** The account's id; null: nobody is called so. */
  readonly account: string | null;
  /** The account, or the name in place of one. */
  readonly whose: string;
  /** The network that it comes from, and the address. */
  readonly network: string;
  readonly from: string;
  /** What it is counted as. */
  readonly key: string;
}

interface Count {
  /** When those were tried that were free. */
  free: readonly number[];
  /** How many since then. */
  over: number;
  /** When the last one was tried, and until when no other may be. */
  at: number;
  until: number;
}

/** Counts them, and remembers who was right. */
export class Guesses {
  readonly #counts = new Remembered<Count>(LIMITS.guessedNamesMax);
  /** Account → networks from which it was signed in to. */
  readonly #known = new Remembered<Set<string>>(LIMITS.guessedNamesMax);
  readonly #store: Pick<State["store"], "accountNamed" | "tokensOf">;

  constructor({ store }: { store: Pick<State["store"], "accountNamed" | "tokensOf"> }) {
    this.#store = store;
  }

  /** What is tried for this name. */
  guessOf(name: NameKey, { address: from, session }: Caller): Guess {
    const account = this.#store.accountNamed(name)?.id ?? null;
    const whose = account ?? `nobody ${name}`;
    const network = networkOf(from);
    const own = account !== null && session?.person.id === account;
    const key = own ? `${whose}\n` : this.#isKnown(whose, account, network) ? `${whose}\n${network}` : whose;
    return { account, whose, network, from, key };
  }

  /** In how many milliseconds it may be tried. */
  wait({ key }: Guess, now: number): number {
    const count = this.#counts.get(key);
    if (!count || isForgotten(count, now)) return 0;
    return Math.min(LIMITS.guessDelayMs, Math.max(0, count.until - now));
  }

  /** It is being tried: it is wrong until it turns out not to be, so that many at once are no way around. */
  add({ key }: Guess, now: number): void {
    const before = this.#counts.get(key);
    const count = before && !isForgotten(before, now) ? before : { free: [], over: 0 };
    const late = count.free.filter((at) => at > now - LIMITS.guessesWindowMs);
    const free = count.over > 0 ? count.free : [...late, now];
    const over = free.length < LIMITS.guessesFreeMax ? 0 : count.over + 1;
    this.#counts.set(key, { free, over, at: now, until: over === 0 ? 0 : now + delayAfter(over) });
  }

  /** It was not looked at. */
  takeBack({ key }: Guess): void {
    const count = this.#counts.get(key);
    if (!count) return;
    count.until = 0;
    if (count.over > 0) count.over--;
    if (count.over === 0) count.free = count.free.slice(0, -1);
  }

  /** It was right. */
  right({ key, whose, network }: Guess): void {
    this.#counts.delete(key);
    const known = this.#known.get(whose) ?? new Set();
    known.delete(network);
    known.add(network);
    const [oldest] = known;
    if (known.size > LIMITS.knownNetworksMax) known.delete(oldest!);
    this.#known.set(whose, known);
  }

  #isKnown(whose: string, account: string | null, network: string): boolean {
    if (this.#known.get(whose)?.has(network)) return true;
    return account !== null &&
      this.#store.tokensOf(account).some(({ address }) => address !== null && networkOf(address) === network);
  }
}

function delayAfter(over: number): number {
  return Math.min(LIMITS.guessDelayMs, LIMITS.guessDelayFirstMs * 2 ** (over - 1));
}

function isForgotten({ at }: Count, now: number): boolean {
  return now - at > LIMITS.guessesForgottenMs;
}
/** Values by name, of which those set longest ago are forgotten first. */
class Remembered<T> {
  readonly #values = new Map<string, T>();

  constructor(readonly max: number) {}

  get(name: string): T | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: T): void {
    this.#values.delete(name);
    this.#values.set(name, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.max) this.#values.delete(oldest!);
  }

  delete(name: string): void {
    this.#values.delete(name);
  }
}
