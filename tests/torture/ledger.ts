/** What those who talk were told of what they said, and what went wrong on the way. */

/** What is known of everything that was said. A text is said once, whoever says it. */
export class Ledger {
  /** Text → the `seq` that it was acknowledged with; undefined: acknowledged by a program that is told none. */
  readonly acknowledged = new Map<string, number | undefined>();
  /** Nobody was told whether these were kept. */
  readonly unknown = new Set<string>();
  /** Those who said these were told that they were not kept. */
  readonly refused = new Set<string>();
  /** What is not as promised. */
  readonly violations: string[] = [];
  /** How often something was refused in words. */
  readonly refusals = new Map<string, number>();

  constructor(readonly say: (line: string) => void) {}

  violate(what: string): void {
    this.violations.push(what);
    this.say(`  !! ${what}`);
  }

  countRefusal(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}

/** Once a connection was lost: when that was noticed, and when one was signed in again. */
export interface Outage {
  readonly who: string;
  /** Where one was, and is now. */
  readonly from: string | undefined;
  to: string | undefined;
  readonly lostAt: number;
  backAt: number | undefined;
}
