/** Writes the tables of docs/rights.md anew: look at what has changed before you keep it. */
import { walkHttp } from "./http_rights.ts";
import { markdownOf, walk } from "./rights_table.ts";

const PAGE = new URL("../../docs/rights.md", import.meta.url);
const page = await Deno.readTextFile(PAGE);
const begin = page.indexOf("## Wherever one is");
await Deno.writeTextFile(PAGE, `${page.slice(0, begin)}${markdownOf(await walk(), await walkHttp())}`);
