/** The executable: picks the subcommand. */
import { runCommandLine } from "./server/command_line.ts";

if (import.meta.main) await runCommandLine(Deno.args);
