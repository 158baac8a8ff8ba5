/** The page's programs, made of what is in client/web now. */
import { buildPage } from "../release/build_page.ts";

let bundled: Promise<void> | undefined;

/** Bundles the page as it is now, once for all tests of a file. */
export function bundle(): Promise<void> {
  return bundled ??= buildPage();
}
