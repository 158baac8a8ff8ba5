/**
 * The operator's commands as they are typed: what they take. What they do and print is in run_command.ts, which is
 * imported only when one of them is asked for.
 */
import type { Command } from "commander";
import { commandLineOptions, type Config } from "../config/config.ts";
import { OPTIONS } from "../config/options.ts";
import { addAccountCommands } from "./account_commands.ts";
import { addClusterCommands } from "./cluster_command.ts";
import { addAuditCommand } from "./audit_command.ts";
import { addReportCommands } from "./report_commands.ts";
import { addRoomCommands } from "./room_commands.ts";
import { addInvitationCommands } from "./invitation_commands.ts";
import { addSettingsCommand } from "./settings_command.ts";
import type { Given } from "./run_command.ts";

const EVERY = Object.keys(OPTIONS) as (keyof Config)[];

/** Adds `account`, `room`, `invitation`, `settings`, `audit`, `report`, `backup`, `restore`, `cluster`, `verify` and `doctor`. */
export function addAdminCommands(program: Command, version: string): void {
  const running = () => import("./run_command.ts");
  const account = withOptions(program.command("account"), ["data"])
    .description("accounts: list, add, set passwords, disable, delete; while the server runs or not");
  addAccountCommands(account, async (given, act) => (await running()).withAdminApi(given, act));
  const room = withOptions(program.command("room"), ["data"])
    .description("rooms: list and delete, see and lift kicks; while the server runs or not");
  addRoomCommands(room, async (given, act) => (await running()).withAdminApi(given, act));
  const invitation = withOptions(program.command("invitation"), ["data", "publicUrl"])
    .description("invitations by link: make, list, revoke; while the server runs or not");
  addInvitationCommands(invitation, async (given, act) => (await running()).withAdminApi(given, act));
  const settings = withOptions(program.command("settings"), ["data"])
    .description("who may come in, and what else is set while the server runs; while it runs or not");
  addSettingsCommand(settings, async (given, act) => (await running()).withAdminApi(given, act));
  const audit = withOptions(program.command("audit"), ["data"])
    .description("who did what to whom, when and from where; while the server runs or not");
  addAuditCommand(audit, async (given, act) => (await running()).withAdminApi(given, act));
  const report = withOptions(program.command("report"), ["data"])
    .description("reported messages: list, close, remove; while the server runs or not");
  addReportCommands(report, async (given, act) => (await running()).withAdminApi(given, act));
  withOptions(program.command("backup"), ["data"])
    .description("everything as one tar file, while the server runs or not").argument("<file>", "made anew")
    .action(async (file: string, given: Given) => (await running()).runBackup(file, given, version));
  withOptions(program.command("restore"), ["data"])
    .description("a data folder from a backup; it must be empty or new").argument(
      "<file>",
      "what backup has made",
    )
    .action(async (file: string, given: Given) => (await running()).runRestore(file, given));
  const cluster = withOptions(program.command("cluster"), [
    ...[
      "data",
      "cluster",
      "clusterName",
      "clusterReplicas",
      "clusterCredentials",
      "clusterCa",
      "clusterDomain",
    ] as const,
  ]).description("several servers as one: how they do, import, export");
  addClusterCommands(cluster, () => import("./run_cluster.ts"), version);
  withOptions(program.command("verify"), ["data"])
    .description("whether everything kept is what it was; changes nothing")
    .action(async (given: Given) => (await running()).runVerify(given));
  withOptions(program.command("doctor"), EVERY)
    .description("looks at what a server with these options needs, and says what to do")
    .option("--mail-to <address>", "sends a test letter there")
    .action(async (given: Given) => (await running()).runDoctor(given, version));
}

/** Gives a command the server's options, of which its help shows only some. */
function withOptions(command: Command, visible: readonly (keyof Config)[]): Command {
  for (const option of commandLineOptions()) {
    const name = option.attributeName() as keyof Config | "config";
    command.addOption(option.hideHelp(name !== "config" && !visible.includes(name)));
  }
  // `account list --data …` is read as `account --data … list`: these options are for all that `account` has.
  return command.enablePositionalOptions(false);
}
