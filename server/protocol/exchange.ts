/**
 * The one way out: everything that anybody is told goes through here, in one order. Decisions wait in a queue
 * until what they write is on disk; then, oldest first, each settles and its events are handed over, together with
 * those of all that settles in one go.
 */
import type { Core } from "../core/core.ts";
import type { Decision, Settled } from "../core/decision.ts";
import type { Session } from "../core/presence.ts";
import { Conflict } from "../core/store.ts";
import { FanOut, type NextTurn } from "./fan_out.ts";
import type { Listener } from "./listener.ts";
import { Round } from "./round.ts";

/** Who waits for a decision's outcome. */
export interface Waiting {
  /** The peer that asked; it gets its events one by one, between its replies. */
  readonly listener?: Listener;
  /** In its turn, before its events are handed over. */
  settled(settled: Settled<unknown>): void;
  /** Nothing came of it: a Fault, a Conflict, or an error of the server's own. */
  failed(error: unknown): void;
}

interface Entry {
  readonly decision: Decision;
  readonly waiting: Waiting | undefined;
  state: "committing" | "ready" | "failed";
  error?: unknown;
}

/** The order of all things told. */
export class Exchange {
  readonly #core: Core;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Map<Session, Listener>();
  readonly #fanOut: FanOut;
  #queue: Entry[] = [];
  #scheduled = false;
  #idle: (() => void)[] = [];
  /** Events handed to peers since the start, for those who measure. */
  deliveries = 0;

  constructor(core: Core, nextTurn: NextTurn, onError: (error: unknown) => void) {
    this.#core = core;
    this.#fanOut = new FanOut(nextTurn);
    this.#onError = onError;
  }

  /** From now on this session is told things here. */
  attach(session: Session, listener: Listener): void {
    this.#listeners.set(session, listener);
  }

  detach(session: Session): void {
    this.#listeners.delete(session);
  }

  /** Queues a decision; its writes go to the store at once. */
  submit(decision: Decision, waiting?: Waiting): void {
    const { writes } = decision;
    if (!writes || writes.length === 0) {
      this.#queue.push({ decision, waiting, state: "ready" });
      return this.#schedule();
    }
    const entry: Entry = { decision, waiting, state: "committing" };
    this.#queue.push(entry);
    this.#core.store.commit(writes).then(() => {
      entry.state = "ready";
      this.#schedule();
    }, (error) => {
      entry.state = "failed";
      entry.error = error;
      this.#schedule();
    });
  }

  /** Resolves when nothing waits to be told. */
  drained(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#settleReady();
    });
  }

  #settleReady(): void {
    const first = this.#queue.findIndex((entry) => entry.state === "committing");
    const ready = this.#queue.splice(0, first === -1 ? this.#queue.length : first);
    if (ready.length === 0) return;
    const askers = ready.flatMap(({ waiting }) => waiting?.listener ?? []);
    const round = new Round(this.#core.presence, this.#listeners, askers);
    for (const entry of ready) this.#settle(entry, round);
    this.deliveries += round.finish(this.#fanOut);
    if (this.#queue.length === 0) { for (const resolve of this.#idle.splice(0)) resolve(); }
  }

  #settle(entry: Entry, round: Round): void {
    const { decision, waiting } = entry;
    if (entry.state === "failed") return this.#fail(entry, entry.error);
    let settled: Settled<unknown>;
    try {
      settled = decision.settle();
    } catch (error) {
      return this.#fail(entry, error);
    }
    if (decision.seq !== undefined) this.#core.sequence.settle(decision.seq);
    // Before the asker's next command is decided, which may take a later number than these have.
    for (const next of settled.then ?? []) this.submit(next);
    waiting?.settled(settled);
    for (const delivery of settled.tell ?? []) round.tell(delivery);
    for (const { session, bye } of settled.end ?? []) round.end(session, bye);
  }

  #fail({ waiting }: Entry, error: unknown): void {
    if (waiting) waiting.failed(error);
    else if (!(error instanceof Conflict)) this.#onError(error); // what another did first need not be done
  }
}
