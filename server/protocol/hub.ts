/**
 * The one way out: everything that anybody is told goes through here, in the order of the log. Whatever is committed
 * together is encoded once for each dialect and variant of it, joined once for all who get the same, and written once a peer.
 */
import type { Answered, Audience, Delivery, Ending, Outcome } from "../core/outcome.ts";
import type { Room } from "../core/state/rooms.ts";
import type { Session } from "../core/state/presence.ts";
import { type Event, isTransient } from "../core/shared/events.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { State } from "../core/state/state.ts";
import type { Batch } from "../log/commit.ts";
import { type Dialect, PER_PEER } from "./dialect.ts";

/** Somebody who is told things: a peer, seen from here. */
export interface Listener {
  readonly dialect: Dialect;
  /** Which variant of the dialect it speaks, if there are several. */
  readonly variant?: string | undefined;
  /** Who is signed in there now. */
  readonly session: Session | undefined;
  /** Says what its own codec makes of an event. `own`: it was done from there. */
  hear(event: Event, own: boolean): void;
  /** Queues words. `transient`: may be left out for a peer that reads too slowly. */
  push(words: string | Uint8Array, transient: boolean): void;
  /** Writes what is queued. */
  flush(): void;
  /** Says the last words and ends. */
  end(bye: Event<"bye">): void;
}

/** Who waits for what comes of a request. */
export interface Waiting {
  /** The peer that asked; it gets its events one by one, between its replies. */
  readonly listener?: Listener | undefined;
  /** In its turn, before its events are told. */
  done(outcome: Outcome | Answered): void;
  /** The listener has been told its events, too. */
  told?(outcome: Outcome | Answered): void;
}

/** Told what becomes of files on their way, once it is kept. */
interface FileEnds {
  /** Their bytes are to go. */
  onGone(files: readonly string[]): void;
  /** Their bytes are whole, and stay. */
  onKept(files: readonly string[]): void;
}

/** Who is told things where, and how. */
export class Hub {
  readonly #state: State;
  readonly #files: FileEnds;
  readonly #listeners = new Map<string, Listener>();
  /** Events told to peers since the start, for those who measure. */
  deliveries = 0;

  constructor(state: State, files: FileEnds) {
    this.#state = state;
    this.#files = files;
  }

  /** From now on this session is told things here. */
  attach({ id }: Session, listener: Listener): void {
    this.#listeners.set(id, listener);
  }

  detach({ id }: Session): void {
    this.#listeners.delete(id);
  }

  /** Whether somebody hears what this session is told. */
  has(session: string): boolean {
    return this.#listeners.has(session);
  }

  /** Begins a batch of outcomes for those who wait for them. */
  begin(waiting: readonly (Waiting | undefined)[]): Batch<Waiting> {
    return new FanOutBatch({
      state: this.#state,
      listeners: this.#listeners,
      waiting,
      files: this.#files,
      onDelivered: (count) => this.deliveries += count,
    });
  }
}

type Words = ReturnType<Dialect["encode"]>;

/** Something for each dialect, and for each variant of it, that asks. */
class ByVariant<T> {
  readonly #made = new Map<Dialect, Map<string | undefined, T>>();

  /** What was made before, or is made now. */
  of(dialect: Dialect, variant: string | undefined, make: () => T): T {
    let variants = this.#made.get(dialect);
    if (!variants) this.#made.set(dialect, variants = new Map());
    if (!variants.has(variant)) variants.set(variant, make());
    return variants.get(variant)!;
  }
}

/** An event on its way, with its words in each dialect that asks. */
class EncodedEvent {
  readonly transient: boolean;
  readonly #words = new ByVariant<Words>();

  constructor(readonly event: Event, readonly by: string | undefined) {
    this.transient = isTransient(event);
  }

  words(dialect: Dialect, variant: string | undefined): Words {
    return this.#words.of(dialect, variant, () => dialect.encode(this.event, false, variant));
  }
}

