/** The order of everything that changes the state. One server alone has a LocalLog, one of several a JetStreamLog. */
import type { Entry } from "./commit.ts";

/** Takes what is proposed and asked, in one order. */
export interface Log<Waiting = unknown> {
  /** How many proposals are not applied yet. */
  readonly pending: number;
  /**
   * Adds an entry at the end. What comes of it goes to the batch that it is in. Refused, which takes its turn like every
   * answer: `busy` when too much waits, `unavailable` when the log can't be reached.
   */
  append(entry: Entry<Waiting>): void;
  /** Resolves when nothing waits. */
  drained(): Promise<void>;
}
