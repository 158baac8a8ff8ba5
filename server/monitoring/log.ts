/**
 * The log: one line for each thing handled, as text or JSON, on standard error. It never holds a password, a token, a
 * code or the text of a message: what is logged is chosen field by field.
 */
import {
  configure,
  getJsonLinesFormatter,
  getLogger,
  getTextFormatter,
  type Logger,
  type LogRecord,
  reset,
} from "@logtape/logtape";
import { Repeats } from "./log_repeats.ts";
import type { Config } from "../config/config.ts";
import type { Fault } from "../core/shared/faults.ts";
import type { Dialect, Inbound } from "../protocol/dialect.ts";
import type { Asker } from "../protocol/dispatcher.ts";

/** Writes what is counted and not told yet. */
let flush = () => {};

/** Where log lines go. */
type LogSink = (line: string) => void;

/** A connection whose language is clear. */
interface Speaking {
  readonly dialect: Dialect;
  readonly caller: Asker["caller"];
}

/** What happens so often that only `debug` shows it. */
const FREQUENT = new Set([
  "send",
  "ping",
  "typing",
  "read",
  "history",
  "who",
  "members",
  "rooms",
  "react",
  "chunk",
]);

/** Sets the log up for this process. */
export async function startLog(
  { log, logLevel }: Pick<Config, "log" | "logLevel">,
  write: LogSink = toStandardError,
): Promise<void> {
  const format = log === "json"
    ? getJsonLinesFormatter({ properties: "flatten" })
    : getTextFormatter({ timestamp: "date-time-tz" });
  const repeats = new Repeats<LogRecord>((record, times) => write(format(repeated(record, times))));
  flush = () => repeats.flush();
  await configure({
    reset: true,
    sinks: {
      out(record: LogRecord) {
        // Who asks for `debug` wants each.
        if (record.level === "debug" || repeats.isNew(wordsOf(record), record)) write(format(record));
      },
    },
    loggers: [
      { category: "switchboard", lowestLevel: logLevel, sinks: ["out"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["out"] },
    ],
  });
}

/** Ends the log. */
export async function stopLog(): Promise<void> {
  flush();
  await reset();
}

/** Characters by which lines are told apart: stacks are long. */
const TOLD_APART_CHARS = 2_000;

function wordsOf({ level, category, message }: LogRecord): string {
  return [level, ...category, ...message].join(" ").slice(0, TOLD_APART_CHARS);
}

function repeated(record: LogRecord, times: number): LogRecord {
  const words = `${record.message.at(-1)} … and ${times} more in the last minute`;
  return {
    ...record,
    timestamp: Date.now(),
    message: [...record.message.slice(0, -1), words],
    properties: { ...record.properties, repeated: times },
  };
}

/** The log of one part of the server. */
export function logOf(part: string): Logger {
  return getLogger(["switchboard", part]);
}

/** Notes what somebody asked and what came of it. */
export function logAsked(logger: Logger, asker: Asker, asked: Inbound, fault: Fault | undefined): void {
  const op = "command" in asked ? asked.command.op : "unreadable";
  const level = fault?.code === "internal" || fault?.code === "storage_failed"
    ? "error"
    : FREQUENT.has(op) && !fault
    ? "debug"
    : "info";
  if (!logger.isEnabledFor(level)) return;
  const { address, session } = asker.caller;
  const nickname = session?.person.nickname ?? "-";
  const outcome = fault?.code ?? "ok";
  const properties = {
    op,
    outcome,
    nickname,
    address,
    ...(fault?.detail !== undefined && { detail: fault.detail }),
  };
  const template = fault?.detail === undefined
    ? "{op} {outcome} {nickname} {address}"
    : "{op} {outcome} {nickname} {address}: {detail}";
  logger[level](template, properties);
}

/** Notes what an operator should know of a connection's language, if there is anything. */
export function logRecognised(logger: Logger, { dialect, caller }: Speaking): void {
  if (dialect.warning === undefined) return;
  logger.info("{dialect} {address}: {warning}", {
    dialect: dialect.name,
    address: caller.address,
    warning: dialect.warning,
  });
}

/** Says something once for all that it is about, however often it happens; the first so many times. */
export function once(say: (...about: string[]) => void): (...about: string[]) => void {
  const said = new Set<string>();
  return (...about) => {
    const key = JSON.stringify(about);
    if (said.size >= SAID_ONCE_MAX || said.has(key)) return;
    said.add(key);
    say(...about);
  };
}

/** Others choose what it is about, and are not to fill the log. */
const SAID_ONCE_MAX = 100;

const encoder = new TextEncoder();

function toStandardError(line: string): void {
  Deno.stderr.writeSync(encoder.encode(line));
}
