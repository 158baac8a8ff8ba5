/**
 * The log of one of several nodes: a stream that all of them read. What a node is asked for in one turn of the event loop
 * goes into it as one message; every node, its author too, applies the messages in the order of the stream, and the author
 * answers its peers from that. How far the stream was applied is kept in the same transaction as what it changed.
 *
 * One message of a node is under way at a time, so its own have their order. One that was not confirmed in time is refused
 * and may be in the stream all the same: it counts if it stands there before the next message of its author, and never
 * after that. docs/cluster.md says what that means to clients.
 */
import type { Answered, Delivery } from "../core/outcome.ts";
import { asFault, Fault } from "../core/shared/faults.ts";
import { LIMITS } from "../core/shared/limits.ts";
import { keepMemory } from "../core/state/kept_memory.ts";
import type { State } from "../core/state/state.ts";
import { type Begin, commit, type Entry } from "./commit.ts";
import type { Log } from "./log.ts";
import { type LogTimers, REAL_TIMERS } from "./log_timers.ts";
import type { Arrived, OwnMessage } from "./messages_under_way.ts";
import { ProposingPeers } from "./proposing_peers.ts";
import { elsewhere, fateUnknown, refusing, streamGone, tooLarge, unavailable } from "./refusals.ts";
import { LogDigests, nextDigest } from "./log_digests.ts";
import {
  decodeMessage,
  encodeMessage,
  isSameData,
  type LogPosition,
  type LogStream,
  MessageTooLargeError,
  positionIn,
} from "./log_message.ts";

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
  /** The stream has lost messages that were applied here: it goes on from before them. Nothing more is put into it, or applied. */
  onLostTail: (seq: number) => void;
  /** Tells those on other nodes what is of the moment and in no log. */
  tellElsewhere: (tell: readonly Delivery[]) => void;
  /** Whether the servers that keep the stream keep anything now, as far as that is known otherwise. */
  isKept: () => boolean;
  /** Told of what nobody waits for and went wrong. */
  onError: (error: unknown) => void;
  timers?: LogTimers;
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
/** So many looks: a server that leads no more, and goes on, learns it in less than these 2 s. */
const SURE_LOOKS = 40;
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
  readonly #proposing = new ProposingPeers<OwnMessage<Waiting>>();
  #questions: Entry<Waiting>[] = [];
  readonly #arrived: Arrived<Waiting>[] = [];
  #arrivedBytes = 0;
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
  /** Why this node's disk keeps nothing, until it does again; and whether that is tried now. */
  #stalled: Fault | undefined;
  #isTrying = false;
  /** Whether the stream still has what was applied here is being looked at. */
  #isDoubtful = false;
  #isReachable = true;
  #isWatching = false;
  /** Proposals that wait. */
  #pending = 0;

  constructor(options: JetStreamLogOptions<Waiting>) {
    this.#options = options;
    this.#timers = options.timers ?? REAL_TIMERS;
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

  /** Bytes of these. */
  get lagBytes(): number {
    return this.#arrivedBytes;
  }

  /** Why nothing is kept now: the disk refuses it, or the stream does not confirm it; undefined: it is. */
  get trouble(): Fault | undefined {
    const isKept = this.#isReachable && this.#options.isKept();
    if (this.#options.stream.isGone) return this.#stalled ?? streamGone();
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
    const last = this.#last;
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
    if (own) {
      this.#refuseBefore(own);
      Object.assign(own, { entries, hasCome: true });
    }
    const { length: bytes } = data;
    this.#arrivedBytes += bytes;
    this.#arrived.push({ seq, bytes, node, batch, entries, done, counts: isBegun ? true : undefined });
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

  /** The same for good: whoever waits is told so. */
  abandon(): void {
    this.#refuse(Array.from(this.#own.values()), fateUnknown(), {
      ofTheRest: unavailable("nothing of this was kept"),
    });
    this.close();
  }

  /** The last message that has come. */
  get #last(): number {
    return this.#arrived.at(-1)?.seq ?? this.position;
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
    if (entry.peer) this.#proposing.queued(entry.peer);
  }

  /** Questions are answered at once, unless whoever asks has proposed something that comes before. */
  #ask(entry: Entry<Waiting>): void {
    const before = this.#proposing.lastOf(entry.peer);
    if (before === "queue") return this.#enqueue(entry);
    if (before) return void before.entries.push(entry);
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
    for (const { proposal, peer } of entries) if (proposal) this.#proposing.unqueued(peer, own);
    return own;
  }

  async #publish(own: OwnMessage<Waiting>): Promise<void> {
    const { stream, onError } = this.#options;
    let trouble: unknown;
    // It may be in the log, whatever became of the confirmation, or have been refused meanwhile.
    for (let tries = 0; !this.#closed && this.#own.get(own.batch)?.hasCome === false; tries++) {
      const left = own.deadline - this.#timers.now();
      if (left <= 0) return this.#giveUp(own, tries > 0, trouble);
      try {
        const seq = await stream.publish(own.data, Math.min(left, ATTEMPT_MS));
        this.#isReachable = true;
        const isDone = own.hasCome || this.#own.get(own.batch) !== own;
        if (isDone || seq > this.#last) return this.#watchOwn();
        // Something else has come from this place. A server that leads no more confirms what nobody else has.
        const isLost = await this.#hasLostTail(own, seq);
        if (this.#closed) return;
        if (isLost) return this.#endOfLog(seq);
      } catch (error) {
        if (error instanceof MessageTooLargeError) {
          onError(error);
          const behind = Array.from(this.#own.values()).findLast(({ batch }) => batch < own.batch);
          return this.#refuse([own], tooLarge(), { behind });
        }
        trouble = error;
      }
      // A server that leads no more answers at once, each time.
      await this.#pause();
    }
  }

  /**
   * Whether the stream has lost what was applied here: this stands now where something else was. A server that does not
   * know yet that it leads no more says so of what it alone has; then no message is confirmed by that (who waits is
   * answered by what comes, and nothing else), but this node would end in vain. So it is asked until that server knows
   * it, or until this has come after all; and nothing is applied meanwhile that may stand behind a gap.
   */
  async #hasLostTail(own: OwnMessage<Waiting>, seq: number): Promise<boolean> {
    let isLost = false;
    this.#isDoubtful = true;
    try {
      for (let looks = 0; looks < SURE_LOOKS; looks++) {
        const there = await this.#options.stream.at(seq);
        if (this.#closed || own.hasCome || !there || !isSameData(there, own.data)) return false;
        await this.#pause();
      }
      return isLost = true;
    } finally {
      this.#isDoubtful = isLost;
      this.#turnSoon();
    }
  }

  /** What is confirmed from here on would be taken for what was there before. */
  #endOfLog(seq: number): void {
    this.abandon();
    this.#options.onLostTail(seq);
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
      this.#refuse(first === -1 ? all : all.slice(0, first), fateUnknown());
      if (this.#own.size > 0) this.#watchOwn();
    }, COME_MS);
  }

  /** What was put into the stream before this, and has not come, counts for nothing from here on: it was confirmed by mistake. */
  #refuseBefore({ batch }: OwnMessage<Waiting>): void {
    let applied: OwnMessage<Waiting> | undefined;
    for (const own of Array.from(this.#own.values())) {
      if (own.batch >= batch) return;
      if (own.hasCome) applied = own;
      else this.#refuse([own], unavailable("nothing of this was kept"), { behind: applied });
    }
  }

  /** The stream does not confirm anything: those who wait learn it, and it is tried on. `tried`: it may be there all the same. */
  #giveUp(own: OwnMessage<Waiting>, tried: boolean, trouble: unknown): void {
    const nothing = unavailable("nothing of this was kept");
    // Told once, until something is confirmed again.
    if (this.#isReachable) this.#options.onError(trouble ?? nothing);
    this.#isReachable = false;
    this.#refuse([own], tried ? fateUnknown() : nothing, { ofTheRest: nothing });
    // With an empty message in the stream, what was refused before counts for nothing if it comes later.
    this.#later(() => {
      if (!this.#isReachable && this.#queue.length === 0) void this.#flush();
    }, PROBE_MS);
  }

  /**
   * Whoever waits for what is in some messages is told that they can't have it, or not now: the last ones, and what is in
   * none yet, for the reason `ofTheRest`; or without that the first ones, or those behind one that is not applied yet.
   */
  #refuse(
    messages: readonly OwnMessage<Waiting>[],
    fault: Fault,
    { ofTheRest, behind }: { ofTheRest?: Fault; behind?: OwnMessage<Waiting> | undefined } = {},
  ): void {
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
      if (entry.proposal) this.#proposing.unqueued(entry.peer);
    }
    for (const { entry: { peer, proposal } } of refused) if (proposal) this.#settled(peer);
    this.#proposing.keep(
      Array.from(this.#own.values()),
      ({ entries }, peer) => entries.some((entry) => entry.proposal && entry.peer === peer),
    );
    for (const { entry: { ask, waiting, peer }, fault } of refused) {
      if (waiting === undefined) continue;
      const answer = { ask: ask ?? refusing(fault), waiting };
      // What the same ones have in a message that goes on has its answer first, unless that comes later.
      if (behind) behind.entries.push(answer);
      else this.#ask(ofTheRest && peer ? { ...answer, peer } : answer);
    }
    // Of what nobody waits for there is nothing to answer.
    this.#tellIdle();
  }

  /** One proposal is applied, or refused. */
  #settled(peer: object | undefined): void {
    this.#pending--;
    this.#proposing.settled(peer);
  }

  get #isHeld(): boolean {
    return this.#isDoubtful || (this.#stalled !== undefined && !this.#isTrying);
  }

  #turnSoon(): void {
    if (this.#turnComing || this.#closed || this.#isHeld) return;
    this.#turnComing = true;
    this.#timers.soon(() => {
      this.#turnComing = false;
      if (this.#closed || this.#isHeld || this.#arrived.length === 0) return;
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
    const finish = (done: number, lasts: readonly number[]) => {
      after = this.#after(done, lasts);
      keepMemory(state);
      const value = JSON.stringify(after.position);
      state.store.write({ kind: "memory.put", of: "log", id: "position", value });
    };
    // What is acknowledged here is on this disk, too; anything else is in the log, and comes again from there.
    const isAwaited = entries.some(({ proposal, waiting }) => proposal && waiting !== undefined);
    const committed = commit(state, entries, begin, { finish, sync: isAwaited ? "now" : "soon" });
    if ("error" in committed) return this.#failed(entries, committed.error);
    this.#stalled = undefined;
    this.#single = Math.max(0, this.#single - 1);
    this.#advance(after);
  }

  /** Where the log is after so many entries. `lasts`: see {@link commit}. */
  #after(done: number, lasts: readonly number[]): AfterCommit {
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
      left -= entries.length;
      if (digest === undefined) continue;
      digest = nextDigest(digest, { seq, node, batch, last: lasts[done - left]! });
      digests.push({ seq, digest });
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
      this.#arrivedBytes -= first.bytes;
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
    this.#refuse(Array.from(this.#own.values()), elsewhere(fault), { ofTheRest: fault });
    this.#isTrying = false;
    this.#later(() => {
      this.#isTrying = true;
      this.#turnSoon();
    }, STALLED_MS);
  }

  #tellIdle(): void {
    if (this.#isIdle) { for (const resolve of this.#idle.splice(0)) resolve(); }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#later(resolve, AGAIN_MS));
  }

  #later(work: () => unknown, ms: number): void {
    const cancel = this.#timers.later(() => {
      this.#coming.delete(cancel);
      if (!this.#closed) void work();
    }, ms);
    this.#coming.add(cancel);
  }
}
