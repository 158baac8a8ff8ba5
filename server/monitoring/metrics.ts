/**
 * What an operator's monitoring is told of a server, in Prometheus' text format; docs/metrics.md lists it. Everything
 * is looked up when it is asked for, from counts that are kept anyway, so that watching costs nobody anything else.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Activity } from "./activity.ts";
import type { Budget } from "../core/budgets.ts";
import type { Tally } from "./counter.ts";

/** Where the figures come from. */
export interface MetricsSources {
  version: string;
  activity: Activity;
  /** Who is connected now. */
  connections(): Iterable<{ transport: string; dialect: string; queuedBytes: number }>;
  /** "transport" → how many have come since the start. */
  arrivals(): Tally;
  /** "reason" → how many were let go, or not let in, since the start. */
  dropped(): Tally;
  refused(): Tally;
  budgets(): Iterable<Budget>;
  deliveries(): number;
  people(): number;
  rooms(): number;
  uploads(): number;
  /** Lists of writes that are not on disk yet. */
  writesWaiting(): number;
  /** Bytes. */
  diskFree(): Promise<number>;
  ready(): Promise<boolean>;
  /** When the certificate ends; milliseconds since 1970. */
  certificateEndsAt(): number | undefined;
  /** Where this is one of several nodes. `onAppend`: is to be told how long the log took for each message. */
  cluster?: { read(): ClusterFigures; onAppend(listener: (seconds: number) => void): void } | undefined;
}

/** What one of several nodes knows of its cluster. */
interface ClusterFigures {
  /** The last message of the log that is applied here, and how many are known to be there that are not. */
  readonly position: number;
  readonly lag: number;
  /** How often the connection to NATS was lost, and what brings the log was made anew. */
  readonly reconnects: number;
  readonly restarts: number;
  /** Nodes that were heard lately, this one too. */
  readonly alive: number;
  /** Whether what is asked for now would be kept. */
  readonly isKept: boolean;
}

/** A page of figures. */
export interface Exposition {
  readonly type: string;
  readonly text: string;
}

/** How often the loop is looked at. */
const LAG_EVERY_MS = 500;
const LAG_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const APPEND_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const COMMIT_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];

