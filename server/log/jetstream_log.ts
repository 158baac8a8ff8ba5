/**
 * The log of one of several nodes: a stream that all of them read. What a node is asked for in one turn of the event loop
 * goes into it as one message; every node, its author too, applies the messages in the order of the stream, and the author
 * answers its peers from that. How far the stream was applied is kept in the same transaction as what it changed.
 *
 * One message of a node is under way at a time, so its own have their order. One that was not confirmed in time is refused
 * and may be in the stream all the same: it counts if it stands there before the next message of its author, and never
 * after that. docs/cluster.md says what that means to clients.
 */
import { setImmediate } from "node:timers";
import type { Answered, Delivery } from "../core/outcome.ts";
import { asFault, Fault } from "../core/shared/faults.ts";
import { LIMITS } from "../core/shared/limits.ts";
import { keepMemory } from "../core/state/kept_memory.ts";
import type { State } from "../core/state/state.ts";
import { type Begin, commit, type Entry } from "./commit.ts";
import type { Log } from "./log.ts";
import { LogDigests, nextDigest } from "./log_digests.ts";
import { decodeMessage, encodeMessage, type LogPosition, positionIn } from "./log_message.ts";

/** The stream as a log sees it. */
export interface LogStream {
  /** Bytes that one message may have. */
  readonly bytesMax: number;
  /** Puts a message at the end, perhaps more than once. @throws when it is not confirmed within so many milliseconds */
  publish(data: Uint8Array, timeoutMs: number): Promise<void>;
}

/** The time, as a log has it. A simulation has its own. */
export interface LogTimers {
  /** Milliseconds since some moment. */
  now(): number;
  /** After what has come in is read. */
  soon(work: () => void): void;
  /** Gives what takes it back. */
  later(work: () => void, ms: number): () => void;
}