/** Consecutive events for the same listeners, none of whom asked for anything. */
interface Run {
  readonly audience: Room | "everyone";
  readonly version: number;
  readonly transient: boolean;
  readonly listeners: readonly Listener[];
  readonly events: EncodedEvent[];
}

/** What is done once the batch is kept, in this order. */
type Step =
  | { readonly waiting: Waiting; readonly outcome: Outcome | Answered; readonly told?: true }
  | { readonly run: Run }
  | { readonly listener: Listener; readonly session: string; readonly event: EncodedEvent };

interface FanOutOptions {
  state: State;
  listeners: Map<string, Listener>;
  waiting: readonly (Waiting | undefined)[];
  files: FileEnds;
  onDelivered: (count: number) => void;
}

/**
 * What is told in one go. Whom an event is for is looked up as it is added, when it has just been applied. Those who
 * asked for something get their events one by one, so that these keep their place among the replies; all others in a room
 * get the same joined bytes.
 */
class FanOutBatch implements Batch<Waiting> {
  readonly #options: FanOutOptions;
  /** Those who asked, and who is signed in there at this point of the batch. */
  readonly #askers = new Map<Listener, Session | undefined>();
  readonly #attached: string[] = [];
  readonly #steps: Step[] = [];
  readonly #endings: Ending[] = [];
  readonly #gone: string[] = [];
  readonly #kept: string[] = [];
  readonly #touched = new Set<Listener>();
  #run: Run | undefined;
  #deliveries = 0;
  /** How often something is pushed to a peer: what takes time when it is told. */
  #pushes = 0;

  constructor(options: FanOutOptions) {
    this.#options = options;
    for (const each of options.waiting) {
      const listener = each?.listener;
      if (listener) this.#askers.set(listener, listener.session);
    }
  }

