/** The dialects that this server speaks. Adding one is its file and a row here. */
import type { Dialect } from "../dialect.ts";
import { native } from "./native.ts";

/** Every dialect by its name, as `--listen PORT=NAME` takes it. */
export const DIALECTS: Readonly<Record<string, Dialect>> = { native };

/** The dialect of the main ports. */
export const MAIN: Dialect = native;
