/** That nothing is lost of any text, that nothing unsafe comes of it, and that it never takes long. */
import fc from "fast-check";
import { InlineReader } from "../../client/web/markdown/inline.ts";
import type { Inline } from "../../client/web/markdown/syntax_tree.ts";
import { parse } from "../../client/web/markdown/parse.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { inlineShape } from "./markdown_shape.ts";

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

/** How often each kind of part is in a tree, and the characters it shows. */
function countsIn(parts: readonly Inline[]): Record<string, number> & { shown: string } {
  const counts: Record<string, number> = { em: 0, strong: 0, del: 0, code: 0, link: 0 };
  let shown = "";
  const visit = (part: Inline) => {
    if (part.is in counts) counts[part.is]!++;
    if ("parts" in part) part.parts.forEach(visit);
    else shown += part.is === "break" ? "\n" : part.text;
  };
  parts.forEach(visit);
  return Object.assign(counts, { shown }) as Record<string, number> & { shown: string };
}

const count = (text: string, letter: string) => text.split(letter).length - 1;
const inlineText = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(
      fc.constantFrom(
        ..."*_~\\`/.,:;()[]\"'|=+-% \n",
        "**",
        "__",
        "~~",
        "a",
        "b1",
        "é",
        "中文",
        "。",
        "👍",
        "ש",
        "\\\\",
      ),
      { maxLength: 40 },
    ).map((parts) => parts.join("")),
  },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 80 }) },
);

Deno.test("markdown: nothing vanishes but the marks that became something", () => {
  fc.assert(
    fc.property(inlineText, (text) => {
      const { em, strong, del, code, link, shown } = countsIn(new InlineReader(text).read());
      const lost = (letter: string) => count(text, letter) - count(shown, letter);
      assertEquals(lost("*") + lost("_"), 2 * em! + 4 * strong!, "stars and underscores");
      assertEquals(lost("~"), 4 * del!, "tildes");
      if (code === 0) assertEquals(lost("`"), 0, "backticks");
      else assertTrue(lost("`") >= 2 * code!, "backticks");
      // Everything else, in its order; a line break in code is a space.
      const rest = (each: string) => each.replaceAll("\n", " ").replaceAll(/[*_~`\\]/g, "");
      if (code === 0 && link === 0) assertEquals(rest(shown), rest(text));
      // A backslash goes only where there are marks without it. (Between marks it keeps two runs apart.)
      if (/[*_~`]\\+[*_~`]/.test(text)) return;
      const unescaped = text.replaceAll(/(?<!\\)((?:\\\\)*)\\(?=[*_~`<[\]])/g, "$1");
      const bare = countsIn(new InlineReader(unescaped).read());
      if (lost("\\") > 0) {
        assertTrue(bare.em! + bare.strong! + bare.del! + bare.code! + bare.link! > 0, shown);
      }
    }),
    { numRuns: 10_000 },
  );
});

/** Parts that can be written down and read again. */
const { tree } = fc.letrec<{ tree: Inline; words: Inline }>((tie) => ({
  words: fc.stringMatching(/^[a-zé中ש]{1,6}( [a-z0-9]{1,5}){0,2}$/).map((text) => ({ is: "text", text })),
  tree: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    tie("words"),
    fc.record({
      is: fc.constantFrom("em", "strong", "del"),
      parts: fc.array(tie("tree"), { minLength: 1, maxLength: 2 }),
    }),
    fc.stringMatching(/^[a-z*_\\]{1,8}$/).map((text): Inline => ({ is: "code", text })),
    fc.constant<Inline>({ is: "link", href: "https://example.org/a_b", parts: [{ is: "text", text: "so" }] }),
  ) as fc.Arbitrary<Inline>,
}));

/** A tree as somebody writes it. */
function written(part: Inline): string {
  if (part.is === "text") return part.text;
  if (part.is === "code") return `\`${part.text}\``;
  if (part.is === "break") return "\n";
  const inner = part.parts.map(written).join(" ");
  if (part.is === "link") return `[${inner}](${part.href})`;
  const mark = { em: "_", strong: "**", del: "~~" }[part.is];
  return mark + inner + mark;
}

Deno.test("markdown: what is written down of a tree reads as the same tree", () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), (parts) => {
      const sentence = parts.map(written).join(" ");
      // Emphasis right within its own kind is written with the same marks, and is another tree.
      fc.pre(!/__|\*{3}|~{3}/.test(sentence));
      const shapeOf = (part: Inline): string =>
        "parts" in part ? `${part.is}(${part.parts.map(shapeOf).join(" ")})` : inlineShape(part);
      const wanted = parts.map(shapeOf).join(" ").replaceAll("link(", "a[https://example.org/a_b](");
      assertEquals(new InlineReader(sentence).read().map(inlineShape).join(""), wanted, sentence);
      // A backslash before each run of marks makes it a text that shows them all.
      const escaped = sentence.replaceAll(/\*+|_+|~+/g, "\\$&");
      if (!/[`[]/.test(sentence)) assertEquals(countsIn(new InlineReader(escaped).read()).shown, sentence);
    }),
    { numRuns: 2_000 },
  );
});

/** Parts of texts that were slow in one parser or another, each to be repeated. */
const SLOW = [
  ...MARKS,
  "> > ",
  "_a",
  "**a ",
  "[a](",
  "- - ",
  "1. 1. ",
  "a@b.",
  "`a",
  "[![",
  "<a ",
  "*a_b",
  "a b",
  "[](",
  "[]( ",
  "http://[",
  "http://a/!",
  "))",
  "()",
  "a@",
  "a.b",
  "_.",
  '[](x "',
  "\\*",
  "\\[",
  "\\`",
  "``` ",
  "*a* ",
  "*a",
  "a*",
  "_a ",
  "~~a",
  "中*",
  "x.",
  "*`",
  "[*",
  "*[",
  "](https://a.example/)",
  "<http://",
  "!",
  "!a",
  "*a**a**",
  "'*a",
  "a*'",
  ")*",
  "``",
  "`",
  "--",
];

/** How much work a text is. */
function stepsOf(text: string): number {
  const reader = new InlineReader(text);
  reader.read();
  return reader.steps;
}

Deno.test("markdown: the work grows with the length alone, whatever is in a text", () => {
  const bound = (text: string) => 12 * text.length + 200;
  const holds = (text: string) => {
    const steps = stepsOf(text);
    assertTrue(
      steps <= bound(text),
      `${JSON.stringify(text.slice(0, 60))}… took ${steps} for ${text.length}`,
    );
  };
  const many = (part: string, length = 16_384) => part.repeat(Math.ceil(length / part.length));
  for (const part of SLOW) {
    holds(many(part));
    for (const other of SLOW) {
      holds(part + many(other, 600));
      holds(many(part, 300) + many(other, 300));
    }
  }
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.array(fc.constantFrom(...SLOW), { maxLength: 4 }), fc.integer({ min: 1, max: 400 })),
        {
          maxLength: 5,
        },
      ),
      (parts) => holds(parts.map(([some, times]) => some.join("").repeat(times)).join("")),
    ),
    { numRuns: 500 },
  );
});

Deno.test("markdown: a whole message of whatever is slow is read at once", () => {
  for (const part of SLOW) {
    const text = part.repeat(16_384 / part.length);
    const before = performance.now();
    parse(text);
    const took = performance.now() - before;
    assertTrue(took < 1_000, `${JSON.stringify(part)}… took ${took} ms`);
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
