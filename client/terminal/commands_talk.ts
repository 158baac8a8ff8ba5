/** Commands about messages: saying, answering, changing, reading. */
import { type ChatCommand, isOwn, messageOf, Misuse, needed, windowOf } from "./chat_command.ts";
import { lookAt, showEarlier } from "./history.ts";
import type { Words } from "./typed.ts";
import { placeName } from "./windows.ts";
import { actionText, messageInWords, named } from "./wording.ts";

const EARLIER = 20;
const EARLIER_MAX = 200;

/** Name → command. */
export const TALK: Record<string, ChatCommand> = {
  msg: {
    words: "NICKNAME [TEXT]",
    help: "write to one person; without a text, open the window for it",
    moves: true,
    completes: ["nickname"],
    text(words) {
      words.next();
      return words.rest;
    },
    async run(chat, words) {
      const to = needed(words.next()?.replace(/^@/, ""), "the nickname");
      if (words.rest === "") await lookAt(chat, chat.desk.windows.open({ to }));
      else await chat.say({ to }, words.rest);
    },
  },
  me: {
    words: "TEXT",
    help: "say what you are doing",
    completes: ["nickname"],
    text: (words, chat) => actionText(chat.me, words.rest),
    async run(chat, words, window) {
      await chat.say(windowOf(window).place, actionText(chat.me, needed(words.rest, "what you do")));
    },
  },
  reply: {
    words: "[#N] TEXT",
    help: "answer a message; without a number the latest of others",
    text: textAfterNumber,
    async run(chat, words, window) {
      const { place } = windowOf(window);
      const isMine = isOwn(chat);
      const { id } = messageOf(chat, words, window, (message) => !message.recalled && !isMine(message));
      await chat.say(place, needed(words.rest, "the text"), id);
    },
  },
  react: {
    words: "[#N] EMOJI [off]",
    help: "add an emoji to a message, or take it off",
    async run(chat, words, window) {
      const { id } = messageOf(chat, words, window, (message) => !message.recalled);
      const emoji = needed(words.next(), "the emoji");
      const on = words.next() !== "off";
      await chat.connection.ask("react", { message: id, emoji, on });
      chat.desk.note(`${emoji} ${on ? "added to" : "taken off"} #${chat.marks.byId(id)?.number}`);
    },
  },
  edit: {
    words: "[#N] TEXT",
    help: "put another text into a message of yours; without a number the latest",
    text: textAfterNumber,
    async run(chat, words, window) {
      const message = messageOf(chat, words, window, isOwn(chat));
      const text = needed(words.rest, "the text");
      await chat.connection.ask("edit", { message: message.id, text });
      Object.assign(message, { text, edited: message.at });
      chat.desk.list([messageInWords(message, chat.wording)]);
    },
  },
  recall: {
    words: "[#N]",
    help: "take a message of yours back; without a number the latest",
    async run(chat, words, window) {
      const message = messageOf(chat, words, window, isOwn(chat));
      await chat.connection.ask("recall", { message: message.id });
      Object.assign(message, { text: "", recalled: true });
      chat.desk.note(`#${chat.marks.byId(message.id)?.number} is taken back`);
    },
  },
  history: {
    words: "[COUNT]",
    help: "show what was said before",
    async run(chat, words, given) {
      const window = windowOf(given);
      const count = Number(words.next() ?? EARLIER);
      if (!Number.isInteger(count) || count < 1) throw new Misuse("the count is a number from 1");
      const limit = Math.min(count, EARLIER_MAX);
      const shown = await showEarlier(chat, window, limit);
      chat.desk.note(shown ? "/history again shows what was before that" : "there is nothing before that");
    },
  },
  search: {
    words: "TEXT",
    help: "find messages, wherever you may read them",
    async run(chat, words) {
      const { messages, more } = await chat.connection.ask("search", {
        text: needed(words.rest, "the text"),
      });
      for (const message of messages) {
        chat.marks.message(message);
        const from = message.from === chat.me ? [message.to ?? []].flat()[0] ?? "" : message.from;
        const place = message.room === undefined ? { to: from } : { room: message.room };
        const when = new Date(message.at).toLocaleDateString();
        const former = message.person === undefined ? "" : " (former)";
        const where = chat.desk.screen.paint.dim(`${when} ${named(placeName(place))}${former}`);
        chat.desk.list([`${where} ${messageInWords(message, chat.wording)}`]);
      }
      if (messages.length === 0) chat.desk.note("nothing found");
      else if (more) chat.desk.note("there are more: add a word");
    },
  },
};

function textAfterNumber(words: Words): string {
  words.number();
  return words.rest;
}
