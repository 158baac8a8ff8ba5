/** `switchboard room …`: rooms in the hands of whoever runs the server. */
import type { Command } from "commander";
import type { AdminRoom } from "../core/shared/admin_commands.ts";
import type { AdminApi } from "../protocol/admin_api.ts";
import type { Config } from "../config/config.ts";
import type { WithAdminApi } from "./account_commands.ts";
import { columns, shownTime } from "./columns.ts";

/** Adds the commands. */
export function addRoomCommands(room: Command, withAdminApi: WithAdminApi): void {
  room.command("list").description("every room, with how many are in it").option(
    "--json",
    "one JSON object a line",
  )
    .action((_options, command: Command) => {
      const given = command.optsWithGlobals<Partial<Config> & { json?: boolean }>();
      return withAdminApi(given, async (api) => listed(await everyRoom(api), given.json === true));
    });
  room.command("delete").description("ends a room with everything said and sent in it").argument(
    "<room>",
    "its name or its id",
  )
    .action((name: string, _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        const { room, members, ...found } = await api.ask({ op: "room.delete", room: name });
        const which = found.private ? `${room}, a private room (${found.id}),` : room;
        return `${which} is gone; ${members === 1 ? "one person was" : `${members} people were`} in it.`;
      })
    );
  room.command("kicks").description("who may not come into a room, and until when").argument("<room>")
    .action((name: string, _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        const { kicks } = await api.ask({ op: "room.kicks", room: name });
        if (kicks.length === 0) return `Nobody is kept out of ${name}.`;
        const rows = kicks.map(({ nickname, by, until }) => [nickname, by, shownTime(until)]);
        return columns([["NICKNAME", "BY", "UNTIL"], ...rows]);
      })
    );
  room.command("unkick").description("lets somebody in again before their time").argument("<room>")
    .argument("<nickname>")
    .action((name: string, nickname: string, _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        const lifted = await api.ask({ op: "room.unkick", room: name, nickname });
        return `${lifted.nickname} may come into ${lifted.room} again.`;
      })
    );
}

async function everyRoom(api: AdminApi): Promise<AdminRoom[]> {
  const all: AdminRoom[] = [];
  for (let more = true; more;) {
    const last = all.at(-1);
    const page = await api.ask({ op: "room.list", ...(last && { after: `${last.room}/${last.id}` }) });
    all.push(...page.rooms);
    more = page.more;
  }
  return all;
}

function listed(rooms: readonly AdminRoom[], json: boolean): string {
  if (json) return rooms.map((room) => JSON.stringify(room)).join("\n");
  const kindOf = ({ ephemeral, spoken, ...room }: AdminRoom) =>
    [room.private && "private", ephemeral ? "goes when empty" : !spoken && "nothing said yet"]
      .filter(Boolean).join(", ") || null;
  return columns([
    ["ROOM", "MEMBERS", "OWNER", "ID", "NOTE"],
    ...rooms.map((each) => [each.room, String(each.members), each.owner, each.id, kindOf(each)]),
  ]);
}