const REAL: LogTimers = {
  now: () => performance.now(),
  soon: (work) => void setImmediate(work),
  later(work, ms) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** What a {@link JetStreamLog} is given. */
interface JetStreamLogOptions<Waiting> {
  state: State;
  stream: LogStream;
  /** Begins a batch for those who wait. */
  begin: Begin<Waiting>;
  /** Names this node among all, and its life among those that it had. */
  node: () => string;
  /** The log says that this node was lost: it has to go on under another name. */
  onLost: () => void;
  /** Tells those on other nodes what is of the moment and in no log. */
  tellElsewhere: (tell: readonly Delivery[]) => void;
  /** Whether the servers that keep the stream keep anything now, as far as that is known otherwise. */
  isKept: () => boolean;
  /** Told of what nobody waits for and went wrong. */
  onError: (error: unknown) => void;
  timers?: LogTimers;
}

/** What this node has put into one message, and has not applied yet. */
interface OwnMessage<Waiting> {
  readonly node: string;
  readonly batch: number;
  /** Proposals, and what was asked after them. */
  entries: Entry<Waiting>[];
  readonly data: Uint8Array;
  readonly deadline: number;
  /** It has come from the stream. */
  readonly hasCome: boolean;
  /** Whose proposals in it are applied while something of it is not. */
  readonly applied: (object | undefined)[];
}

/** A message of the stream, as far as it is not applied yet. */
interface Arrived<Waiting> {
  readonly seq: number;
  readonly node: string;
  readonly batch: number;
  readonly entries: Entry<Waiting>[];
  /** How many of its proposals are applied. */
  done: number;
  /** Whether anything of it counts; undefined: that is not known before its turn. */
  counts: boolean | undefined;
}

/** Where the proposals of one who asks are that are not applied yet. */
interface Proposing<Waiting> {
  readonly peer: object;
  count: number;
  queued: number;
  /** The last message that has one of them. */
  own: OwnMessage<Waiting> | undefined;
}

/** Where the log is after a commit, and how many entries of each message that had arrived were applied in it. */
interface AfterCommit {
  readonly position: LogPosition;
  readonly taken: readonly number[];
  /** Of each message that is wholly applied now. */
  readonly digests: readonly { readonly seq: number; readonly digest: number }[];
}

/** How long is waited for the stream's word before it is asked again, and how long until it is refused. */
const ATTEMPT_MS = 700;
const REFUSED_AFTER_MS = 1_500;
const AGAIN_MS = 50;
/** How long until what was confirmed has come back, at the most. */
const COME_MS = 5_000;
/** How often a stream that could not be reached is tried, and a disk that refused. */
const PROBE_MS = 500;
const STALLED_MS = 1_000;

/** Takes what is proposed and asked, in one order with what all other nodes propose. */
export class JetStreamLog<Waiting = unknown> implements Log<Waiting> {
  readonly #options: JetStreamLogOptions<Waiting>;
  #position: LogPosition;
  readonly #digests = new LogDigests();
  /** Not in any message yet. */
  #queue: { readonly entry: Entry<Waiting>; readonly text: string | undefined; readonly at: number }[] = [];
  readonly #own = new Map<number, OwnMessage<Waiting>>();
  readonly #proposing = new Map<object, Proposing<Waiting>>();
  #questions: Entry<Waiting>[] = [];
  readonly #arrived: Arrived<Waiting>[] = [];
  #batch = 0;
  #isPublishing = false;
  #flushComing = false;
  #turnComing = false;
  /** After a commit that failed: so many entries are applied one by one. */
  #single = 0;
  readonly #timers: LogTimers;
  readonly #coming = new Set<() => void>();
  #idle: (() => void)[] = [];
  #reached: { readonly seq: number; readonly resolve: () => void }[] = [];
  #closed = false;
  #stalled: Fault | undefined;
  #isReachable = true;
  #isWatching = false;
  /** Proposals that wait. */
  #pending = 0;

  constructor(options: JetStreamLogOptions<Waiting>) {
    this.#options = options;
    this.#timers = options.timers ?? REAL;
    this.#position = positionIn(options.state.store.memory());
    const { digest } = this.#position;
    if (digest !== undefined) this.#digests.add(this.position, digest);
  }

  get pending(): number {
    return this.#pending;
  }

  /** The number of the last message that is applied. */
  get position(): number {
    const { seq, done } = this.#position;
    return done === undefined ? seq : seq - 1;
  }

  /** What was applied up to a place not far back, as one number; undefined: that is not known. */
  digestAt(seq: number): number | undefined {
    return this.#digests.at(seq);
  }

  /** Messages that have come and are not applied yet. */
  get lag(): number {
    return this.#arrived.length;
  }

  /** Why nothing is kept now: the disk refuses it, or the stream does not confirm it; undefined: it is. */
  get trouble(): Fault | undefined {
    const isKept = this.#isReachable && this.#options.isKept();
    return this.#stalled ?? (isKept ? undefined : unavailable("nothing is kept"));
  }

  append(entry: Entry<Waiting>): void {
    const { proposal, peer, ask, waiting } = entry;
    if (!proposal) return this.#ask({ ...entry, ...(ask && { ask: () => this.#askedHere(ask) }) });
    const fault = this.#refusal();
    if (fault) return this.#ask({ ask: refusing(fault), waiting, ...(peer && { peer }) });
    this.#enqueue(entry, JSON.stringify(proposal));
    this.#flushSoon();
  }

  drained(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Resolves when everything up to this message is applied. */
  applied(seq: number): Promise<void> {
    if (this.position >= seq) return Promise.resolve();
    return new Promise((resolve) => this.#reached.push({ seq, resolve }));
  }

  /** Takes the next message of the stream; false: there is a gap before it. @throws LogFormatError */
  take(seq: number, data: Uint8Array): boolean {
    const last = this.#arrived.at(-1)?.seq ?? this.position;
    if (seq <= last) return true;
    if (seq > last + 1) return false;
    const { node, batch, proposals } = decodeMessage(data);
    const isBegun = seq === this.#position.seq;
    const done = isBegun ? this.#position.done ?? 0 : 0;
    const mine = this.#own.get(batch);
    // The stream may have it twice: the second one counts for nothing.
    const own = mine?.node === node && !mine.hasCome ? mine : undefined;
    let index = 0;
    // What arrived is applied, not what was sent: it is the same for every node.
    const entries = own
      ? own.entries.map((entry) =>
        entry.proposal ? { ...entry, proposal: proposals[index++]!, author: node } : entry
      )
      : proposals.slice(done).map((proposal) => ({ proposal, author: node, waiting: undefined }));
    // What is asked from here on comes after it.
    if (own) Object.assign(own, { entries, hasCome: true });
    this.#arrived.push({ seq, node, batch, entries, done, counts: isBegun ? true : undefined });
    this.#turnSoon();
    return true;
  }

  /** Tells those here what somebody on another node does at this moment. */
  hear(tell: readonly Delivery[]): void {
    const batch = this.#options.begin([]);
    batch.add(undefined, { tell });
    batch.deliver();
  }

  /** Nothing more is put into the stream, or applied. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#coming) cancel();
  }

  get #isIdle(): boolean {
    return this.#pending === 0 && this.#questions.length === 0;
  }

  #refusal(): Fault | undefined {
    if (this.#stalled) return this.#stalled;
    if (this.#closed) return new Fault("shutting_down", "Cannot do this now: the server is stopping");
    if (this.#pending < LIMITS.writesWaitingMax) return undefined;
    const words = "Cannot keep this now: the cluster is too slow, try again soon";
    return new Fault("busy", words, { retryAfterMs: 1_000 });
  }

  #askedHere(ask: () => Answered): Answered {
    const answered = ask();
    if (answered.tell && answered.tell.length > 0) this.#options.tellElsewhere(answered.tell);
    return answered;
  }

  #enqueue(entry: Entry<Waiting>, text?: string): void {
    this.#queue.push({ entry, text, at: this.#timers.now() });
    if (text === undefined) return;
    this.#pending++;
    const { peer } = entry;
    if (!peer) return;
    const proposing = this.#proposing.get(peer) ?? { peer, count: 0, queued: 0, own: undefined };
    this.#proposing.set(peer, proposing);
    proposing.count++;
    proposing.queued++;
  }

  /** Questions are answered at once, unless whoever asks has proposed something that comes before. */
  #ask(entry: Entry<Waiting>): void {
    const before = entry.peer && this.#proposing.get(entry.peer);
    if (before && before.queued > 0) return this.#enqueue(entry);
    if (before?.own) return void before.own.entries.push(entry);
    this.#questions.push(entry);
    if (this.#questions.length === 1) queueMicrotask(() => this.#answer());
  }

  #answer(): void {
    while (this.#questions.length > 0) {
      const committed = commit(this.#options.state, this.#questions, this.#options.begin);
      if ("error" in committed) this.#options.onError(committed.error);
      this.#questions.splice(0, "done" in committed ? committed.done : 1);
    }
    this.#tellIdle();
  }

  #flushSoon(): void {
    if (this.#flushComing || this.#isPublishing || this.#closed) return;
    this.#flushComing = true;
    this.#timers.soon(() => {
      this.#flushComing = false;
      if (this.#queue.length > 0) void this.#flush();
    });
  }

  /** Puts what waits into the stream; with nothing waiting, an empty message. */
  async #flush(): Promise<void> {
    if (this.#isPublishing || this.#closed) return;
    this.#isPublishing = true;
    await this.#publish(this.#nextOwn());
    this.#isPublishing = false;
    if (this.#queue.length > 0) this.#flushSoon();
  }

  /** As much of what waits as goes into one message. */
  #nextOwn(): OwnMessage<Waiting> {
    const node = this.#options.node();
    const batch = ++this.#batch;
    const texts: string[] = [];
    let bytes = 0;
    let taken = 0;
    for (const { text } of this.#queue) {
      if (text !== undefined) {
        bytes += text.length * 3;
        const isFull = texts.length >= LIMITS.batchWritesMax || bytes > this.#options.stream.bytesMax;
        if (texts.length > 0 && isFull) break;
        texts.push(text);
      }
      taken++;
    }
    const at = this.#queue[0]?.at ?? this.#timers.now();
    const entries = this.#queue.splice(0, taken).map(({ entry }) => entry);
    const data = encodeMessage({ node, batch }, texts);
    const own = { node, batch, entries, data, deadline: at + REFUSED_AFTER_MS, hasCome: false, applied: [] };
    this.#own.set(batch, own);
    for (const { proposal, peer } of entries) {
      const proposing = proposal && peer && this.#proposing.get(peer);
      if (proposing) Object.assign(proposing, { queued: proposing.queued - 1, own });
    }
    return own;
  }

  async #publish(own: OwnMessage<Waiting>): Promise<void> {
    const { stream, onError } = this.#options;
    // It may be in the log, whatever became of the confirmation, or have been refused meanwhile.
    for (let tries = 0; !this.#closed && this.#own.get(own.batch)?.hasCome === false; tries++) {
      const left = own.deadline - this.#timers.now();
      if (left <= 0) return this.#giveUp(own, tries > 0);
      try {
        await stream.publish(own.data, Math.min(left, ATTEMPT_MS));
        this.#isReachable = true;
        return this.#watchOwn();
      } catch (error) {
        if (this.#isReachable) onError(error);
        await new Promise<void>((resolve) => this.#later(resolve, AGAIN_MS));
      }
    }
  }

  /** What was confirmed and does not come back is not waited for for ever. */
  #watchOwn(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#later(() => {
      this.#isWatching = false;
      const now = this.#timers.now();
      const all = Array.from(this.#own.values());
      const first = all.findIndex(({ hasCome, deadline }) => hasCome || now <= deadline + COME_MS);
      this.#refuse(first === -1 ? all : all.slice(0, first), unknown());
      if (this.#own.size > 0) this.#watchOwn();
    }, COME_MS);
  }

  /** The stream does not confirm anything: those who wait learn it, and it is tried on. `tried`: it may be there all the same. */
  #giveUp(own: OwnMessage<Waiting>, tried: boolean): void {
    this.#isReachable = false;
    const nothing = unavailable("nothing of this was kept");
    this.#refuse([own], tried ? unknown() : nothing, nothing);
    // With an empty message in the stream, what was refused before counts for nothing if it comes later.
    this.#later(() => {
      if (!this.#isReachable && this.#queue.length === 0) void this.#flush();
    }, PROBE_MS);
  }

  /**
   * Whoever waits for what is in some messages is told that they can't have it, or not now: the last ones, and what is in
   * none yet, for the reason `ofTheRest`; or without that the first ones.
   */
  #refuse(messages: readonly OwnMessage<Waiting>[], fault: Fault, ofTheRest?: Fault): void {
    const refused: { readonly entry: Entry<Waiting>; readonly fault: Fault }[] = [];
    for (const own of messages) {
      this.#own.delete(own.batch);
      for (const peer of own.applied) this.#settled(peer);
      const entries = own.entries.splice(0);
      refused.push(...entries.map((entry) => ({ entry, fault })));
      // Should it be applied, then for nobody who waits.
      const left = entries.filter(({ proposal }) => proposal);
      own.entries.push(...left.map(({ peer: _, ...entry }) => ({ ...entry, waiting: undefined })));
    }
    for (const { entry } of ofTheRest ? this.#queue.splice(0) : []) {
      refused.push({ entry, fault: ofTheRest! });
      const proposing = entry.proposal && entry.peer && this.#proposing.get(entry.peer);
      if (proposing) proposing.queued--;
    }
    for (const { entry: { peer, proposal } } of refused) if (proposal) this.#settled(peer);
    for (const proposing of this.#proposing.values()) {
      if (!proposing.own || this.#own.has(proposing.own.batch)) continue;
      const { peer } = proposing;
      proposing.own = Array.from(this.#own.values()).findLast(({ entries }) =>
        entries.some((entry) => entry.proposal && entry.peer === peer)
      );
    }
    for (const { entry: { ask, waiting, peer }, fault } of refused) {
      if (waiting === undefined) continue;
      const answer = { ask: ask ?? refusing(fault), waiting };
      // What the same ones have in a message that goes on has its answer first, unless that comes later.
      this.#ask(ofTheRest && peer ? { ...answer, peer } : answer);
    }
  }

  /** One proposal is applied, or refused. */
  #settled(peer: object | undefined): void {
    this.#pending--;
    const proposing = peer && this.#proposing.get(peer);
    if (!proposing) return;
    proposing.count--;
    if (proposing.count === 0) this.#proposing.delete(peer);
  }

  #turnSoon(): void {
    if (this.#turnComing || this.#closed || this.#stalled) return;
    this.#turnComing = true;
    this.#timers.soon(() => {
      this.#turnComing = false;
      if (this.#closed || this.#stalled || this.#arrived.length === 0) return;
      const together = this.#together();
      this.#commit(this.#single > 0 ? together.slice(0, 1) : together);
      if (this.#arrived.length > 0) this.#turnSoon();
      this.#tellIdle();
    });
  }

  /** What is applied next, of as many messages as go together. */
  #together(): Entry<Waiting>[] {
    const entries: Entry<Waiting>[] = [];
    const authors = { ...this.#position.authors };
    for (const arrived of this.#arrived) {
      const { node, batch } = arrived;
      // One that comes after a later one of its author was refused: it counts for nothing, on every node.
      arrived.counts ??= batch > (authors[node] ?? 0);
      if (arrived.counts) authors[node] = batch;
      else arrived.entries.length = 0;
      if (entries.length > 0 && entries.length + arrived.entries.length > LIMITS.batchWritesMax) break;
      entries.push(...arrived.entries);
    }
    return entries;
  }

  #commit(entries: readonly Entry<Waiting>[]): void {
    const { state, begin } = this.#options;
    let after: AfterCommit = { position: this.#position, taken: [], digests: [] };
    const committed = commit(state, entries, begin, (done) => {
      after = this.#after(done);
      keepMemory(state);
      const value = JSON.stringify(after.position);
      state.store.write({ kind: "memory.put", of: "log", id: "position", value });
    });
    if ("error" in committed) return this.#failed(entries, committed.error);
    this.#single = Math.max(0, this.#single - 1);
    this.#advance(after);
  }

  /** Where the log is after so many entries. */
  #after(done: number): AfterCommit {
    const taken: number[] = [];
    const authors = { ...this.#position.authors };
    const digests: { seq: number; digest: number }[] = [];
    let { seq, done: part, digest } = this.#position;
    let left = done;
    for (const arrived of this.#arrived) {
      const { entries, counts, node, batch } = arrived;
      if (counts === undefined || (left === 0 && entries.length > 0)) break;
      if (counts) authors[node] = batch;
      seq = arrived.seq;
      const applied = entries.slice(0, left).filter(({ proposal }) => proposal).length;
      part = left < entries.length ? arrived.done + applied : undefined;
      taken.push(Math.min(left, entries.length));
      if (part !== undefined) break;
      if (digest !== undefined) digests.push({ seq, digest: digest = nextDigest(digest, seq, node, batch) });
      left -= entries.length;
    }
    for (const node of Object.keys(authors)) {
      if (this.#options.state.presence.hasLost(node)) delete authors[node];
    }
    const kept = { ...(part !== undefined && { done: part }), ...(digest !== undefined && { digest }) };
    return { position: { seq, authors, ...kept }, taken, digests };
  }

  /** What was applied is told: it is behind us. */
  #advance({ position, taken, digests }: AfterCommit): void {
    this.#position = position;
    for (const { seq, digest } of digests) this.#digests.add(seq, digest);
    const whole = taken.length - (position.done === undefined ? 0 : 1);
    const late: Entry<Waiting>[] = [];
    for (const [index, count] of taken.entries()) {
      const first = this.#arrived[0]!;
      const mine = this.#own.get(first.batch);
      const own = mine?.entries === first.entries ? mine : undefined;
      const applied = first.entries.splice(0, count).filter(({ proposal }) => proposal);
      first.done += applied.length;
      if (own) own.applied.push(...applied.map(({ peer }) => peer));
      // Until then what the same ones ask stands behind what they have in it.
      if (index === whole) break;
      for (const peer of own?.applied ?? []) this.#settled(peer);
      // What was asked while they were told of it: it stood behind what is applied by now.
      late.push(...first.entries);
      this.#arrived.shift();
      if (own) this.#own.delete(first.batch);
    }
    for (const entry of late) this.#ask(entry);
    const { position: now } = this;
    for (const { resolve } of this.#reached.filter(({ seq }) => seq <= now)) resolve();
    this.#reached = this.#reached.filter(({ seq }) => seq > now);
    if (this.#options.state.presence.hasLost(this.#options.node())) this.#options.onLost();
  }

  /** What could not be kept: each by itself, and what no disk is to blame for is refused, on every node alike. */
  #failed(entries: readonly Entry<Waiting>[], error: unknown): void {
    if (entries.length > 1) return void (this.#single = entries.length);
    const fault = asFault(error);
    const [entry] = entries;
    if (fault.code === "disk_full" && this.#options.state.store.madeRoom()) return;
    if (!entry?.proposal || fault.code === "disk_full" || fault.code === "storage_failed") {
      return this.#stall(fault);
    }
    if (entry.waiting === undefined) this.#options.onError(error);
    this.#commit([{ ask: refusing(fault), waiting: entry.waiting }]);
  }

  /** The others apply what this node can't keep: it waits until it can, and refuses everybody meanwhile. */
  #stall(fault: Fault): void {
    this.#options.onError(fault);
    this.#stalled = fault;
    this.#refuse(Array.from(this.#own.values()), fault, fault);
    this.#later(() => {
      this.#stalled = undefined;
      this.#turnSoon();
    }, STALLED_MS);
  }

  #tellIdle(): void {
    if (this.#isIdle) { for (const resolve of this.#idle.splice(0)) resolve(); }
  }

  #later(work: () => unknown, ms: number): void {
    const cancel = this.#timers.later(() => {
      this.#coming.delete(cancel);
      if (!this.#closed) void work();
    }, ms);
    this.#coming.add(cancel);
  }
}

function unavailable(more: string): Fault {
  return new Fault("unavailable", `Cannot do this now: too few of the cluster's servers answer, ${more}`, {
    retryAfterMs: 2_000,
  });
}

function unknown(): Fault {
  return unavailable("and whether this was kept is not known: look before you do it again");
}

function refusing(fault: Fault): () => never {
  return () => {
    throw fault;
  };
}
