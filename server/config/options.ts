/**
 * Every option of `serve`, once: flag, variable, key in the configuration file, default, unit and help all come
 * from this table.
 */
import { InvalidArgumentError } from "commander";
import type { Config, PinnedPort } from "./config.ts";
import {
  bytes,
  hostNames,
  natsServers,
  networks,
  oneOf,
  onOrOff,
  origins,
  pageAddress,
  port,
  secret,
  shortName,
  url,
  whole,
} from "./option_values.ts";
import { flagOf, type SettingName, SETTINGS, type Settings } from "../core/shared/settings.ts";
import { channelsOf, CLASSIC, DIALECT_NAMES, type DialectName } from "../protocol/dialects/index.ts";

/** From the most to the least talkative. */
const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
/** One of {@link LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** One option. */
export interface OptionRow<K extends keyof Config> {
  readonly flag: string;
  /** What the value is, as the help shows it, with its unit. */
  readonly value: string;
  readonly help: string;
  readonly default: Config[K];
  /** What the flag alone says, where it needs no value. */
  readonly alone?: string;
  /** It makes no sense without this one. */
  readonly needs?: keyof Config;
  /** How the help shows the default, where that is not its plain form. */
  readonly shown?: string;
  /** Reads a value; repeated flags are given what was read before. @throws InvalidArgumentError */
  parse(text: string, before: Config[K]): Config[K];
}

/** Dialects whose programs may have several channels, each on a port of its own. */
const SEVERAL = DIALECT_NAMES.filter((name) => channelsOf(name).length > 0);

