/**
 * One node's part in a cluster: its connection to NATS, its name among the others, its place in the log, and what it does
 * when it is lost or another one is. Opened before the store, because the cluster says what an empty one begins with; and
 * joined once the store is awake.
 */
import type { Delivery } from "../core/outcome.ts";
import type { Proposal } from "../core/proposals.ts";
import type { State } from "../core/state/state.ts";
import { LOG_FORMAT, LogFormatError } from "../log/log_message.ts";
import type { JetStreamLog } from "../log/jetstream_log.ts";
import { ClusterError } from "./cluster_error.ts";
import { type ClusterAddress, connectNats, type NatsParts } from "./nats_connection.ts";
import { Snapshots } from "./snapshots.ts";
import { SharedObjects } from "./shared_objects.ts";
import { NatsStream } from "./nats_stream.ts";
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
  /** It began with what a server alone had: with a snapshot. */
  readonly imported?: true;
}

/** What a {@link Cluster} is given. */
export interface ClusterOptions extends ClusterAddress {
  /** The name of this node. */
  readonly node: string;
  readonly url: string | undefined;
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
  readonly log: Pick<JetStreamLog, "position" | "digestAt" | "lag" | "take" | "applied" | "hear">;
  /** Calls this node by the name of another life from now on. */
  rename(node: string): void;
  /** Puts something into the log; what it comes to does not matter. */
  propose(proposal: Proposal): void;
  /** Sessions of this node that nobody is connected with. */
  deserted(): Iterable<string>;
  /** Whether there is a file whose bytes these are. */
  isFile(id: string): boolean;
  /** Copies this node's database, and says up to which message it goes. */
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

/** How often it is looked for bytes that belong to nothing, and how old they are before they go. */
const SWEEP_MS = 3_600_000;
const ORPHAN_MS = 24 * SWEEP_MS;

const encoder = new TextEncoder();

/** Connects to a cluster; the first one ever begins it. @throws ClusterError */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const parts = await connectNats(options, options.aliveMs);
  try {
    return new Cluster(options, parts, await factsOf(parts, options));
  } catch (error) {
    await parts.connection.close();
    throw error;
  }
}

async function factsOf({ facts }: NatsParts, { newId, clock }: ClusterOptions): Promise<ClusterFacts> {
  const own: ClusterFacts = { format: LOG_FORMAT, epoch: newId(), lobby: newId(), at: clock() };
  let found = await facts.get(FACTS);
  if (!found) {
    // Of several that begin at once, one does.
    await facts.create(FACTS, JSON.stringify(own)).catch(() => {});
    found = await facts.get(FACTS);
  }
  const holds = found?.json<ClusterFacts>();
  if (!holds) throw new ClusterError("Cannot join the cluster: NATS does not keep what it is given");
  if (holds.format === LOG_FORMAT) return holds;
  throw new ClusterError(
    `Cannot join the cluster: its log has format ${holds.format}, and this Switchboard knows ${LOG_FORMAT}; all nodes run the same format, see docs/cluster.md`,
  );
}

/** A cluster, as one of its nodes has it. */
export class Cluster {
  readonly stream: NatsStream;
  /** The bytes of files. */
  readonly files: SharedObjects;
  readonly snapshots: Snapshots;
  readonly nodes: Nodes;
  readonly #options: ClusterOptions;
  readonly #lives = new Set<string>();
  #node: string;
  #joined: Joining | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  #isLooking = false;
  readonly #deserted = new Map<string, number>();
  /** What the people here know of where the others are. */
  #toldUrls = "";
  /** Nodes, by name, that have applied another log. */
  readonly #apart = new Set<string>();
  /** When this node was heard last in its life before. */
  #heardAt: number | undefined;
  #leaving = false;
  #sweptAt = -Infinity;
  /** How often the connection to NATS was lost. */
  reconnects = 0;

