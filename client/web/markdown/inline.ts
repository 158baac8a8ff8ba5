/**
 * Reads the marks within a line or a paragraph: emphasis, code, links, addresses. One pass from left to right; what
 * is open waits on a stack, so the time grows with the length alone.
 */
import type { Inline } from "./markup.ts";

const SAFE: readonly string[] = ["http:", "https:", "mailto:"];
/** Deeper marks within marks stay as they were written. */
const DEPTH_MAX = 6;

const ESCAPED = /\\([!-/:-@[-`{-~])/y;
const TICKS = /`+/y;
const ANGLED = /<((?:https?:\/\/|mailto:)[^\s<>]+)>/iy;
const TARGET = /\(\s*<?((?:[^\s<>()]|\([^\s<>()]*\))*)>?(?:\s+"([^"\n]*)")?\s*\)/y;
const ADDRESS = /(?:https?:\/\/|www\.)[^\s<>"，。；：！？、（）《》〈〉「」『』【】“”‘’…]+/iy;
const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/y;
const RUN = /\*+|_+|~+/y;
/** Words up to the next thing that could be a mark, or begin an address. */
const WORDS = /[^\\`<[\]*_~\n!\w]+|[\w!]/y;
const WORD = /[a-z0-9]+/iy;
/** What ends a sentence is no part of an address in it. */
const TRAILING = /[?!.,:;*_~'"]+$/;
/** For emphasis only these count as punctuation: Chinese marks stand next to words without a space. */
const PUNCTUATION = /[!-/:-@[-`{-~]/;

/** A part that was read, and how deep marks go within it. */
interface Read {
  part: Inline;
  depth: number;
}

/** A run of marks that something may close: its place among the parts, and how many are left. */
interface Open {
  mark: string;
  count: number;
  at: number;
}

/** The address, if it is one that a message may link to. */
export function safeHref(href: string): string | undefined {
  const url = URL.parse(href);
  return url && SAFE.includes(url.protocol) ? url.href : undefined;
}

/** What a text without blocks says. */
export function inlines(text: string): Inline[] {
  return new InlineReader(text).read();
}

class InlineReader {
  readonly #text: string;
  #at = 0;
  #read: Read[] = [];
  #open: Open[] = [];
  /** Places among the parts where a bracket opened. */
  #brackets: number[] = [];
  /** Lengths of backtick runs that nothing closes any more. */
  readonly #unclosed = new Set<number>();

  constructor(text: string) {
    this.#text = text;
  }

  read(): Inline[] {
    while (this.#at < this.#text.length) this.#next();
    return joined(this.#read);
  }

  #next(): void {
    const char = this.#text[this.#at]!;
    const taken = char === "\n"
      ? this.#take(1, { is: "break" })
      : char === "\\"
      ? this.#escaped()
      : char === "`"
      ? this.#code()
      : char === "<"
      ? this.#angled()
      : char === "[" || (char === "!" && this.#text[this.#at + 1] === "[")
      ? this.#bracket(char)
      : char === "]"
      ? this.#link()
      : char === "*" || char === "_" || char === "~"
      ? this.#marks()
      : this.#address();
    if (!taken) this.#words();
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }

  #take(length: number, part: Inline, depth = 0): true {
    this.#at += length;
    this.#read.push({ part, depth });
    return true;
  }

  #escaped(): boolean {
    const found = this.#match(ESCAPED);
    return found !== null && this.#take(2, { is: "text", text: found[1]! });
  }

  #code(): boolean {
    const ticks = this.#match(TICKS)![0];
    const { length } = ticks;
    const start = this.#at + length;
    for (let end = this.#unclosed.has(length) ? -1 : this.#text.indexOf(ticks, start); end !== -1;) {
      TICKS.lastIndex = end;
      const run = TICKS.exec(this.#text)![0].length;
      if (run === length) {
        const inner = this.#text.slice(start, end).replaceAll("\n", " ");
        const isPadded = /^ .*\S.* $/.test(inner);
        return this.#take(end + length - this.#at, {
          is: "code",
          text: isPadded ? inner.slice(1, -1) : inner,
        });
      }
      end = this.#text.indexOf(ticks, end + run);
    }
    this.#unclosed.add(length);
    return this.#take(length, { is: "text", text: ticks });
  }

  #angled(): boolean {
    const found = this.#match(ANGLED);
    const href = found && safeHref(found[1]!);
    if (!found || !href) return false;
    return this.#take(found[0].length, { is: "link", href, parts: [{ is: "text", text: found[1]! }] });
  }

  #bracket(char: string): true {
    this.#brackets.push(this.#read.length);
    const text = char === "!" ? "![" : "[";
    return this.#take(text.length, { is: "text", text });
  }

  /** A closing bracket: with an address behind it, what stands in the brackets is a link. */
  #link(): boolean {
    const opened = this.#brackets.pop();
    TARGET.lastIndex = this.#at + 1;
    const target = opened === undefined ? null : TARGET.exec(this.#text);
    const href = target && safeHref(target[1]!);
    if (opened === undefined || !target || !href) return false;
    const inner = this.#read.splice(opened).slice(1);
    this.#open = this.#open.filter(({ at }) => at < opened);
    // No link stands within another.
    this.#brackets = [];
    const parts = joined(inner).flatMap((part) => part.is === "link" ? part.parts : [part]);
    const title = target[2] ? { title: target[2] } : {};
    const shown: Inline[] = parts.length > 0 ? parts : [{ is: "text", text: target[1]! }];
    const depth = 1 + Math.max(0, ...inner.map((each) => each.depth));
    return this.#take(1 + target[0].length, { is: "link", href, ...title, parts: shown }, depth);
  }

  #marks(): true {
    const run = this.#match(RUN)![0];
    const [mark = ""] = run;
    const before = this.#text[this.#at - 1] ?? " ";
    const after = this.#text[this.#at + run.length] ?? " ";
    const leans = (one: string, other: string) =>
      !/\s/.test(one) && (!PUNCTUATION.test(one) || /\s/.test(other) || PUNCTUATION.test(other));
    const opens = leans(after, before);
    const closes = leans(before, after);
    // Within a word, as in snake_case, it is a part of it.
    const isWithin = mark === "_" && opens && closes && !PUNCTUATION.test(before) && !PUNCTUATION.test(after);
    let left = run.length;
    if (closes && !isWithin) left = this.#close(mark, left);
    this.#at += run.length;
    if (left === 0) return true;
    if (opens && !isWithin) this.#open.push({ mark, count: left, at: this.#read.length });
    this.#read.push({ part: { is: "text", text: mark.repeat(left) }, depth: 0 });
    return true;
  }

  /** Closes what is open with so many marks; answers how many are left. */
  #close(mark: string, count: number): number {
    const least = mark === "~" ? 2 : 1;
    while (count >= least) {
      const index = this.#open.findLastIndex((open) => open.mark === mark && open.count >= least);
      const open = this.#open[index];
      if (!open) break;
      const used = Math.min(2, count, open.count);
      const inner = this.#read.slice(open.at + 1);
      const depth = 1 + inner.reduce((most, each) => Math.max(most, each.depth), 0);
      if (inner.length === 0 || depth > DEPTH_MAX) break;
      const is = mark === "~" ? "del" : used === 2 ? "strong" : "em";
      count -= used;
      open.count -= used;
      this.#open.length = index + (open.count > 0 ? 1 : 0);
      this.#brackets = this.#brackets.filter((at) => at < open.at);
      const rest: Read[] = open.count > 0
        ? [{ part: { is: "text", text: mark.repeat(open.count) }, depth: 0 }]
        : [];
      this.#read.splice(open.at, Infinity, ...rest, { part: { is, parts: joined(inner) }, depth });
    }
    return count;
  }

  /** An address where a word begins. */
  #address(): boolean {
    if (/\w/.test(this.#text[this.#at - 1] ?? " ")) return false;
    const found = this.#match(ADDRESS);
    const address = found && trimmed(found[0]);
    const href = address && safeHref(/^www\./i.test(address) ? `https://${address}` : address);
    if (address && href) return this.#take(address.length, linkOf(href, address));
    const email = this.#match(EMAIL)?.[0].replace(TRAILING, "");
    const mail = email && safeHref(`mailto:${email}`);
    return email && mail ? this.#take(email.length, linkOf(mail, email)) : false;
  }

  #words(): void {
    const text = (this.#match(WORD) ?? this.#match(WORDS))?.[0] ?? this.#text[this.#at]!;
    this.#take(text.length, { is: "text", text });
  }
}

function linkOf(href: string, text: string): Inline {
  return { is: "link", href, parts: [{ is: "text", text }] };
}

/** Without what ends the sentence, and without brackets that were opened before it. */
function trimmed(address: string): string {
  const text = address.replace(TRAILING, "");
  const spare = text.split(")").length - text.split("(").length;
  const brackets = /\)*$/.exec(text)![0].length;
  return spare > 0 && brackets > 0 ? text.slice(0, -Math.min(spare, brackets)).replace(TRAILING, "") : text;
}

/** The parts, texts next to each other made one. */
function joined(read: readonly Read[]): Inline[] {
  const parts: Inline[] = [];
  for (const { part } of read) {
    const last = parts.at(-1);
    if (part.is === "text" && last?.is === "text") {
      parts[parts.length - 1] = { is: "text", text: last.text + part.text };
    } else parts.push(part);
  }
  return parts;
}
