/** What a command of the chat is, and how it takes what it needs from its words. */
import type { FileInfo, Message } from "../../server/core/shared/events.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import type { Chat } from "./chat.ts";
import type { Marked } from "./message_numbers.ts";
import type { Words } from "./typed.ts";
import type { Window } from "./windows.ts";

/** What Tab offers for a word of a command. */
export type WordKind = "command" | "nickname" | "room" | "window" | "path" | "file";

/** One command, by whatever name. */
export interface ChatCommand {
  /** Its words, as /help shows them. */
  readonly words: string;
  readonly help: string;
  /** It needs no server: it is done at once, also while there is no connection. */
  readonly local?: true;
  /** It may change which window is looked at, once the server has answered. */
  readonly moves?: true;
  /** What its words are, for completion; the last counts for all that follow. */
  readonly completes?: readonly WordKind[];
  /** The message that its words make, for what makes one. */
  text?(words: Words, chat: Chat): string;
  /** `window`: the one that was looked at when it was entered. @throws Misuse RequestError, or the disk's own error */
  run(chat: Chat, words: Words, window: Window | undefined): void | Promise<void>;
}

/** A command that can't be done as it was typed, with what to type instead. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}

/** A word that has to be there. @throws Misuse */
export function needed(word: string | undefined, what: string): string {
  if (word !== undefined && word !== "") return word;
  throw new Misuse(`${what} is missing`);
}

/** The window that a command is about. @throws Misuse */
export function windowOf(window: Window | undefined): Window {
  if (window) return window;
  throw new Misuse("no window is open: /join ROOM opens one");
}

/** The room that a command is about. @throws Misuse */
export function roomOf(window: Window | undefined): string {
  const { place } = windowOf(window);
  if ("room" in place) return place.room;
  throw new Misuse("this window is no room");
}

/** The message that the first word names, such as `#7`; else the latest of this window that fits. @throws Misuse */
export function messageOf(
  chat: Chat,
  words: Words,
  window: Window | undefined,
  fits: (message: Message) => boolean,
): Message {
  const number = words.number();
  const marked = number === undefined
    ? chat.marks.latest(({ message }) => message !== undefined && isIn(message, window) && fits(message))
    : chat.marks.numbered(number);
  if (marked?.message) return marked.message;
  throw new Misuse(number === undefined ? "there is no such message here" : `there is no message #${number}`);
}

/** The file that the words name, by number or by name; else the latest that fits. @throws Misuse */
export function fileOf(chat: Chat, words: Words, fits: (marked: Marked) => boolean = () => true): FileInfo {
  const number = words.number();
  const name = number === undefined ? words.next() : undefined;
  const isMeant = (marked: Marked) =>
    marked.file !== undefined && fits(marked) &&
    (name === undefined || nameKey(marked.file.name) === nameKey(name));
  const marked = number === undefined ? chat.marks.latest(isMeant) : chat.marks.numbered(number);
  if (marked?.file) return marked.file;
  if (number !== undefined) throw new Misuse(`#${number} is no file`);
  throw new Misuse(
    name === undefined ? "there is no such file" : `there is no file "${name}": /files lists them`,
  );
}

function isIn(message: Message, window: Window | undefined): boolean {
  if (!window) return false;
  const { place } = window;
  if ("room" in place) return message.room !== undefined && nameKey(message.room) === nameKey(place.room);
  if (message.room !== undefined) return false;
  return [message.from, ...[message.to ?? []].flat()].some((name) => nameKey(name) === nameKey(place.to));
}

/** Whether one wrote it oneself, and it still stands. */
export function isOwn(chat: Chat): (message: Message) => boolean {
  return ({ from, recalled }) => !recalled && nameKey(from) === nameKey(chat.me);
}
