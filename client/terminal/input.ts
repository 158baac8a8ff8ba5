/** What was typed, as a text or as a command with its words. */
import { platform } from "node:process";
import { fileURLToPath } from "node:url";
import { UsageError } from "./chat_command.ts";
import { expandHome } from "./local_files.ts";

/** A line that was entered. */
type Input = { kind: "text"; text: string } | { kind: "command"; name: string; rest: string };

/** "/name words" is a command, "//text" a text that begins with one "/", and so is everything else. */
export function parseInput(line: string): Input {
  if (!line.startsWith("/")) return { kind: "text", text: line };
  if (line.startsWith("//")) return { kind: "text", text: line.slice(1) };
  const [, name = "", rest = ""] = /^\/(\S*)\s*([^]*)$/.exec(line)!;
  return { kind: "command", name: name.toLowerCase(), rest: rest.trimEnd() };
}

/** The words of a command, taken one by one; a name with spaces stands in double quotes. */
export class Arguments {
  #rest: string;

  constructor(rest: string) {
    this.#rest = rest.trimStart();
  }

  /** What has not been taken. */
  get rest(): string {
    return this.#rest;
  }

  /** The next word; undefined when there is none. */
  next(): string | undefined {
    const quoted = /^"((?:[^"\\]|\\.)*)"?/.exec(this.#rest);
    const taken = quoted ?? /^\S+/.exec(this.#rest);
    if (!taken) return undefined;
    this.#rest = this.#rest.slice(taken[0].length).trimStart();
    return quoted ? quoted[1]!.replaceAll(/\\(.)/g, "$1") : taken[0];
  }

  /** The number that the next word names, such as `#7`; undefined, and not taken, when it names none. */
  number(): number | undefined {
    const digits = /^#(\d+)(?=\s|$)/.exec(this.#rest);
    if (!digits) return undefined;
    this.next();
    return Number(digits[1]);
  }

  /** All that is left as one name, with or without quotes. */
  whole(): string | undefined {
    if (this.#rest.startsWith('"')) return this.next();
    const { rest } = this;
    this.#rest = "";
    return rest === "" ? undefined : rest;
  }
}

/** A name as one word: in quotes where it has to be. */
export function quoteWord(name: string): string {
  return /^[^\s"]+$/.test(name) ? name : `"${name.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** The paths that a text names, of files that are there; `exists` says so. @throws UsageError for an address of another machine */
export async function parsePaths(
  text: string,
  exists: (path: string) => Promise<boolean>,
  isWindows: boolean = platform === "win32",
): Promise<string[]> {
  const asIs = expandHome(text.trim());
  // What is there is meant: a name may hold spaces, quotes and backslashes itself.
  if (await exists(asIs)) return [asIs];
  const words = shellWords(text, isWindows)?.map(fromAddress);
  if (!words) return [asIs];
  if (words.length === 1) return words;
  const are = await Promise.all(words.map(exists));
  return are.every(Boolean) ? words : [asIs];
}

/** A path that need not be there yet. @throws UsageError */
export function parsePath(text: string, isWindows: boolean = platform === "win32"): string {
  const words = shellWords(text, isWindows);
  return words?.length === 1 ? fromAddress(words[0]!) : expandHome(text.trim());
}

/** The words of a line as a shell reads them; undefined when a quote does not end. */
export function shellWords(text: string, isWindows: boolean): string[] | undefined {
  // Under Windows a backslash stands between folders.
  const part = isWindows
    ? /'([^']*)'|"([^"]*)"|([^\s'"]+)/y
    : /'([^']*)'|"((?:[^"\\]|\\[^])*)"|((?:[^\s'"\\]|\\[^])+)/y;
  const words: string[] = [];
  let at = /^\s*/.exec(text)![0].length;
  while (at < text.length) {
    let word = "";
    for (let found; part.lastIndex = at, found = part.exec(text); at = part.lastIndex) {
      const [, single, double, plain] = found;
      if (single !== undefined) word += single;
      else if (isWindows) word += double ?? plain;
      else if (double !== undefined) word += double.replaceAll(/\\(["\\$`])/g, "$1");
      else word += plain!.replaceAll(/\\([^])/g, "$1");
    }
    const space = /^\s+/.exec(text.slice(at))?.[0].length ?? 0;
    if (space === 0 && at < text.length) return undefined;
    words.push(word);
    at += space;
  }
  return words;
}

function fromAddress(word: string): string {
  if (!/^file:/i.test(word)) return expandHome(word);
  try {
    return fileURLToPath(word);
  } catch (error) {
    // An escaped name that is no UTF-8, or a file of another machine.
    const why = error instanceof URIError ? "its name is no UTF-8" : "it names no file of this machine";
    throw new UsageError(`${word}: ${why}`);
  }
}
