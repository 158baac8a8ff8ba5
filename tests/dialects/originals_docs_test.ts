/** What the original programs can do is shown by tests that exist. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { filesEndingIn } from "../support/source_tree.ts";

Deno.test("docs/originals.md: every test that it names exists", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/originals.md", import.meta.url));
  const named = Array.from(page.matchAll(/^ +- `(.+)`$/gm), ([, name]) => name!);
  const tests = filesEndingIn("_test.ts").map(({ text }) => text).join("\n");
  assertEquals(named.filter((name) => !tests.includes(`Deno.test("${name}"`)), []);
  assertTrue(named.length > 50, `only ${named.length} were found`);
});
