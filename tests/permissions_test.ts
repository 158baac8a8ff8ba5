/** What the program may do: the same however it is started, and all that it asks for. */
import manifest from "../deno.json" with { type: "json" };
import { PERMISSIONS, VARIABLES } from "../release/permissions.ts";
import { assertEquals, assertTrue } from "./assert.ts";
import { filesEndingIn } from "./source_tree.ts";

Deno.test("permissions: deno task start gives the same as the files of a release", () => {
  const start = manifest.tasks.start.command.replaceAll("'", "");
  assertEquals(start, `deno run ${PERMISSIONS.join(" ")} main.ts`);
});

// One that it can't see is simply not there for it, so nothing else would tell.
Deno.test("permissions: every variable that the program asks for by name is one that it can see", () => {
  const program = filesEndingIn(".ts").filter(({ path }) =>
    /^(main\.ts|server\/|client\/(?!web\/))/.test(path)
  );
  const asked = program.flatMap(({ path, text }) =>
    Array.from(
      text.matchAll(/\benv(?:\.|\["|\.get\(")([A-Z][A-Z_0-9]+)/g),
      ([, name]) => ({ path, name: name! }),
    )
  );
  const unseen = asked.filter(({ name }) => !name.startsWith("SWITCHBOARD_") && !VARIABLES.includes(name));
  assertEquals(unseen, []);
  assertTrue(program.length > 100, `${program.length} files were read`);
});
