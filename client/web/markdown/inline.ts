/**
 * Reads the delimiters within a line or a paragraph: emphasis, code, links, addresses. One pass from left to right; what
 * is open waits on stacks, so the time grows with the length alone. What forms no markup stays as it was written, a
 * backslash too: it escapes only what would have been one without it.
 */
import { mayClose, mayOpen, type Surroundings } from "./flanks.ts";
import { type Inline, linkOf, safeHref } from "./syntax_tree.ts";
import { Scanner } from "./scanner.ts";

/** Deeper delimiters within delimiters stay as they were written. */
const DEPTH_MAX = 6;
/** Delimiters around nothing but delimiters are a face such as `*_*`. */
const HAS_WORDS = /[\p{L}\p{N}\p{So}]/u;
const WORD = /[a-z0-9]/i;
/** Neither a delimiter, nor where an address may begin. */
const PLAIN = /[^\\`<[\]*_~\n!\w]/;

/** A part that was read. */
interface Read {
  part: Inline;
}

/** Where something opened that may be closed. */
interface Open {
  /** Its place among the parts. */
  at: number;
  /** How many delimiters it had, and how many are left. */
  length: number;
  count: number;
  /** How many parts with words in them were read before it. */
  wordful: number;
  escape: Escape | undefined;
}

/** Backslashes before what could be a delimiter. After an odd number of them it is none. */
interface Escape {
  read: Read;
  length: number;
  isOdd: boolean;
}

/** What a text without blocks says. */
export function inlines(text: string): Inline[] {
  return new InlineReader(text).read();
}

/** Reads one text. */
export class InlineReader {
  readonly #scanner: Scanner;
  readonly #text: string;
  #at = 0;
  readonly #read: Read[] = [];
  #wordful = 0;
  /** Emphasis that is open, by its delimiter; in each the innermost is the last. */
  readonly #open: Record<string, Open[]> = { "*": [], "_": [], "~": [] };
  readonly #brackets: Open[] = [];
  /** Of every depth, the last part that has delimiters so deep within it. */
  readonly #deep: number[] = Array(DEPTH_MAX + 2).fill(-1);
  /** Backslashes that end right here. */
  #escape: Escape | undefined;
  #steps = 0;

  constructor(text: string) {
    this.#text = text;
    this.#scanner = new Scanner(text);
  }

  /** How often something was looked at. */
  get steps(): number {
    return this.#steps + this.#scanner.steps;
  }

  read(): Inline[] {
    while (this.#at < this.#text.length) {
      this.#steps++;
      if (this.#text[this.#at] === "\\") this.#backslashes();
      else {
        if (!this.#delimiter()) this.#words();
        this.#escape = undefined;
      }
    }
    return this.#joined(this.#read);
  }

  #delimiter(): boolean {
    const char = this.#text[this.#at]!;
    if (char === "\n") return this.#take(1, { is: "break" });
    if (char === "`") return this.#code();
    if (char === "<") return this.#angled();
    if (char === "[" || (char === "!" && this.#text[this.#at + 1] === "[")) return this.#bracket(char);
    if (char === "]") return this.#link();
    if (char === "*" || char === "_" || char === "~") return this.#run(char);
    return WORD.test(char) && this.#address();
  }

  #take(length: number, part: Inline): true {
    this.#at += length;
    this.#read.push({ part });
    if (part.is !== "break" && (part.is !== "text" || HAS_WORDS.test(part.text))) this.#wordful++;
    return true;
  }

  #takeText(text: string): true {
    return this.#take(text.length, { is: "text", text });
  }

  /** Shown as they are, unless what follows would mean something. */
  #backslashes(): void {
    const length = this.#scanner.span(this.#at, /\\/) - this.#at;
    this.#takeText("\\".repeat(length));
    this.#escape = { read: this.#read.at(-1)!, length, isOdd: length % 2 === 1 };
  }

  /** Shows what the backslashes stand for. Answers whether the delimiter behind them is none. */
  #unescape(escape: Escape | undefined): boolean {
    if (escape) escape.read.part = { is: "text", text: "\\".repeat(Math.floor(escape.length / 2)) };
    return escape?.isOdd === true;
  }

  #code(): true {
    const length = this.#scanner.span(this.#at, /`/) - this.#at;
    const start = this.#at + length;
    const end = this.#scanner.ticksFrom(start, length);
    const ticks = this.#text.slice(this.#at, start);
    if (end === undefined || this.#unescape(this.#escape)) return this.#takeText(ticks);
    const inner = this.#text.slice(start, end).replaceAll("\n", " ");
    const isPadded = inner.startsWith(" ") && inner.endsWith(" ") && inner.trim() !== "";
    return this.#take(end + length - this.#at, { is: "code", text: isPadded ? inner.slice(1, -1) : inner });
  }

  #angled(): boolean {
    const end = this.#scanner.angled(this.#at);
    const text = end === undefined ? "" : this.#text.slice(this.#at + 1, end);
    const href = safeHref(text);
    if (end === undefined || !href || this.#unescape(this.#escape)) return false;
    return this.#take(end + 1 - this.#at, linkOf(href, text));
  }

  #bracket(char: string): true {
    this.#brackets.push(this.#opened(1));
    return this.#takeText(char === "!" ? "![" : "[");
  }

  #opened(length: number, count = length): Open {
    return { at: this.#read.length, length, count, wordful: this.#wordful, escape: this.#escape };
  }

  /** A closing bracket: with an address behind it, what stands in the brackets is a link. */
  #link(): boolean {
    const opened = this.#escape?.isOdd ? this.#brackets.at(-1) : this.#brackets.pop();
    const target = opened && this.#scanner.target(this.#at + 1);
    const href = target && safeHref(target.href);
    if (!opened || !target || !href) return false;
    const isNone = [this.#escape, opened.escape].map((escape) => this.#unescape(escape));
    if (isNone.includes(true)) return false;
    const depth = this.#depthFrom(opened.at);
    const parts = this.#joined(this.#read.splice(opened.at).slice(1));
    this.#forget(opened.at);
    // No link stands within another.
    this.#brackets.length = 0;
    const inner = parts.flatMap((part) => part.is === "link" ? part.parts : [part]);
    const shown: Inline[] = inner.length > 0 ? inner : [{ is: "text", text: target.href }];
    const title = target.title ? { title: target.title } : {};
    this.#take(target.end - this.#at, { is: "link", href, ...title, parts: shown });
    this.#deepen(depth + 1);
    return true;
  }

  /** A run of delimiters for emphasis. */
  #run(delimiter: string): true {
    const length = this.#scanner.span(this.#at, delimiter === "*" ? /\*/ : delimiter === "_" ? /_/ : /~/) -
      this.#at;
    const around = this.#around(delimiter, length);
    const least = delimiter === "~" ? 2 : 1;
    const opens = length >= least && mayOpen(around);
    const closes = length >= least && mayClose(around);
    if (this.#escape?.isOdd) return this.#escapedRun(delimiter.repeat(length), opens, closes);
    const left = closes ? this.#close(delimiter, length, opens) : length;
    this.#at += length;
    if (left === 0) return true;
    if (opens && left >= least) this.#open[delimiter]!.push(this.#opened(length, left));
    this.#read.push({ part: { is: "text", text: delimiter.repeat(left) } });
    return true;
  }

  #around(delimiter: string, length: number): Surroundings {
    const last = this.#read.at(-1)?.part.is;
    const isAfterPart = last === "link" || last === "code";
    const start = this.#at - (this.#escape?.length ?? 0);
    return { delimiter, isAfterPart, ...this.#scanner.around(start, this.#at + length) };
  }

  /** A run of delimiters that are none. The backslash goes only where it keeps emphasis from being read. */
  #escapedRun(run: string, opens: boolean, closes: boolean): true {
    const stack = this.#open[run[0]!]!;
    const open = stack.at(-1);
    if (closes && open && this.#fits(open, run.length, opens)) {
      this.#unescape(this.#escape);
      if (open.escape?.isOdd) this.#unescape(stack.pop()!.escape);
    } else if (opens) stack.push(this.#opened(run.length));
    return this.#takeText(run);
  }

  /** Whether a run closes what is open: there are words between, and by CommonMark's rule of three it is no other. */
  #fits(open: Open, length: number, opensToo: boolean): boolean {
    const isOther = opensToo && (open.length + length) % 3 === 0 && length % 3 !== 0;
    return this.#wordful > open.wordful && !isOther;
  }

  /** Closes what is open with so many delimiters; answers how many are left. */
  #close(delimiter: string, length: number, opensToo: boolean): number {
    const least = delimiter === "~" ? 2 : 1;
    const stack = this.#open[delimiter]!;
    let left = length;
    while (left >= least) {
      this.#steps++;
      const open = stack.at(-1);
      if (!open) break;
      const fits = this.#fits(open, length, opensToo);
      if (open.escape?.isOdd || open.count < least) {
        if (fits && open.count >= least) this.#unescape(open.escape);
        stack.pop();
        continue;
      }
      const depth = 1 + this.#depthFrom(open.at + 1);
      if (!fits || depth > DEPTH_MAX) break;
      const used = Math.min(2, left, open.count);
      this.#unescape(open.escape);
      this.#unescape(this.#escape);
      this.#forget(open.at + 1);
      const parts = this.#joined(this.#read.splice(open.at + 1));
      open.count -= used;
      left -= used;
      if (open.count > 0) this.#read[open.at] = { part: { is: "text", text: delimiter.repeat(open.count) } };
      else {
        stack.pop();
        this.#read.pop();
      }
      this.#read.push({ part: { is: delimiter === "~" ? "del" : used === 2 ? "strong" : "em", parts } });
      this.#deepen(depth);
    }
    return left;
  }

  /** What opened from there on closes no more. */
  #forget(from: number): void {
    for (const stack of [...Object.values(this.#open), this.#brackets]) {
      while (stack.length > 0 && stack.at(-1)!.at >= from) {
        stack.pop();
        this.#steps++;
      }
    }
  }

  /** How deep delimiters go in the parts from there on. */
  #depthFrom(from: number): number {
    return Math.max(0, this.#deep.findLastIndex((at) => at >= from));
  }

  /** The last part has delimiters so deep. What it was made of is no part any more. */
  #deepen(depth: number): void {
    const last = this.#read.length - 1;
    for (const [each, at] of this.#deep.entries()) this.#deep[each] = Math.min(at, last);
    this.#deep[depth] = last;
  }

  /** An address where a word begins. */
  #address(): boolean {
    if (WORD.test(this.#text[this.#at - 1] ?? " ")) return false;
    const address = this.#scanner.address(this.#at);
    const href = address && safeHref(/^www\./i.test(address) ? `https://${address}` : address);
    if (address && href) return this.#take(address.length, linkOf(href, address));
    const mail = this.#scanner.mail(this.#at);
    const to = mail && safeHref(`mailto:${mail}`);
    return mail && to ? this.#take(mail.length, linkOf(to, mail)) : false;
  }

  #words(): void {
    const end = this.#scanner.span(this.#at, WORD.test(this.#text[this.#at]!) ? WORD : PLAIN);
    this.#takeText(this.#text.slice(this.#at, Math.max(end, this.#at + 1)));
  }

  /** The parts, texts next to each other made one. */
  #joined(read: readonly Read[]): Inline[] {
    this.#steps += read.length;
    const parts: Inline[] = [];
    for (const { part } of read) {
      const last = parts.at(-1);
      if (part.is !== "text" || last?.is !== "text") parts.push(part);
      else parts[parts.length - 1] = { is: "text", text: last.text + part.text };
    }
    return parts;
  }
}
