/** The words of the code are English, or explained: whoever meets one in a name can look it up in docs/glossary.md. */
import { createRequire } from "node:module";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { exportsOf, filesEndingIn, pathsBelow } from "../support/source_tree.ts";

// Required when it runs: as an import, the compiler would make a type of its 275,000 words.
const require = createRequire(import.meta.url);
const ENGLISH = new Set<string>(require("an-array-of-english-words"));
const PAGE = filesEndingIn("docs/glossary.md")[0]!.text;
/** What the first column of a table says, and what the list of abbreviations has. */
const EXPLAINED = new Set(
  [...PAGE.matchAll(/^\| ([^|]+?) +\|/gm), ...PAGE.matchAll(/`([^`\n]+)`/g)].flatMap(([, words]) =>
    wordsOf(words!)
  ),
);

Deno.test("glossary: every exported name is made of English words, or of some that are explained", () => {
  const names = filesEndingIn(".ts", ".tsx").filter(({ path }) => /^(server|client|release)\//.test(path))
    .flatMap((file) => exportsOf(file));
  const strange = new Set(names.flatMap(wordsOf).filter((word) => !isKnown(word)));
  assertEquals([...strange].sort(), []);
  assertTrue(names.length > 800, `${names.length} names are found`);
});

Deno.test("glossary: every file that it names exists", () => {
  const paths = new Set(pathsBelow());
  const named = Array.from(PAGE.matchAll(/`((?:server|client|tests|docs)\/[\w./]+)`/g), ([, path]) => path!);
  assertEquals(named.filter((path) => !paths.has(path)), []);
});

/** `nameKey` → name, key; `NAME_KEY` likewise. */
function wordsOf(name: string): string[] {
  return name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

function isKnown(word: string): boolean {
  return word.length === 1 || ENGLISH.has(word) || EXPLAINED.has(word);
}
