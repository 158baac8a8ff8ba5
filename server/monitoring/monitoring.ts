/** What those who run a server may ask of it, put together from the parts that know. */
import { Activity } from "./activity.ts";
import type { Config } from "../config/config.ts";
import type { Budget } from "../core/budgets.ts";
import type { Fault } from "../core/shared/faults.ts";
import { addressOf, portError } from "../run/listeners.ts";
import { notReady } from "./readiness.ts";
import type { MetricsSources } from "./metrics.ts";
import type { Service } from "../run/service.ts";
import { probeIn } from "../storage/data_folder.ts";
import { Tally } from "./counter.ts";
import {
  createOperationsServer,
  type FiguresOptions,
  type OperationsOptions,
} from "../transport/http/monitoring_routes.ts";
import type { Hosts } from "../transport/http/site.ts";
import type { Peers } from "../transport/connection/peers.ts";
import { listenOn } from "../transport/listening.ts";

/** What is looked at. */
interface MonitoringOptions {
  config: Config;
  version: string;
  service: Service;
  peers: Peers;
  connectionsMax: number;
  budgets(): Iterable<Budget>;
  /** Where a server stands. */
  state(): "starting" | "running" | "stopping";
  /** The names under which what listens on an address answers. */
  hostsOf(listensOn: string): Hosts;
  /** When the certificate ends; milliseconds since 1970. */
  certificateEndsAt(): number | undefined;
}

/** The answers, and the port of their own. */
interface Monitoring {
  readonly operations: OperationsOptions;
  /** For the page's port. */
  readonly figures: FiguresOptions | undefined;
  /** Where its own port is, if there is one. */
  readonly url: string | undefined;
  close(): void;
}

/** What is counted on the way, where anybody is to see it. */
export function activityFor({ metricsPort, metricsToken }: Config): Activity | undefined {
  return metricsPort === undefined && metricsToken === undefined ? undefined : new Activity();
}

/** Begins to watch. `activity`: what was counted so far; without it there are no figures. @throws StartError */
export async function startMonitoring(
  options: MonitoringOptions,
  activity: Activity | undefined,
): Promise<Monitoring> {
  const { config: { metricsPort, metricsHost, metricsToken: token }, version } = options;
  const hosts = options.hostsOf(metricsHost);
  const { cluster } = options.service;
  const operations = {
    version,
    notReady: () => whyNotReady(options),
    ready: cluster && (() => ({ ...cluster.ready() })),
  };
  if (!activity) return { operations, figures: undefined, url: undefined, close() {} };
  const metrics = await metricsOf(options, activity);
  const figures = { token, read: () => metrics.read() };
  const server = metricsPort === undefined
    ? undefined
    : createOperationsServer({ ...operations, figures, hosts });
  const listening = server && await listenOn(server, metricsHost, metricsPort!).catch((error) => {
    metrics.close();
    throw portError(metricsHost, metricsPort!, error);
  });
  return {
    operations,
    figures: token === undefined ? undefined : figures,
    url: listening && `http://${addressOf(metricsHost, listening.port)}/metrics`,
    close() {
      metrics.close();
      server?.close();
      server?.closeAllConnections();
    },
  };
}

async function metricsOf(options: MonitoringOptions, activity: Activity) {
  const { service, peers, version, certificateEndsAt } = options;
  const { core, hub } = service;
  const [arrivals, dropped, refused] = [new Tally(), new Tally(), new Tally()];
  peers.onCome = (transport) => arrivals.add(transport);
  peers.onDrop = (reason) => dropped.add(reason);
  peers.onRefuse = (reason) => refused.add(reason);
  // Whoever does not look at figures does without the package that writes them.
  const { Metrics } = await import("./metrics.ts");
  return new Metrics({
    version,
    activity,
    *connections() {
      for (const [{ dialect, queuedBytes }, transport] of peers.entries()) {
        yield { transport, dialect: dialect.name, queuedBytes };
      }
    },
    arrivals: () => arrivals,
    dropped: () => dropped,
    refused: () => refused,
    budgets: options.budgets,
    deliveries: () => hub.deliveries,
    people: () => core.presence.size,
    rooms: () => core.rooms.size,
    uploads: () => core.uploads.size,
    writesWaiting: () => service.log.pending,
    diskFree: () => core.blobs.free(),
    ready: async () => await whyNotReady(options) === undefined,
    certificateEndsAt,
    cluster: clusterSources(service),
  });
}

function clusterSources({ cluster, shared }: Service): MetricsSources["cluster"] {
  if (!cluster || !shared) return undefined;
  const { stream, nodes } = cluster;
  return {
    read: () => ({
      position: shared.position,
      lag: Math.max(shared.lag, stream.known - shared.position),
      reconnects: cluster.reconnects,
      restarts: stream.restarts,
      alive: nodes.alive().length,
      isKept: shared.trouble === undefined,
    }),
    onAppend: (listener) => stream.onAppend = listener,
  };
}

function whyNotReady(options: MonitoringOptions): Promise<Fault | undefined> {
  const { config, service, peers, connectionsMax, state } = options;
  return notReady({
    started: () => state() !== "starting",
    stopping: () => state() === "stopping",
    trouble: () => service.shared?.trouble,
    diskRefused: () => service.diskRefused(),
    async diskFull() {
      const { core } = service;
      await core.disk.look(core);
      return core.disk.state(core) === "full";
    },
    connections: () => peers.size,
    connectionsMax,
    file: probeIn(config.data),
  });
}
