/** Commands about oneself and the client. */
import type { Chat } from "./chat.ts";
import { type ChatCommand, checkCanProve } from "./chat_command.ts";
import { EXIT } from "./exit_code.ts";
import { targetName } from "./windows.ts";
import { sanitizedLine } from "./sanitize.ts";

/** Name → command; /help is in chat_commands.ts, where all of them are known. */
export const SELF: Record<string, ChatCommand> = {
  password: {
    usage: "",
    help: "choose another password",
    async run(chat) {
      await checkCanProve(chat);
      const { screen } = chat.ui;
      const old = await screen.ask("Present password: ", true);
      const next = old === undefined ? undefined : await screen.ask("New password: ", true);
      const again = next === undefined ? undefined : await screen.ask("New password again: ", true);
      if (old === undefined || next === undefined || again === undefined) return;
      if (next !== again) return chat.ui.showError("the two are not the same; nothing was changed");
      await chat.connection.ask("password.change", { old, new: next });
      chat.ui.showNote("the password is changed; everywhere else you are signed out");
    },
  },
  clear: {
    usage: "",
    help: "empty the screen, as Ctrl-L does",
    local: true,
    run: (chat) => chat.ui.screen.clear(),
  },
  logout: {
    usage: "",
    help: "sign out, leave all rooms, forget the saved session, and end",
    async run(chat) {
      await chat.connection.ask("logout", {});
      await chat.context.forget();
      chat.context.end(EXIT.done);
    },
  },
  quit: {
    usage: "",
    help: "end; your rooms are remembered",
    local: true,
    run: (chat) => leave(chat),
  },
};

const ASKED_MS = 5_000;
const askedAt = new WeakMap<Chat, number>();

/** Ends the chat. When something would be lost by it, only the second time within a few seconds. */
export async function leave(chat: Chat, now: number = Date.now()): Promise<void> {
  const { context, connection, transfers, ui } = chat;
  if (!ui.screen.interactive) {
    await transfers.drain();
    return context.end(context.exitCode());
  }
  const before = askedAt.get(chat);
  if (before !== undefined && now - before < ASKED_MS) return context.end(EXIT.done);
  askedAt.set(chat, now);
  // What only waits for its answer is waited for; what waits for a connection could take for ever.
  if (connection.state === "online") await context.drained();
  const lost = lossInWords(chat);
  if (lost === undefined) context.end(EXIT.done);
  else ui.showNote(`${lost}; once more, and it is dropped`);
}

function lossInWords(chat: Chat): string | undefined {
  const unsent = chat.context.unsent();
  const { count } = chat.transfers;
  const lines = unsent === 0
    ? []
    : [unsent === 1 ? "one line has not gone yet" : `${unsent} lines have not gone yet`];
  const drafts = chat.ui.windows.all.filter(({ draft }) => draft).map(({ target }) =>
    `a text for ${sanitizedLine(targetName(target))} is half typed`
  );
  const files = count === 0 ? [] : [count === 1 ? "a file is on its way" : `${count} files are on their way`];
  const all = [...lines, ...files, ...drafts];
  return all.length === 0 ? undefined : all.join(" and ");
}
