/** `switchboard report …`: messages that people have reported, in the hands of whoever runs the server. */
import type { Command } from "commander";
import type { Config } from "../config/config.ts";
import type { Report } from "../core/shared/admin_commands.ts";
import type { AdminApi } from "../protocol/admin_api.ts";
import type { WithAdminApi } from "./account_commands.ts";
import { columns, shownTime } from "./columns.ts";

/** Adds the commands. */
export function addReportCommands(report: Command, withAdminApi: WithAdminApi): void {
  report.command("list").description("messages that were reported, as they were, the oldest first")
    .option("--closed", "those that were seen to, the newest first").option(
      "--json",
      "one JSON object a line",
    )
    .action((_options, command: Command) => {
      const given = command.optsWithGlobals<Partial<Config> & { json?: boolean; closed?: boolean }>();
      const { json, closed = false } = given;
      return withAdminApi(given, async (api) => {
        const reports = await everyReport(api, closed);
        return json ? reports.map((each) => JSON.stringify(each)).join("\n") : listed(reports);
      });
    });
  report.command("close").description("it was seen to").argument("<report>")
    .action((id: string, _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        await api.ask({ op: "report.close", report: id });
        return `${id} is closed.`;
      })
    );
  report.command("remove").description("takes a message of a room back").argument("<message>")
    .action((message: string, _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        await api.ask({ op: "message.remove", message });
        return `${message} is gone.`;
      })
    );
}

async function everyReport(api: AdminApi, closed: boolean): Promise<Report[]> {
  const all: Report[] = [];
  for (let more = true; more;) {
    const after = all.at(-1)?.id;
    const page = await api.ask({ op: "report.list", closed, ...(after !== undefined && { after }) });
    all.push(...page.reports);
    more = page.more;
  }
  return all;
}

function listed(reports: readonly Report[]): string {
  if (reports.length === 0) return "There are no reports.";
  return columns([
    ["REPORT", "WHEN", "BY", "FROM", "ROOM", "MESSAGE", "TEXT", "WHY"],
    ...reports.map((each) => [
      ...[each.id, shownTime(each.at), each.by, each.from, each.room, each.message],
      ...[each.text || each.file, each.why],
    ]),
  ]);
}
