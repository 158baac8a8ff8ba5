/** `switchboard settings`: what whoever runs the server may set while it runs. */
import type { Command } from "commander";
import type { Config } from "../config/config.ts";
import type { AdminSetting } from "../core/shared/admin_commands.ts";
import { Fault, quote } from "../core/shared/faults.ts";
import type { WithAdminApi } from "./account_commands.ts";
import { columns } from "./columns.ts";

/** What stands for what holds where nothing is set. */
const STANDARD = "default";

/** Gives the command what it takes and does. */
export function addSettingsCommand(settings: Command, withAdminApi: WithAdminApi): void {
  settings.argument("[name]", "shows this one only")
    .argument("[value]", `sets it; "${STANDARD}" takes back what was set`)
    .option("--json", "one JSON object a line")
    .action((name: string | undefined, value: string | undefined, _options, command: Command) => {
      const given = command.optsWithGlobals<Partial<Config> & { json?: boolean }>();
      return withAdminApi(given, async (api) => {
        if (name !== undefined && value !== undefined) {
          const asked = value === STANDARD ? null : value;
          const { settings: changed } = await api.ask({ op: "settings.set", setting: name, value: asked });
          return changed.map((each) =>
            given.json ? JSON.stringify(each) : `${each.setting} is ${each.value} now.`
          )
            .join("\n");
        }
        const { settings: all } = await api.ask({ op: "settings" });
        const found = all.filter(({ setting }) =>
          name === undefined || setting === name.replaceAll("_", "-")
        );
        if (found.length === 0) {
          throw new Fault("bad_request", `Cannot show ${quote(name!)}: there is no such setting`);
        }
        if (given.json) return found.map((each) => JSON.stringify(each)).join("\n");
        return name === undefined ? listed(found) : found[0]!.value;
      });
    });
}

function listed(settings: readonly AdminSetting[]): string {
  return columns([
    ["SETTING", "VALUE", "SET", "MAY BE", "MEANING"],
    ...settings.map((each) => [each.setting, each.value, each.set ? "yes" : null, each.values, each.help]),
  ]);
}
