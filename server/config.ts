/**
 * Every option of `serve`, once: flag, variable, key in the configuration file, default, unit and help all come
 * from this table. Precedence: flag, then variable, then file, then default.
 */
import { readFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import { bytes, oneOf, onOrOff, port, url, whole } from "./option_values.ts";
import { CLASSIC, DIALECT_NAMES, type DialectName, linesOf } from "./protocol/dialects/index.ts";

/** A port that speaks one dialect only. */
export interface PinnedPort {
  port: number;
  dialect: DialectName;
  /** The ports of its programs' other lines, in the order of `linesOf`; without them one line is all that they have. */
  lines?: number[];
}

/** How a server is to run. */
export interface Config {
  host: string;
  http: number;
  tcp: number;
  listen: PinnedPort[];
  classic: boolean;
  data: string;
  publicUrl: string | undefined;
  smtp: string | undefined;
  mailFrom: string;
  maxConnections: number;
  /** Bytes, all five. */
  chatMessageMax: number;
  fileMax: number;
  quota: number;
  quotaAll: number;
  diskFree: number;
  uploads: number;
  rateLimits: boolean;
  log: "text" | "json";
  logLevel: LogLevel;
}

/** From the most to the least talkative. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
/** One of {@link LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** A configuration that can't be used, with the reason for its writer. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

interface OptionRow<K extends keyof Config> {
  readonly flag: string;
  /** What the value is, as the help shows it, with its unit. */
  readonly value: string;
  readonly help: string;
  readonly default: Config[K];
  /** What the flag alone says, where it needs no value. */
  readonly alone?: string;
  /** How the help shows the default, where that is not its plain form. */
  readonly shown?: string;
  /** Reads a value; repeated flags are given what was read before. @throws InvalidArgumentError */
  parse(text: string, before: Config[K]): Config[K];
}

/** Dialects whose programs may have several lines, each on a port of its own. */
const SEVERAL = DIALECT_NAMES.filter((name) => linesOf(name).length > 0);

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
    help: `a further port for one dialect; may be repeated, or several with commas between. ${
      SEVERAL.map((name) => `PORT+${linesOf(name).map((line) => line.toUpperCase()).join("+")}=${name}`)
    } for programs that spread over several ports`,
    default: [],
    parse: pinned,
  },
  classic: {
    flag: "classic",
    value: "on|off",
    help: `the ports of the original programs too: ${
      CLASSIC.flatMap(({ port, lines = [] }) => [port, ...lines]).join(", ")
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
  publicUrl: {
    flag: "public-url",
    value: "url",
    help: "address of the page as people see it, for links in mails; default: the http listener's",
    default: undefined,
    parse: url("http:", "https:"),
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
  maxConnections: {
    flag: "max-connections",
    value: "number",
    help: "connections at a time; fewer where the system allows fewer open files",
    default: 10_000,
    parse: whole(1, 1_000_000),
  },
  chatMessageMax: size("chat-message-max", "16MiB", "longest message at /chat, where pictures are in it"),
  fileMax: size("file-max", "2GiB", "largest file"),
  quota: size("quota", "10GiB", "all files of one person together"),
  quotaAll: size("quota-all", "100GiB", "all files together"),
  diskFree: size("disk-free", "512MiB", "what uploads leave free on the disk"),
  uploads: {
    flag: "uploads",
    value: "number",
    help: "uploads at a time",
    default: 256,
    parse: whole(1, 100_000),
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
  return { ...configWith(file === undefined ? {} : readFile(file)), ...said };
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

function pinned(text: string, before: PinnedPort[] | undefined): PinnedPort[] {
  return [...(before ?? []), ...text.split(",").map(onePinned)];
}

function onePinned(text: string): PinnedPort {
  const [numbers = "", dialect, ...rest] = text.split("=");
  if (dialect === undefined || rest.length > 0) throw new InvalidArgumentError("Write it as PORT=DIALECT.");
  const known = DIALECT_NAMES.find((name) => name === dialect);
  if (!known) {
    throw new InvalidArgumentError(
      `There is no dialect "${dialect}"; known are ${DIALECT_NAMES.join(", ")}.`,
    );
  }
  const [first = "", ...others] = numbers.split("+");
  const names = linesOf(known);
  if (others.length > 0 && others.length !== names.length) {
    const form = ["PORT", ...names.map((name) => name.toUpperCase())].join("+");
    throw new InvalidArgumentError(
      `Write it as ${names.length > 0 ? `${form}=${known} or ` : ""}PORT=${known}.`,
    );
  }
  return { port: port(first), dialect: known, ...(others.length > 0 && { lines: others.map(port) }) };
}

/** An option that takes bytes with a unit, such as 500MB or 2GiB. */
function size(flag: string, standard: string, help: string) {
  return { flag, value: "size", help, default: bytes(standard), shown: standard, parse: bytes };
}
