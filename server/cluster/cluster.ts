/**
 * One node's part in a cluster: its connection to NATS, its name among the others, its place in the log, and what it does
 * when it is lost or another one is. Opened before the store, because the cluster says what an empty one begins with; and
 * joined once the store is awake.
 */
import type { Delivery } from "../core/outcome.ts";
import type { Proposal } from "../core/proposals.ts";
import type { State } from "../core/state/state.ts";
import type { OtherNodes } from "../core/core.ts";
import { LOG_FORMAT, LogFormatError } from "../log/log_message.ts";
import type { JetStreamLog } from "../log/jetstream_log.ts";
import { ClusterError } from "./cluster_error.ts";
import { HandOver, type ReadyNode } from "./hand_over.ts";
import {
  CHANGED,
  type ClusterAddress,
  connectNats,
  goneFromNats,
  isForbidden,
  keepReplicas,
  type NatsParts,
  refusal,
  taking,
} from "./nats_connection.ts";
import { Snapshots } from "./snapshots.ts";
import { SharedObjects } from "./shared_objects.ts";
import { FileSweep } from "./file_sweep.ts";
import { LogComparison } from "./log_comparison.ts";
import { anotherLog, NatsStream } from "./nats_stream.ts";
import { nameOfNode, Nodes, type NodeSign } from "./nodes.ts";

/** What holds for a cluster from its first node on. */
export interface ClusterFacts {
  /** Of the log. */
  readonly format: number;
  /** The name of all its databases. */
  readonly epoch: string;
  /** The lobby's id, and since when there is one; milliseconds since 1970. */
  readonly lobby: string;
  readonly at: number;
  /** When the log's stream was made. */
  readonly log?: string;
  /** It began with what a server alone had: with a snapshot. */
  readonly imported?: true;
}

/** What a {@link Cluster} is given. */
export interface ClusterOptions extends ClusterAddress {
  /** Whether this node begins the cluster that is not there: one that has something in its database does not. */
  readonly begins: boolean;
  /** The name of this node. */
  readonly node: string;
  readonly url: string | undefined;
  /** Where everybody comes to, if that was said. */
  readonly publicUrl: string | undefined;
  /** As of {@link HandOver}. */
  readonly askReady: (address: string, withinMs: number) => Promise<unknown>;
  readonly version: string;
  /** How long a node may be silent. */
  readonly aliveMs: number;
  /** After so many messages of the log there is to be another snapshot. */
  readonly snapshotEvery: number;
  readonly clock: () => number;
  readonly newId: () => string;
  /** Told in words of what its operator should know, and of what only tells how it goes. */
  readonly onNote: (note: string) => void;
  readonly onProgress: (note: string) => void;
  /** This node can't go on. */
  readonly onEnd: (error: Error) => void;
}

/** What joins a cluster. */
interface Joining {
  readonly state: State;
  readonly log: Pick<
    JetStreamLog,
    "position" | "digestAt" | "lag" | "lagBytes" | "take" | "applied" | "hear" | "trouble" | "abandon"
  >;
  /** Calls this node by the name of another life from now on. */
  rename(node: string): void;
  /** Notes that this database is not to be gone on with; whether that is kept. */
  noteApart(): boolean;
  /** Puts something into the log; what it comes to does not matter. */
  propose(proposal: Proposal): void;
  /** Sessions of this node that nobody is connected with. */
  deserted(): Iterable<string>;
  /** Whether there is a file whose bytes these are. */
  isFile(id: string): boolean;
  /** Copies this node's database, packed with gzip, and says up to which message it goes. */
  copy(): Promise<{ path: string; seq: number }>;
}

/** What is told past the log, and by whom. */
interface Moment {
  readonly node: string;
  readonly tell: readonly Delivery[];
}

/** The key of {@link ClusterFacts}. */
export const FACTS = "cluster";
/** How often it is looked who is lost: at so many parts of the time that one may be silent. */
const LOOKS = 5;
/** A session that nobody had at so many looks in a row is over. */
const DESERTED_LOOKS = 10;

/** Of what NATS does not permit so many are told once. */
const REFUSED_MAX = 100;

