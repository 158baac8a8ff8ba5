/** The page's programs, made of what is in client/web now. */
import { buildPage } from "../../release/build_page.ts";

let bundled: Promise<void> | undefined;

/** Bundles the page as it is now, once for all tests of a file, or of the whole suite when its task has done so. */
export function bundle(): Promise<void> {
  return bundled ??= Deno.env.get("PAGE_IS_BUILT") === undefined ? buildPage() : Promise.resolve();
}
