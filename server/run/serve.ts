/** The one place that wires the parts into a running server. */
import { type Certificates, openCertificates } from "../tls/certificates.ts";
import type { HashCost } from "../argon2.ts";
import type { Config } from "../config/config.ts";
import { firstAdministrator } from "../core/accounts/invitations.ts";
import { budgetsOf } from "../core/budgets.ts";
import { sendResets } from "../core/accounts/reset.ts";
import { sendMissed } from "../core/people/missed_mail.ts";
import { due, expiring } from "../core/admin/housekeeping.ts";
import type { Proposal } from "../core/proposals.ts";
import { LIMITS } from "../core/shared/limits.ts";
import { watchDisk } from "../monitoring/disk_watch.ts";
import { connectionsPossible } from "../monitoring/fd_limit.ts";
import { closeHttp, drain, sendElsewhere, shut } from "./shutdown.ts";
import { admissionNote, isForOthers, takeGivenSettings } from "./given_settings.ts";
import { openListeners } from "./listeners.ts";
import { logAsked, logOf, logRecognised, once } from "../monitoring/log.ts";
import { createDialects } from "../protocol/dialects/index.ts";
import { Dispatcher } from "../protocol/dispatcher.ts";
import { offerAdminApi } from "../admin/access.ts";
import { explained } from "../storage/data_folder.ts";
import { openAdminApi } from "../protocol/admin_api.ts";
import { activityFor, startMonitoring } from "../monitoring/monitoring.ts";
import { clusterReason } from "./clustered.ts";
import { openService, within } from "./service.ts";
import type { DiskBlobStore } from "../storage/disk_blob_store.ts";
import { clientsBehind } from "../transport/http/client_address.ts";
import { bytesHeld, shed } from "../transport/budgets.ts";
import { createHttpServer } from "../transport/http/http.ts";
import { HttpConnections } from "../transport/http/http_connections.ts";
import { Hosts, Site } from "../transport/http/site.ts";
import { Peers } from "../transport/connection/peers.ts";
import { acceptWebSockets } from "../transport/websocket.ts";
import { type WireLimits, wireLimitsWith } from "../transport/wire_limits.ts";
import { PAGE_FOLDER } from "../page_folder.ts";
import { VERSION } from "../version.ts";

/** A running server. */
export interface Running {
  /** Where it listens, in the order of printing: a name and an address. */
  readonly urls: readonly { readonly name: string; readonly url: string }[];
  readonly http: string;
  readonly tcp: { readonly host: string; readonly port: number };
  /** The link that makes the first account, an administrator's, and until when; undefined: there are accounts. */
  readonly first: { readonly link: string; readonly expiresAt: number } | undefined;
  /** What newcomers are shown, where TLS is spoken. */
  readonly certificates: Certificates | undefined;
  /** How it does, for those who measure. */
  figures(): { connections: number; queuedBytes: number; deliveries: number; transactions: number };
  /** Commits and delivers what is under way, says so to everybody, and ends. */
  stop(): Promise<void>;
}

/** What a server can be given instead of the real thing. */
export interface StartOptions {
  /** Milliseconds since 1970, for everything that the service promises by time. */
  clock?: () => number;
  /** Other figures for what holds a connection. */
  limits?: Partial<WireLimits>;
  /** Puts something between the service and the bytes of files. */
  blobs?: (real: DiskBlobStore) => DiskBlobStore;
  /** What a password hash costs. */
  hashCost?: HashCost;
  /** Which port stands for one of the original programs. */
  classicPort?: (original: number) => number;
  /** Another folder with the page. */
  pages?: string;
  /** How long a node of a cluster may be silent; milliseconds. */
  aliveMs?: number;
  /** After so many messages of a cluster's log there is to be another snapshot. */
  snapshotEvery?: number;
  /** Told when a node of a cluster can't go on: it is to be stopped. */
  onEnd?: (error: Error) => void;
}

const TICK_MS = 1_000;
const EXPIRE_MS = 3_600_000;

