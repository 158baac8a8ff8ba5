/// <reference lib="deno.unstable" />
/** The page's words: all of them in the catalogues, and every catalogue whole. */
import { en } from "../../client/web/words/en.ts";
import { zh } from "../../client/web/words/zh.ts";
import { FAULT_CODES } from "../../server/core/shared/faults.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { filesEndingIn, withoutComments } from "../support/source_tree.ts";

const PAGE = filesEndingIn(".ts", ".tsx").filter(({ path }) =>
  path.startsWith("client/web/") && !path.startsWith("client/web/words/")
);

/** What somebody may see or hear of an element besides its text. */
const SPOKEN = new Set(["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"]);
const LETTERS = /\p{L}/u;
/** Two words of which the first has a capital, the end of a sentence, or Chinese. */
const PROSE = /(?:^|[\s>])[A-Z][\w']* \p{L}|\p{L}[.…!?]$|\p{Script=Han}/u;
/** In JSX, what is written out between two tags. */
const WRITTEN = ["", "ConditionalExpression > ", "LogicalExpression > "].map((between) =>
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > ${between}Literal`
);

const plugin: Deno.lint.Plugin = {
  name: "words",
  rules: {
    outside: {
      create(context) {
        const report = (node: Deno.lint.Node, text: unknown, pattern: RegExp) => {
          if (typeof text === "string" && pattern.test(text)) context.report({ node, message: text.trim() });
        };
        return {
          JSXText: (node) => report(node, node.value, LETTERS),
          JSXAttribute(node) {
            const named = node.name.type === "JSXIdentifier" && SPOKEN.has(node.name.name);
            if (named && node.value?.type === "Literal") report(node, node.value.value, LETTERS);
          },
          [WRITTEN.join(", ")]: (node: Deno.lint.StringLiteral) => report(node, node.value, LETTERS),
          Literal(node) {
            // An error's own message is for the console; the page shows words of its code.
            if (node.parent.type !== "NewExpression") report(node, node.value, PROSE);
          },
          TemplateElement(node) {
            if (node.parent.parent.type !== "NewExpression") report(node, node.cooked, PROSE);
          },
        };
      },
    },
  },
};

function wordsIn(path: string, text: string): string[] {
  const found = Deno.lint.runPlugin(plugin, path, text);
  return [...new Set(found.map(({ message }) => `${path}: ${message}`))];
}

Deno.test("words: none stands outside the catalogues", () => {
  assertEquals(PAGE.flatMap(({ path, text }) => wordsIn(path, text)), []);
});

Deno.test("words: what stands outside a catalogue is found", () => {
  const found = (jsx: string) => wordsIn("x.tsx", `const x = ${jsx};`).length;
  assertEquals(found("<p>Hello</p>"), 1);
  assertEquals(found('<p>{kind ? "there" : null}</p>'), 1);
  assertEquals(found('<p aria-label="there" />'), 1);
  assertEquals(found("<p title={`Go to ${place}`} />"), 1);
  assertEquals(found('"你好"'), 1);
  assertEquals(found('<p class="message message-mine">{words.hello} · {1}</p>'), 0);
});

/** A catalogue's texts by name, each placeholder filled with a mark of its own. */
function textsOf(catalogue: object, before = ""): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(catalogue)) {
    if (typeof value === "string") texts.set(before + key, value);
    else if (typeof value === "object") { for (const each of textsOf(value, `${key}.`)) texts.set(...each); }
    else {
      const marks = Array.from({ length: value.length }, (_, i) => 700 + i);
      const isList = key === "type" || key === "namesOf";
      texts.set(before + key, isList ? value([marks[0]], ...marks.slice(1)) : value(...marks));
    }
  }
  return texts;
}

const ENGLISH = textsOf(en);
const { reasons, ...others } = zh;
const CHINESE = textsOf(others);
const readCursors = (text: string) => [...text.matchAll(/70\d/g)].map(([mark]) => mark).sort().join(" ");

Deno.test("words: every catalogue has every word, with every placeholder", () => {
  assertEquals([...CHINESE.keys()].sort(), [...ENGLISH.keys()].sort());
  const differing = [...ENGLISH].filter(([key, text]) =>
    readCursors(text) !== readCursors(CHINESE.get(key) ?? "")
  );
  assertEquals(differing.map(([key]) => key), []);
  const counts = [...ENGLISH.keys()].length;
  assertTrue(counts > 150, `there are ${counts} words`);
});

/** The same in both languages: names, and patterns of placeholders alone. */
const SAME: readonly string[] = ["product", "checksum", "identity", "doneOf", "speed"];

Deno.test("words: the Chinese ones are Chinese, the English ones English", () => {
  const han = /\p{Script=Han}/u;
  assertEquals([...ENGLISH].filter(([, text]) => han.test(text)).map(([key]) => key), []);
  assertEquals([...textsOf(reasons)].filter(([, text]) => !han.test(text)), []);
  const pattern = /^[\W\d]*$/;
  assertEquals(
    [...CHINESE].filter(([key, text]) => !han.test(text) && !pattern.test(ENGLISH.get(key) ?? ""))
      .map(([key]) => key).filter((key) => !SAME.includes(key)),
    [],
  );
});

Deno.test("words: every fault of the server has its words", () => {
  for (const catalogue of [en, zh]) {
    assertEquals(FAULT_CODES.filter((code) => !catalogue.faults[code]), []);
  }
});

Deno.test("words: each is said somewhere", () => {
  const code = PAGE.map(({ text }) => withoutComments(text)).join("\n");
  const unsaid = Object.keys(en).filter((key) => !new RegExp(`words\\.${key}\\b|"${key}"`).test(code));
  assertEquals(unsaid, []);
});

Deno.test("catalogues: no two of their files have the same word, of which one would be lost", () => {
  const files = filesEndingIn(".ts").filter(({ path }) => /^client\/web\/words\/en_(?!faults)/.test(path));
  const seen = new Map<string, string>();
  const twice = files.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/^ {2}(\w+):/gm)).flatMap(([, word = ""]) => {
      const other = seen.get(word);
      seen.set(word, path);
      return other === undefined || other === path ? [] : [`${word}: ${other}, ${path}`];
    })
  );
  assertTrue(seen.size > 100, "they are found");
  assertEquals(twice, []);
});
