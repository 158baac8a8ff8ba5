/** The house rules for what is written: links lead somewhere, and what is named exists. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { dirname, join, normalize } from "node:path";
import { commentsOf, filesEndingIn, pathsBelow } from "../support/source_tree.ts";

const PATHS = pathsBelow();
const PAGES = filesEndingIn(".md");
const ANCHORS = new Map(PAGES.map(({ path, text }) => [path, anchorsOf(text)]));

Deno.test("tidy: every link in a page leads to a file and a heading that exist", () => {
  let seen = 0;
  const broken = PAGES.flatMap(({ path, text }) => {
    const links = [
      ...proseOf(text).matchAll(/\]\(([^()\s]+)\)|^\[[^\]]+\]: (\S+)$|(?:src|href|srcset)="([^"]+)"/gm),
    ];
    return links.map(([, inline, reference, attribute]) => inline ?? reference ?? attribute!)
      .filter((link) => !/^(https?|mailto):/.test(link))
      .filter((link) => {
        seen++;
        const [target, anchor] = link.split("#");
        const file = target ? normalize(join(dirname(path), target)) : path;
        const exists = PATHS.includes(file) || PATHS.includes(`${file.replace(/\/$/, "")}/`);
        return !exists || (anchor !== undefined && !ANCHORS.get(file)?.has(anchor));
      })
      .map((link) => `${path} → ${link}`);
  });
  assertEquals(broken, []);
  assertTrue(seen > 20, `${seen} links were found`);
});

Deno.test("tidy: a file that is named in a comment or a page exists", () => {
  const names = new Set(PATHS.map((path) => path.split("/").at(-1)!));
  const texts = filesEndingIn(".ts", ".tsx", ".css").map(({ path, text }) => ({
    path,
    text: commentsOf(text),
  }));
  const missing = [...texts, ...PAGES].flatMap(({ path, text }) =>
    Array.from(
      text.matchAll(/(?<![\w./:@-])((?:[\w-]+\/)*[\w-]+\.(?:tsx?|md|css|html|json))\b(?!\.)/g),
      ([, name]) => name!,
    )
      .filter((name) => !/^(package\.json|node\.js)$/.test(name))
      .filter((name) => name.includes("/") ? !PATHS.some((each) => each.endsWith(name)) : !names.has(name))
      .map((name) => `${path}: ${name}`)
  );
  assertEquals(missing.filter((place) => !place.startsWith("tests/house/tidy_docs_test.ts")), []);
});

Deno.test("tidy: a section that a comment points to is there", () => {
  const broken = filesEndingIn(".ts", ".tsx").flatMap(({ path, text }) =>
    Array.from(text.matchAll(/(docs\/\w+\.md), section "([^"]+)"/g))
      .filter(([, page, section]) => !ANCHORS.get(page!)?.has(anchorOf(section!)))
      .map(([words]) => `${path}: ${words}`)
  );
  assertEquals(broken, []);
  // The project's pages have headings and no numbers.
  const numbered = filesEndingIn(".ts", ".tsx").filter(({ text }) => /\b\w+\.md §/.test(commentsOf(text)));
  assertEquals(numbered.map(({ path }) => path), []);
});

Deno.test("tidy: a command and an option are added where the pages say", () => {
  const textOf = (path: string) => filesEndingIn(".ts").find((each) => each.path === path)!.text;
  const contributing = PAGES.find(({ path }) => path === "CONTRIBUTING.md")!.text;
  const [, table] = /`([^`]+)`: who may ask it/.exec(contributing)!;
  const [, fields] = /`([^`]+)`: its fields as JSON/.exec(contributing)!;
  for (const file of [table, fields]) {
    assertEquals([file, /^ +history: /m.test(textOf(file!))], [file, true]);
  }
  const design = PAGES.find(({ path }) => path === "docs/design.md")!.text;
  const [, options] = /([\w/]+\.ts): every option, once/.exec(design)!;
  assertEquals(/flag: "trusted-proxies"/.test(textOf(`server/${options}`)), true);
});

Deno.test("tidy: the design page knows every folder of the server", () => {
  const design = PAGES.find(({ path }) => path === "docs/design.md")!.text;
  const folders = PATHS.filter((path) => /^server\/\w+\/$/.test(path)).map((path) => path.split("/")[1]!);
  assertEquals(folders.filter((folder) => !design.includes(`${folder}/`)), []);
});

/** A page without its examples. */
function proseOf(text: string): string {
  return text.replaceAll(/^( *)(```|~~~)[^]*?^\1\2\s*$/gm, "").replaceAll(
    /`[^`\n]*`/g,
    (code) => code.replaceAll(/[[\]()]/g, " "),
  );
}

function anchorsOf(text: string): Set<string> {
  const headings = text.replaceAll(/^( *)(```|~~~)[^]*?^\1\2\s*$/gm, "").matchAll(/^#{1,6} (.+)$/gm);
  const anchors = new Set<string>();
  for (const [, heading] of headings) {
    const anchor = anchorOf(heading!);
    let count = 0;
    while (anchors.has(count ? `${anchor}-${count}` : anchor)) count++;
    anchors.add(count ? `${anchor}-${count}` : anchor);
  }
  for (const [, id] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id!);
  return anchors;
}

/** The anchor that a heading gets where the pages are shown. */
function anchorOf(heading: string): string {
  return heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim().toLowerCase().replaceAll(
    /[^\p{L}\p{N}\p{M} _-]/gu,
    "",
  ).replaceAll(" ", "-");
}