const encoder = new TextEncoder();

/** Connects to a cluster; the first one ever begins it. @throws ClusterError NoClusterError */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const parts = await connectNats(options, options);
  try {
    const facts = await factsOf(parts, options);
    if (await keepReplicas(parts, options)) {
      options.onProgress(`kept by ${options.replicas} NATS servers from now on`);
    }
    return new Cluster(options, parts, facts);
  } catch (error) {
    await parts.connection.close();
    throw refusal(options, error);
  }
}

async function factsOf(parts: NatsParts, options: ClusterOptions): Promise<ClusterFacts> {
  const { created, manager, stream } = parts;
  // Looked at first: whoever begins puts the facts there before anything into the log.
  const { state } = await manager.streams.info(stream);
  const holds = await keptFacts(parts) ?? await beginFacts(parts, options, state.last_seq > 0);
  if (!holds) throw new ClusterError("Cannot join the cluster: NATS does not keep what it is given");
  if (holds.log !== undefined && holds.log !== created) throw anotherLog(stream);
  if (holds.format === LOG_FORMAT) return holds;
  throw new ClusterError(
    `Cannot join the cluster: its log has format ${holds.format}, and this Switchboard knows ${LOG_FORMAT}; all nodes run the same format, see docs/cluster.md`,
  );
}

/** Asked of the leader: another server may not have them yet. */
async function keptFacts({ facts, manager }: NatsParts): Promise<ClusterFacts | undefined> {
  const { bucket } = await facts.status();
  const found = await manager.streams.getMessage(`KV_${bucket}`, { last_by_subj: `$KV.${bucket}.${FACTS}` });
  return found?.json<ClusterFacts>();
}

async function beginFacts(
  parts: NatsParts,
  { newId, clock, begins }: ClusterOptions,
  hasBegun: boolean,
): Promise<ClusterFacts | undefined> {
  const { facts, created } = parts;
  if (hasBegun || !begins) throw goneFromNats(`The key "${FACTS}" of the cluster's facts`);
  const own: ClusterFacts = { format: LOG_FORMAT, epoch: newId(), lobby: newId(), at: clock(), log: created };
  // Of several that begin at once, one does.
  await facts.create(FACTS, JSON.stringify(own)).catch((error) => {
    if (error.code !== CHANGED) throw error;
  });
  return await keptFacts(parts);
}

/** A cluster, as one of its nodes has it. */
export class Cluster {
  readonly stream: NatsStream;
  /** The bytes of files. */
  readonly files: SharedObjects;
  readonly snapshots: Snapshots;
  readonly nodes: Nodes;
  /** What becomes of the people here while this node is cut off from NATS. */
  readonly handOver: HandOver;
  readonly #options: ClusterOptions;
  readonly #sweep: FileSweep;
  readonly #comparison: LogComparison;
  readonly #lives = new Set<string>();
  #node: string;
  #joined: Joining | undefined;
  #hasCaughtUp = false;
  #looking: ReturnType<typeof setInterval> | undefined;
  #isLooking = false;
  readonly #deserted = new Map<string, number>();
  /** What the people here know of where the others are. */
  #toldOthers = "0";
  /** When this node was heard last in its life before. */
  #heardAt: number | undefined;
  /** None could be made, and that was told. */
  #isWithoutSnapshot = false;
  #leaving = false;
  #closed = false;
  #ended = false;
  /** How often the connection to NATS was lost. */
  reconnects = 0;

