/** Commands about messages: saying, answering, changing, reading. */
import { ME } from "../../server/core/shared/actions.ts";
import { type ChatCommand, isOwn, messageOf, required, UsageError, windowOf } from "./chat_command.ts";
import { activate, showEarlier } from "./history.ts";
import type { Arguments } from "./input.ts";
import { targetName } from "./windows.ts";
import { messageInWords } from "./wording.ts";
import { sanitizedLine } from "./sanitize.ts";

const EARLIER = 20;
const EARLIER_MAX = 200;

/** Name → command. */
export const TALK: Record<string, ChatCommand> = {
  msg: {
    usage: "NICKNAME [TEXT]",
    help: "write to one person; without a text, open the window for it",
    moves: true,
    completes: ["nickname"],
    text(args) {
      args.next();
      return args.rest;
    },
    async run(chat, args) {
      const to = required(args.next()?.replace(/^@/, ""), "the nickname");
      if (args.rest === "") await activate(chat, chat.ui.windows.open({ to }));
      else await chat.say({ to }, args.rest);
    },
  },
  me: {
    usage: "TEXT",
    help: "say what you are doing",
    completes: ["nickname"],
    text: (args) => ME + args.rest,
    async run(chat, args, window) {
      await chat.say(windowOf(window).target, ME + required(args.rest, "what you do"));
    },
  },
  reply: {
    usage: "[#N] TEXT",
    help: "answer a message; without a number the latest of others",
    text: textAfterNumber,
    async run(chat, args, window) {
      const { target } = windowOf(window);
      const isMine = isOwn(chat);
      const { id } = messageOf(chat, args, window, (message) => !message.recalled && !isMine(message));
      await chat.say(target, required(args.rest, "the text"), id);
    },
  },
  react: {
    usage: "[#N] EMOJI [off]",
    help: "add an emoji to a message, or take it off",
    async run(chat, args, window) {
      const { id } = messageOf(chat, args, window, (message) => !message.recalled);
      const emoji = required(args.next(), "the emoji");
      const on = args.next() !== "off";
      await chat.connection.ask("react", { message: id, emoji, on });
      chat.ui.showNote(`${emoji} ${on ? "added to" : "taken off"} #${chat.numbers.byId(id)?.number}`);
    },
  },
  edit: {
    usage: "[#N] TEXT",
    help: "put another text into a message of yours; without a number the latest",
    text: textAfterNumber,
    async run(chat, args, window) {
      const message = messageOf(chat, args, window, isOwn(chat));
      const text = required(args.rest, "the text");
      await chat.connection.ask("edit", { message: message.id, text });
      Object.assign(message, { text, edited: message.at });
      chat.ui.showLines([messageInWords(message, chat.wording)]);
    },
  },
  recall: {
    usage: "[#N]",
    help: "take a message of yours back; without a number the latest",
    async run(chat, args, window) {
      const message = messageOf(chat, args, window, isOwn(chat));
      await chat.connection.ask("recall", { message: message.id });
      Object.assign(message, { text: "", recalled: true });
      chat.ui.showNote(`#${chat.numbers.byId(message.id)?.number} is taken back`);
    },
  },
  report: {
    usage: "[#N] WHAT IS WRONG",
    help: "tell the administrators of a message; without a number the latest of others",
    text: textAfterNumber,
    async run(chat, args, window) {
      const isMine = isOwn(chat);
      const { id } = messageOf(chat, args, window, (message) => !message.recalled && !isMine(message));
      await chat.connection.ask("report", { message: id, text: required(args.rest, "what is wrong") });
      chat.ui.showNote(`#${chat.numbers.byId(id)?.number} is reported to the administrators`);
    },
  },
  history: {
    usage: "[COUNT]",
    help: "show what was said before",
    async run(chat, args, given) {
      const window = windowOf(given);
      const count = Number(args.next() ?? EARLIER);
      if (!Number.isInteger(count) || count < 1) throw new UsageError("the count is a number from 1");
      const limit = Math.min(count, EARLIER_MAX);
      const shown = await showEarlier(chat, window, limit);
      chat.ui.showNote(shown ? "/history again shows what was before that" : "there is nothing before that");
    },
  },
  search: {
    usage: "TEXT",
    help: "find messages, wherever you may read them",
    async run(chat, args) {
      const { messages, more } = await chat.connection.ask("search", {
        text: required(args.rest, "the text"),
      });
      for (const message of messages) {
        chat.numbers.message(message);
        const from = message.from === chat.me ? [message.to ?? []].flat()[0] ?? "" : message.from;
        const target = message.room === undefined ? { to: from } : { room: message.room };
        const when = new Date(message.at).toLocaleDateString();
        const former = message.person === undefined ? "" : " (former)";
        const where = chat.ui.screen.paint.dim(`${when} ${sanitizedLine(targetName(target))}${former}`);
        chat.ui.showLines([`${where} ${messageInWords(message, chat.wording)}`]);
      }
      if (messages.length === 0) chat.ui.showNote("nothing found");
      else if (more) chat.ui.showNote("there are more: add a word");
    },
  },
};

function textAfterNumber(args: Arguments): string {
  args.number();
  return args.rest;
}
