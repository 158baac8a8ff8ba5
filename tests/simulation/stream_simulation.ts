/**
 * The real JetStreamLog of several nodes over a stream that a schedule makes: what is put into it is confirmed, or not, or
 * comes late, or twice; it is brought late, again, with gaps; nodes are killed and go on with what they kept, and their
 * disks refuse. Time is the schedule's too. In the end every node has the same, and what was answered is there.
 */
import type { Answered, Outcome } from "../../server/core/outcome.ts";
import type { Proposal } from "../../server/core/proposals.ts";
import { Fault } from "../../server/core/shared/faults.ts";
import { restoreMemory, watchMemory } from "../../server/core/state/kept_memory.ts";
import { type State, wakeState } from "../../server/core/state/state.ts";
import type { Batch } from "../../server/log/commit.ts";
import { JetStreamLog } from "../../server/log/jetstream_log.ts";
import type { LogStream } from "../../server/log/log_message.ts";
import type { LogTimers } from "../../server/log/log_timers.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { MemoryStore } from "../support/memory_store.ts";
import type { Step } from "./schedule.ts";
import { BEGINNING, NETWORKS, newState } from "./simulated_node.ts";
import { memoryText, storeText } from "./state_print.ts";

/** One who waits for an answer, in the order of asking. */
interface Asking {
  done(outcome: Outcome | Answered): void;
}

/** What was said and what came of it. */
interface Saying {
  readonly text: string;
  readonly node: number;
  outcome: "waiting" | "kept" | "nothing kept" | "not known";
  seq?: number;
}

/** What becomes of what is put into the stream; after so many milliseconds each. */
interface Fate {
  readonly storedAt?: number;
  readonly confirmedAt?: number;
  /** By a server that leads no more. */
  readonly byMistake?: boolean;
}

/** How long such a server takes itself for the leader. */
const MISTAKEN_MS = 1_500;

/** How often each thing happens, of a hundred. */
const OFTEN: readonly (readonly [number, (world: StreamWorld, step: Step) => void])[] = [
  [30, (world, { which, how }) => world.node(which).says(how)],
  [6, (world, { which }) => world.node(which).asks()],
  [34, (world, { which, how }) => world.bring(world.node(which), how)],
  [18, (world, { how }) => world.passTime(1 + how % 400)],
  [4, (world, { which, how }) => world.passTime([1_600, 3_000, 9_000][(which + how) % 3]!)],
  [3, (world, { how }) => world.reach(how)],
  [2, (world, { which }) => world.node(which).kill()],
  [2, (world, { which, how }) => world.node(which).refuse(how)],
  [1, (world, { which, how }) => world.lose(which, how)],
];

/** Runs a schedule. @throws what is not as it should be */
export async function runStreamSchedule(steps: readonly Step[]): Promise<void> {
  const world = new StreamWorld();
  for (const step of steps) {
    let rest = step.what % 100;
    for (const [share, happen] of OFTEN) {
      if (rest < share) {
        happen(world, step);
        break;
      }
      rest -= share;
    }
    await world.settle();
  }
  await world.finish();
}

class StreamWorld {
  readonly stream: { readonly data: Uint8Array }[] = [];
  readonly said: Saying[] = [];
  readonly nodes: readonly StreamNode[];
  #now = 0;
  #made = 0;
  #events: { readonly at: number; readonly order: number; readonly work: () => void }[] = [];
  #order = 0;
  /** What becomes of what is put into the stream from now on. */
  #fate = 0;
  /** Place → what is said to stand there by mistake, and until when. */
  readonly #claims = new Map<number, { readonly data: Uint8Array; readonly until: number }>();
  /** Nodes that have ended because the stream had lost something, which it never has. */
  readonly ended: string[] = [];

  constructor() {
    this.nodes = [0, 1, 2].map((index) => new StreamNode(index, this));
  }

  get now(): number {
    return this.#now;
  }

  node(which: number): StreamNode {
    return this.nodes[which % this.nodes.length]!;
  }

