/**
 * What can be typed after `switchboard`. What a command runs is imported only when it is asked for, so that the
 * others start quickly.
 */
import { Command } from "commander";
import { commandLineOptions } from "../config/config.ts";
import { addAdminCommands } from "../admin/command_line.ts";
import { VERSION } from "../version.ts";

/** Runs what the arguments say; ends the process when it fails. `others`: further subcommands. */
export async function runCommandLine(
  args: readonly string[],
  others: readonly Command[] = [],
): Promise<void> {
  const program = new Command("switchboard")
    .description("A chat server in one file: browsers, terminals and old chat programs in the same rooms.")
    .version(VERSION)
    // What stands behind a subcommand belongs to it: also a text that begins as an option does.
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(inOneLine(text)) });
  const serve = program.command("serve", { isDefault: true }).description("run the server (the default)");
  for (const option of commandLineOptions()) serve.addOption(option);
  serve.action(async (given) => await (await import("./run_server.ts")).runServer(given));
  addAdminCommands(program, VERSION);
  for (const command of others) program.addCommand(command.configureOutput(program.configureOutput()));
  await program.parseAsync(withoutDashes(args), { from: "user" });
}

/** The arguments without the `--` that `deno task start --` and `deno task chat --` leave at their beginning. */
function withoutDashes(args: readonly string[]): readonly string[] {
  if (args[0] === "--") return args.slice(1);
  return args[0] === "chat" && args[1] === "--" ? ["chat", ...args.slice(2)] : args;
}

/** What commander says over several lines, and without the password that an address may hold. */
function inOneLine(text: string): string {
  const words = text.trim().replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ").replaceAll(
    /\/\/\S*@/g,
    "//…@",
  );
  return `switchboard: ${words.replace(/\.?$/, ".")} See --help.\n`;
}
