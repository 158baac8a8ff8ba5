/** A text with its markup applied. Only the elements written out here can come of it. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { conversationAt } from "../links.ts";
import type { Block, Inline } from "./syntax_tree.ts";
import { CodeBlock } from "./code_block.tsx";
import { parse } from "./parse.ts";

interface RichTextProps {
  text: string;
  /** Shows plain words, in which somebody may be mentioned. */
  words(text: string): ComponentChildren;
  /** What stands before the first word. */
  before?: ComponentChildren;
  /** What stands behind the last word. */
  children?: ComponentChildren;
}

export function RichText({ text, words, before, children }: RichTextProps) {
  const blocks = useMemo(() => parse(text), [text]);
  const [only] = blocks;
  if (blocks.length === 1 && only?.is === "paragraph") {
    return <p dir="auto">{before}{only.parts.map((part) => inline(part, words))}{children}</p>;
  }
  return <>{before}{blocks.map((each) => block(each, words, "auto"))}{children}</>;
}

/** `dir`: undefined within another block, which runs as its first words do. */
function block(given: Block, words: RichTextProps["words"], dir?: "auto"): ComponentChildren {
  switch (given.is) {
    case "paragraph":
      return <p dir={dir}>{given.parts.map((part) => inline(part, words))}</p>;
    case "code":
      return <CodeBlock text={given.text} language={given.language} />;
    case "quote":
      return <blockquote dir={dir}>{given.blocks.map((each) => block(each, words))}</blockquote>;
    case "list": {
      const items = given.items.map(({ number, blocks }) => (
        <li value={number}>{blocks.map((each) => block(each, words))}</li>
      ));
      if (!given.ordered) return <ul dir={dir}>{items}</ul>;
      const digits = Math.max(...given.items.map(({ number }) => String(number).length));
      return <ol dir={dir} style={{ "--digits": digits }}>{items}</ol>;
    }
  }
}

function inline(given: Inline, words: RichTextProps["words"]): ComponentChildren {
  switch (given.is) {
    case "text":
      return words(given.text);
    case "break":
      return <br />;
    case "code":
      return <code>{given.text}</code>;
    case "em":
      return <em>{given.parts.map((part) => inline(part, words))}</em>;
    case "strong":
      return <strong>{given.parts.map((part) => inline(part, words))}</strong>;
    case "del":
      return <del>{given.parts.map((part) => inline(part, words))}</del>;
    case "link": {
      const elsewhere = conversationAt(given.href) ? {} : { target: "_blank", rel: "noopener noreferrer" };
      return (
        <a href={given.href} title={given.title} {...elsewhere}>
          {given.parts.map((part) => inline(part, (text) => text))}
        </a>
      );
    }
  }
}
