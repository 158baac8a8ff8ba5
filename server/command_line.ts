/** What can be typed after `switchboard`. */
import process from "node:process";
import { Command } from "commander";
import { commandLineOptions, type Config, ConfigError, resolveConfig } from "./config.ts";
import { startLog, stopLog } from "./log.ts";
import { start, StartError, VERSION } from "./serve.ts";
import { DataFolderError } from "./storage/data_folder.ts";
import { SchemaError } from "./storage/migrations.ts";

/** Runs what the arguments say; ends the process when it fails. `others`: further subcommands. */
export async function runCommandLine(
  args: readonly string[],
  others: readonly Command[] = [],
): Promise<void> {
  const program = new Command("switchboard")
    .description("A chat server in one file: browsers, terminals and old chat programs in the same rooms.")
    .version(VERSION)
    .configureOutput({ outputError: (text, write) => write(inOneLine(text)) });
  const serve = program.command("serve", { isDefault: true }).description("run the server (the default)");
  for (const option of commandLineOptions()) serve.addOption(option);
  serve.action((given) => runServer(given));
  for (const command of others) program.addCommand(command.configureOutput(program.configureOutput()));
  await program.parseAsync(withoutDashes(args), { from: "user" });
}

/** The arguments without the `--` that `deno task start --` and `deno task chat --` leave at their beginning. */
function withoutDashes(args: readonly string[]): readonly string[] {
  if (args[0] === "--") return args.slice(1);
  return args[0] === "chat" && args[1] === "--" ? ["chat", ...args.slice(2)] : args;
}

async function runServer(given: Partial<Config> & { config?: string }): Promise<void> {
  try {
    const config = resolveConfig(given);
    await startLog(config);
    const running = await start(config);
    // Whoever reads the addresses may stop the server at once.
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stopAndExit(running));
    for (const { name, url } of running.urls) console.log(`${name.padEnd(5)} ${url}`);
  } catch (error) {
    const expected = [StartError, ConfigError, DataFolderError, SchemaError].some((kind) =>
      error instanceof kind
    );
    console.error(`switchboard: ${expected ? (error as Error).message : Deno.inspect(error)}`);
    Deno.exit(1);
  }
}

async function stopAndExit(running: { stop(): Promise<void> }): Promise<void> {
  await running.stop();
  await stopLog();
  Deno.exit(0);
}

/** What commander says over several lines, and without the password that an address may hold. */
function inOneLine(text: string): string {
  const words = text.trim().replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ").replaceAll(
    /\/\/\S*@/g,
    "//…@",
  );
  return `switchboard: ${words.replace(/\.?$/, ".")} See --help.\n`;
}
