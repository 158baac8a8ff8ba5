/** Commands about people and what one shows to them. */
import { isEmoji } from "../../server/core/shared/emoji.ts";
import type { Availability, Profile, Status } from "../../server/core/shared/profile.ts";
import type { Chat } from "./chat.ts";
import { type ChatCommand, checkCanProve, personCommand, required } from "./chat_command.ts";
import { sanitizedLine } from "./sanitize.ts";
import { profileInWords } from "./wording.ts";

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 };

/** Name → command. */
export const PEOPLE: Record<string, ChatCommand> = {
  people: {
    usage: "[TEXT]",
    help: "everybody with an account, or those whose nickname has TEXT in it",
    async run(chat, args) {
      const text = args.whole();
      const { people, next } = await chat.connection.ask("people", { ...(text !== undefined && { text }) });
      if (people.length === 0) return chat.ui.showNote("nobody of this name has an account");
      chat.ui.showLines(people.map(({ nickname, online, ...shown }) => {
        const words = profileInWords(shown);
        const where = online ? "online" : "offline";
        return `${sanitizedLine(nickname)}: ${words === NOTHING ? where : `${where}, ${words}`}`;
      }));
      if (next !== null) chat.ui.showNote("and more: /people TEXT finds them");
    },
  },
  nick: {
    usage: "NICKNAME",
    help: "be called so from now on; what you wrote before keeps the name that you had",
    async run(chat, args) {
      const { nickname } = await chat.connection.ask("account.nickname", {
        nickname: required(args.whole(), "the nickname"),
      });
      chat.ui.showNote(`you are ${sanitizedLine(nickname)} from now on`);
    },
  },
  account: {
    usage: "",
    help: "what the server keeps of your account",
    async run(chat) {
      const { username, nickname, email, email_waiting: waiting, role } = await chat.connection.ask(
        "account",
        {},
      );
      const address = email === null
        ? "without a mail address"
        : `with the mail address ${sanitizedLine(email)}`;
      chat.ui.showNote(
        `${sanitizedLine(nickname)}, who signs in as ${sanitizedLine(username)}, ${address}` +
          (role === "admin" ? ", administrator" : "") +
          (waiting === undefined ? "" : `; ${sanitizedLine(waiting)} waits for its code: /email CODE`),
      );
    },
  },
  email: {
    usage: "ADDRESS|CODE",
    help: "have another mail address; where a code is sent there, it counts with that",
    async run(chat, args) {
      const typed = required(args.whole(), "the address, or the code from the letter");
      if (!typed.includes("@")) {
        const { email } = await chat.connection.ask("account.email.confirm", { code: typed });
        return chat.ui.showNote(`your mail address is ${sanitizedLine(email)} now`);
      }
      await checkCanProve(chat);
      const password = await chat.ui.screen.ask("Password: ", true);
      if (password === undefined) return;
      const { confirm } = await chat.connection.ask("account.email", { email: typed, password });
      chat.ui.showNote(
        confirm
          ? `a code was sent to ${sanitizedLine(typed)}: /email CODE`
          : `your mail address is ${sanitizedLine(typed)} now`,
      );
    },
  },
  block: personCommand("hear nothing from somebody in private; they are not told", async (chat, nickname) => {
    await chat.connection.ask("block", { nickname, on: true });
    return `you hear nothing from ${nickname} in private`;
  }),
  unblock: personCommand(
    "hear from somebody again; what they wrote meanwhile does not come",
    async (chat, nickname) => {
      await chat.connection.ask("block", { nickname, on: false });
      return `you hear from ${nickname} again`;
    },
  ),
  blocks: {
    usage: "",
    help: "whom you block",
    async run(chat) {
      const { blocks } = await chat.connection.ask("blocks", {});
      const names = blocks.map(({ nickname }) => sanitizedLine(nickname));
      chat.ui.showNote(names.length === 0 ? "you block nobody" : `you block ${names.join(", ")}`);
    },
  },
  status: {
    usage: "[EMOJI] [TEXT] [for 2h]",
    help: "show this behind your nickname, for so many m, h or d; with nothing, take it away",
    async run(chat, args) {
      const { availability } = await ownProfile(chat);
      await show(chat, { ...(availability && { availability }) }, statusOf(args.whole() ?? ""));
    },
  },
  away: availabilityCommand("away", "say that you are away; what you do not see waits"),
  dnd: availabilityCommand("do_not_disturb", "ask not to be disturbed: nothing rings"),
  back: availabilityCommand(undefined, "say that you are here again, after /away or /dnd"),
};

/** What is said of somebody who shows nothing. */
const NOTHING = profileInWords({});

function availabilityCommand(availability: Availability | undefined, help: string): ChatCommand {
  return {
    usage: "",
    help,
    async run(chat) {
      const { status = {} } = await ownProfile(chat);
      await show(chat, { ...(availability && { availability }) }, status);
    },
  };
}

async function show(chat: Chat, shown: { availability?: Availability }, status: Status): Promise<void> {
  const profile = await chat.connection.ask("status", { ...shown, ...status });
  chat.ui.showNote(`others see: ${sanitizedLine(chat.me)} ${profileInWords(profile)}`);
}

async function ownProfile(chat: Chat): Promise<Profile> {
  const { people: [own] } = await chat.connection.ask("people", { nicknames: [chat.me] });
  return own ?? {};
}

function statusOf(typed: string): Status {
  const [end, count, unit] = /\bfor (\d{1,4})([mhd])$/.exec(typed) ?? [""];
  const said = typed.slice(0, typed.length - end.length).trim();
  const [first = "", ...rest] = said.split(" ");
  const text = (isEmoji(first) ? rest.join(" ") : said).trim();
  return {
    ...(isEmoji(first) && { emoji: first }),
    ...(text !== "" && { text }),
    ...(count !== undefined && { until: Date.now() + Number(count) * UNIT_MS[unit!]! }),
  };
}
