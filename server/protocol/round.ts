/**
 * What is handed over in one go: each event is encoded once for each dialect. Those who asked for something get
 * their events one by one, so that these keep their place among the replies; all others in a room get the same
 * joined bytes.
 */
import type { Audience, Delivery } from "../core/decision.ts";
import { type Event, isTransient } from "../core/events.ts";
import type { Presence, Session } from "../core/presence.ts";
import type { Room } from "../core/rooms.ts";
import type { Dialect } from "./dialect.ts";
import type { FanOut } from "./fan_out.ts";
import type { Listener } from "./listener.ts";

/** Everything that settles together, on its way to peers. */
export class Round {
  readonly #presence: Presence;
  readonly #listeners: ReadonlyMap<Session, Listener>;
  readonly #askers: ReadonlySet<Listener>;
  readonly #touched = new Set<Listener>();
  readonly #ends: (() => void)[] = [];
  #run: Run | undefined;
  #deliveries = 0;
  #bytes = 0;

  /** `presence` says when a room's people have changed; `askers`: those who asked for what settles. */
  constructor(presence: Presence, listeners: ReadonlyMap<Session, Listener>, askers: Iterable<Listener>) {
    this.#presence = presence;
    this.#listeners = listeners;
    this.#askers = new Set(askers);
  }

  tell({ to, event, by }: Delivery): void {
    const told = new Told(event, by);
    if ("room" in to) return this.#tellMany(to.room, told);
    if ("everyone" in to) return this.#tellMany("everyone", told);
    for (const session of sessionsOf(to)) {
      const listener = this.#listeners.get(session);
      if (!listener) continue;
      if (!this.#askers.has(listener)) this.#closeRun();
      this.#tellOne(listener, session, told);
    }
  }

  end(session: Session, bye: Event<"bye">): void {
    const listener = this.#listeners.get(session);
    if (listener) this.#ends.push(() => listener.end(bye));
  }

  /** Hands over what is left: those who asked write at once, the others in their turn. Gives the number of deliveries. */
  finish(fanOut: FanOut): number {
    this.#closeRun();
    for (const asker of this.#askers) asker.flush();
    fanOut.add(this.#touched, this.#bytes);
    for (const end of this.#ends) end();
    return this.#deliveries;
  }

  #tellMany(audience: Room | "everyone", told: Told): void {
    const { version } = this.#presence;
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
    for (const person of audience === "everyone" ? this.#presence.all() : audience.members) {
      for (const session of person.sessions) {
        const listener = this.#listeners.get(session);
        if (listener && !this.#askers.has(listener)) found.push(listener);
      }
    }
    return found;
  }

  #tellAsker(asker: Listener, audience: Room | "everyone", told: Told): void {
    const { session } = asker;
    if (session && (audience === "everyone" || audience.members.has(session.person))) {
      this.#tellOne(asker, session, told);
    }
  }

  #tellOne(listener: Listener, session: Session, told: Told): void {
    const words = told.by === session
      ? listener.dialect.encode(told.event, true)
      : told.words(listener.dialect);
    if (words === undefined) return;
    this.#deliveries++;
    this.#bytes += words.length;
    this.#touched.add(listener);
    listener.push(words, told.transient);
  }

  #closeRun(): void {
    const run = this.#run;
    this.#run = undefined;
    if (!run) return;
    const joined = new Map<Dialect, Uint8Array | undefined>();
    for (const listener of run.listeners) {
      const { dialect } = listener;
      if (!joined.has(dialect)) joined.set(dialect, join(run.told, dialect));
      const words = joined.get(dialect);
      if (!words) continue;
      this.#deliveries += run.told.length;
      this.#touched.add(listener);
      listener.push(words, run.transient);
    }
    for (const words of joined.values()) this.#bytes += words?.length ?? 0;
  }
}

/** An event on its way, with its words in each dialect that asks. */
class Told {
  readonly transient: boolean;
  readonly #words = new Map<Dialect, string | undefined>();

  constructor(readonly event: Event, readonly by: Session | undefined) {
    this.transient = isTransient(event);
  }

  words(dialect: Dialect): string | undefined {
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

const encoder = new TextEncoder();

function join(told: readonly Told[], dialect: Dialect): Uint8Array | undefined {
  let text = "";
  for (const each of told) text += each.words(dialect) ?? "";
  return text === "" ? undefined : encoder.encode(text);
}

function sessionsOf(to: Exclude<Audience, { room: Room } | { everyone: true }>): Iterable<Session> {
  return "session" in to ? [to.session] : to.person.sessions;
}
