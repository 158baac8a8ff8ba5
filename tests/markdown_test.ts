/** Markdown in messages: what it shows, and that nothing else ever comes of any text. */
import fc from "fast-check";
import type { Block, Inline } from "../client/web/markdown/markup.ts";
import { safeHref } from "../client/web/markdown/inline.ts";
import { parse } from "../client/web/markdown/parse.ts";
import { plainWords } from "../client/web/markdown/plain_words.ts";
import { assertEquals, assertTrue } from "./assert.ts";

/** Such as `p(em(a), br)`, for reading. */
function shape(text: string): string {
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

function inlineShape(part: Inline): string {
  if (part.is === "text") return part.text;
  if (part.is === "break") return "⏎";
  if (part.is === "code") return `code(${part.text})`;
  const inner = part.parts.map(inlineShape).join("");
  return part.is === "link" ? `a[${part.href}](${inner})` : `${part.is}(${inner})`;
}

Deno.test("markdown: the marks of a chat mean what people expect", () => {
  assertEquals(shape("plain words"), "p(plain words)");
  assertEquals(shape("*a* _b_ **c** ~~d~~ `e*f*`"), "p(em(a) em(b) strong(c) del(d) code(e*f*))");
  assertEquals(shape("one\ntwo\n\nthree"), "p(one⏎two) p(three)");
  assertEquals(shape("- a\n- b\n  - c"), "ul(-:p(a) -:p(b) ul(-:p(c)))");
  assertEquals(shape("3. a\n7. b"), "ol(3:p(a) 7:p(b))");
  assertEquals(shape("> a\n> b\n\nc"), "quote(p(a⏎b)) p(c)");
  assertEquals(shape("```ts\nlet a = *1*;\n```"), "pre[ts](let a = *1*;)");
  assertEquals(shape("- [x] done\n- [ ] open"), "ul(-:p(☑ done) -:p(☐ open))");
  assertEquals(shape("snake_case_name 2*3*4 a * b"), "p(snake_case_name 2em(3)4 a * b)");
});

Deno.test("markdown: marks within marks, next to Chinese, and marks that nothing closes", () => {
  assertEquals(shape("***a*** **b *c* d**"), "p(em(strong(a)) strong(b em(c) d))");
  assertEquals(shape("**重点。**后面 _强调_"), "p(strong(重点。)后面 em(强调))");
  assertEquals(shape("**open and `code` here"), "p(**open and code(code) here)");
  assertEquals(shape("a ** b ** c ~d~ \\*e\\*"), "p(a ** b ** c ~d~ *e*)");
  assertEquals(shape("``a`b`` `open"), "p(code(a`b) `open)");
  assertEquals(
    shape("[*a* b](https://example.org) [open](x"),
    "p(a[https://example.org/](em(a) b) [open](x)",
  );
  assertEquals(shape("in\n2020. it was\n1. so"), "p(in⏎2020. it was) ol(1:p(so))");
  assertEquals(shape("> a\n> > b\n> - c\nd"), "quote(p(a) quote(p(b)) ul(-:p(c))) p(d)");
  assertEquals(shape("```\nopen\n> x"), "pre[](open\n> x)");
  assertEquals(
    shape("(https://example.org/a_(b))"),
    "p((a[https://example.org/a_(b)](https://example.org/a_(b))))",
  );
});

Deno.test("markdown: what belongs into documents stays as it was written", () => {
  assertEquals(shape("# no heading\nmore"), "p(# no heading⏎more)");
  assertEquals(shape("a\n---\nb"), "p(a⏎---⏎b)");
  assertEquals(shape("|a|b|\n|-|-|\n|c|d|"), "p(|a|b|⏎|-|-|⏎|c|d|)");
  assertEquals(shape("[a]: https://example.org"), "p([a]: a[https://example.org/](https://example.org))");
  assertEquals(shape("<b>x</b> &lt; &amp;"), "p(<b>x</b> &lt; &amp;)");
  assertEquals(shape("<script>alert(1)</script>"), "p(<script>alert(1)</script>)");
});

Deno.test("markdown: addresses become links, and end where the words go on", () => {
  assertEquals(
    shape("see https://example.org/a_b_c."),
    "p(see a[https://example.org/a_b_c](https://example.org/a_b_c).)",
  );
  assertEquals(
    shape("看https://example.org，你好"),
    "p(看a[https://example.org/](https://example.org)，你好)",
  );
  assertEquals(shape("[here](https://example.org)"), "p(a[https://example.org/](here))");
  assertEquals(shape("me@example.org"), "p(a[mailto:me@example.org](me@example.org))");
  assertEquals(shape("![cat](https://example.org/cat.png)"), "p(a[https://example.org/cat.png](cat))");
});

Deno.test("markdown: no address runs a script or leads into this page", () => {
  for (
    const href of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "/files/1",
      "#/x",
      "blob:x",
      "file:///etc",
    ]
  ) {
    assertEquals(safeHref(href), undefined);
    assertEquals(shape(`[x](${href})`), `p([x](${href}))`);
    assertTrue(!shape(`<${href}>`).includes("a["), href);
  }
  assertEquals(shape("[x](java\nscript:alert(1))").includes("a["), false);
});

