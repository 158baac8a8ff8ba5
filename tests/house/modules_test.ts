/** The house rules for modules: what they give each other, and in which direction. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { exportsOf, filesEndingIn, type Import, namedImportsOf } from "../support/source_tree.ts";

const PROGRAMS = filesEndingIn(".ts", ".tsx");
const IMPORTS: ReadonlyMap<string, readonly Import[]> = new Map(
  PROGRAMS.map((file) => [file.path, namedImportsOf(file)]),
);

/** Files that are read as a whole by what nobody here imports: an executable, and what a browser or a worker begins with. */
const ENTRY = /^(main\.ts|release\/\w+\.ts|tests\/.*_test\.ts)$/;
Deno.test("modules: what is exported is used by another file", () => {
  const used = new Set<string>();
  for (const imports of IMPORTS.values()) {
    for (const { from, names } of imports) for (const name of names) used.add(`${from} ${name}`);
  }
  const all = PROGRAMS.flatMap((file) => exportsOf(file).map((name) => ({ path: file.path, name })));
  const unused = all.filter(({ path, name }) =>
    !ENTRY.test(path) && !used.has(`${path} ${name}`) && !used.has(`${path} *`)
  );
  assertEquals(unused.map(({ path, name }) => `${path} ${name}`), []);
  assertTrue(all.length > 500, "the exports are found");
});

Deno.test("modules: no two files load each other", () => {
  const loads = (path: string) =>
    (IMPORTS.get(path) ?? []).filter(({ isType }) => !isType).map(({ from }) => from);
  assertEquals(listed(circles(loads)), []);
});

Deno.test("modules: files whose types need each other are in one folder", () => {
  const needs = (path: string) => (IMPORTS.get(path) ?? []).map(({ from }) => from);
  const across = circles(needs).filter((files) => new Set(files.map(folderOf)).size > 1);
  assertEquals(
    across.map((files) => files.join(" ")),
    [],
  );
});

function listed(groups: readonly string[][]): string[] {
  return groups.map((files) => files.join(" "));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** The groups of files that lead to each other (Tarjan's strongly connected components), without the ones of one file. */
function circles(next: (path: string) => readonly string[]): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (path: string) => {
    order.set(path, order.size);
    lowest.set(path, order.get(path)!);
    stack.push(path);
    for (const other of next(path)) {
      if (!IMPORTS.has(other)) continue;
      if (!order.has(other)) visit(other);
      if (stack.includes(other)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(other)!));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const group = stack.splice(stack.indexOf(path));
    if (group.length > 1) found.push(group.sort());
  };
  for (const path of IMPORTS.keys()) if (!order.has(path)) visit(path);
  return found;
}
