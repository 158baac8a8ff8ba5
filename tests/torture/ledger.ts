/** What those who talk were told of what they said, and what went wrong on the way. */
import type { KeptFile } from "./files.ts";

/** What is known of everything that was said. A text is said once, whoever says it. */
export class Ledger {
  /** Text → the `seq` that it was acknowledged with; undefined: acknowledged by a program that is told none. */
  readonly acknowledged = new Map<string, number | undefined>();
  /** Files that are there, as their senders were told. */
  readonly files: KeptFile[] = [];
  /** Nobody was told whether these were kept. */
  readonly unknown = new Set<string>();
  /** Those who said these were told that they were not kept. */
  readonly refused = new Set<string>();
  /** What is not as promised. */
  readonly violations: string[] = [];
  /** How often something was refused in words. */
  readonly refusals = new Map<string, number>();

  /** When something was acknowledged, with nothing for long before: how long that was. */
  readonly #silences: { readonly ended: number; readonly ms: number }[] = [];
  #acknowledgedAt = performance.now();

  constructor(readonly say: (line: string) => void) {}

  violate(what: string): void {
    this.violations.push(what);
    this.say(`  !! ${what}`);
  }

  /** Somebody was told that this is kept. */
  acknowledge(text: string, seq: number | undefined): void {
    this.acknowledged.set(text, seq);
    const now = performance.now();
    const ms = now - this.#acknowledgedAt;
    if (ms > SILENCE_MS) this.#silences.push({ ended: now, ms });
    this.#acknowledgedAt = now;
  }

  /** Until when after that NATS kept nothing for anybody, for a second or more; on the clock of `performance.now()`. */
  silentUntil(began: number, withinMs: number): number {
    const last = this.#silences.findLast(({ ended, ms }) => ended > began && ended - ms < began + withinMs);
    return last?.ended ?? began;
  }

  countRefusal(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}

/** Twenty people talk all the time. */
const SILENCE_MS = 1_000;

/** Once a connection was lost: when that was noticed, and when one was signed in again. */
export interface Outage {
  readonly who: string;
  /** Where one was, and is now. */
  readonly from: string | undefined;
  to: string | undefined;
  readonly lostAt: number;
  backAt: number | undefined;
}
