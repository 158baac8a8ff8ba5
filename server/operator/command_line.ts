/** The operator's commands as they are typed: what they take, what they print, and how they end. */
import type { Command } from "commander";
import { commandLineOptions, type Config, ConfigError, resolveConfig } from "../config.ts";
import { Fault } from "../core/faults.ts";
import { startLog, stopLog } from "../log.ts";
import type { OperatorDesk } from "../protocol/operator_desk.ts";
import { DataFolderError, dataPaths } from "../storage/data_folder.ts";
import { SchemaError } from "../storage/migrations.ts";
import { reachDesk } from "./access.ts";
import { addAccountCommands } from "./account_commands.ts";
import { NoPasswordError } from "./ask_password.ts";
import { backup, BackupError } from "./backup.ts";
import { shownTime } from "./columns.ts";
import { doctor, type Finding } from "./doctor.ts";
import { restore } from "./restore.ts";
import { addRoomCommands } from "./room_commands.ts";
import { verify } from "./verify.ts";

/** What the command line knows that these commands do not. */
export interface Known {
  version: string;
  /** Every port that a server with these options listens on. */
  portsOf: (config: Config) => readonly { name: string; port: number }[];
}

type Given = Partial<Config> & { config?: string };

/** Adds `account`, `room`, `backup`, `restore`, `verify` and `doctor`. */
export function addOperatorCommands(program: Command, { version, portsOf }: Known): void {
  const account = withOptions(program.command("account"), "data")
    .description("accounts: list, add, set passwords, disable, delete; while the server runs or not");
  addAccountCommands(account, atDesk);
  const room = withOptions(program.command("room"), "data").description("rooms: list and delete");
  addRoomCommands(room, atDesk);
  withOptions(program.command("backup"), "data").description(
    "everything as one tar file, while the server runs or not",
  )
    .argument("<file>", "made anew").action((file: string, given: Given) =>
      ending(async () => {
        const { files, bytes, damaged } = await backup(resolveConfig(given).data, file, version);
        console.log(`${file}: the database and ${files} files of ${bytes} bytes.`);
        for (const id of damaged) console.error(`switchboard: file ${id} is damaged and not in the backup`);
        return damaged.length === 0;
      })
    );
  withOptions(program.command("restore"), "data").description(
    "a data folder from a backup; it must be empty or new",
  )
    .argument("<file>", "what backup has made").action((file: string, given: Given) =>
      ending(async () => {
        const { data } = resolveConfig(given);
        const { manifest, verified } = await restore(file, data);
        const when = shownTime(manifest.at);
        console.log(
          `${data}: as of ${when}, with ${verified.files} files of ${verified.bytes} bytes, verified.`,
        );
        return true;
      })
    );
  withOptions(program.command("verify"), "data").description(
    "whether everything kept is what it was; changes nothing",
  )
    .action((given: Given) =>
      ending(async () => {
        const { schema, files, bytes, faults, orphans } = await verify(dataPaths(resolveConfig(given).data));
        for (const fault of faults) console.log(fault);
        if (orphans.length > 0) {
          console.log(`Bytes that belong to nothing, gone at the next start: ${orphans.length}`);
        }
        const verdict = faults.length === 0
          ? "everything is as it should be"
          : `${faults.length} things are wrong`;
        console.log(`Schema ${schema}, ${files} files of ${bytes} bytes: ${verdict}.`);
        return faults.length === 0;
      })
    );
  withOptions(program.command("doctor"), ...(Object.keys(resolveConfig({})) as (keyof Config)[]))
    .description("looks at what a server with these options needs, and says what to do")
    .option("--mail-to <address>", "sends a test letter there").action((given: Given & { mailTo?: string }) =>
      ending(async () => {
        const { mailTo, ...options } = given;
        const config = resolveConfig(options);
        const patient = { config, version, ports: portsOf(config), ...(mailTo !== undefined && { mailTo }) };
        let well = true;
        for await (const finding of doctor(patient)) {
          console.log(shown(finding));
          well &&= finding.state !== "bad";
        }
        return well;
      })
    );
}

/** Gives a command the server's options, of which its help shows only some. */
function withOptions(command: Command, ...visible: (keyof Config)[]): Command {
  for (const option of commandLineOptions()) {
    const name = option.attributeName() as keyof Config | "config";
    command.addOption(option.hideHelp(name !== "config" && !visible.includes(name)));
  }
  return command;
}

function atDesk(given: Given, act: (desk: OperatorDesk) => Promise<string>): Promise<void> {
  return ending(async () => {
    const desk = await reachDesk(resolveConfig(configOf(given)));
    try {
      console.log(await act(desk));
    } finally {
      await desk.close();
    }
    return true;
  });
}

/** What was given of the server's options, without a command's own. */
function configOf(given: Given): Given {
  const known = new Set<string>([...Object.keys(resolveConfig({})), "config"]);
  return Object.fromEntries(Object.entries(given).filter(([name]) => known.has(name)));
}

const STATES = { ok: "ok  ", warn: "warn", bad: "BAD " };

function shown({ state, about, found, todo }: Finding): string {
  return `${STATES[state]}  ${about.padEnd(12)}${found}${todo === undefined ? "" : `\n      → ${todo}`}`;
}

/** Runs a command to its end; false, or anything thrown, is exit code 1. */
async function ending(run: () => Promise<boolean>): Promise<void> {
  let well = false;
  try {
    await startLog({ log: "text", logLevel: "error" });
    well = await run();
  } catch (error) {
    const expected = [ConfigError, DataFolderError, SchemaError, BackupError, NoPasswordError, Fault].some((
      kind,
    ) => error instanceof kind);
    console.error(`switchboard: ${expected ? (error as Error).message : Deno.inspect(error)}`);
  }
  await stopLog();
  if (!well) Deno.exitCode = 1;
}
