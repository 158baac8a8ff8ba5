/** Whose turn it is to be written to about what they missed, and what is old enough for that; see missed_mail.ts. */
import { LIMITS } from "../shared/limits.ts";

/** What one place has that is unread. One of `room` and `with`. */
export interface MissedLine {
  room?: string;
  with?: string;
  count: number;
  /** The last of it. */
  text?: string;
}

/** It belongs to the server that walks, and is no state. */
export class MissedWalk {
  /** What had been said at which time, the oldest first. */
  readonly #marks: { at: number; seq: number }[] = [];
  #queue: string[] = [];
  #nextAt = 0;

  /** The number of what was said long enough ago; undefined as long as this server does not know. */
  passed(now: number, last: number): number | undefined {
    const newest = this.#marks.at(-1);
    if (!newest || now - newest.at >= LIMITS.missedMailLookMs) this.#marks.push({ at: now, seq: last });
    const isOld = ({ at }: { at: number }) => at <= now - LIMITS.missedMailAfterMs;
    while (this.#marks[1] && isOld(this.#marks[1])) this.#marks.shift();
    const [oldest] = this.#marks;
    return oldest && isOld(oldest) ? oldest.seq : undefined;
  }

  /** The next few; everybody has had their turn before `all` is asked again. */
  next(now: number, all: () => string[]): string[] {
    if (this.#queue.length === 0 && now >= this.#nextAt) {
      this.#nextAt = now + LIMITS.missedMailLookMs;
      this.#queue = all();
    }
    return this.#queue.splice(0, LIMITS.missedMailAtOnceMax);
  }
}
