/** docs/rights.md is what everybody really is answered: all of it is asked, of everybody, in every kind of room. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { filesEndingIn } from "../support/source_tree.ts";
import { walkHttp } from "./http_rights.ts";
import { WHO } from "./rights_scene.ts";
import { cellsIn, markdownOf, signOf, walk } from "./rights_table.ts";

const PAGE = new URL("../../docs/rights.md", import.meta.url);

let walking: ReturnType<typeof walk> | undefined;
/** It takes seconds, and changes nothing. */
const walked = () => walking ??= walk();

Deno.test("rights: everybody is answered as docs/rights.md says, in every kind of room", async () => {
  const tables = await walked();
  const written = cellsIn(await Deno.readTextFile(PAGE));
  const real = cellsIn(markdownOf(tables, await walkHttp()));
  const all = new Set([...written.keys(), ...real.keys()]);
  const different = Array.from(all, (cell) => [cell, written.get(cell), real.get(cell)])
    .filter(([, said, is]) => said !== is)
    .map(([cell, said, is]) => `${cell}: the page says ${said ?? "nothing"}, it is ${is ?? "nothing"}`);
  assertEquals(different, [], "deno run -A tests/rights/write_table.ts writes the page anew");
});

Deno.test("rights: whoever is not in a private room is answered as if there were none", async () => {
  // Who is no administrator is refused before it is looked at what they are after; accounts are in no room.
  const isRefused = (asked: string, who: string) =>
    asked.startsWith("`admin`") && (who !== "administrator" || !asked.includes(" room."));
  const rows = (await walked()).get("private")!;
  const outside = ["nobody", "guest", "account", "banned", "administrator", "suspended"] as const;
  const telling = ["muted", "kicked", ...["forbidden", "archived", "not_owner", "not_member"].map(signOf)];
  const told = rows.flatMap(({ asked, cells }) =>
    outside.filter((who) => telling.includes(cells[WHO.indexOf(who)]!) && !isRefused(asked, who))
      .map((who) => `${asked}: ${who}`)
  );
  assertEquals(told, []);
});

Deno.test("rights: every HTTP address has its row", async () => {
  const page = await Deno.readTextFile(PAGE);
  const served = filesEndingIn(".ts").filter(({ path }) => path.startsWith("server/transport/http/"))
    .flatMap(({ text }) => Array.from(text.matchAll(/\bapp\.(get|post|put|delete)\("([^"]+)"/g)))
    .map(([, method = "", path = ""]) => `${method.toUpperCase()} ${path.replace(":id", "ID")}`);
  assertTrue(served.length > 8, "they are found");
  assertEquals(served.filter((address) => !page.includes(`| \`${address}`)), []);
});
