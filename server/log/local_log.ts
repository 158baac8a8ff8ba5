/**
 * The log of a server that is alone: the order is that of coming. The proposals of one turn of the event loop are applied
 * within one transaction and count once it is committed: a single message waits for one commit only, and a thousand at
 * once share a few. Questions take their place among them, between what is applied before and after. Why this is no
 * thread of its own: docs/decisions.md.
 */
import { setImmediate } from "node:timers";
import { asFault, Fault } from "../core/shared/faults.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { State } from "../core/state/state.ts";
import { type Begin, commit, type Entry } from "./commit.ts";
import type { Log } from "./log.ts";

/** The only node that there is. */
export const LOCAL_NODE = "local";

/** What a {@link LocalLog} is given. */
interface LocalLogOptions<Waiting> {
  state: State;
  /** Begins a batch for those who wait. */
  begin: Begin<Waiting>;
  /** Told of what nobody waits for and went wrong. */
  onError: (error: unknown) => void;
}

/** Takes what is proposed and asked, in the order of its coming. */
export class LocalLog<Waiting = unknown> implements Log<Waiting> {
  readonly #options: LocalLogOptions<Waiting>;
  #waiting: Entry<Waiting>[] = [];
  #proposals = 0;
  #turnComing = false;
  #answerComing = false;
  #idle: (() => void)[] = [];

  constructor(options: LocalLogOptions<Waiting>) {
    this.#options = options;
  }

  get pending(): number {
    return this.#proposals;
  }

  append(entry: Entry<Waiting>): void {
    const { proposal, waiting } = entry;
    const refused = proposal && this.#proposals >= LIMITS.writesWaitingMax;
    this.#waiting.push(refused ? { ask: tooSlow, waiting } : entry);
    if (proposal && !refused) {
      this.#proposals++;
      if (!this.#turnComing) this.#schedule((turn) => setImmediate(turn));
    } else if (this.#proposals === 0 && !this.#answerComing) {
      this.#answerComing = true;
      queueMicrotask(() => this.#answer());
    }
  }

  drained(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #schedule(later: (turn: () => void) => void): void {
    this.#turnComing = true;
    later(() => this.#turn());
  }

  /** Questions before which no proposal waits have their answer at once. */
  #answer(): void {
    this.#answerComing = false;
    const first = this.#waiting.findIndex(({ proposal }) => proposal !== undefined);
    let questions = this.#waiting.splice(0, first === -1 ? this.#waiting.length : first);
    while (questions.length > 0) questions = questions.slice(this.#commit(questions));
    this.#tellIdle();
  }

  #turn(): void {
    this.#turnComing = false;
    const entries = this.#waiting.splice(0, batchOf(this.#waiting));
    const done = this.#commit(entries);
    for (const { proposal } of entries.slice(0, done)) if (proposal) this.#proposals--;
    if (done < entries.length) this.#waiting.unshift(...entries.slice(done));
    this.#tellIdle();
    // More than goes together: what was committed is told and read first.
    if (this.#waiting.length > 0 && !this.#turnComing) this.#schedule((turn) => setTimeout(turn));
  }

  #tellIdle(): void {
    if (this.#waiting.length === 0) { for (const resolve of this.#idle.splice(0)) resolve(); }
  }

  /** Applies entries together, and gives how many of them; when that can't be kept, each stands or falls by itself. */
  #commit(entries: readonly Entry<Waiting>[]): number {
    if (entries.length === 0) return 0;
    const committed = commit(this.#options.state, entries, this.#options.begin);
    if ("done" in committed) return committed.done;
    if (entries.length === 1) this.#again(entries[0]!, committed.error);
    else for (const each of entries) this.#commit([each]);
    return entries.length;
  }

  /** One entry that could not be kept: once more with the room that is kept for what frees some, or refused. */
  #again(entry: Entry<Waiting>, error: unknown): void {
    const fault = asFault(error);
    if (fault.code === "disk_full" && this.#options.state.store.madeRoom()) return void this.#commit([entry]);
    if (entry.waiting === undefined) this.#options.onError(error);
    const batch = this.#options.begin([entry.waiting]);
    batch.add(entry.waiting, { fault });
    batch.deliver();
  }
}

function tooSlow(): never {
  throw new Fault("busy", "Cannot keep this now: the disk is too slow, try again soon", {
    retryAfterMs: 1_000,
  });
}

/** How many of the first entries go together. What is committed together is told together, and has to fit an outbox. */
function batchOf(entries: readonly Entry[]): number {
  let chars = 0;
  const end = entries.findIndex(({ proposal }, index) => {
    chars += proposal && "text" in proposal ? proposal.text?.length ?? 0 : 0;
    return index > 0 && (index >= LIMITS.batchWritesMax || chars > LIMITS.batchTextCharsMax);
  });
  return end === -1 ? entries.length : end;
}