/** The table. */
export const OPTIONS: { readonly [K in keyof Config]: OptionRow<K> } = {
  host: {
    flag: "host",
    value: "address",
    help: "address to listen on; 0.0.0.0 for everybody",
    default: "127.0.0.1",
    parse: String,
  },
  http: {
    flag: "http",
    value: "port",
    help: "port of the page and of WebSocket; 0 picks a free one",
    default: 8080,
    parse: port,
  },
  tcp: {
    flag: "tcp",
    value: "port",
    help: "port of TCP clients; 0 picks a free one",
    default: 8023,
    parse: port,
  },
  listen: {
    flag: "listen",
    value: "port=dialect",
    help: `a further port for one dialect; may be repeated, or several with commas between; ${
      SEVERAL.map(groupOf).join(", ")
    } for programs that open several; PORT=DIALECT+tls with TLS`,
    default: [],
    parse: pinned,
  },
  classic: {
    flag: "classic",
    value: "on|off",
    help: `the ports of the original programs too: ${
      CLASSIC.flatMap(({ port, channels = [] }) => [port, ...channels]).join(", ")
    }`,
    default: false,
    alone: "on",
    parse: onOrOff,
  },
  data: {
    flag: "data",
    value: "folder",
    help: "where everything is kept; made when missing",
    default: "./data",
    parse: String,
  },
  cluster: {
    flag: "cluster",
    value: "urls",
    help:
      "be one of several servers over NATS JetStream: its servers, such as nats://a:4222,nats://b:4222; see docs/cluster.md",
    default: undefined,
    parse: natsServers,
  },
  clusterName: {
    flag: "cluster-name",
    value: "name",
    help: "of the cluster, where several share one NATS",
    default: "main",
    parse: shortName,
    needs: "cluster",
  },
  clusterReplicas: {
    flag: "cluster-replicas",
    value: "number",
    help: "how many NATS servers keep everything; default: 3 where NATS is a cluster, otherwise 1",
    default: undefined,
    parse: whole(1, 5),
    needs: "cluster",
  },
  clusterCredentials: {
    flag: "cluster-credentials",
    value: "file",
    help: "credentials for NATS, as its nsc writes them",
    default: undefined,
    parse: String,
    needs: "cluster",
  },
  clusterCa: {
    flag: "cluster-ca",
    value: "file",
    help: "certificate of who signed that of the NATS servers, as PEM",
    default: undefined,
    parse: String,
    needs: "cluster",
  },
  clusterDomain: {
    flag: "cluster-domain",
    value: "name",
    help: "JetStream domain, where the NATS servers have several",
    default: undefined,
    parse: shortName,
    needs: "cluster",
  },
  node: {
    flag: "node",
    value: "name",
    help: "of this server in its cluster; default: the host's",
    default: undefined,
    parse: shortName,
    needs: "cluster",
  },
  nodeUrl: {
    flag: "node-url",
    value: "url",
    help: "address of this server's page, for clients that have to come to another one",
    default: undefined,
    parse: pageAddress,
    needs: "cluster",
  },
  fileCache: {
    ...size("file-cache", "10GiB", "room for copies of files of the cluster"),
    needs: "cluster",
  },
  publicUrl: {
    flag: "public-url",
    value: "url",
    help: "address of the page as people see it, for links in mails; default: the http listener's",
    default: undefined,
    parse: url("http:", "https:"),
  },
  hosts: {
    flag: "hosts",
    value: "names",
    help:
      "names under which the server answers, with commas between, besides localhost and that of --public-url; default: no others on 127.0.0.1, any beyond it",
    default: [],
    parse: hostNames,
  },
  chatOrigins: {
    flag: "chat-origins",
    value: "origins",
    help:
      "where RoomChat's page may come from besides this server, such as http://chat.example:5000, with commas between; null for files",
    default: [],
    parse: origins,
  },
  trustedProxies: {
    flag: "trusted-proxies",
    value: "networks",
    help:
      "reverse proxies whose X-Forwarded-For and -Proto count, such as 127.0.0.1 or 10.0.0.0/8, with commas between",
    default: [],
    parse: networks,
  },
  tlsCert: {
    flag: "tls-cert",
    value: "file",
    help: "certificate with its chain, as PEM: the page and TCP clients come with TLS",
    default: undefined,
    parse: String,
  },
  tlsKey: {
    flag: "tls-key",
    value: "file",
    help: "its key, as PEM; both files are read anew when they change",
    default: undefined,
    parse: String,
  },
  tlsSelfSigned: {
    flag: "tls-self-signed",
    value: "on|off",
    help: "TLS with a certificate of the server's own making, for a local network",
    default: false,
    alone: "on",
    parse: onOrOff,
  },
  smtp: {
    flag: "smtp",
    value: "url",
    help:
      "mail server, such as smtp://user:password@host:587; without it letters are written into the data folder",
    default: undefined,
    parse: url("smtp:", "smtps:"),
  },
  mailFrom: {
    flag: "mail-from",
    value: "address",
    help: "sender of mails",
    default: "switchboard@localhost",
    parse: String,
  },
  registration: setting(
    "registration",
    "; kept as a setting, see the command settings; default: open on 127.0.0.1, invite where others reach it",
  ),
  guests: setting("guests", "; kept as a setting; default: on while anybody may make an account"),
  mailDomains: setting("mail_domains", "; kept as a setting"),
  keepMessages: setting("keep_messages", "; kept as a setting; default: 0"),
  keepFiles: setting("keep_files", "; kept as a setting; default: 0"),
  keepAudit: setting("keep_audit", "; kept as a setting; default: 365"),
  maxConnections: {
    flag: "max-connections",
    value: "number",
    help: "connections at a time; fewer where the system allows fewer open files",
    default: 10_000,
    parse: whole(1, 1_000_000),
  },
  connectionsPerAddress: {
    flag: "connections-per-address",
    value: "number",
    help: "connections of one address; default: a quarter of all",
    default: undefined,
    parse: whole(1, 1_000_000),
  },
  buffers: size(
    "buffers",
    "256MiB",
    "memory in all for what waits for slow readers and for messages that have come in part",
  ),
  chatMessageMax: size("chat-message-max", "16MiB", "longest message at /chat, where pictures are in it"),
  fileMax: size("file-max", "2GiB", "largest file"),
  quota: size("quota", "10GiB", "all files of one person together"),
  quotaAll: size("quota-all", "100GiB", "all files together"),
  diskFree: size("disk-free", "512MiB", "what stays free on the disk: with less nothing more is kept"),
  uploads: {
    flag: "uploads",
    value: "number",
    help: "uploads at a time",
    default: 256,
    parse: whole(1, 100_000),
  },
  metricsPort: {
    flag: "metrics-port",
    value: "port",
    help: "a port of its own for /metrics, /health and /ready; 0 picks a free one",
    default: undefined,
    parse: port,
  },
  metricsHost: {
    flag: "metrics-host",
    value: "address",
    help: "address of that port",
    default: "127.0.0.1",
    parse: String,
  },
  metricsToken: {
    flag: "metrics-token",
    value: "secret",
    help: "shows /metrics on the page's port too, and only to those who send it as a bearer token",
    default: undefined,
    parse: secret(16),
  },
  rateLimits: {
    flag: "rate-limits",
    value: "on|off",
    help: "off lifts limits on how often, never on how much; for tests and benchmarks",
    default: true,
    parse: onOrOff,
  },
  log: {
    flag: "log",
    value: "text|json",
    help: "form of the log on standard error",
    default: "text",
    parse: oneOf(["text", "json"]),
  },
  logLevel: {
    flag: "log-level",
    value: LOG_LEVELS.join("|"),
    help: "debug also shows every message's coming and going, never its text",
    default: "info",
    parse: oneOf(LOG_LEVELS),
  },
};

