/** The executable: picks the subcommand, of the server or of the client. */
import { clientCommands } from "./client/terminal/command_line.ts";
import { runCommandLine } from "./server/run/command_line.ts";

if (import.meta.main) await runCommandLine(Deno.args, clientCommands());
