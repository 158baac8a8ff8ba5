/**
 * Reads the small subset of Markdown that messages may have. Marked finds the marks, this turns its tokens into
 * the closed set of markup.ts. No text is lost: what can't be shown as it was meant stays as it was written.
 */
import { Lexer, type Token, type Tokens } from "marked";
import { ChatTokenizer } from "./chat_tokenizer.ts";
import type { Block, Inline, ListItem } from "./markup.ts";

/** Deeper quotes and lists are shown as they were written. */
const DEPTH_MAX = 6;
/** A longer text, or one with more marks than this, would take long to read: of it only the addresses count. */
const CHARS_MAX = 6_000;
const MARKS_MAX = 1_500;
const MARKS = /[*_~`[\]<>]/g;
const ADDRESS = /https?:\/\/[^\s<>"，。；：！？、（）]*[^\s<>".,;:!?'()[\]{}，。；：！？、（）]/giu;
const SAFE: readonly string[] = ["http:", "https:", "mailto:"];

/** What a text says, block by block. */
export function parse(text: string): Block[] {
  const written = text.replaceAll("\r\n", "\n");
  if (written.length > CHARS_MAX || (written.match(MARKS)?.length ?? 0) > MARKS_MAX) return [plain(written)];
  try {
    const lexer = new Lexer({ gfm: true, breaks: true, tokenizer: new ChatTokenizer() });
    return blocksOf(lexer.lex(written), 0);
  } catch {
    return [plain(written)];
  }
}

/** The address, if it is one that a message may link to. */
export function safeHref(href: string): string | undefined {
  const url = URL.parse(href);
  return url && SAFE.includes(url.protocol) ? url.href : undefined;
}

/** Nothing but lines and addresses. */
function plain(text: string): Block {
  const parts: Inline[] = [];
  let end = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    const href = safeHref(address);
    if (href === undefined) continue;
    parts.push(...linesOf(text.slice(end, index)), { is: "link", href, parts: linesOf(address) });
    end = index + address.length;
  }
  return { is: "paragraph", parts: [...parts, ...linesOf(text.slice(end))] };
}

function blocksOf(tokens: readonly Token[], depth: number): Block[] {
  const blocks: Block[] = [];
  let open = false;
  for (const token of tokens) {
    const block = token.type === "space" ? undefined : blockOf(token, depth);
    const last = blocks.at(-1);
    if (block?.is === "paragraph" && last?.is === "paragraph" && open) {
      // A line that would begin a heading, say, ended the paragraph; here it goes on.
      blocks[blocks.length - 1] = {
        is: "paragraph",
        parts: [...last.parts, { is: "break" }, ...block.parts],
      };
    } else if (block) blocks.push(block);
    open = !/\n\s*\n$/.test(token.raw) && token.type !== "space";
  }
  return blocks;
}

function blockOf(token: Token, depth: number): Block {
  if (depth > DEPTH_MAX) return plain(token.raw.replace(/\n+$/, ""));
  switch (token.type) {
    case "code": {
      const { text, lang } = token as Tokens.Code;
      return { is: "code", text, language: lang ?? "" };
    }
    case "blockquote":
      return { is: "quote", blocks: blocksOf((token as Tokens.Blockquote).tokens, depth + 1) };
    case "list": {
      const { ordered, items } = token as Tokens.List;
      return { is: "list", ordered, items: items.map((item) => itemOf(item, ordered, depth)) };
    }
    default: {
      const { tokens } = token as Tokens.Paragraph;
      return tokens ? { is: "paragraph", parts: inlinesOf(tokens, 0) } : plain(token.raw);
    }
  }
}

function itemOf({ raw, tokens, task, checked }: Tokens.ListItem, ordered: boolean, depth: number): ListItem {
  const content = blocksOf(tokens.filter(({ type }) => type !== "checkbox"), depth + 1);
  const mark: Inline = { is: "text", text: checked ? "☑ " : "☐ " };
  const [first, ...rest] = content;
  const blocks = !task
    ? content
    : first?.is === "paragraph"
    ? [{ ...first, parts: [mark, ...withoutCheckbox(first.parts)] }, ...rest]
    : [{ is: "paragraph" as const, parts: [mark] }, ...content];
  const number = Number.parseInt(raw.trimStart());
  return ordered && Number.isFinite(number) ? { number, blocks } : { blocks };
}

/** Depending on what follows it, the box is a token of its own or still in the text. */
function withoutCheckbox([first, ...rest]: readonly Inline[]): Inline[] {
  if (first?.is !== "text") return first ? [first, ...rest] : rest;
  return [{ is: "text", text: first.text.replace(/^\[[ xX]\] /, "") }, ...rest];
}

function inlinesOf(tokens: readonly Token[], depth: number): Inline[] {
  return tokens.flatMap((token) => inlineOf(token, depth));
}

function inlineOf(token: Token, depth: number): Inline[] {
  if (depth > DEPTH_MAX) return linesOf(token.raw);
  switch (token.type) {
    case "br":
      return [{ is: "break" }];
    case "codespan":
      return [{ is: "code", text: (token as Tokens.Codespan).text }];
    case "em":
    case "strong":
    case "del":
      return [{ is: token.type, parts: inlinesOf((token as Tokens.Em).tokens, depth + 1) }];
    case "link":
    case "image": {
      const { href, title, text } = token as Tokens.Link;
      const safe = safeHref(href);
      if (safe === undefined) return linesOf(token.raw);
      const inner = (token as Tokens.Link).tokens ?? [];
      const parts = inner.length > 0 ? inlinesOf(inner, depth + 1) : linesOf(text || href);
      return [{ is: "link", href: safe, ...(title && { title }), parts }];
    }
    case "escape":
      return linesOf((token as Tokens.Escape).text);
    default: {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? inlinesOf(tokens, depth) : linesOf(text ?? token.raw);
    }
  }
}

function linesOf(text: string): Inline[] {
  return text.split("\n").flatMap((line, i): Inline[] => {
    const piece: Inline[] = line === "" ? [] : [{ is: "text", text: line }];
    return i === 0 ? piece : [{ is: "break" }, ...piece];
  });
}