  constructor(options: ClusterOptions, readonly parts: NatsParts, readonly facts: ClusterFacts) {
    this.#options = options;
    this.#node = this.#newLife();
    this.stream = new NatsStream(parts);
    this.files = new SharedObjects(parts.files, parts);
    const { clock, onNote } = options;
    this.snapshots = new Snapshots({ parts, every: options.snapshotEvery, clock });
    this.#sweep = new FileSweep({
      ...{ files: this.files, snapshots: this.snapshots, stream: this.stream },
      ...{ clock, onNote },
    });
    this.nodes = new Nodes({
      parts,
      name: options.node,
      aliveMs: options.aliveMs,
      sign: () => this.#sign(),
      isOwn: (node) => this.#lives.has(node),
      onSign: (sign) => {
        this.stream.expect(sign.position);
        if (sign.node !== this.#node) this.#comparison.compare(sign);
      },
      onStrange: (error) => this.#strange(error),
      onTaken: () =>
        this.#end(new ClusterError(`Another node called "${options.node}" has joined the cluster`)),
    });
    this.#comparison = new LogComparison({
      // One that has just been started again is still known from its life before.
      others: () => new Set(this.#others().map(({ node }) => nameOfNode(node))),
      position: () => this.#joined?.log.position ?? 0,
      digestAt: (seq) => this.#joined?.log.digestAt(seq),
      onApart: (name, position) =>
        onNote(
          `node ${name} has applied another log than this one, up to message ${position}; see "What is promised" in docs/cluster.md`,
        ),
      onMinority: (names) => this.#inMinority(names),
    });
    this.handOver = new HandOver({
      ask: options.askReady,
      publicUrl: options.publicUrl === options.url ? undefined : options.publicUrl,
      cutOffSince: () => this.nodes.cutOffSince,
      isCaughtUp: () => this.nodes.isKept && this.stream.known <= (this.#joined?.log.position ?? 0),
      others: () => ({
        names: new Set(this.#others().map(({ node }) => nameOfNode(node))),
        urls: this.others().urls,
      }),
      onNote: options.onNote,
    });
    void this.#watchConnection();
  }

  /** This node, in the life that it is in. */
  get node(): string {
    return this.#node;
  }

  /** Takes this node's name. `before`: the life that its store is from. @throws ClusterError */
  async claim(before: string | undefined): Promise<void> {
    if (before !== undefined) this.#lives.add(before);
    this.#heardAt = await this.nodes.claim();
  }

  /**
   * The newest snapshot that a database at this position has to be replaced with, because the log does not go back so far;
   * `isNew`: or may be, because there is nothing in it. Undefined: it goes on where it is. @throws ClusterError
   */
  async snapshotFor(position: number, isNew: boolean): Promise<number | undefined> {
    const { first } = await this.stream.range();
    const isBehind = position < first - 1 || (isNew && this.facts.imported === true);
    if (!isBehind && !isNew) return undefined;
    // One of the beginning, where nothing was imported, is of an import that came to nothing.
    const all = (await this.snapshots.list()).filter(({ seq }) => seq > 0 || this.facts.imported === true);
    const [newest] = all;
    if (newest && newest.seq >= Math.max(first - 1, position)) return newest.seq;
    if (!isBehind) return undefined;
    throw new ClusterError(
      `Cannot join the cluster: its log begins at ${first}, this node's database is at ${position}, and there is no snapshot between`,
    );
  }

  /** Applies what the log has, and goes on with it. @throws ClusterError */
  async join(joining: Joining, before: string | undefined): Promise<void> {
    const { log, state } = joining;
    this.#joined = joining;
    const { first, last } = await this.stream.range();
    if (log.position < first - 1 || log.position > last) {
      throw new ClusterError(
        `Cannot join the cluster: its log goes from ${first} to ${last}, and this node's database is at ${log.position}`,
      );
    }
    this.stream.follow({
      last: () => log.position + log.lag,
      take: (seq, data) => log.take(seq, data),
      lag: () => ({ messages: log.lag, bytes: log.lagBytes }),
      onLost: (error) => this.#end(error),
      onNote: (note) => this.#options.onNote(note),
      onGap: () =>
        this.#end(
          new ClusterError("The log has lost what this node has not applied yet; start it again"),
        ),
      onError: (error) => {
        if (error instanceof LogFormatError) this.#end(error);
        else this.#options.onNote(`the log can't be read: ${String(error)}`);
      },
    });
    this.parts.connection.subscribe(this.parts.momentSubject, {
      callback: taking<Moment>(({ node, tell }) => {
        if (!this.#lives.has(node)) log.hear(tell);
      }, (error) => this.#strange(error)),
    });
    await log.applied(last);
    this.#hasCaughtUp = true;
    if (before !== undefined && !state.presence.hasLost(before)) this.#declareLost(before, this.#silentMs());
    this.#looking = setInterval(() => void this.#look(), this.#options.aliveMs / LOOKS);
  }

  /** Tells those on other nodes what is of the moment. */
  tellElsewhere(tell: readonly Delivery[]): void {
    const { connection, momentSubject } = this.parts;
    if (connection.isClosed()) return;
    connection.publish(momentSubject, encoder.encode(JSON.stringify({ node: this.#node, tell })));
  }

  /** The log says that this node was lost: it goes on in another life. */
  beginAnew(): void {
    if (this.#leaving) return;
    this.#node = this.#newLife();
    this.#joined?.rename(this.#node);
    this.#options.onNote("the others took this node for lost: its connections end, and it goes on anew");
    void this.nodes.renewNow();
  }

  /** The log has lost what this node has applied: `seq` is a number that NATS has given away for the second time. */
  lostTail(seq: number): void {
    this.#end(
      new ClusterError(
        `NATS has lost what this node has applied: it goes on at message ${seq}, after which there was more; see "When NATS has lost the log" in docs/cluster.md`,
      ),
    );
  }

  /** How many others are alive, and where the pages of those are that have an address of their own. */
  others(): OtherNodes {
    const { url: own } = this.#options;
    const others = this.#others();
    const urls = [...new Set(others.map(({ url }) => url))].filter((url) => url !== undefined && url !== own);
    return { count: others.length, urls: urls as string[] };
  }

  /** Whether anybody else is alive, to whom people can go. */
  get hasOthers(): boolean {
    return this.#others().length > 0;
  }

  /** Whether NATS keeps what it is given now, and this node is where the others are. */
  get isKept(): boolean {
    return this.nodes.isKept && this.nodes.cutOffSince === undefined && !this.handOver.isOn;
  }

  /** What `/ready` says besides. */
  ready(): ReadyNode {
    return { node: this.#options.node, kept_ms: Math.round(this.nodes.keptMs) };
  }

  /** Whether this node does what one of them has to: it is the first by name of those who are alive and keep what comes. */
  isFirst(): boolean {
    const first = this.nodes.alive().find(({ ready }) => ready);
    return first === undefined || first.node === this.#node;
  }

  /** Ends this node's sessions in the log, so that nobody waits for them. */
  leave(): void {
    this.#leaving = true;
    clearInterval(this.#looking);
    this.#declareLost(this.#node, 0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#looking);
    this.handOver.close();
    this.stream.close();
    await this.nodes.close();
    await this.#sweep.close();
    await this.snapshots.close();
    await this.parts.connection.close();
  }

  /** Those who are alive, or were when this node was cut off. */
  #others(): NodeSign[] {
    const isLost = (node: string) => this.#joined?.state.presence.hasLost(node) ?? false;
    return this.nodes.lastAlive().filter(({ node }) => node !== this.#node && !isLost(node));
  }

  /** This node can't go on, and takes no more of the log. */
  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.stream.close();
    this.#joined?.log.abandon();
    this.#options.onEnd(error);
  }

  #newLife(): string {
    const node = `${this.#options.node}.${this.#options.newId()}`;
    this.#lives.add(node);
    return node;
  }

  #sign(): NodeSign {
    const { url, version, clock } = this.#options;
    return {
      node: this.#node,
      ...(url !== undefined && { url }),
      version,
      ...this.#place(),
      at: clock(),
      ...(this.#isReady && { ready: true }),
    };
  }

  get #isReady(): boolean {
    return this.#hasCaughtUp && this.#joined?.log.trouble === undefined;
  }

  #place(): Pick<NodeSign, "position" | "digest"> {
    const log = this.#joined?.log;
    return log ? { position: log.position, digest: log.digestAt(log.position) } : { position: 0 };
  }

  /** Most nodes have applied something else. */
  #inMinority(apart: readonly string[]): void {
    const next = this.#joined?.noteApart()
      ? "its next start keeps its database aside and begins with theirs"
      : "start it again with an empty --data";
    this.#end(new ClusterError(`This node has applied another log than ${apart.join(" and ")}: ${next}`));
  }

  async #look(): Promise<void> {
    const joined = this.#joined;
    if (!joined || this.#isLooking) return;
    this.#tellOthers(joined);
    this.#isLooking = true;
    try {
      const { presence } = joined.state;
      for (const { node, silentMs } of await this.nodes.lost(presence.nodes())) {
        const isKnown = presence.hasLost(node);
        if (isKnown || !presence.nodes().has(node)) this.nodes.forget(node);
        if (isKnown) continue;
        this.#options.onNote(
          `node ${nameOfNode(node)} has been silent for ${(silentMs / 1000).toFixed(1)} s: it is lost`,
        );
        this.#declareLost(node, silentMs);
      }
      this.#endDeserted(joined);
      this.#considerSnapshot(joined);
      void this.#sweep.consider(joined, this.isFirst());
    } catch {
      // NATS is away: nobody can say who is lost.
    } finally {
      this.#isLooking = false;
    }
  }

  #considerSnapshot({ log, copy }: Joining): void {
    if (this.#leaving || this.#ended) return;
    // What is another one than those of most nodes is no beginning for anybody, nor where nobody knows which of two is right.
    const agreed = Math.min(log.position, this.#comparison.agreed);
    this.snapshots.consider(this.#node, agreed, copy).then(
      (seq) => {
        if (seq === undefined) return;
        this.#isWithoutSnapshot = false;
        this.#options.onProgress(`made a snapshot up to ${seq}`);
      },
      (error) => {
        if (!this.#isWithoutSnapshot) this.#options.onNote(`no snapshot could be made: ${String(error)}`);
        this.#isWithoutSnapshot = true;
      },
    );
  }

  /** The people here learn that, and where, they can go on when this node is gone. */
  #tellOthers({ log }: Joining): void {
    const { urls, count } = this.others();
    const words = [count, ...urls].join(" ");
    if (words === this.#toldOthers) return;
    this.#toldOthers = words;
    log.hear([{ to: { everyone: true }, event: { event: "nodes", urls, other_nodes: count } }]);
  }

  /** For how long nobody has heard this node in its life before, and its people could have gone to others. */
  #silentMs(): number {
    if (this.#heardAt === undefined || !this.hasOthers) return 0;
    return Math.max(0, this.#options.clock() - this.#heardAt);
  }

  /** `silentMs`: its people's places are kept from when it was last heard. */
  #declareLost(node: string, silentMs: number): void {
    this.#joined?.propose({ kind: "node.lost", at: this.#options.clock() - Math.round(silentMs), node });
  }

  /** What came into the log after its peer had been refused may have opened a session that nobody has. */
  #endDeserted(joined: Joining): void {
    const now = new Set(joined.deserted());
    for (const session of this.#deserted.keys()) if (!now.has(session)) this.#deserted.delete(session);
    for (const session of now) {
      const looks = (this.#deserted.get(session) ?? 0) + 1;
      this.#deserted.set(session, looks);
      if (looks < DESERTED_LOOKS) continue;
      joined.propose({ kind: "session.lost", at: this.#options.clock(), session, returns: false });
    }
  }

  #strange(error: unknown): void {
    this.#options.onNote(`something else than a node writes to the cluster's subjects: ${String(error)}`);
  }

  async #watchConnection(): Promise<void> {
    this.parts.connection.closed().then((error) => {
      if (this.#closed) return;
      this.#end(
        new ClusterError(`The connection to NATS has ended: ${error?.message ?? "for good"}`),
      );
    });
    const refused = new Set<string>();
    for await (const status of this.parts.connection.status()) {
      const { type } = status;
      if (type === "error" && isForbidden(status.error) && !refused.has(status.error.message)) {
        if (refused.size < REFUSED_MAX) refused.add(status.error.message);
        this.#options.onNote(
          `NATS refuses it: ${status.error.message}; see "What is in NATS" in docs/cluster.md`,
        );
      } else if (type === "disconnect") {
        this.reconnects++;
        this.nodes.disconnected();
        this.#options.onNote("the connection to NATS is lost: looking for another server");
      } else if (type === "reconnect") {
        this.#options.onProgress("connected to NATS again");
        void this.nodes.renewNow();
      }
    }
  }
}
