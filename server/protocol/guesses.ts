/**
 * Passwords tried for one account, from wherever. After a few wrong ones the next may be tried only a while later, twice as
 * long each time; it is the name that counts, whether or not there is such an account, so that nothing is told. Who signed
 * in to it from a network before is not held up by what others try: that network has a count of its own.
 */
import { LIMITS } from "../core/shared/limits.ts";

interface Count {
  wrong: number;
  /** When the last one was tried, and until when no other may be. */
  at: number;
  until: number;
}

/** Counts them, and remembers who was right. */
export class Guesses {
  readonly #counts = new Remembered<Count>(LIMITS.guessedNamesMax);
  /** Name → networks from which it was signed in to. */
  readonly #known = new Remembered<Set<string>>(LIMITS.guessedNamesMax);

  /** In how many milliseconds another password may be tried for this name from this network. */
  wait(name: string, network: string, now: number): number {
    const count = this.#counts.get(this.#key(name, network));
    if (!count || isForgotten(count, now)) return 0;
    return Math.min(LIMITS.guessDelayMs, Math.max(0, count.until - now));
  }

  /** One is being tried: it is wrong until it turns out not to be, so that many at once are no way around. */
  add(name: string, network: string, now: number): void {
    const key = this.#key(name, network);
    const before = this.#counts.get(key);
    const wrong = (before && !isForgotten(before, now) ? before.wrong : 0) + 1;
    this.#counts.set(key, { wrong, at: now, until: now + delayAfter(wrong) });
  }

  /** It was not looked at. */
  takeBack(name: string, network: string): void {
    const count = this.#counts.get(this.#key(name, network));
    if (!count) return;
    count.wrong--;
    count.until = 0;
  }

  /** It was right. */
  right(name: string, network: string): void {
    this.#counts.delete(this.#key(name, network));
    const known = this.#known.get(name) ?? new Set();
    known.delete(network);
    known.add(network);
    const [oldest] = known;
    if (known.size > LIMITS.knownNetworksMax) known.delete(oldest!);
    this.#known.set(name, known);
  }

  #key(name: string, network: string): string {
    return this.#known.get(name)?.has(network) ? `${name}\n${network}` : name;
  }
}

function delayAfter(wrong: number): number {
  const over = wrong - LIMITS.guessesFreeMax;
  return over < 0 ? 0 : Math.min(LIMITS.guessDelayMs, LIMITS.guessDelayFirstMs * 2 ** over);
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
