/**
 * Programs that take whatever one `recv` gives for one message (docs/dialects.md): how long a write to them may be, and how long
 * after the one before it comes. What a dialect declares here, the outbox keeps to.
 */

/** What one read of such a program takes, and after how long the next write comes. */
export interface OneRead {
  /** No write of words is longer. */
  readonly bytesMax: number;
  /** From when the system has taken a write to the next, unless that write says otherwise. */
  readonly gapMs: number;
  /** How late it may read, each time. */
  readonly lateMs: number;
}

/** What the original programs call `recv` with. */
const RECV_BYTES = 4_096;
/** How late a program may read, because its window or its machine is busy, and still find one message. */
const LATE_MS = 150;
/** What timers, the system and the network may add to that. */
const MARGIN_MS = 100;

/** For programs that sleep so long before each read. */
export function oneRead(sleepMs = 0): OneRead {
  return { bytesMax: RECV_BYTES, gapMs: sleepMs + LATE_MS + MARGIN_MS, lateMs: LATE_MS };
}