/** The metrics of one server. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #sources: MetricsSources;
  readonly #lagging: ReturnType<typeof setInterval>;

  constructor(sources: MetricsSources) {
    this.#sources = sources;
    this.#people();
    this.#traffic();
    this.#storage();
    this.#budgets();
    this.#process();
    this.#cluster();
    this.#lagging = this.#watchLoop();
  }

  /** The figures as they are now. */
  async read(): Promise<Exposition> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  close(): void {
    clearInterval(this.#lagging);
  }

  #people(): void {
    const { connections, arrivals, dropped, refused, people, rooms, activity } = this.#sources;
    this.#gauge("connections", "Peers connected now.", ["transport", "dialect"], (gauge) => {
      for (const { transport, dialect } of connections()) gauge.inc({ transport, dialect });
    });
    this.#counter("connections_opened_total", "Peers that have come.", ["transport"], arrivals);
    this.#counter("peers_dropped_total", "Peers that the server has let go.", ["reason"], dropped);
    this.#counter("peers_refused_total", "Peers that were not let in.", ["reason"], refused);
    this.#gauge("people_online", "Nicknames online now.", [], (gauge) => gauge.set(people()));
    this.#gauge("rooms", "Rooms there are.", [], (gauge) => gauge.set(rooms()));
    this.#counter("sign_ins_total", "Attempts to sign in.", ["method", "outcome"], () => activity.signIns);
  }

  #traffic(): void {
    const { connections, activity, deliveries, uploads } = this.#sources;
    this.#counter("requests_total", "Requests answered.", ["op", "outcome"], () => activity.requests);
    this.#counter("messages_total", "Messages kept.", ["place"], () => activity.messages);
    this.#number("deliveries_total", "Events handed to peers.", deliveries);
    this.#gauge("outbox_bytes", "Bytes that wait for peers now.", [], (gauge) => {
      for (const { queuedBytes } of connections()) gauge.inc(queuedBytes);
    });
    this.#gauge("transfers", "Files under way now.", ["direction"], (gauge) => {
      gauge.set({ direction: "up" }, uploads());
      gauge.set({ direction: "down" }, activity.downloads);
    });
    this.#counter("transfer_bytes_total", "Bytes of files moved.", ["direction"], () => activity.bytes);
  }

  #storage(): void {
    const { activity, writesWaiting, diskFree } = this.#sources;
    const commits = new Histogram({
      name: "switchboard_commit_seconds",
      help: "How long a transaction took to be on disk.",
      buckets: COMMIT_BUCKETS,
      registers: [this.#registry],
    });
    activity.onCommit = (seconds) => commits.observe(seconds);
    this.#gauge("writes_waiting", "Proposals that are not applied yet.", [], (gauge) => {
      gauge.set(writesWaiting());
    });
    this.#gauge("disk_free_bytes", "Room left on the disk of the data folder.", [], async (gauge) => {
      gauge.set(await diskFree().catch(() => NaN));
    });
  }

  #budgets(): void {
    const { budgets } = this.#sources;
    this.#gauge("budget_used", "How much of what is bounded in all is used.", ["budget"], (gauge) => {
      for (const { name, used } of budgets()) gauge.set({ budget: name }, used);
    });
    this.#gauge("budget_max", "How much of it may be used.", ["budget"], (gauge) => {
      for (const { name, max } of budgets()) gauge.set({ budget: name }, max);
    });
  }

  #process(): void {
    const { version, ready, certificateEndsAt } = this.#sources;
    const startedAt = Date.now() / 1000;
    this.#gauge(
      "build_info",
      "Always 1, with the version.",
      ["version"],
      (gauge) => gauge.set({ version }, 1),
    );
    this.#gauge("process_start_time_seconds", "When the server started, since 1970.", [], (gauge) => {
      gauge.set(startedAt);
    });
    this.#gauge("process_resident_memory_bytes", "Memory of the process.", [], (gauge) => {
      gauge.set(Deno.memoryUsage().rss);
    });
    this.#gauge("ready", "Whether newcomers are taken, as /ready says it.", [], async (gauge) => {
      gauge.set(await ready() ? 1 : 0);
    });
    if (certificateEndsAt() === undefined) return;
    this.#gauge("certificate_end_seconds", "When the certificate ends, since 1970.", [], (gauge) => {
      gauge.set(certificateEndsAt()! / 1000);
    });
  }

  #cluster(): void {
    const { cluster } = this.#sources;
    if (!cluster) return;
    const appends = new Histogram({
      name: "switchboard_cluster_append_seconds",
      help: "How long NATS took to confirm a message of the log.",
      buckets: APPEND_BUCKETS,
      registers: [this.#registry],
    });
    cluster.onAppend((seconds) => appends.observe(seconds));
    const gauge = (name: string, help: string, value: (figures: ClusterFigures) => number) =>
      this.#gauge(`cluster_${name}`, help, [], (each) => each.set(value(cluster.read())));
    gauge("position", "The last message of the log that is applied here.", ({ position }) => position);
    gauge("lag", "Messages of the log that are there and not applied here.", ({ lag }) => lag);
    gauge("nodes_alive", "Nodes that were heard lately, this one too.", ({ alive }) => alive);
    gauge("kept", "Whether what is asked for now would be kept.", ({ isKept }) => isKept ? 1 : 0);
    this.#number(
      "cluster_reconnects_total",
      "Connections to NATS that were lost.",
      () => cluster.read().reconnects,
    );
    this.#number(
      "cluster_consumer_restarts_total",
      "How often what brings the log was made anew.",
      () => cluster.read().restarts,
    );
  }

  #watchLoop(): ReturnType<typeof setInterval> {
    const lag = new Histogram({
      name: "switchboard_loop_lag_seconds",
      help: "How late the event loop was, looked at twice a second.",
      buckets: LAG_BUCKETS,
      registers: [this.#registry],
    });
    let due = performance.now() + LAG_EVERY_MS;
    return setInterval(() => {
      const now = performance.now();
      lag.observe(Math.max(0, now - due) / 1000);
      due = now + LAG_EVERY_MS;
    }, LAG_EVERY_MS);
  }

  #gauge(
    name: string,
    help: string,
    labelNames: string[],
    fill: (gauge: Gauge) => void | Promise<void>,
  ): void {
    const collect = (gauge: Gauge) => {
      gauge.reset();
      return fill(gauge);
    };
    new Gauge({
      // Those of any process have names that every dashboard knows.
      name: name.startsWith("process_") ? name : `switchboard_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        return collect(this);
      },
    });
  }

  /** A counter whose labels are a tally's names. */
  #counter(name: string, help: string, labelNames: string[], tally: () => Tally): void {
    new Counter({
      name: `switchboard_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [names, count] of tally().entries()) {
          this.inc(Object.fromEntries(labelNames.map((label, index) => [label, names[index] ?? ""])), count);
        }
      },
    });
  }

  #number(name: string, help: string, value: () => number): void {
    new Counter({
      name: `switchboard_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  }
}
