/** What the program may do: the same however it is started, and all that it asks for. */
import manifest from "../../deno.json" with { type: "json" };
import { PERMISSIONS, VARIABLES } from "../../release/permissions.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { filesEndingIn } from "../support/source_tree.ts";

Deno.test("permissions: deno task chat gives the same as the files of a release", () => {
  const chat = manifest.tasks.chat.command.replaceAll("'", "");
  assertEquals(chat, `deno run ${PERMISSIONS.join(" ")} main.ts chat`);
});

// The starter may do everything, and gives the program these flags and no others.
Deno.test("permissions: deno task start gives the same as the files of a release", async () => {
  assertEquals(manifest.tasks.start.command, "deno run -A release/start.ts");
  const starter = await Deno.readTextFile(new URL("../../release/start.ts", import.meta.url));
  assertTrue(starter.includes('args: ["run", ...PERMISSIONS, main, ...Deno.args]'), "start.ts gives others");
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