function pinned(text: string, before: PinnedPort[] | undefined): PinnedPort[] {
  return [...(before ?? []), ...text.split(",").map(onePinned)];
}

/** Behind the name of a dialect: with TLS. */
const TLS_SUFFIX = "+tls";

function onePinned(text: string): PinnedPort {
  const [numbers = "", spoken, ...rest] = text.split("=");
  const [dialect, suffix] = [spoken?.replace(TLS_SUFFIX, ""), spoken?.endsWith(TLS_SUFFIX)];
  if (dialect === undefined || rest.length > 0) throw new InvalidArgumentError("Write it as PORT=DIALECT.");
  const known = DIALECT_NAMES.find((name) => name === dialect);
  if (!known) {
    throw new InvalidArgumentError(
      `There is no dialect "${dialect}"; known are ${DIALECT_NAMES.join(", ")}.`,
    );
  }
  const [first = "", ...others] = numbers.split("+");
  if (others.length > 0 && others.length !== channelsOf(known).length) {
    const group = SEVERAL.includes(known) ? ` or ${groupOf(known)}` : "";
    throw new InvalidArgumentError(`Write it as PORT=${known}${group}.`);
  }
  if (suffix && others.length > 0) throw new InvalidArgumentError(`Only one port goes with ${TLS_SUFFIX}.`);
  return {
    port: port(first),
    dialect: known,
    ...(suffix && { tls: true as const }),
    ...(others.length > 0 && { channels: others.map(port) }),
  };
}

/** How the ports of a dialect's programs are given together. */
function groupOf(dialect: DialectName): string {
  return `${["PORT", ...channelsOf(dialect).map((line) => line.toUpperCase())].join("+")}=${dialect}`;
}

/** An option that a setting is given by. */
function setting<K extends SettingName>(name: K, more: string): OptionRow<keyof Config> & {
  default: undefined;
  parse(text: string): Settings[K];
} {
  const { value, help, read } = SETTINGS[name];
  const parse = (text: string) => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
  return { flag: flagOf(name), value, help: `${help}${more}`, default: undefined, parse };
}

/** An option that takes bytes with a unit, such as 500MB or 2GiB. */
function size(flag: string, standard: string, help: string) {
  return { flag, value: "size", help, default: bytes(standard), shown: standard, parse: bytes };
}
