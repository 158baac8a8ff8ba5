/**
 * The one way out: everything that anybody is told goes through here, in one order. Decisions wait in a queue
 * until what they write is on disk; then, oldest first, each settles and its events are handed over. Whatever
 * settles together is encoded once for each dialect and joined once for all who get the same.
 */
import type { Core } from "../core/core.ts";
import type { Audience, Decision, Delivery, Settled } from "../core/decision.ts";
import { type Event, isTransient } from "../core/shared/events.ts";
import type { Session } from "../core/sessions/presence.ts";
import type { Room } from "../core/rooms/rooms.ts";
import { Conflict } from "../core/store.ts";
import { type Dialect, PER_PEER } from "./dialect.ts";

/** Somebody who is told things: a peer, seen from here. */
export interface Listener {
  readonly dialect: Dialect;
  /** Who is signed in there now. */
  readonly session: Session | undefined;
  /** Says what its own speaker makes of an event. */
  hear(event: Event): void;
  /** Queues words. `transient`: may be left out for a peer that reads too slowly. */
  push(words: string | Uint8Array, transient: boolean): void;
  /** Writes what is queued. */
  flush(): void;
  /** Says farewell and ends. */
  end(bye: Event<"bye">): void;
}

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
  #queue: Entry[] = [];
  #scheduled = false;
  #idle: (() => void)[] = [];
  /** Events handed to peers since the start, for those who measure. */
  deliveries = 0;

  constructor(core: Core, onError: (error: unknown) => void) {
    this.#core = core;
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
    const round = new Round(this.#core, this.#listeners, ready);
    for (const entry of ready) this.#settle(entry, round);
    this.deliveries += round.finish();
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

type Words = ReturnType<Dialect["encode"]>;

/** An event on its way, with its words in each dialect that asks. */
class Told {
  readonly transient: boolean;
  readonly #words = new Map<Dialect, Words>();

  constructor(readonly event: Event, readonly by: Session | undefined) {
    this.transient = isTransient(event);
  }

  words(dialect: Dialect): Words {
    if (!this.#words.has(dialect)) this.#words.set(dialect, dialect.encode(this.event, false));
    return this.#words.get(dialect);
  }
}

/** Consecutive events for one audience. */
interface Run {
  readonly audience: Room | "everyone";
  readonly version: number;
  readonly transient: boolean;
  readonly listeners: readonly Listener[];
  readonly told: Told[];
}

/**
 * What is handed over in one go. Those who asked for something get their events one by one, so that these keep
 * their place among the replies; all others in a room get the same joined bytes.
 */
class Round {
  readonly #core: Core;
  readonly #listeners: ReadonlyMap<Session, Listener>;
  readonly #askers = new Set<Listener>();
  readonly #touched = new Set<Listener>();
  readonly #ends: (() => void)[] = [];
  #run: Run | undefined;
  #deliveries = 0;

  constructor(core: Core, listeners: ReadonlyMap<Session, Listener>, entries: readonly Entry[]) {
    this.#core = core;
    this.#listeners = listeners;
    for (const { waiting } of entries) if (waiting?.listener) this.#askers.add(waiting.listener);
  }

  tell({ to, event, by }: Delivery): void {
    const told = new Told(event, by);
    if ("room" in to) return this.#tellMany(to.room, told);
    if ("everyone" in to) return this.#tellMany("everyone", told);
    for (const session of sessionsOf(to)) {
      const listener = this.#listeners.get(session);
      if (!listener || session.behind) continue;
      if (!this.#askers.has(listener)) this.#closeRun();
      this.#tellOne(listener, session, told);
    }
  }

  end(session: Session, bye: Event<"bye">): void {
    const listener = this.#listeners.get(session);
    if (listener) this.#ends.push(() => listener.end(bye));
  }

  /** Hands over what is left and has every peer write once; gives the number of deliveries. */
  finish(): number {
    this.#closeRun();
    for (const asker of this.#askers) asker.flush();
    for (const listener of this.#touched) listener.flush();
    for (const end of this.#ends) end();
    return this.#deliveries;
  }

  #tellMany(audience: Room | "everyone", told: Told): void {
    const { version } = this.#core.presence;
    const run = this.#run;
    if (run && run.audience === audience && run.version === version && run.transient === told.transient) {
      run.told.push(told);
    } else {
      this.#closeRun();
      const listeners = this.#others(audience);
      this.#run = { audience, version, transient: told.transient, listeners, told: [told] };
    }
    for (const asker of this.#askers) this.#tellAsker(asker, audience, told);
  }

  /** Everybody in the audience who has not asked for anything in this round. */
  #others(audience: Room | "everyone"): Listener[] {
    const found: Listener[] = [];
    for (const person of audience === "everyone" ? this.#core.presence.all() : audience.members) {
      for (const session of person.sessions) {
        const listener = this.#listeners.get(session);
        if (listener && !session.behind && !this.#askers.has(listener)) found.push(listener);
      }
    }
    return found;
  }

  #tellAsker(asker: Listener, audience: Room | "everyone", told: Told): void {
    const { session } = asker;
    if (session && !session.behind && (audience === "everyone" || audience.members.has(session.person))) {
      this.#tellOne(asker, session, told);
    }
  }

  #tellOne(listener: Listener, session: Session | undefined, told: Told): void {
    const words = session && told.by === session
      ? listener.dialect.encode(told.event, true)
      : told.words(listener.dialect);
    if (words === undefined) return;
    this.#deliveries++;
    this.#touched.add(listener);
    if (words === PER_PEER) listener.hear(told.event);
    else listener.push(words, told.transient);
  }

  #closeRun(): void {
    const run = this.#run;
    this.#run = undefined;
    if (!run) return;
    const joined = new Map<Dialect, Uint8Array | undefined>();
    for (const listener of run.listeners) {
      const { dialect } = listener;
      if (!dialect.joins) {
        for (const told of run.told) this.#tellOne(listener, undefined, told);
        continue;
      }
      if (!joined.has(dialect)) joined.set(dialect, join(run.told, dialect));
      const words = joined.get(dialect);
      if (!words) continue;
      this.#deliveries += run.told.length;
      this.#touched.add(listener);
      listener.push(words, run.transient);
    }
  }
}

const encoder = new TextEncoder();

function join(told: readonly Told[], dialect: Dialect): Uint8Array | undefined {
  let text = "";
  for (const each of told) {
    const words = each.words(dialect);
    if (typeof words === "string") text += words;
  }
  return text === "" ? undefined : encoder.encode(text);
}

function sessionsOf(to: Exclude<Audience, { room: Room } | { everyone: true }>): Iterable<Session> {
  return "session" in to ? [to.session] : to.person.sessions;
}