  newId(): string {
    return String(++this.#made).padStart(6, "0");
  }

  at(ms: number, work: () => void): () => void {
    const event = { at: this.#now + ms, order: this.#order++, work };
    this.#events.push(event);
    return () => void (this.#events = this.#events.filter((each) => each !== event));
  }

  /** Everything that happens now, and what follows from it. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      await Promise.resolve();
      const due = this.#events.filter(({ at }) => at <= this.#now).sort((a, b) =>
        a.at - b.at || a.order - b.order
      );
      if (due.length === 0) quiet++;
      else {
        quiet = 0;
        this.#events = this.#events.filter((event) => event !== due[0]);
        due[0]!.work();
      }
    }
  }

  passTime(ms: number): void {
    this.#now += ms;
  }

  /** How well the stream is reached from now on. */
  reach(how: number): void {
    this.#fate = how;
  }

  put(data: Uint8Array, timeoutMs: number): Promise<number> {
    const fates: readonly Fate[] = [
      { storedAt: 1, confirmedAt: 2 },
      { storedAt: 20, confirmedAt: 21 },
      { storedAt: 1 },
      { storedAt: timeoutMs * 4 },
      {},
      { storedAt: 1, ...(this.#order % 2 === 0 && { confirmedAt: 2 }) },
      { confirmedAt: 2, byMistake: true },
      { storedAt: 20, confirmedAt: 2, byMistake: true },
    ];
    const { storedAt, confirmedAt = Infinity, byMistake } = fates[this.#fate % fates.length]!;
    let seq = 0;
    if (storedAt !== undefined) this.at(storedAt, () => void (seq = this.stream.push({ data })));
    return new Promise((resolve, reject) => {
      if (confirmedAt > timeoutMs) this.at(timeoutMs, () => reject(new Error("timeout")));
      else this.at(confirmedAt, () => resolve(byMistake ? this.#claim(data) : seq));
    });
  }

  /** What stands at a place, as whoever takes itself for the leader says it. */
  read(seq: number): Uint8Array | undefined {
    const claim = this.#claims.get(seq);
    return claim && claim.until > this.now ? claim.data : this.stream[seq - 1]?.data;
  }

  /** A server that leads no more, and does not know it for a while, has this where another's is, or will be. */
  #claim(data: Uint8Array): number {
    const seq = Math.max(1, this.stream.length + this.#order % 2);
    this.#claims.set(seq, { data, until: this.now + MISTAKEN_MS });
    return seq;
  }

  /** Some of the stream comes to a node: what is next, or again what was, or with a gap. */
  bring(node: StreamNode, how: number): void {
    const from = Math.max(0, node.last + [0, 0, 0, 0, -3, 2][how % 6]!);
    for (let index = from; index < Math.min(this.stream.length, from + 1 + (how >>> 8) % 6); index++) {
      if (!node.log.take(index + 1, this.stream[index]!.data)) break;
    }
  }

  lose(which: number, how: number): void {
    const other = this.nodes[(which + 1 + how % 2) % this.nodes.length]!;
    const { name } = this.node(which);
    other.log.append({
      proposal: { kind: "node.lost", at: BEGINNING + this.#now, node: name },
      waiting: undefined,
    });
  }

  /** What one life of a node put into the log has its order there, also what was refused and is there all the same. */
  #checkOrder(kept: ReadonlyMap<string, number>): void {
    for (const [life, all] of Map.groupBy(this.said, ({ text }) => text.split(" ")[0])) {
      const numbers = all.map(({ text }) => kept.get(text)).filter((seq) => seq !== undefined);
      assertEquals(numbers, numbers.toSorted((a, b) => a - b), `what ${life} said is there in its order`);
    }
  }

  /** All is well from now on, and everything arrives. */
  async finish(): Promise<void> {
    this.#fate = 0;
    for (const node of this.nodes) node.refuse(0);
    for (let round = 0; round < 40; round++) {
      this.passTime(1_000);
      await this.settle();
      for (const node of this.nodes) {
        for (let index = node.last; index < this.stream.length; index++) {
          node.log.take(index + 1, this.stream[index]!.data);
        }
      }
      await this.settle();
    }
    assertEquals(this.ended, [], "nobody has ended for what the stream has not lost");
    const [first, ...others] = this.nodes.map(({ state, store, log }) => ({
      position: log.position,
      memory: memoryText(state),
      store: storeText(store),
    }));
    assertEquals(first!.position, this.stream.length, "everything is applied");
    for (const other of others) assertEquals(other, first);
    const kept = this.nodes[0]!.store.snapshot().messages;
    for (const { text, outcome, seq } of this.said) {
      const there = kept.filter((message) => message.text === text).map((message) => message.seq);
      if (outcome === "kept") assertEquals(there, [seq], `"${text}" was answered and is there once`);
      else if (outcome === "nothing kept") assertEquals(there, [], `"${text}" was refused for certain`);
      else assertTrue(there.length <= 1, `"${text}" is there once at most`);
      assertTrue(outcome !== "waiting", `"${text}" was answered`);
    }
    this.#checkOrder(new Map(kept.map(({ text, seq }) => [text, seq])));
    for (const { asked, answered, log } of this.nodes) {
      assertEquals(answered, asked, "answers come in the order of asking");
      assertEquals(log.pending, 0, "nothing waits");
    }
  }
}

/** A node, and one person on it. */
class StreamNode {
  name = "";
  state!: State;
  store!: MemoryStore;
  log!: JetStreamLog<Asking>;
  /** What was asked by the person of this life, and answered. */
  asked: number[] = [];
  answered: number[] = [];
  readonly #index: number;
  readonly #world: StreamWorld;
  #peer = {};
  #session = "";
  #lives = 0;
  #refusals = 0;

  constructor(index: number, world: StreamWorld) {
    this.#index = index;
    this.#world = world;
    this.#begin(newState());
  }

  /** The last message that has come. */
  get last(): number {
    return this.log.position + this.log.lag;
  }

  says(how: number): void {
    const text = `${this.name} ${this.#world.newId()}`;
    const saying: Saying = { text, node: this.#index, outcome: "waiting" };
    this.#world.said.push(saying);
    const at = BEGINNING + this.#world.now;
    const nobody = {
      to: undefined,
      file: undefined,
      reply: undefined,
      key: how % 2 === 0 ? text : undefined,
    };
    this.#ask({
      kind: "send",
      at,
      session: this.#session,
      id: this.#world.newId(),
      room: "lobby",
      text,
      ...nobody,
    }, ({ reply, fault }) => {
      const seq = (reply as { seq?: number } | undefined)?.seq;
      const isKnown = fault && (fault.code !== "unavailable" || fault.message.includes("nothing of this"));
      saying.outcome = fault ? isKnown ? "nothing kept" : "not known" : "kept";
      if (seq !== undefined) saying.seq = seq;
      // Programs ask for more in the moment of the answer.
      if ((how >>> 4) % 3 === 0) this.asks();
    });
  }

  /** A question, which is answered after what the same person said before. */
  asks(): void {
    this.#ask(undefined, () => {});
  }

  /** It ends at once and goes on with what it has kept; nobody hears of what was asked there. */
  kill(): void {
    this.log.close();
    for (const saying of this.#world.said) {
      if (saying.node === this.#index && saying.outcome === "waiting") saying.outcome = "not known";
    }
    const store = new MemoryStore("epoch", this.store.snapshot());
    const state = wakeState(store, NETWORKS, 0);
    restoreMemory(state, store.memory());
    this.#begin({ state, store });
  }

  /** Its disk refuses so many commits. */
  refuse(how: number): void {
    this.#refusals = how % 4;
  }

  #ask(proposal: Proposal | undefined, learn: (outcome: Outcome | Answered) => void): void {
    const number = this.asked.length;
    const [asked, answered] = [this.asked, this.answered];
    asked.push(number);
    const waiting: Asking = {
      done(outcome) {
        answered.push(number);
        learn(outcome);
      },
    };
    const what = proposal ? { proposal } : { ask: () => ({ reply: {} }) };
    this.log.append({ ...what, waiting, peer: this.#peer });
  }

  #begin(kept: { state: State; store: MemoryStore }): void {
    Object.assign(this, kept);
    watchMemory(this.state);
    this.store.onCommit = () => {
      if (this.#refusals-- > 0) throw new Fault("storage_failed", "Cannot keep this");
    };
    const world = this.#world;
    const timers: LogTimers = {
      now: () => world.now,
      soon: (work) => void world.at(0, work),
      later: (work, ms) => world.at(ms, work),
    };
    const stream: LogStream = {
      bytesMax: 600,
      publish: (data, timeoutMs) => world.put(data, timeoutMs),
      at: (seq) => Promise.resolve(world.read(seq)),
    };
    this.log = new JetStreamLog<Asking>({
      ...{ state: this.state, stream, timers, node: () => this.name },
      begin: () => new Telling(),
      onLost: () => this.#beginLife(),
      onLostTail: () => void world.ended.push(this.name),
      isKept: () => true,
      tellElsewhere() {},
      onError() {},
    });
    this.#beginLife();
  }

  /** Somebody comes in again, under another name. */
  #beginLife(): void {
    this.name = `${"abc"[this.#index]}.${++this.#lives}`;
    [this.#peer, this.asked, this.answered] = [{}, [], []];
    this.#session = `session ${this.name}`;
    const token = { hash: `token ${this.name}`, address: `${this.#index}`, client: null };
    this.#ask({
      ...{ kind: "guest", at: BEGINNING + this.#world.now, session: this.#session, node: this.name, token },
      ...{ person: `person ${this.name}`, nickname: `${"abc"[this.#index]}${this.#lives}` },
      ...{ rename: true, outside: false, offline: false, lobby: false },
    }, () => {});
  }
}

/** Tells those who wait, once it is kept. */
class Telling implements Batch<Asking> {
  readonly #steps: (() => void)[] = [];
  #count = 0;

  add(waiting: Asking | undefined, outcome: Outcome | Answered): void {
    this.#count++;
    if (waiting) this.#steps.push(() => waiting.done(outcome));
  }

  get isFull(): boolean {
    return this.#count >= 3;
  }

  deliver(): void {
    for (const step of this.#steps) step();
  }

  drop(): void {}
}