  add(waiting: Waiting | undefined, outcome: Outcome | Answered): void {
    const { session, tell, end, gone, kept } = outcome;
    if (session !== undefined && waiting?.listener) this.#signIn(waiting.listener, session);
    if (waiting) this.#steps.push({ waiting, outcome });
    if (tell) { for (const delivery of tell) this.#tell(delivery); }
    if (waiting?.told) this.#steps.push({ waiting, outcome, told: true });
    if (end) this.#endings.push(...end);
    if (gone) this.#gone.push(...gone);
    if (kept) this.#kept.push(...kept);
  }

  get isFull(): boolean {
    return this.#pushes >= LIMITS.batchPushesMax;
  }

  deliver(): void {
    this.#closeRun();
    for (const step of this.#steps) {
      if ("waiting" in step) {
        if (step.told) step.waiting.told!(step.outcome);
        else step.waiting.done(step.outcome);
      } else if ("run" in step) this.#deliverRun(step.run);
      else this.#deliverOne(step.listener, step.session, step.event);
    }
    for (const asker of this.#askers.keys()) asker.flush();
    for (const listener of this.#touched) listener.flush();
    for (const { session, bye } of this.#endings) this.#options.listeners.get(session)?.end(bye);
    const { files } = this.#options;
    if (this.#gone.length > 0) files.onGone(this.#gone);
    if (this.#kept.length > 0) files.onKept(this.#kept);
    this.#options.onDelivered(this.#deliveries);
  }

  drop(): void {
    for (const session of this.#attached) this.#options.listeners.delete(session);
  }

  #signIn(listener: Listener, id: string | null): void {
    const session = id === null ? undefined : this.#options.state.presence.session(id);
    this.#askers.set(listener, session);
    if (!session) return;
    this.#options.listeners.set(session.id, listener);
    this.#attached.push(session.id);
  }

  #tell({ to, event: told, by }: Delivery): void {
    const event = new EncodedEvent(told, by);
    if ("everyone" in to) return this.#tellMany("everyone", event);
    const { presence, rooms } = this.#options.state;
    if ("room" in to) {
      const room = rooms.byId(to.room);
      return room && this.#tellMany(room, event);
    }
    const sessions = "person" in to ? presence.byId(to.person)?.sessions : sessionsOf(presence, to);
    if (!sessions) return;
    for (const session of sessions) {
      const listener = this.#options.listeners.get(session.id);
      if (!listener || session.behind) continue;
      if (!this.#askers.has(listener)) this.#closeRun();
      this.#pushOne(listener, session.id, event);
    }
  }

  #tellMany(audience: Room | "everyone", event: EncodedEvent): void {
    const { version } = this.#options.state.presence;
    const run = this.#run;
    if (run && run.audience === audience && run.version === version && run.transient === event.transient) {
      run.events.push(event);
    } else {
      this.#closeRun();
      const listeners = this.#others(audience);
      this.#pushes += listeners.length;
      this.#run = { audience, version, transient: event.transient, listeners, events: [event] };
    }
    for (const [listener, session] of this.#askers) {
      // One that has ended in this very batch hears no more.
      if (!session || session.behind || !session.person.sessions.has(session)) continue;
      if (audience !== "everyone" && !audience.members.has(session.person)) continue;
      this.#pushOne(listener, session.id, event);
    }
  }

  #pushOne(listener: Listener, session: string, event: EncodedEvent): void {
    this.#pushes++;
    this.#steps.push({ listener, session, event });
  }

  /** Everybody in the audience who has not asked for anything in this batch. */
  #others(audience: Room | "everyone"): Listener[] {
    const { state: { presence }, listeners } = this.#options;
    const found: Listener[] = [];
    for (const person of audience === "everyone" ? presence.all() : audience.members) {
      for (const session of person.sessions) {
        const listener = listeners.get(session.id);
        if (listener && !session.behind && !this.#askers.has(listener)) found.push(listener);
      }
    }
    return found;
  }

  #closeRun(): void {
    if (this.#run) this.#steps.push({ run: this.#run });
    this.#run = undefined;
  }

  #deliverOne(listener: Listener, session: string | undefined, event: EncodedEvent): void {
    const own = session !== undefined && event.by === session;
    const { dialect, variant } = listener;
    const words = own ? dialect.encode(event.event, true, variant) : event.words(dialect, variant);
    if (words === undefined) return;
    this.#deliveries++;
    this.#touched.add(listener);
    if (words === PER_PEER) listener.hear(event.event, own);
    else listener.push(words, event.transient);
  }

  #deliverRun(run: Run): void {
    const joined = new ByVariant<Joined>();
    // Most are told the same as the one before.
    let last: { readonly dialect: Dialect; readonly variant: string | undefined; words: Joined } | undefined;
    for (const listener of run.listeners) {
      const { dialect, variant } = listener;
      if (last?.dialect !== dialect || last.variant !== variant) {
        const words = joined.of(dialect, variant, () => join(run.events, dialect, variant));
        last = { dialect, variant, words };
      }
      const { words } = last;
      if (words === PER_PEER) {
        for (const event of run.events) this.#deliverOne(listener, undefined, event);
        continue;
      }
      if (!words) continue;
      this.#deliveries += run.events.length;
      this.#touched.add(listener);
      listener.push(words, run.transient);
    }
  }
}

const encoder = new TextEncoder();

type Joined = Uint8Array | typeof PER_PEER | undefined;

/** The words of all events in one piece; {@link PER_PEER}: each peer is told them one by one. */
function join(events: readonly EncodedEvent[], dialect: Dialect, variant: string | undefined): Joined {
  if (!dialect.joins) return PER_PEER;
  let text = "";
  for (const each of events) {
    const words = each.words(dialect, variant);
    if (words === PER_PEER) return PER_PEER;
    if (words !== undefined) text += words;
  }
  return text === "" ? undefined : encoder.encode(text);
}

function sessionsOf(
  presence: State["presence"],
  { session: id }: Extract<Audience, { session: string }>,
): Session[] {
  const session = presence.session(id);
  return session ? [session] : [];
}
