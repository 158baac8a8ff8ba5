/** What this program calls itself; the one place where that is written is deno.json. */
import manifest from "../deno.json" with { type: "json" };

/** Such as `0.1.0`. */
export const VERSION: string = manifest.version;