/** Starts a server. @throws StartError ConfigError DataFolderError SchemaError; nothing is left running then */
export async function start(config: Config, options: StartOptions = {}): Promise<Running> {
  const undo: (() => void | Promise<void>)[] = [];
  try {
    return await assemble(config, options, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    const reason = explained(error, config.data);
    throw config.cluster ? clusterReason(reason) : reason;
  }
}

async function assemble(
  config: Config,
  {
    clock = Date.now,
    limits: wanted,
    blobs: wrap,
    hashCost,
    classicPort = (port) => port,
    pages = PAGE_FOLDER,
    aliveMs,
    snapshotEvery,
    onEnd,
  }: StartOptions,
  undo: (() => void | Promise<void>)[],
): Promise<Running> {
  const log = logOf("server");
  const limits = wireLimitsWith(wanted);
  const pageUrl = () => config.publicUrl ?? listeners.http;
  const activity = activityFor(config);
  const service = await openService(config, {
    clock,
    pageUrl,
    hashCost,
    blobs(real) {
      const blobs = wrap?.(real) ?? real;
      return activity?.watching(blobs) ?? blobs;
    },
    onCommit: (seconds) => activity?.onCommit(seconds),
    aliveMs,
    snapshotEvery,
    onEnd: (error) => {
      log.error("{reason}", { reason: error.message });
      onEnd?.(error);
    },
  });
  undo.push(() => service.close());
  const { core, hub, log: ordered, cluster } = service;
  const dialects = createDialects({
    pageUrl,
    version: VERSION,
    counts: () => ({
      people: core.presence.size,
      mostPeople: core.presence.most,
      rooms: core.rooms.openSize,
    }),
    tlsPort: (dialect) => config.tlsSelfSigned ? undefined : listeners.tlsPortOf(dialect),
    pictureMessageBytesMax: config.chatMessageMax,
  });
  const asked = logOf("asked");
  const dispatcher = new Dispatcher({
    ...{ core, hub, log: ordered },
    rateLimits: config.rateLimits,
    onAsked(asker, request, fault) {
      activity?.asked(request, fault);
      logAsked(asked, asker, request, fault);
    },
  });
  const connectionsMax = connectionsPossible(config.maxConnections);
  const peers = new Peers({
    connectionsMax,
    connectionsPerAddressMax: config.rateLimits
      ? config.connectionsPerAddress ?? Math.ceil(connectionsMax / LIMITS.connectionsPerAddressShare)
      : Infinity,
    unauthenticatedPerAddressMax: config.rateLimits ? limits.unauthenticatedPerAddressMax : Infinity,
    otherNodes: () => core.otherNodes().urls,
    onDetected: (connection) => logRecognised(log, connection),
  });
  const clients = clientsBehind(config.trustedProxies);
  const httpConnections = new HttpConnections({
    limits,
    isProxy: clients.isProxy,
    onDrop: (reason) => peers.onDrop(reason),
  });
  const disk = await watchDisk(core, service.reserve);
  undo.push(() => disk.close());
  const certificates = await openCertificates({ config, clock, everyMs: limits.certificateEveryMs });
  undo.push(() => certificates?.close());
  const tls = certificates?.current;
  let state: "starting" | "running" | "stopping" = "starting";
  function* allHeld() {
    yield* peers.held();
    yield* httpConnections.held();
  }
  const refusedHost = once((host) =>
    log.warn("refused a request for {host}: see --public-url and --hosts", { host })
  );
  const hostsOf = (listensOn: string) =>
    new Hosts({
      listensOn,
      urls: [config.publicUrl, config.nodeUrl],
      named: config.hosts,
      onRefused: refusedHost,
    });
  function* budgets() {
    yield* peers.budgets();
    yield* httpConnections.budgets();
    yield { name: "buffers", used: bytesHeld(allHeld()), max: config.buffers };
    yield* dispatcher.budgets(connectionsMax + limits.httpConnectionsMax);
    yield { name: "writes", used: service.log.pending, max: LIMITS.writesWaitingMax };
    yield* budgetsOf(core);
  }
  const monitoring = await startMonitoring({
    config,
    hostsOf,
    version: VERSION,
    service,
    peers,
    connectionsMax,
    budgets,
    state: () => state,
    certificateEndsAt: () => certificates?.current.endsAt,
  }, activity);
  undo.push(() => monitoring.close());
  const site = new Site({
    core,
    publicUrl: config.publicUrl,
    hosts: hostsOf(config.host),
    chatOrigins: config.chatOrigins,
    onForeign: once((origin, expected) =>
      log.warn("refused a page of {origin}, expected {expected}", { origin, expected })
    ),
  });
  const server = createHttpServer({
    ...(tls && { tls }),
    // Not for a certificate that is nobody's word: whoever did trust it once must find the way back.
    hsts: tls !== undefined && !config.tlsSelfSigned,
    site,
    core,
    dispatcher,
    pages,
    operations: monitoring.operations,
    ...(monitoring.figures && { figures: monitoring.figures }),
    limits,
    connections: httpConnections,
    clients,
    onError: ({ detail }) => log.error("an HTTP request failed: {detail}", { detail }),
  });
  const endPings = acceptWebSockets(server, {
    paths: dialects.onWebSocket,
    dispatcher,
    peers,
    limits,
    clients,
    site,
  });
  undo.push(endPings);
  await takeGivenSettings(core, config);
  const listeners = await openListeners({
    config,
    server,
    pageUrl,
    clients,
    site,
    dialects,
    dispatcher,
    peers,
    limits,
    classicPort,
    ...(tls && { tls }),
  });
  undo.push(() => listeners.stop());
  certificates?.onRenewed((certificate) => listeners.renew(certificate));
  cluster?.handOver.begin({
    send: (urls) => sendElsewhere(peers, limits, urls),
    admit: () => peers.admit(),
  });
  const first = await firstAdministrator(core, cluster !== undefined);
  const admin = await offerAdminApi(openAdminApi({ core, log: ordered }), config.data);
  undo.push(() => admin.close());
  const propose = (proposals: readonly Proposal[]) => {
    for (const proposal of proposals) ordered.append({ proposal, waiting: undefined });
  };
  // What time brings about is proposed by one of several nodes; if two do, it comes to the same.
  const isFirst = () => cluster?.isFirst() ?? true;
  const tick = () => {
    sendResets(core).catch(({ message }) => log.error("a code could not be made: {message}", { message }));
    sendMissed(core).catch(({ message }) =>
      log.error("a letter could not be written: {message}", { message })
    );
    propose([...due(core, isFirst()), ...dispatcher.takeFailed()]);
  };
  const ticking = setInterval(tick, TICK_MS);
  if (isFirst()) propose(expiring(core));
  const sweeping = setInterval(() => {
    const now = performance.now();
    peers.sweep(now);
    httpConnections.sweep(now);
    shed(allHeld(), config.buffers);
  }, LIMITS.sweepEveryMs);
  const expiry = setInterval(() => isFirst() && propose(expiring(core)), EXPIRE_MS);
  state = "running";
  if (isForOthers(config)) log.info("{note}; see switchboard settings", { note: admissionNote(core) });
  log.info("listening, data in {folder}", { folder: config.data });

  const httpClosed = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const stop = async () => {
    state = "stopping";
    cluster?.handOver.close();
    clearInterval(ticking);
    clearInterval(expiry);
    clearInterval(sweeping);
    certificates?.close();
    shut(peers, limits);
    listeners.stop();
    admin.close();
    dispatcher.stop();
    // What was asked and answered is done.
    tick();
    await within(LIMITS.stopMs / 4, ordered.drained());
    await drain(peers, limits, cluster?.hasOthers ?? false);
    cluster?.leave();
    endPings();
    await closeHttp(server, httpClosed);
    monitoring.close();
    await disk.close();
    await service.close();
    log.info("stopped");
  };
  let stopping: Promise<void> | undefined;
  return {
    urls: [...listeners.urls, ...(monitoring.url ? [{ name: "metrics", url: monitoring.url }] : [])],
    http: listeners.http,
    tcp: { host: config.host, port: listeners.tcpPort },
    first,
    certificates,
    figures: () => ({
      connections: peers.size,
      queuedBytes: Array.from(peers.all()).reduce((sum, peer) => sum + peer.queuedBytes, 0),
      deliveries: hub.deliveries,
      transactions: service.transactions(),
    }),
    stop: () => stopping ??= stop(),
  };
}
