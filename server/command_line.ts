/** What can be typed after `switchboard`. */
import process from "node:process";
import { Command } from "commander";
import { commandLineOptions, type Config, ConfigError, resolveConfig } from "./config.ts";
import { startLog, stopLog } from "./log.ts";
import { addOperatorCommands } from "./operator/command_line.ts";
import { CLASSIC } from "./protocol/dialects/index.ts";
import { start, VERSION } from "./serve.ts";
import { StartError } from "./start_error.ts";
import { DataFolderError } from "./storage/data_folder.ts";
import { SchemaError } from "./storage/migrations.ts";

/** Runs what the arguments say; ends the process when it fails. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const program = new Command("switchboard")
    .description("A chat server in one file: browsers, terminals and old chat programs in the same rooms.")
    .version(VERSION)
    .configureOutput({ outputError: (text, write) => write(inOneLine(text)) });
  const serve = program.command("serve", { isDefault: true }).description("run the server (the default)");
  for (const option of commandLineOptions()) serve.addOption(option);
  serve.action((given) => runServer(given));
  addOperatorCommands(program, { version: VERSION, portsOf });
  await program.parseAsync(args[0] === "--" ? args.slice(1) : args, { from: "user" });
}

/** Every port that a server with these options listens on. */
function portsOf({ http, tcp, listen, classic }: Config): { name: string; port: number }[] {
  return [
    { name: "http", port: http },
    { name: "tcp", port: tcp },
    ...listen.map(({ port }) => ({ name: "listen", port })),
    ...(classic ? CLASSIC : []).map(({ port }) => ({ name: "classic", port })),
  ];
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
