/** How messages and files are put into words. What others wrote is made harmless here and nowhere else. */
import { actionOf } from "../../server/core/shared/actions.ts";
import { inByteUnit } from "../transfer/byte_units.ts";
import { authorOf, type FileInfo, type Message } from "../../server/core/shared/events.ts";
import { isNamed } from "../../server/core/shared/mentions.ts";
import type { Profile } from "../../server/core/shared/profile.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import type { Paint } from "./paint.ts";
import { sanitized, sanitizedLine } from "./sanitize.ts";
import { RequestError } from "../connection/request_error.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";

/** What wording depends on besides what is told. */
export interface Wording {
  paint: Paint;
  /** One's own nickname. */
  me: string;
  /** The number of a message or file, as `#7`; undefined for one that was never shown. */
  numberOf(id: string): number | undefined;
}

/** A message with its number. */
export function messageInWords(message: Message, wording: Wording): string {
  const { paint, numberOf } = wording;
  const number = paint.dim(`#${numberOf(message.id)}`);
  const isMine = nameKey(authorOf(message)) === nameKey(wording.me);
  const now = message.now === undefined ? "" : paint.dim(` (now ${sanitizedLine(message.now)})`);
  const from = `${paint.name(sanitizedLine(message.from))}${now}${isMine ? "" : guestMark(message, paint)}`;
  if (message.recalled) {
    const by = message.removed_by;
    const how = by === undefined ? "took this back" : `(removed by ${sanitizedLine(by)})`;
    return `${number} ${from} ${paint.dim(how)}`;
  }
  const edited = message.edited === undefined ? "" : paint.dim(" (edited)");
  const words = `${textInWords(message, wording)}${edited}${reactionsInWords(message, paint)}`;
  const action = actionOf(message.text);
  if (action !== undefined) return `${number} * ${from} ${sanitized(action)}${edited}`;
  return `${number} ${from}${addressed(message, wording)}: ${words}`;
}

/** A file by name, size and how to get it. */
export function fileInWords(file: FileInfo, wording: Wording): string {
  const { paint } = wording;
  const isFolder = file.type === "inode/directory";
  const name = paint.bold(sanitizedLine(file.name) + (isFolder ? "/" : ""));
  return `${name}, ${formatBytes(file.size)}`;
}

/** What somebody shows of themselves, as it goes on after their name. */
export function profileInWords({ availability, status }: Profile): string {
  const how = { away: "is away", do_not_disturb: "does not want to be disturbed" };
  const said = [status?.emoji, status?.text].filter((each) => each !== undefined).map(sanitizedLine);
  const words = [...(availability ? [how[availability]] : []), ...(said.length > 0 ? [said.join(" ")] : [])];
  return words.length > 0 ? words.join(": ") : "is here";
}

/** What stands behind the name of somebody without an account. */
function guestMark({ guest }: { guest?: boolean }, paint: Paint): string {
  return guest ? paint.dim(" (guest)") : "";
}

function textInWords(message: Message, wording: Wording): string {
  const { file } = message;
  const text = sanitized(message.text);
  const words = isNamed(text, wording.me) && authorOf(message) !== wording.me
    ? wording.paint.loud(text)
    : text;
  if (!file) return words;
  const which = `#${wording.numberOf(message.id)}`;
  const isMine = nameKey(authorOf(message)) === nameKey(wording.me);
  const verb = file.offer === undefined ? "sends" : "offers";
  const wayOut = file.offer === undefined ? `/download ${which}` : {
    waiting: isMine ? "not answered yet" : `/accept ${which} or /refuse ${which}`,
    accepted: `/download ${which}`,
    refused: "refused",
  }[file.offer];
  const told = `${verb} ${fileInWords(file, wording)} ${wording.paint.dim(`(${wayOut})`)}`;
  return text === "" ? told : `${told} ${words}`;
}

function addressed({ reply, to }: Message, { paint, numberOf }: Wording): string {
  const several = Array.isArray(to) && to.length > 1 ? ` → ${to.map(sanitizedLine).join(", ")}` : "";
  if (reply === undefined) return several;
  const number = numberOf(reply);
  return `${several}${paint.dim(number === undefined ? " (answers)" : ` (answers #${number})`)}`;
}

function reactionsInWords({ reactions }: Message, paint: Paint): string {
  const words = Object.entries(reactions ?? {}).filter(([, by]) => by.length > 0)
    .map(([emoji, by]) => `${sanitizedLine(emoji)} ${by.length}`);
  return words.length === 0 ? "" : paint.dim(` [${words.join("  ")}]`);
}

/** Such as `950 B` or `12.4 MB`. */
export function formatBytes(bytes: number): string {
  const { value, unit, digits } = inByteUnit(bytes);
  return `${value.toFixed(digits).replace(/\.0$/, "")} ${unit}`;
}

/** Such as `8 s`, `3 min` or `2 h 10 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What a server names as the way out of a refusal, by its code, and what that is here. */
const WAYS_OUT: Partial<Record<RequestError["code"], readonly [op: string, here: string]>> = {
  account_needed: ["register", "switchboard chat --register"],
  unknown_room: ["enter", "/join"],
  bad_request: ["leave", "/leave"],
};

/** The words of an error; a server's may hold anything. */
export function errorText(error: unknown): string {
  if (!(error instanceof RequestError)) {
    return sanitizedLine(error instanceof Error ? error.message : String(error));
  }
  const words = sanitizedLine(withCommand(error));
  return error.retryAfterMs === undefined
    ? words
    : `${words} (again in ${Math.ceil(error.retryAfterMs / 1_000)} s)`;
}

function withCommand({ code, message }: RequestError): string {
  const [op, here] = WAYS_OUT[code] ?? [];
  // A name in quotes stands behind a word, the way out behind a comma, a colon or a semicolon.
  return message.replace(/(?<=[,:;] )"([a-z]+)"(?= )/, (quoted, word) => word === op ? here! : quoted);
}

const encoder = new TextEncoder();
const numbers = new Intl.NumberFormat("en");

/** By how much a text is too long for one message, in words; undefined when it fits. */
export function excessInWords(text: string): string | undefined {
  const bytes = encoder.encode(text).length;
  const excess = bytes - LIMITS.textBytesMax;
  if (excess <= 0) return undefined;
  return `the text has ${numbers.format(bytes)} bytes, ${
    numbers.format(excess)
  } more than a message may have`;
}
