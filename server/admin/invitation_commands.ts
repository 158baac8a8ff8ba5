/** `switchboard invitation …`: links with which people make accounts and come into rooms. */
import type { Command } from "commander";
import { whole } from "../config/option_values.ts";
import type { InvitationSummary } from "../core/shared/commands.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { AdminApi } from "../protocol/admin_api.ts";
import type { WithAdminApi } from "./account_commands.ts";
import { columns, shownTime } from "./columns.ts";

/** Adds the commands. */
export function addInvitationCommands(invitation: Command, withAdminApi: WithAdminApi): void {
  invitation.command("make").description(
    "prints a link with which people make an account, and come into rooms",
  )
    .option(
      "--room <name>",
      "an open room; may be repeated",
      (name: string, before: string[]) => [...before, name],
      [],
    )
    .option("--uses <number>", "how many may use it; 1 unless said", whole(1, LIMITS.invitationUsesMax))
    .option(
      "--days <number>",
      `how long; ${LIMITS.invitationDays} unless said`,
      whole(1, LIMITS.invitationDaysMax),
    )
    .option("--json", "as a JSON object")
    .action((own: { room: string[]; uses?: number; days?: number; json?: boolean }, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        const { room: rooms, uses, days, json } = own;
        const asked = { rooms, ...(uses !== undefined && { uses }), ...(days !== undefined && { days }) };
        const made = await api.ask({ op: "invitation.make", ...asked });
        if (json) return JSON.stringify(made);
        return `${made.link}\nGood ${timesOf(made.uses)}, until ${shownTime(made.until)}; shown only now.`;
      })
    );
  invitation.command("list").description("every invitation that has not expired, the newest first")
    .option("--json", "one JSON object a line")
    .action(({ json }: { json?: boolean }, command: Command) =>
      withAdminApi(
        command.optsWithGlobals(),
        async (api) => listed(await everyInvitation(api), json === true),
      )
    );
  invitation.command("revoke").description("takes one back: nobody comes in with it any more")
    .argument("<id>", "as the list has it")
    .action((id: string, _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        await api.ask({ op: "invitation.revoke", invitation: id });
        return `${id} is revoked.`;
      })
    );
}

function timesOf(uses: number): string {
  return uses === 1 ? "once" : `${uses} times`;
}

async function everyInvitation(api: AdminApi): Promise<InvitationSummary[]> {
  const all: InvitationSummary[] = [];
  for (let more = true; more;) {
    const before = all.at(-1)?.id;
    const page = await api.ask({ op: "invitation.list", ...(before !== undefined && { before }) });
    all.push(...page.invitations);
    more = page.more;
  }
  return all;
}

function listed(invitations: readonly InvitationSummary[], json: boolean): string {
  if (json) return invitations.map((each) => JSON.stringify(each)).join("\n");
  if (invitations.length === 0) return "There are no invitations.";
  return columns([
    ["ID", "BY", "ROOMS", "LEFT", "UNTIL", "NOTE"],
    ...invitations.map(({ id, by, rooms, uses, left, until, admin }) => [
      id,
      by,
      rooms.join(", "),
      `${left} of ${uses}`,
      shownTime(until),
      admin ? "makes the first administrator" : null,
    ]),
  ]);
}
