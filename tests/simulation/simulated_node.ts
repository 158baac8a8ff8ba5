/**
 * One of several nodes that apply the same log, each to a state and a store of its own. It lags behind, applies more or
 * less at a time, and now and then can't keep what it has applied; then everything is as it was, and it applies it again.
 */
import { type Core, createCore } from "../../server/core/core.ts";
import { Uploads } from "../../server/core/files/open_uploads.ts";
import type { Answered, Outcome } from "../../server/core/outcome.ts";
import type { Proposal } from "../../server/core/proposals.ts";
import { openLobby } from "../../server/core/rooms/rooms.ts";
import { asFault, Fault } from "../../server/core/shared/faults.ts";
import {
  keepAllMemory,
  keepMemory,
  restoreMemory,
  watchMemory,
} from "../../server/core/state/kept_memory.ts";
import { type State, wakeState } from "../../server/core/state/state.ts";
import { type Batch, commit, type Committed, type Entry } from "../../server/log/commit.ts";
import { Hub, type Waiting } from "../../server/protocol/hub.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { MemoryBlobs } from "../support/memory_blobs.ts";
import { MemoryStore } from "../support/memory_store.ts";
import type { Connection } from "./simulated_peer.ts";
import { memoryText, storeText } from "./state_print.ts";

/** When every simulation begins; milliseconds since 1970. */
export const BEGINNING = Date.UTC(2030, 0, 1);

/** Somebody who waits, and what is known of the answer besides. */
export interface SimulatedWaiting extends Waiting {
  /** After which entry of the log it was made, and whether it brought a new number. */
  at?: number;
  isNew?: boolean;
}

/** One thing in the log. */
export interface LogEntry {
  readonly proposal: Proposal;
  readonly author: SimulatedNode | undefined;
  readonly waiting: SimulatedWaiting | undefined;
}

/** What is known of an entry once it was applied for the first time. */
export interface Record {
  readonly outcome: string;
  readonly memory: string;
  readonly store: string;
}

/** What a node is given of the world around it. */
interface Surroundings {
  clock(): number;
  newId(): string;
  /** What is known of the first so many entries. */
  recordAt(position: number): Record;
  /** Whether what was told is what should have been. */
  check(connection: Connection, position: number): void;
}

/** Every address is a network of its own. */
export const NETWORKS = {
  networkOf: (address: string) => address,
  networksOf: (address: string) => [{ name: address, times: 1 }],
};

class DiskFailure extends Error {}

/** A state as it is before anything happened. */
export function newState(): { state: State; store: MemoryStore } {
  const store = new MemoryStore("epoch");
  const state = wakeState(store, NETWORKS, BEGINNING);
  openLobby(state, { id: "000000", at: BEGINNING });
  store.transact(() => keepAllMemory(state));
  return { state, store };
}

/** An outcome as text: what is no data is left out. */
export function outcomeText({ reply, fault, tell, session, end, gone, kept }: Outcome): string {
  return JSON.stringify({
    reply,
    fault: fault?.code,
    tell: tell ?? [],
    session,
    end: end ?? [],
    gone: gone ?? [],
    kept: kept ?? [],
  });
}

/** A node at work. */
export class SimulatedNode {
  /** Proposed and not in the log yet. */
  readonly onTheWay: LogEntry[] = [];
  readonly connections = new Set<Connection>();
  /** How much of the log it has applied. */
  position = 0;
  /** False from its end to its return. */
  isUp = true;
  state!: State;
  store!: MemoryStore;
  hub!: Hub;
  core!: Core;
  readonly #surroundings: Surroundings;
  readonly #questions: Entry<SimulatedWaiting>[] = [];
  #starts = 0;

  constructor(readonly letter: string, surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.restart();
  }

  /** A process of its own, which knows nothing and reads the log from the beginning. */
  restart(): void {
    this.#begin(newState());
    this.position = 0;
  }

  /** A process of its own, which goes on with what the one before has kept. */
  wake(): void {
    const before = memoryText(this.state);
    const store = new MemoryStore("epoch", this.store.snapshot());
    const state = wakeState(store, NETWORKS, 0);
    restoreMemory(state, store.memory());
    assertEquals(memoryText(state), before, `what ${this.letter} remembers after entry ${this.position}`);
    this.#begin({ state, store });
  }

