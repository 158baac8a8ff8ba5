/** What a command of the chat is, and how it takes what it needs from its arguments. */
import { authorOf, type FileInfo, type Message } from "../../server/core/shared/events.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import type { Chat } from "./chat.ts";
import type { Numbered } from "./message_numbers.ts";
import type { Arguments } from "./input.ts";
import { sanitizedLine } from "./sanitize.ts";
import type { Window } from "./windows.ts";

/** What Tab offers for an argument of a command. */
export type WordKind = "command" | "nickname" | "room" | "window" | "path" | "file";

/** One command, by whatever name. */
export interface ChatCommand {
  /** Its arguments, as /help shows them. */
  readonly usage: string;
  readonly help: string;
  /** It needs no server: it is done at once, also while there is no connection. */
  readonly local?: true;
  /** It may change which window is current, once the server has answered. */
  readonly moves?: true;
  /** What its arguments are, for completion; the last counts for all that follow. */
  readonly completes?: readonly WordKind[];
  /** The message that its arguments make, for commands that send one. */
  text?(args: Arguments, chat: Chat): string;
  /** `window`: the one that was current when it was entered. @throws UsageError RequestError, or the disk's own error */
  run(chat: Chat, args: Arguments, window: Window | undefined): void | Promise<void>;
}

/** A command that can't be done as it was typed, with what to type instead. */
export class UsageError extends Error {
  override readonly name = "Misuse";
}

/** An argument that has to be there. @throws UsageError */
export function required(word: string | undefined, what: string): string {
  if (word !== undefined && word !== "") return word;
  throw new UsageError(`${what} is missing`);
}

/** A command about somebody whose nickname is all that is typed. `act` gives the words for having done it. */
export function personCommand(
  help: string,
  act: (chat: Chat, nickname: string, window: Window | undefined) => Promise<string>,
): ChatCommand {
  return {
    usage: "NICKNAME",
    help,
    completes: ["nickname"],
    async run(chat, args, window) {
      const nickname = required(args.whole(), "the nickname");
      chat.ui.showNote(sanitizedLine(await act(chat, nickname, window)));
    },
  };
}

/** Before a password is asked for: whether there is somebody to type it, and whose it is. @throws UsageError RequestError */
export async function checkCanProve({ ui, connection }: Chat): Promise<void> {
  if (!ui.screen.canAsk) throw new UsageError("it asks for a password, which takes a terminal");
  await connection.ask("account", {}); // guests have none
}

/** The window that a command is about. @throws UsageError */
export function windowOf(window: Window | undefined): Window {
  if (window) return window;
  throw new UsageError("no window is open: /join ROOM opens one");
}

/** The room that a command is about. @throws UsageError */
export function roomOf(window: Window | undefined): string {
  const { target } = windowOf(window);
  if ("room" in target) return target.room;
  throw new UsageError("this window is no room");
}

/** The message that the first argument names, such as `#7`; else the latest of this window that fits. @throws UsageError */
export function messageOf(
  chat: Chat,
  args: Arguments,
  window: Window | undefined,
  fits: (message: Message) => boolean,
): Message {
  const number = args.number();
  const entry = number === undefined
    ? chat.numbers.latest(({ message }) => message !== undefined && isIn(message, window) && fits(message))
    : chat.numbers.numbered(number);
  if (entry?.message) return entry.message;
  throw new UsageError(
    number === undefined ? "there is no such message here" : `there is no message #${number}`,
  );
}

/** The file that the arguments name, by number or by name; else the latest that fits. @throws UsageError */
export function fileOf(
  chat: Chat,
  args: Arguments,
  fits: (entry: Numbered) => boolean = () => true,
): FileInfo {
  const number = args.number();
  const name = number === undefined ? args.next() : undefined;
  const isMeant = (entry: Numbered) =>
    entry.file !== undefined && fits(entry) &&
    (name === undefined || nameKey(entry.file.name) === nameKey(name));
  const entry = number === undefined ? chat.numbers.latest(isMeant) : chat.numbers.numbered(number);
  if (entry?.file) return entry.file;
  if (number !== undefined) throw new UsageError(`#${number} is no file`);
  throw new UsageError(
    name === undefined ? "there is no such file" : `there is no file "${name}": /files lists them`,
  );
}

function isIn(message: Message, window: Window | undefined): boolean {
  if (!window) return false;
  const { target } = window;
  if ("room" in target) return message.room !== undefined && nameKey(message.room) === nameKey(target.room);
  if (message.room !== undefined) return false;
  return [message.from, ...[message.to ?? []].flat()].some((name) => nameKey(name) === nameKey(target.to));
}

/** Whether one wrote it oneself, and it still stands. */
export function isOwn(chat: Chat): (message: Message) => boolean {
  return (message) => !message.recalled && nameKey(authorOf(message)) === nameKey(chat.me);
}
