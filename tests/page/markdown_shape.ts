/** What a text is read as, for reading. */
import type { Block, Inline } from "../../client/web/markdown/syntax_tree.ts";
import { parse } from "../../client/web/markdown/parse.ts";

/** Such as `p(em(a), br)`, for reading. */
export function shape(text: string): string {
  return parse(text).map(blockShape).join(" ");
}

function blockShape(block: Block): string {
  switch (block.is) {
    case "paragraph":
      return `p(${block.parts.map(inlineShape).join("")})`;
    case "code":
      return `pre[${block.language}](${block.text})`;
    case "quote":
      return `quote(${block.blocks.map(blockShape).join(" ")})`;
    case "list": {
      const items = block.items.map(({ number, blocks }) =>
        `${number ?? "-"}:${blocks.map(blockShape).join(" ")}`
      );
      return `${block.ordered ? "ol" : "ul"}(${items.join(" ")})`;
    }
  }
}

export function inlineShape(part: Inline): string {
  if (part.is === "text") return part.text;
  if (part.is === "break") return "⏎";
  if (part.is === "code") return `code(${part.text})`;
  const inner = part.parts.map(inlineShape).join("");
  return part.is === "link" ? `a[${part.href}](${inner})` : `${part.is}(${inner})`;
}
