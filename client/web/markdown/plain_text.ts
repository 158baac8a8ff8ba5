/** A text without markup, for where there is one line for it. */
import type { Block, Inline } from "./syntax_tree.ts";
import { parse } from "./parse.ts";

/** The words of a text without its markup, in one line. */
export function plainText(text: string): string {
  return parse(text).map(blockWords).join(" ").replaceAll(/\s+/g, " ").trim();
}

function blockWords(block: Block): string {
  switch (block.is) {
    case "paragraph":
      return inlineWords(block.parts);
    case "code":
      return block.text;
    case "quote":
      return block.blocks.map(blockWords).join(" ");
    case "list":
      return block.items.flatMap(({ blocks }) => blocks.map(blockWords)).join(" ");
  }
}

function inlineWords(parts: readonly Inline[]): string {
  return parts.map((part) =>
    part.is === "break" ? " " : "parts" in part ? inlineWords(part.parts) : part.text
  ).join("");
}
