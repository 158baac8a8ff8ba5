/** When a log does what it does later. */
import { setImmediate } from "node:timers";

/** The time, as a log has it. A simulation has its own. */
export interface LogTimers {
  /** Milliseconds since some moment. */
  now(): number;
  /** After what has come in is read. */
  soon(work: () => void): void;
  /** Gives what takes it back. */
  later(work: () => void, ms: number): () => void;
}

/** Those of the machine. */
export const REAL_TIMERS: LogTimers = {
  now: () => performance.now(),
  soon: (work) => void setImmediate(work),
  later(work, ms) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};
