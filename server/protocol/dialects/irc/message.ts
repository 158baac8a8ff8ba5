/**
 * The grammar of an IRC message, both ways: tags, source, command, parameters (modern.ircdocs.horse, "Client-to-Server Protocol Structure";
 * IRCv3, "Message Tags"). It knows no command.
 */
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Capability } from "./capabilities.ts";
import { startOf } from "./wrapping.ts";

/** What a client has said. */
export interface Message {
  /** Client-only ones begin with "+". */
  readonly tags: ReadonlyMap<string, string>;
  /** Upper case. */
  readonly command: string;
  readonly params: readonly string[];
}

/** A tag of a line, and the capability without which a client is not told it. */
export type Tag = readonly [needs: Capability, name: string, value?: string];

/** A line for a client, before it is written for what that client understands. */
export interface Line {
  readonly tags?: readonly Tag[];
  readonly source?: string;
  readonly command: string;
  /** Only the last may be empty, begin with ":" or have spaces in it. */
  readonly params: readonly string[];
}

const ESCAPES: Readonly<Record<string, string>> = {
  ":": ";",
  s: " ",
  "\\": "\\",
  r: "\r",
  n: "\n",
};
const ESCAPED: Readonly<Record<string, string>> = {
  ";": "\\:",
  " ": "\\s",
  "\\": "\\\\",
  "\r": "\\r",
  "\n": "\\n",
};

/** Reads a line; undefined: there is no command in it. */
export function parseMessage(line: string): Message | undefined {
  let at = 0;
  const word = () => {
    const blank = line.indexOf(" ", at);
    const found = line.slice(at, blank === -1 ? line.length : blank);
    at += found.length;
    while (line[at] === " ") at++;
    return found;
  };
  while (line[at] === " ") at++;
  const tags = line.startsWith("@", at) ? parseTags(word().slice(1)) : NO_TAGS;
  if (line.startsWith(":", at)) word();
  const command = word().toUpperCase();
  if (command === "") return undefined;
  const params: string[] = [];
  while (at < line.length) {
    const isText = line.startsWith(":", at);
    if (isText || params.length === PARAMS_MAX - 1) {
      params.push(line.slice(isText ? at + 1 : at));
      break;
    }
    params.push(word());
  }
  return { tags, command, params };
}

const NO_TAGS: ReadonlyMap<string, string> = new Map();
/** RFC 1459: what follows the fourteenth is one parameter. */
const PARAMS_MAX = 15;

function parseTags(text: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const part of text.split(";")) {
    const at = part.indexOf("=");
    const name = at === -1 ? part : part.slice(0, at);
    if (name !== "") tags.set(name, at === -1 ? "" : unescaped(part.slice(at + 1)));
  }
  return tags;
}

function unescaped(value: string): string {
  // A backslash at the end stands for nothing.
  return value.replaceAll(/\\(.?)/gs, (_, char: string) => ESCAPES[char] ?? char);
}

function escaped(value: string): string {
  return value.replaceAll(/[; \\\r\n]/g, (char) => ESCAPED[char]!);
}

/** Writes a line for a client with these capabilities; what is longer than a line may be is cut. */
export function writeLine({ tags, source, command, params }: Line, has: ReadonlySet<Capability>): string {
  let text = "";
  for (const [needs, name, value = ""] of has.size === 0 ? [] : tags ?? []) {
    if (!has.has(needs)) continue;
    text += `${text === "" ? "@" : ";"}${name}${value === "" ? "" : `=${escaped(value)}`}`;
  }
  const tagged = text === "" ? "" : `${text} `;
  text = source === undefined ? command : `:${source} ${command}`;
  for (const [index, param] of params.entries()) {
    const isLast = index === params.length - 1;
    // What a client said and is quoted here can't end the line, nor the parameter.
    const safe = NO_LINE.test(param) ? param.replaceAll(/[\r\n\0]+/g, " ") : param;
    const isText = safe === "" || safe.includes(" ") || safe.startsWith(":");
    if (isLast) text += isText || TEXTUAL.has(command) ? ` :${safe}` : ` ${safe}`;
    else text += isText ? " *" : ` ${safe}`;
  }
  // A list of capabilities is one whole, however long.
  return `${tagged}${command === "CAP" ? text : startOf(text, LINE_BYTES_MAX)}\r\n`;
}

/** Without its end. */
const LINE_BYTES_MAX = LIMITS.ircLineBytesMax - 2;

/** What ends in words, which have their colon whether they need it or not: some bots know them by it. */
const TEXTUAL: ReadonlySet<string> = new Set([
  "AWAY",
  "CAP",
  "ERROR",
  "FAIL",
  "KICK",
  "NOTICE",
  "PRIVMSG",
  "QUIT",
  "TOPIC",
  ...[
    "301",
    "302",
    "303",
    "311",
    "312",
    "314",
    "319",
    "320",
    "322",
    "332",
    "353",
    "391",
    "730",
    "731",
    "732",
  ],
]);

const NO_LINE = /[\r\n\0]/;
