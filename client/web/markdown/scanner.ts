/**
 * A text that is read from left to right. Whatever looks at more than one character of it does so here, where the
 * steps are counted: tests hold that they grow with the length alone.
 */
import { BEHIND_ADDRESSES, NOT_IN_ADDRESSES } from "../../../server/core/shared/addresses.ts";

const SPACE = /\s/;
const LOCAL = /[\w.+-]/;
const ADDRESS_END = new RegExp(`[${NOT_IN_ADDRESSES}]`);
const TRAILING = new RegExp(`[${BEHIND_ADDRESSES}]`);
const PAIR = /^[\ud800-\udbff][\udc00-\udfff]$/;
const ESCAPED = /^\\[*_~`]/;
const LOCAL_MAX = 64;
const LABEL = /^[\w-]{1,63}$/;

/** What stands in the round brackets of a link. */
interface LinkTarget {
  href: string;
  title: string | undefined;
  /** Where the text goes on. */
  end: number;
}

/** Reads a text without moving in it. */
export class Scanner {
  readonly text: string;
  /** How often a character was looked at. */
  steps = 0;
  /** Where the runs of backticks of each length begin, the next one last. */
  #ticks: Map<number, number[]> | undefined;
  /** Up to here there is no address: what looked like one was none. */
  #noAddressUntil = 0;
  #noMailUntil = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The end of what fits from here on. */
  span(from: number, fits: RegExp): number {
    let at = from;
    while (at < this.text.length && fits.test(this.text[at]!)) at++;
    this.steps += at - from + 1;
    return at;
  }

  /** The characters before and behind a run of delimiters; "" at an end of the text. */
  around(start: number, end: number): { before: string; after: string; beyond: string } {
    const pair = this.text.slice(Math.max(0, start - 2), start);
    // Behind the backslash of the next delimiter is what counts.
    const next = ESCAPED.test(this.text.slice(end, end + 2)) ? end + 1 : end;
    const after = this.#characterAt(next);
    return {
      before: PAIR.test(pair) ? pair : pair.slice(-1),
      after,
      beyond: this.#characterAt(next + after.length),
    };
  }

  #characterAt(at: number): string {
    const code = this.text.codePointAt(at);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  /** Where the next run of exactly so many backticks begins. */
  ticksFrom(at: number, length: number): number | undefined {
    this.#ticks ??= this.#allTicks();
    const places = this.#ticks.get(length) ?? [];
    while (places.length > 0 && places.at(-1)! < at) {
      places.pop();
      this.steps++;
    }
    return places.at(-1);
  }

  #allTicks(): Map<number, number[]> {
    const places = new Map<number, number[]>();
    for (const { 0: run, index } of [...this.text.matchAll(/`+/g)].reverse()) {
      const same = places.get(run.length);
      if (same) same.push(index);
      else places.set(run.length, [index]);
    }
    this.steps += this.text.length;
    return places;
  }

  /** Such as `(https://example.org "title")`. */
  target(from: number): LinkTarget | undefined {
    if (this.text[from] !== "(") return undefined;
    let at = this.span(from + 1, SPACE);
    if (this.text[at] === "<") at++;
    const start = at;
    at = this.#bracketed(at);
    const href = this.text.slice(start, at);
    if (this.text[at] === ">") at++;
    const spaced = this.span(at, SPACE);
    let title: string | undefined;
    let end = spaced;
    if (spaced > at && this.text[spaced] === '"') {
      const close = this.span(spaced + 1, /[^"\n]/);
      if (this.text[close] !== '"') return undefined;
      title = this.text.slice(spaced + 1, close);
      end = this.span(close + 1, SPACE);
    }
    return this.text[end] === ")" ? { href, title, end: end + 1 } : undefined;
  }

  /** The end of an address that may have brackets in it, but none within them. */
  #bracketed(from: number): number {
    for (let at = from;;) {
      at = this.span(at, /[^\s<>()]/);
      if (this.text[at] !== "(") return at;
      const close = this.span(at + 1, /[^\s<>()]/);
      if (this.text[close] !== ")") return at;
      at = close + 1;
    }
  }

  /** The end of an address between angle brackets, of which the first is here. */
  angled(from: number): number | undefined {
    if (!/^<(?:https?:\/\/|mailto:)/i.test(this.text.slice(from, from + 9))) return undefined;
    const end = this.span(from + 1, /[^\s<>]/);
    return this.text[end] === ">" ? end : undefined;
  }

  /** An address of the web that begins here, without what ends the sentence. */
  address(from: number): string | undefined {
    if (from < this.#noAddressUntil) return undefined;
    const scheme = /^(?:https?:\/\/|www\.)/i.exec(this.text.slice(from, from + 8));
    if (!scheme) return undefined;
    let end = from + scheme[0].length;
    while (end < this.text.length && !ADDRESS_END.test(this.text[end]!)) end++;
    this.steps += end - from;
    const address = this.#trimmed(from, end);
    if (URL.canParse(address.replace(/^www\./i, "https://$&"))) return address;
    this.#noAddressUntil = end;
    return undefined;
  }

  /** Without what ends the sentence, and without brackets that were opened before it. */
  #trimmed(from: number, to: number): string {
    let spare = 0;
    for (let at = from; at < to; at++) {
      if (this.text[at] === "(") spare--;
      else if (this.text[at] === ")") spare++;
    }
    let end = to;
    for (; end > from; end--) {
      const last = this.text[end - 1]!;
      if (last === ")" && spare > 0) spare--;
      else if (!TRAILING.test(last)) break;
    }
    this.steps += 2 * (to - from);
    return this.text.slice(from, end);
  }

  /** An address of mail that begins here. */
  mail(from: number): string | undefined {
    if (from < this.#noMailUntil) return undefined;
    const at = this.span(from, LOCAL);
    if (this.text[at] !== "@" || at - from > LOCAL_MAX) {
      // From a later word it may be short enough.
      this.#noMailUntil = this.text[at] === "@" ? at - LOCAL_MAX : at;
      return undefined;
    }
    let end = this.span(at + 1, /[\w.-]/);
    while (end > at && TRAILING.test(this.text[end - 1]!)) end--;
    this.steps += end - at;
    const labels = this.text.slice(at + 1, end).split(".");
    const isDomain = labels.length > 1 && labels.every((label) => LABEL.test(label));
    return isDomain ? this.text.slice(from, end) : undefined;
  }
}
