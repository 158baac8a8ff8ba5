/** Commands about oneself and the client. */
import type { Chat } from "./chat.ts";
import type { ChatCommand } from "./chat_command.ts";
import { EXIT } from "./exit_code.ts";
import { placeName } from "./windows.ts";
import { named } from "./wording.ts";

/** Name → command; /help is in chat_commands.ts, where all of them are known. */
export const SELF: Record<string, ChatCommand> = {
  password: {
    words: "",
    help: "choose another password",
    async run(chat) {
      const { screen } = chat.desk;
      const old = await screen.ask("Present password: ", true);
      const next = old === undefined ? undefined : await screen.ask("New password: ", true);
      const again = next === undefined ? undefined : await screen.ask("New password again: ", true);
      if (old === undefined || next === undefined || again === undefined) return;
      if (next !== again) return chat.desk.complain("the two are not the same; nothing was changed");
      await chat.connection.ask("password.change", { old, new: next });
      chat.desk.note("the password is changed; everywhere else you are signed out");
    },
  },
  clear: {
    words: "",
    help: "empty the screen, as Ctrl-L does",
    local: true,
    run: (chat) => chat.desk.screen.clear(),
  },
  logout: {
    words: "",
    help: "sign out, leave all rooms, forget the saved session, and end",
    async run(chat) {
      await chat.connection.ask("logout", {});
      await chat.means.forget();
      chat.means.end(EXIT.done);
    },
  },
  quit: {
    words: "",
    help: "end; your rooms are remembered",
    local: true,
    run: (chat) => leave(chat),
  },
};

const ASKED_MS = 5_000;
const askedAt = new WeakMap<Chat, number>();

/** Ends the chat. When something would be lost by it, only the second time within a few seconds. */
export async function leave(chat: Chat, now: number = Date.now()): Promise<void> {
  const { means, connection, transfers, desk } = chat;
  if (!desk.screen.interactive) {
    await transfers.over();
    return means.end(means.outcome());
  }
  const before = askedAt.get(chat);
  if (before !== undefined && now - before < ASKED_MS) return means.end(EXIT.done);
  askedAt.set(chat, now);
  // What only waits for its answer is waited for; what waits for a connection could take for ever.
  if (connection.state === "online") await means.settled();
  const lost = lossInWords(chat);
  if (lost === undefined) means.end(EXIT.done);
  else desk.note(`${lost}; once more, and it is dropped`);
}

function lossInWords(chat: Chat): string | undefined {
  const unsent = chat.means.unsent();
  const { count } = chat.transfers;
  const lines = unsent === 0
    ? []
    : [unsent === 1 ? "one line has not gone yet" : `${unsent} lines have not gone yet`];
  const drafts = chat.desk.windows.all.filter(({ draft }) => draft).map(({ place }) =>
    `a text for ${named(placeName(place))} is half typed`
  );
  const files = count === 0 ? [] : [count === 1 ? "a file is on its way" : `${count} files are on their way`];
  const all = [...lines, ...files, ...drafts];
  return all.length === 0 ? undefined : all.join(" and ");
}
