/** `switchboard audit`: who did what to whom, when and from where. */
import { type Command, InvalidArgumentError } from "commander";
import type { Config } from "../config/config.ts";
import type { ListedAudit } from "../core/shared/audit_entry.ts";
import { DAY_MS } from "../core/shared/limits.ts";
import type { AdminApi } from "../protocol/admin_api.ts";
import type { WithAdminApi } from "./account_commands.ts";
import { columns, shownTime } from "./columns.ts";

/** Milliseconds of what follows a number in `--since`. */
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS };

/** Makes the command. */
export function addAuditCommand(audit: Command, withAdminApi: WithAdminApi): void {
  audit.option("--since <when>", "30m, 12h, 7d, or a date such as 2026-11-29; default: everything", readSince)
    .option("--text <part>", "with this in a name, an address or an action")
    .option("--json", "one JSON object a line")
    .action((_options, command: Command) => {
      const given = command.optsWithGlobals<
        Partial<Config> & { json?: boolean; since?: number; text?: string }
      >();
      const { since, text, json } = given;
      return withAdminApi(given, async (api) => {
        const entries = await everything(api, {
          ...(since !== undefined && { since }),
          ...(text !== undefined && { text }),
        });
        return json ? entries.map((entry) => JSON.stringify(entry)).join("\n") : listed(entries);
      });
    });
}

function readSince(value: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(value) ?? [];
  const at = unit === undefined ? Date.parse(value) : Date.now() - Number(count) * UNITS[unit]!;
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError("It is 30m, 12h, 7d, or a date such as 2026-11-29.");
}

async function everything(api: AdminApi, asked: { since?: number; text?: string }): Promise<ListedAudit[]> {
  const all: ListedAudit[] = [];
  for (let more = true; more;) {
    const page = await api.ask({ op: "audit.list", ...asked, after: all.at(-1)?.id ?? 0 });
    all.push(...page.entries);
    more = page.more;
  }
  return all;
}

function listed(entries: readonly ListedAudit[]): string {
  if (entries.length === 0) return "There is nothing in the audit log.";
  return columns([
    ["WHEN", "WHO", "FROM", "DID", "TO", "ROOM", "MORE"],
    ...entries.map((entry) => [
      shownTime(entry.at),
      entry.actorName,
      entry.from,
      entry.action,
      entry.subjectName,
      entry.roomName,
      entry.detail && Object.entries(entry.detail).map(([name, value]) => `${name}=${value}`).join(" "),
    ]),
  ]);
}