  constructor(options: ClusterOptions, readonly parts: NatsParts, readonly facts: ClusterFacts) {
    this.#options = options;
    this.#node = this.#newLife();
    this.stream = new NatsStream(parts);
    this.files = new SharedObjects(parts.files);
    this.snapshots = new Snapshots({ parts, every: options.snapshotEvery, clock: options.clock });
    this.nodes = new Nodes({
      parts,
      name: options.node,
      aliveMs: options.aliveMs,
      sign: () => this.#sign(),
      isOwn: (node) => this.#lives.has(node),
      onSign: (sign) => {
        this.stream.expect(sign.position);
        this.#compare(sign);
      },
      onTaken: () =>
        options.onEnd(new ClusterError(`Another node called "${options.node}" has joined the cluster`)),
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
    const [newest] = await this.snapshots.list();
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
      lag: () => log.lag,
      onGap: () =>
        this.#options.onEnd(
          new ClusterError("The log has lost what this node has not applied yet; start it again"),
        ),
      onError: (error) => {
        if (error instanceof LogFormatError) this.#options.onEnd(error);
        else this.#options.onNote(`the log can't be read: ${String(error)}`);
      },
    });
    this.parts.connection.subscribe(this.parts.momentSubject, {
      callback: (error, message) => {
        if (error) return;
        const { node, tell } = message.json<Moment>();
        if (!this.#lives.has(node)) log.hear(tell);
      },
    });
    await log.applied(last);
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

  /** Where the pages of the others are that are alive. */
  otherUrls(): readonly string[] {
    const { url: own } = this.#options;
    const isLost = (node: string) => this.#joined?.state.presence.hasLost(node) ?? false;
    const others = this.nodes.alive().filter(({ node }) => node !== this.#node && !isLost(node))
      .map(({ url }) => url);
    return [...new Set(others)].filter((url) => url !== undefined && url !== own) as string[];
  }

  /** Whether anybody else is alive, to whom people can go. */
  get hasOthers(): boolean {
    return this.nodes.alive().some(({ node }) => node !== this.#node);
  }

  /** Whether NATS keeps what it is given now. */
  get isKept(): boolean {
    return this.nodes.isKept;
  }

  /** Whether this node does what one of them has to: it is the first by name of those who are alive. */
  isFirst(): boolean {
    const [first] = this.nodes.alive();
    return first === undefined || first.node === this.#node;
  }

  /** Ends this node's sessions in the log, so that nobody waits for them. */
  leave(): void {
    this.#leaving = true;
    clearInterval(this.#looking);
    this.#declareLost(this.#node, 0);
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.stream.close();
    await this.nodes.close();
    await this.parts.connection.close();
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
    };
  }

  #place(): Pick<NodeSign, "position" | "digest"> {
    const log = this.#joined?.log;
    return log ? { position: log.position, digest: log.digestAt(log.position) } : { position: 0 };
  }

  /** Compares what this node has applied with what another one has. */
  #compare({ node, position, digest }: NodeSign): void {
    const own = this.#joined?.log.digestAt(position);
    if (own === undefined || digest === undefined || node === this.#node) return;
    const name = nameOfNode(node);
    if (own === digest) return void this.#apart.delete(name);
    if (this.#apart.has(name)) return;
    this.#apart.add(name);
    const others = this.nodes.alive().map(({ node }) => nameOfNode(node)).filter((each) =>
      each !== this.#options.node
    );
    const apart = others.filter((each) => this.#apart.has(each));
    this.#options.onNote(`node ${name} has applied another log than this one, up to message ${position}`);
    // With whom most agree nobody can say of two.
    if (apart.length <= others.length - apart.length + 1) return;
    this.#options.onEnd(
      new ClusterError(
        `This node has applied another log than ${apart.join(" and ")}: start it again with an empty --data`,
      ),
    );
  }

  async #look(): Promise<void> {
    const joined = this.#joined;
    if (!joined || this.#isLooking) return;
    this.#tellUrls(joined);
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
      if (this.#options.clock() - this.#sweptAt > SWEEP_MS) void this.#sweepFiles(joined);
    } catch {
      // NATS is away: nobody can say who is lost.
    } finally {
      this.#isLooking = false;
    }
  }

  /** What was put there for an upload that then came to nothing goes after a day. One of the nodes sees to it. */
  async #sweepFiles({ isFile }: Joining): Promise<void> {
    const { clock, onNote } = this.#options;
    this.#sweptAt = clock();
    if (!this.isFirst()) return;
    try {
      const all = await this.files.list();
      const gone = all.filter(({ id, at }) => at < clock() - ORPHAN_MS && !isFile(id));
      await this.files.remove(gone.map(({ id }) => id));
    } catch (error) {
      onNote(`files that belong to nothing could not be removed: ${String(error)}`);
    }
  }

  #considerSnapshot({ log, copy }: Joining): void {
    if (this.#leaving) return;
    this.snapshots.consider(this.#node, log.position, copy).then(
      (seq) => seq !== undefined && this.#options.onProgress(`made a snapshot up to ${seq}`),
      (error) => this.#options.onNote(`no snapshot could be made: ${String(error)}`),
    );
  }

  /** The people here learn where they can go when this node is gone. */
  #tellUrls({ log }: Joining): void {
    const urls = this.otherUrls();
    const words = urls.join(" ");
    if (words === this.#toldUrls) return;
    this.#toldUrls = words;
    log.hear([{ to: { everyone: true }, event: { event: "nodes", urls } }]);
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

  async #watchConnection(): Promise<void> {
    for await (const { type } of this.parts.connection.status()) {
      if (type === "disconnect") {
        this.reconnects++;
        this.#options.onNote("the connection to NATS is lost: looking for another server");
      } else if (type === "reconnect") this.#options.onProgress("connected to NATS again");
    }
  }
}
