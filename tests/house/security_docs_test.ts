/** What docs/security.md says is shown by tests that exist, and bounded by bounds that exist. */
import { LIMITS, RATES } from "../../server/core/shared/limits.ts";
import { OPTIONS } from "../../server/config/options.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { filesEndingIn } from "../support/source_tree.ts";

const PAGE = await Deno.readTextFile(new URL("../../docs/security.md", import.meta.url));

Deno.test("docs/security.md: every test that it names is in the file that it names", () => {
  const texts = new Map(filesEndingIn("_test.ts").map(({ path, text }) => [path, text]));
  const named = Array.from(PAGE.matchAll(/^ *- (tests\/[\w/]+\.ts):\s+`([^`]+)`$/gm));
  const missing = named.filter(([, path, name]) => !texts.get(path!)?.includes(`"${name}"`));
  assertEquals(missing.map(([line]) => line.trim()), []);
  assertTrue(named.length > 40, `only ${named.length} were found`);
  // None is passed over because it is written in another way.
  assertEquals(named.length, Array.from(PAGE.matchAll(/^ *- tests\//gm)).length);
});

Deno.test("docs/security.md: every bound and every option that it names exists", () => {
  const known = new Set<string>([
    ...Object.keys(LIMITS),
    ...Object.keys(RATES),
    ...Object.values(OPTIONS).map(({ flag }) => `--${flag}`),
  ]);
  const rows = PAGE.split("\n").filter((line) => line.startsWith("| "));
  const bounds = rows.flatMap((row) =>
    Array.from(row.split(" | ")[0]!.matchAll(/`([^`]+)`/g), ([, name]) => name!)
  );
  const options = Array.from(PAGE.matchAll(/`(--[a-z-]+)/g), ([, name]) => name!);
  assertEquals([...bounds, ...options].filter((name) => !known.has(name)), []);
  assertTrue(bounds.length > 60, `only ${bounds.length} were found`);
});