  #begin(kept: { state: State; store: MemoryStore }): void {
    Object.assign(this, kept);
    watchMemory(this.state);
    this.#questions.length = 0;
    this.hub = new Hub(this.state, { onGone() {}, onKept() {} });
    this.isUp = true;
    const { clock, newId } = this.#surroundings;
    const bounds = {
      fileBytesMax: 1e9,
      quotaBytes: 1e9,
      quotaAllBytes: 1e9,
      uploadsMax: 9,
      freeBytesKept: 0,
    };
    const blobs = new MemoryBlobs();
    const nothing = () => {
      throw new Error("is not asked for");
    };
    this.core = createCore(this.state, {
      ...{ blobs, bounds, clock, newId },
      node: this.#nextName(),
      uploads: new Uploads({ blobs, bounds, clock }),
      hasher: { hash: nothing, verify: nothing, isCommon: nothing, md5: nothing, isCommonMd5: nothing },
      secrets: { token: () => `token ${newId()}`, code: nothing, digest: (secret) => `digest of ${secret}` },
      pageUrl: () => "http://page",
      otherNodes: () => ({ count: 0, urls: [] }),
      mailer: { sendReset: nothing, sendConfirmation: nothing, sendMissed: nothing, reachesPeople: false },
      propose: nothing,
    });
  }

  propose(proposal: Proposal, waiting?: SimulatedWaiting): void {
    // What is sent is text, and what arrives can't be changed by anybody.
    this.onTheWay.push({ proposal: frozen(JSON.parse(JSON.stringify(proposal))), author: this, waiting });
  }

  ask(ask: () => Answered, waiting: SimulatedWaiting): void {
    this.#questions.push({ ask, waiting });
  }

  /** Applies some entries, and answers what was asked before or after them; `fails`: it can't keep them this time. */
  apply(entries: readonly LogEntry[], fails: boolean, questionsFirst: boolean): void {
    const own = entries.map(({ proposal, author, waiting }): Entry<SimulatedWaiting> => ({
      proposal,
      waiting: author === this ? waiting : undefined,
    }));
    const questions = this.#questions.splice(0);
    const together = questionsFirst ? [...questions, ...own] : [...own, ...questions];
    if (together.length === 0) return;
    if (fails && own.length > 0) this.#fail(together);
    this.#commit(together);
    if (this.state.presence.hasLost(this.core.node)) this.core.node = this.#nextName();
  }

  #nextName(): string {
    return `${this.letter}${++this.#starts}`;
  }

  #fail(entries: readonly Entry<SimulatedWaiting>[]): void {
    const before = this.#text();
    this.store.onCommit = () => {
      throw new DiskFailure();
    };
    const failed = this.#commitTogether(entries);
    this.store.onCommit = () => {};
    assertTrue("error" in failed, "what can't be kept is not told");
    assertEquals(this.#text(), before, "a commit that fails leaves everything as it was");
  }

  /** All that it has, and all that was told there. */
  #text(): string[] {
    const own = Array.from(
      this.connections,
      ({ heard, caller: { session } }) => JSON.stringify([heard, session?.behind, session?.delivered]),
    );
    return [memoryText(this.state), storeText(this.store), ...own];
  }

  #commit(entries: readonly Entry<SimulatedWaiting>[]): void {
    const failed = this.#commitTogether(entries);
    if ("done" in failed) return;
    if (!(failed.error instanceof Fault)) throw failed.error;
    if (entries.length > 1) return entries.forEach((each) => this.#commit([each]));
    const fault = asFault(failed.error);
    const batch = this.#watched(entries, this.hub.begin([entries[0]!.waiting]));
    batch.add(entries[0]!.waiting, { fault });
    batch.deliver();
    this.#committed(entries);
  }

  #commitTogether(entries: readonly Entry<SimulatedWaiting>[]): Committed {
    const committed = commit(
      this.state,
      entries,
      (waiting) => this.#watched(entries, this.hub.begin(waiting)),
      { finish: () => keepMemory(this.state) },
    );
    if ("done" in committed) this.#committed(entries);
    return committed;
  }

  #committed(entries: readonly Entry[]): void {
    this.position += entries.filter(({ proposal }) => proposal).length;
    const { memory, store } = this.#surroundings.recordAt(this.position);
    same(memoryText(this.state), memory, () => `the memory of ${this.letter} after entry ${this.position}`);
    same(storeText(this.store), store, () => `the store of ${this.letter} after entry ${this.position}`);
    for (const connection of this.connections) this.#surroundings.check(connection, this.position);
    for (const connection of this.connections) if (connection.isEnded) connection.close();
  }

  /** Compares every outcome with that of whoever applied the entry first. */
  #watched(
    entries: readonly Entry<SimulatedWaiting>[],
    batch: Batch<SimulatedWaiting>,
  ): Batch<SimulatedWaiting> {
    let { position } = this;
    let { last } = this.state.sequence;
    let index = 0;
    const add = (waiting: SimulatedWaiting | undefined, outcome: Outcome): void => {
      if (entries[index++]!.proposal) {
        position++;
        const expected = this.#surroundings.recordAt(position).outcome;
        same(outcomeText(outcome), expected, () => `what entry ${position} comes to at ${this.letter}`);
      }
      if (waiting) Object.assign(waiting, { at: position, isNew: this.state.sequence.last > last });
      last = this.state.sequence.last;
      batch.add(waiting, outcome);
    };
    return { add, deliver: () => batch.deliver(), drop: () => batch.drop() };
  }
}

function frozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

function same(actual: string, expected: string, message: () => string): void {
  if (actual !== expected) assertEquals(actual, expected, message());
}
