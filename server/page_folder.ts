/** Where the page lies. This file's place is as deep as a bundle's, so that the same path leads there from both. */
import { join } from "node:path";

/** The folder with the page, beside the program. */
export const PAGE_FOLDER = join(import.meta.dirname!, "..", "static");