Deno.test("markdown: one line of plain words", () => {
  assertEquals(plainWords("**a** [b](https://example.org)\n- c\n\n```\nd\n```"), "a b c d");
});

const MARKS = [
  "*",
  "_",
  "**",
  "~~",
  "`",
  "```",
  "\n",
  "\n\n",
  "> ",
  "- ",
  "1. ",
  "[",
  "](",
  ")",
  "<",
  ">",
  "# ",
  "    ",
  "|",
  "\\",
  "!",
  "&",
  "@",
  ":",
  "https://a.example/",
  "javascript:",
  "<b>",
  "</b>",
  "<!--",
  "中文，",
  "a",
  "b1",
  " ",
  "[x] ",
  "\t",
  "www.a.example",
  "\r\n",
];
const someText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.array(fc.constantFrom(...MARKS), { maxLength: 60 }).map((parts) => parts.join("")),
);

Deno.test("markdown: whatever is written, only safe links come of it, and every word is there", () => {
  fc.assert(
    fc.property(someText, (text) => {
      const blocks = parse(text);
      for (const href of hrefsIn(blocks)) assertTrue(/^(https?|mailto):/.test(href), href);
      const shown = everythingIn(blocks);
      for (const word of text.match(/[\p{L}\p{N}]+/gu) ?? []) {
        // The mark of a ticked box is a box afterwards.
        if (/^[xX]$/.test(word)) continue;
        assertTrue(
          shown.includes(word),
          `${JSON.stringify(word)} of ${JSON.stringify(text)} is not in ${shown}`,
        );
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("markdown: no text takes long, whatever is in it", () => {
  const many = (part: string) => part.repeat(Math.floor(16_000 / part.length));
  const evil = [
    ...MARKS,
    "> > ",
    "_a",
    "**a ",
    "[a](",
    "- - ",
    "1. 1. ",
    "a@b.",
    "`a",
    "\\",
    "[![",
    "<a ",
    "*a_b",
    "a b",
  ].map(many);
  for (const text of [...evil, ...evil.map((each) => each.slice(0, 5_900))]) {
    const before = performance.now();
    parse(text);
    const took = performance.now() - before;
    assertTrue(took < 1_000, `${JSON.stringify(text.slice(0, 20))}… took ${took} ms`);
  }
});

function hrefsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(hrefsIn);
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => key === "href" ? [value as string] : hrefsIn(value));
}

/** All texts of a tree, addresses and numbers too. */
function everythingIn(node: unknown): string {
  if (Array.isArray(node)) return node.map(everythingIn).join("");
  if (typeof node === "string") return node;
  if (typeof node === "number") return ` ${node} `;
  if (typeof node !== "object" || node === null) return "";
  const { is: _is, ...rest } = node as Record<string, unknown>;
  return Object.values(rest).map(everythingIn).join(" ");
}
