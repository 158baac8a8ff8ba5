/** How a server is to run, put together from the options. Precedence: flag, then variable, then file, then default. */
import { readFileSync } from "node:fs";
import { Option } from "commander";
import { type LogLevel, type OptionRow, OPTIONS } from "./options.ts";
import type { Settings } from "../core/shared/settings.ts";
import type { DialectName } from "../protocol/dialects/index.ts";

/** A port that speaks one dialect only. */
export interface PinnedPort {
  port: number;
  dialect: DialectName;
  /** Nobody is let in there who does not speak TLS. */
  tls?: true;
  /** The ports of its programs' other channels, in the order of `channelsOf`; without them one connection is all that they have. */
  channels?: number[];
}

/** How a server is to run. */
export interface Config {
  host: string;
  http: number;
  tcp: number;
  listen: PinnedPort[];
  classic: boolean;
  data: string;
  /** NATS servers; undefined: this server is alone. */
  cluster: string[] | undefined;
  clusterName: string;
  clusterReplicas: number | undefined;
  /** Files. */
  clusterCredentials: string | undefined;
  clusterCa: string | undefined;
  clusterDomain: string | undefined;
  /** Of this server among those of its cluster; undefined: the host's. */
  node: string | undefined;
  nodeUrl: string | undefined;
  /** Bytes. */
  fileCache: number;
  publicUrl: string | undefined;
  /** Further names under which the page is reached. */
  hosts: string[];
  /** Origins of pages that may come to /chat. */
  chatOrigins: string[];
  /** Addresses and networks of reverse proxies. */
  trustedProxies: string[];
  /** Files. */
  tlsCert: string | undefined;
  tlsKey: string | undefined;
  tlsSelfSigned: boolean;
  smtp: string | undefined;
  mailFrom: string;
  /** These three: as settings, or as they are. */
  registration: Settings["registration"] | undefined;
  guests: Settings["guests"] | undefined;
  mailDomains: Settings["mail_domains"] | undefined;
  keepMessages: Settings["keep_messages"] | undefined;
  keepFiles: Settings["keep_files"] | undefined;
  keepAudit: Settings["keep_audit"] | undefined;
  maxConnections: number;
  connectionsPerAddress: number | undefined;
  /** Bytes, all six. */
  buffers: number;
  chatMessageMax: number;
  fileMax: number;
  quota: number;
  quotaAll: number;
  diskFree: number;
  uploads: number;
  metricsPort: number | undefined;
  metricsHost: string;
  metricsToken: string | undefined;
  rateLimits: boolean;
  log: "text" | "json";
  logLevel: LogLevel;
}

/** A configuration that can't be used, with the reason for its writer. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const NAMES = Object.keys(OPTIONS) as (keyof Config)[];

/** The defaults, with what a caller wants otherwise. */
export function configWith(wanted: Partial<Config> = {}): Config {
  const defaults = Object.fromEntries(NAMES.map((name) => [name, OPTIONS[name].default]));
  return { ...defaults as unknown as Config, ...wanted };
}

/** The options for the command line. */
export function commandLineOptions(): Option[] {
  const options = NAMES.map((name) => {
    const { flag, value, help, parse, alone } = OPTIONS[name] as OptionRow<keyof Config>;
    const shown = alone === undefined ? `<${value}>` : `[${value}]`;
    const option = new Option(`--${flag} ${shown}`, `${help} ${shownDefault(name)}`.trim());
    return option.preset(alone).env(variable(flag)).argParser(parse as (text: string) => unknown);
  });
  const file = new Option("--config <file>", "JSON file with options by their flag's name").env(
    variable("config"),
  );
  return [...options, file];
}

/** Puts together what the command line and the variables said with the file and the defaults. @throws ConfigError */
export function resolveConfig(given: Partial<Config> & { config?: string }): Config {
  const { config: file, ...said } = given;
  const wanted = { ...file === undefined ? {} : readFile(file), ...said };
  checkNeeds(wanted);
  return configWith(wanted);
}

/** Looks for options that would do nothing, because another one is not there. @throws ConfigError */
function checkNeeds(wanted: Partial<Config>): void {
  for (const name of NAMES) {
    const { flag, needs } = OPTIONS[name] as OptionRow<keyof Config>;
    if (needs === undefined || wanted[name] === undefined || wanted[needs] !== undefined) continue;
    throw new ConfigError(`Cannot use --${flag} without --${OPTIONS[needs].flag}: give both, or neither`);
  }
}

function readFile(path: string): Partial<Config> {
  const refuse = (why: string) => new ConfigError(`Cannot use the configuration file "${path}": ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse("it must hold a JSON object");
  }
  const found: Record<string, unknown> = {};
  for (const [flag, entry] of Object.entries(value)) {
    const name = NAMES.find((each) => OPTIONS[each].flag === flag);
    if (!name) {
      throw refuse(
        `there is no option "${flag}"; known are ${NAMES.map((each) => OPTIONS[each].flag).join(", ")}`,
      );
    }
    const { parse } = OPTIONS[name] as OptionRow<keyof Config>;
    try {
      for (const text of Array.isArray(entry) ? entry : [entry]) {
        found[name] = parse(fileText(text), found[name] as never);
      }
    } catch (error) {
      throw refuse(`"${flag}": ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return found as Partial<Config>;
}

function fileText(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new ConfigError("It must be a text, a number, true or false.");
}

function variable(flag: string): string {
  return `SWITCHBOARD_${flag.toUpperCase().replaceAll("-", "_")}`;
}

function shownDefault(name: keyof Config): string {
  const { default: value, shown } = OPTIONS[name] as OptionRow<keyof Config>;
  if (shown !== undefined) return `(default: ${shown})`;
  if (value === undefined || Array.isArray(value)) return "";
  return `(default: ${typeof value === "boolean" ? (value ? "on" : "off") : value})`;
}
