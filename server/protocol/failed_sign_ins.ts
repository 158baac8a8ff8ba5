/**
 * Passwords that were wrong, or right for an account that is suspended, on their way to the audit log and to those whose accounts they were tried for. They are
 * gathered, a second's worth of one account and address into one, so that whoever tries many does not fill the log: what is
 * more than goes at once waits, and what is more than may wait is counted without saying whose it was.
 */
import type { Proposal } from "../core/proposals.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { Guess } from "./guesses.ts";

/** Gathers them. */
export class FailedSignIns {
  readonly #gathered = new Map<string, Proposal<"login.failed">>();

  /** `suspended`: it was right, but its account is suspended. */
  add({ account, from }: Pick<Guess, "account" | "from">, at: number, suspended = false): void {
    const key = `${account ?? ""}\n${from}\n${suspended}`;
    const isFull = this.#gathered.size >= LIMITS.failuresGatheredMax && !this.#gathered.has(key);
    const [place, one] = isFull ? ["", { account: null }] as const : [
      key,
      { account, from, ...(suspended && { suspended }) },
    ] as const;
    const count = (this.#gathered.get(place)?.count ?? 0) + 1;
    this.#gathered.set(place, { kind: "login.failed", at, ...one, count });
  }

  /** Those that go now, the first ones first. */
  take(): Proposal<"login.failed">[] {
    const first = [...this.#gathered].slice(0, LIMITS.failuresAtOnceMax);
    for (const [key] of first) this.#gathered.delete(key);
    return first.map(([, proposal]) => proposal);
  }
}
