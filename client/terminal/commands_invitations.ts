/** Commands about invitations by link. */
import type { InvitationSummary } from "../../server/core/shared/commands.ts";
import { type ChatCommand, required, roomOf, UsageError } from "./chat_command.ts";
import { activate } from "./history.ts";
import { sanitizedLine } from "./sanitize.ts";

/** Name → command. */
export const INVITATIONS: Record<string, ChatCommand> = {
  invitation: {
    usage: "[ROOM, ROOM] [x5] [for 7d]",
    help:
      "a link with which so many people make an account within so many days, and come into these rooms; " +
      "without a name, into the one you look at",
    completes: ["room"],
    async run(chat, args, window) {
      const { rooms, ...bounds } = asked(args.whole() ?? "");
      const made = await chat.connection.ask("invitation.make", {
        rooms: rooms.length === 0 ? [roomOf(window)] : rooms,
        ...bounds,
      });
      chat.ui.showLines([made.link]);
      chat.ui.showNote(`${inWords(made)}; shown only now`);
    },
  },
  invitations: {
    usage: "",
    help: "the invitations that you have made and that have not expired",
    async run(chat) {
      const { invitations, more } = await chat.connection.ask("invitations", {});
      if (invitations.length === 0) return chat.ui.showNote("there are no invitations");
      chat.ui.showLines(invitations.map((each) => {
        const by = each.by === null || each.by === chat.me ? "" : `, by ${sanitizedLine(each.by)}`;
        return `${each.id}  ${inWords(each)}${by}`;
      }));
      if (more) chat.ui.showNote("and older ones");
    },
  },
  revoke: {
    usage: "ID",
    help: "take back an invitation, by its id of /invitations: nobody comes in with it any more",
    async run(chat, args) {
      const invitation = required(args.next(), "the id");
      await chat.connection.ask("invitation.revoke", { invitation });
      chat.ui.showNote("nobody comes in with it any more");
    },
  },
  use: {
    usage: "LINK",
    help: "come into the rooms of an invitation",
    moves: true,
    async run(chat, args) {
      const code = required(args.whole(), "the link");
      const { rooms: [room, ...others] } = await chat.connection.ask("invitation.use", { code });
      if (room === undefined) return chat.ui.showNote("it leads into no room");
      for (const each of [room, ...others]) chat.rooms.add(each);
      for (const each of others) chat.ui.windows.open({ room: each });
      await activate(chat, chat.ui.windows.open({ room }));
    },
  },
};

/** What was typed of rooms, uses and days. @throws UsageError */
function asked(typed: string): { rooms: string[]; uses?: number; days?: number } {
  const [end, days] = /(?:^|\s)for (\d{1,3})d$/.exec(typed) ?? [""];
  const rest = typed.slice(0, typed.length - end.length);
  const [times, uses] = /(?:^|\s)x(\d{1,4})$/.exec(rest) ?? [""];
  const names = rest.slice(0, rest.length - times.length).split(",").map((name) => name.trim());
  const rooms = names.filter((name) => name !== "");
  if (rooms.some((room) => /(^|\s)for \d/.test(room))) throw new UsageError("the days are such as: for 7d");
  return {
    rooms,
    ...(uses !== undefined && { uses: Number(uses) }),
    ...(days !== undefined && { days: Number(days) }),
  };
}

function inWords({ rooms, uses, left, until }: InvitationSummary): string {
  const where = rooms.length === 0 ? "into no room" : `into ${rooms.map(sanitizedLine).join(", ")}`;
  const times = uses === 1 ? (left === 1 ? "good once" : "used") : `good ${left} times of ${uses}`;
  return `${where}, ${times}, until ${new Date(until).toLocaleString()}`;
}
