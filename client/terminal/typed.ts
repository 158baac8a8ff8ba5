/** What was typed, as a text or as a command with its words. */

/** A line that was entered. */
type Typed = { kind: "text"; text: string } | { kind: "command"; name: string; rest: string };

/** "/name words" is a command, "//text" a text that begins with one "/", and so is everything else. */
export function readTyped(line: string): Typed {
  if (!line.startsWith("/")) return { kind: "text", text: line };
  if (line.startsWith("//")) return { kind: "text", text: line.slice(1) };
  const [, name = "", rest = ""] = /^\/(\S*)\s*([^]*)$/.exec(line)!;
  return { kind: "command", name: name.toLowerCase(), rest: rest.trimEnd() };
}

/** The words of a command, taken one by one; a name with spaces stands in double quotes. */
export class Words {
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
export function asWord(name: string): string {
  return /^[^\s"]+$/.test(name) ? name : `"${name.replaceAll(/["\\]/g, "\\$&")}"`;
}
