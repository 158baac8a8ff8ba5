/**
 * Reads the small subset of Markdown that messages may have, line by line. Nothing is lost: what is no markup stays as
 * it was written. (A parser for all of Markdown would be a fifth of the page's weight; see docs/decisions.md.)
 */
import { withoutBidiOverrides } from "../words/bidi.ts";
import { inlines } from "./inline.ts";
import type { Block, Inline, ListItem } from "./syntax_tree.ts";

/** Deeper quotes and lists are shown as they were written. */
const DEPTH_MAX = 6;

const FENCE = /^ {0,3}(?<fence>`{3,}|~{3,})(?<language>[^`]*)$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^(?<indent> {0,3})(?<marker>[-*+]|(?<number>\d{1,9})[.)])(?<gap> {1,4})(?=\S)/;
/** A backslash before the first marker of a line. */
const ESCAPED = /^(?<before> {0,3}(?:\d{1,9})?)\\(?<rest>[-+*>.)~].*)$/;
const BOX = /^\[(?<tick>[ xX])\] +(?=\S)/;

/** What a text says, block by block, and in the order in which it was written. */
export function parse(text: string): Block[] {
  return new BlockReader(withoutBidiOverrides(text).replaceAll("\r\n", "\n").split("\n"), 0).read();
}

class BlockReader {
  readonly #lines: readonly string[];
  readonly #depth: number;
  readonly #blocks: Block[] = [];
  #paragraph: string[] = [];
  #at = 0;

  constructor(lines: readonly string[], depth: number) {
    this.#lines = lines;
    this.#depth = depth;
  }

  read(): Block[] {
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]!;
      const fence = FENCE.exec(line);
      const item = ITEM.exec(line);
      const nests = this.#depth < DEPTH_MAX;
      if (line.trim() === "") this.#endParagraph(1);
      else if (fence) this.#code(fence);
      else if (nests && QUOTE.test(line)) this.#quote();
      else if (nests && item && this.#mayBegin(item)) this.#list(item);
      else {
        this.#paragraph.push(this.#unescaped(line));
        this.#at++;
      }
    }
    this.#endParagraph(0);
    return this.#blocks;
  }

  /** A number that goes on with a sentence begins no list; the first of a list, or after an empty line, does. */
  #mayBegin({ groups }: RegExpExecArray): boolean {
    return this.#paragraph.length === 0 || groups!.number === undefined || groups!.number === "1";
  }

  /** Without the backslash that keeps it from beginning a quote, a list or code. */
  #unescaped(line: string): string {
    const { before = "", rest = "" } = ESCAPED.exec(line)?.groups ?? {};
    const bare = before + rest;
    const item = ITEM.exec(bare);
    const begins = QUOTE.test(bare) || FENCE.test(bare) || (item && this.#mayBegin(item));
    return bare !== "" && this.#depth < DEPTH_MAX && begins ? bare : line;
  }

  #endParagraph(lines: number): void {
    if (this.#paragraph.length > 0) {
      this.#blocks.push({ is: "paragraph", parts: inlines(this.#paragraph.join("\n")) });
    }
    this.#paragraph = [];
    this.#at += lines;
  }

  /** Up to the same fence, or to the end. A fence around nothing is no code. */
  #code({ groups }: RegExpExecArray): void {
    const { fence = "", language = "" } = groups!;
    this.#endParagraph(1);
    const closing = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}\\s*$`);
    const start = this.#at;
    while (this.#at < this.#lines.length && !closing.test(this.#lines[this.#at]!)) this.#at++;
    const text = this.#lines.slice(start, this.#at++).join("\n");
    if (text.trim() === "") return this.#asWritten(start - 1);
    this.#blocks.push({ is: "code", text, language: language.trim() });
  }

  /** The lines from one on up to here, whatever markers are in them. */
  #asWritten(from: number): void {
    const lines = this.#lines.slice(from, this.#at).filter((line) => line.trim() !== "");
    const parts = lines.flatMap((text): Inline[] => [{ is: "break" }, { is: "text", text }]).slice(1);
    this.#blocks.push({ is: "paragraph", parts });
  }

  #quote(): void {
    this.#endParagraph(0);
    const start = this.#at;
    while (this.#at < this.#lines.length && QUOTE.test(this.#lines[this.#at]!)) this.#at++;
    const inner = this.#lines.slice(start, this.#at).map((line) => line.replace(QUOTE, ""));
    this.#blocks.push({ is: "quote", blocks: new BlockReader(inner, this.#depth + 1).read() });
  }

  /** Items of one kind, each with the lines that are indented under it. */
  #list(first: RegExpExecArray): void {
    this.#endParagraph(0);
    const ordered = first.groups!.number !== undefined;
    const items: ListItem[] = [];
    for (let item: RegExpExecArray | null = first; item; item = this.#nextItem(ordered)) {
      items.push(this.#item(item));
    }
    this.#blocks.push({ is: "list", ordered, items });
  }

  #nextItem(ordered: boolean): RegExpExecArray | null {
    let at = this.#at;
    while (at < this.#lines.length && this.#lines[at]!.trim() === "") at++;
    const item = ITEM.exec(this.#lines[at] ?? "");
    if (!item || (item.groups!.number !== undefined) !== ordered) return null;
    this.#at = at;
    return item;
  }

  #item({ 0: marker, groups }: RegExpExecArray): ListItem {
    const [line = ""] = this.#lines.slice(this.#at, ++this.#at);
    const lines = [line.slice(marker.length)];
    const isUnder = (line: string) =>
      line.slice(0, Math.min(marker.length, 2)).trim() === "" && line.trim() !== "";
    while (this.#at < this.#lines.length) {
      const next = this.#lines[this.#at]!;
      const blank = next.trim() === "";
      if (!isUnder(next) && !(blank && isUnder(this.#lines[this.#at + 1] ?? ""))) break;
      lines.push(next.slice(Math.min(marker.length, next.length - next.trimStart().length)));
      this.#at++;
    }
    const box = BOX.exec(lines[0]!);
    if (box) lines[0] = `${box.groups!.tick === " " ? "☐" : "☑"} ${lines[0]!.slice(box[0].length)}`;
    const blocks = new BlockReader(lines, this.#depth + 1).read();
    return groups!.number === undefined ? { blocks } : { number: Number(groups!.number), blocks };
  }
}
