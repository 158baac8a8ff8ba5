/**
 * What WeTalk programs are told of each event (docs/dialects.md, "wetalk"): in the markers that they know, and where they have
 * none as a line under a name that nobody can have, such as `alice@private`, so that it is never taken for something said.
 */
import type { Event, EventName, FileInfo, Message, MessageKind } from "../../core/events.ts";
import { LOBBY } from "../../core/rooms.ts";
import { PERSONAL } from "../dialect.ts";
import { DIV, escaped, line, MARKS, nameOf, notice, RECALLED_ITEM, say, signed } from "./wetalk_grammar.ts";

/** What a file is called in a line about it. */
export const KINDS: Readonly<Record<MessageKind, string>> = {
  text: "message",
  image: "picture",
  video: "video",
  file: "file",
};

/** Lines remembered for telling whether a recalled one is its author's last. */
const LINES_REMEMBERED = 1_000;

/** The lines that everybody was shown last. */
export class ShownLines {
  readonly #lines: { id: string; from: string }[] = [];
  readonly #recalled = new Set<string>();

  add(id: string, from: string): void {
    // Asked for once more for whoever wrote it.
    if (this.#lines.at(-1)?.id === id) return;
    this.#lines.push({ id, from });
    if (this.#lines.length <= LINES_REMEMBERED) return;
    this.#recalled.delete(this.#lines.shift()!.id);
  }

  /** Takes a line back; whether it was the last of its author's. */
  recall(id: string, from: string): boolean {
    const last = this.#lines.findLast((each) =>
      each.from === from && (each.id === id || !this.#recalled.has(each.id))
    );
    if (last?.id !== id) return false;
    this.#recalled.add(id);
    return true;
  }

  authorOf(id: string): string | undefined {
    return this.#lines.find((each) => each.id === id)?.from;
  }
}

type Words = string | typeof PERSONAL | undefined;

/** Event → its words, {@link PERSONAL} where they depend on whom they are for. */
export const WORDS: { readonly [K in EventName]: (event: Event<K>, shown: ShownLines) => Words } = {
  message: (event, shown) => {
    if (event.room === LOBBY && event.text !== "") shown.add(event.id, event.from);
    return event.file ? PERSONAL : textLine(event);
  },
  edited: (event) => line(signed(event.from, ...placeKinds(event), "edited"), event.text),
  recalled: (event, shown) => {
    if (event.room !== undefined && shown.recall(event.id, event.from)) {
      return say(MARKS.recall, nameOf(event.from));
    }
    const what = event.room === undefined ? "a private message" : "an earlier message";
    return notice(`${event.from} took back ${what}`);
  },
  reacted: (event, shown) => {
    const author = shown.authorOf(event.id);
    const whose = author === undefined ? "a message" : `a message of ${author}`;
    const text = event.on ? `${event.emoji} to ${whose}` : `took back ${event.emoji} to ${whose}`;
    return line(signed(event.from, ...placeKinds(event), "reacted"), text);
  },
  entered: () => PERSONAL,
  left: () => PERSONAL,
  kicked: () => PERSONAL,
  owner: () => PERSONAL,
  offer: () => PERSONAL,
  accepted: () => undefined,
  refused: () => undefined,
  fetched: () => undefined,
  chunk: () => undefined,
  online: () => undefined,
  offline: () => undefined,
  typing: () => undefined,
  read: () => undefined,
  notice: (event) => notice(event.text),
  bye: (event) => notice(event.message),
};

/** The text of a message as a line; nothing when it has none. */
export function textLine(message: Message): string {
  if (message.text === "") return "";
  const name = message.to === undefined ? nameOf(message.from) : signed(message.from, "private");
  return line(name, message.text);
}

/** A file of which the program gets no more than where it is. */
export function fileLine(message: Message, text: string): string {
  return line(signed(message.from, ...placeKinds(message), KINDS[message.kind]), text);
}

/** A message as items of history; `place` says which file it is and where to fetch it. */
export function historyItems(message: Message, place: (file: FileInfo) => string): string[] {
  if (message.recalled) return [RECALLED_ITEM];
  const items = message.text === "" ? [] : [`${nameOf(message.from)}${DIV}${escaped(message.text)}`];
  const { file } = message;
  if (file) {
    items.push(`${signed(message.from, KINDS[message.kind])}${DIV}${escaped(place(file))}`);
  }
  return items;
}

function placeKinds({ to }: { to?: string | string[] }): string[] {
  return to === undefined ? [] : ["private"];
}
