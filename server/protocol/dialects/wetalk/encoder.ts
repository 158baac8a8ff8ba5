/**
 * What WeTalk programs are told of each event (docs/dialects.md, "wetalk"): in the markers that they know, and where they have
 * none as a line under a name that nobody can have, such as `alice@private`, so that it is never taken for something said.
 */
import type { Event, EventName, FileInfo, Message, MessageKind } from "../../../core/shared/events.ts";
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import { LOBBY } from "../../../core/rooms/rooms.ts";
import { PER_PEER } from "../../dialect.ts";
import { ifShown } from "./outgoing.ts";
import { WINDOW } from "./window.ts";
import {
  DIV,
  escaped,
  line,
  MARKS,
  nameOf,
  notice,
  pythonList,
  RECALLED_ITEM,
  say,
  signed,
} from "./parser.ts";

/** What a file is called in a line about it. */
export const KINDS: Readonly<Record<MessageKind, string>> = {
  text: "message",
  image: "picture",
  video: "video",
  file: "file",
};

/** Lines remembered for telling whether a recalled one is its author's last. */
const LINES_REMEMBERED = 1_000;

/** What somebody was seen to say, by its place in the order of all that happens: a line, a picture, or both. */
interface ShownLine {
  readonly id: string;
  readonly from: string;
  readonly seq: number;
  readonly text: boolean;
  /** The id of its file. */
  readonly picture: string | undefined;
  /** When it was taken back. */
  recalled: number;
}

/**
 * The lines and pictures that everybody was shown last. The same event may be asked for twice, with later ones between: what it comes to
 * depends on what happened before it only.
 */
export class ShownLines {
  readonly #lines: ShownLine[] = [];

  add({ id, from, seq, text, file }: Message): void {
    const picture = file && isPicture(file) ? file.id : undefined;
    if (text === "" && picture === undefined) return;
    if (this.#lines.findLast((each) => each.seq <= seq)?.seq === seq) return;
    this.#lines.push({ id, from, seq, text: text !== "", picture, recalled: Infinity });
    if (this.#lines.length > LINES_REMEMBERED) this.#lines.shift();
  }

  /** Takes a line back; gives it if it was the last of its author's that was left. */
  recall({ id, from, seq }: Event<"recalled">): ShownLine | undefined {
    const last = this.#lines.findLast((each) => each.from === from && each.seq < seq && each.recalled >= seq);
    if (last?.id !== id) return undefined;
    last.recalled = seq;
    return last;
  }

  authorOf(id: string): string | undefined {
    return this.#lines.find((each) => each.id === id)?.from;
  }
}

type Words = string | typeof PER_PEER | undefined;

/** What an event is to a program, {@link PER_PEER} where that depends on which one it is. */
export function wordsOf<E extends Event>(event: E, shown: ShownLines): Words {
  return (WORDS[event.event] as (event: E, shown: ShownLines) => Words)(event, shown);
}

/** Event → its words. */
const WORDS: { readonly [K in EventName]: (event: Event<K>, shown: ShownLines) => Words } = {
  message: (event, shown) => {
    if (event.room === LOBBY) shown.add(event);
    return event.file ? PER_PEER : textLine(event);
  },
  edited: (event) => line(signed(event.from, ...placeKinds(event), "edited"), event.text),
  recalled: takenBack,
  reacted: (event, shown) => {
    const author = shown.authorOf(event.id);
    const whose = author === undefined ? "a message" : `a message of ${author}`;
    const text = event.on ? `${event.emoji} to ${whose}` : `took back ${event.emoji} to ${whose}`;
    return line(signed(event.from, ...placeKinds(event), "reacted"), text);
  },
  entered: () => PER_PEER,
  left: () => PER_PEER,
  kicked: () => PER_PEER,
  owner: () => PER_PEER,
  offer: () => PER_PEER,
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

/** Takes something back: the programs take away the last of what they show under a name, a line or a picture. */
export function takenBack(event: Event<"recalled">, shown: ShownLines): string {
  const line = event.room === undefined ? undefined : shown.recall(event);
  if (!line) {
    const what = event.room === undefined ? "a private message" : "an earlier message";
    return notice(`${event.from} took back ${what}`);
  }
  const words = say(MARKS.recall, nameOf(event.from));
  const picture = line.picture === undefined ? "" : ifShown(line.picture, words);
  return line.text ? picture + words : picture;
}

/** Whether a file is a picture that is shown where the window has room for it. A video would be a broken picture. */
export function isPicture({ type, size }: Pick<FileInfo, "type" | "size">): boolean {
  return type.startsWith("image/") && size < WINDOW.pictureMax;
}

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

/** A private file, which the program may `list`: fetching it accepts it. */
export function offerWords(event: Event<"message" | "offer">, list: (file: FileInfo) => string): string {
  const file = event.file!;
  const text = textLine(event);
  if (file.type === FOLDER_TYPE) {
    return text + fileLine(event, `${file.name}: a folder, which can't be fetched from here`);
  }
  return text + fileLine(event, `${file.name} (${file.size} bytes): in your list of files`) + list(file);
}

/** What was said before, as a list that Python reads: of the newest as much as goes together. */
export function historyOf(messages: readonly Message[], place: (file: FileInfo) => string): string {
  const items: string[] = [];
  let bytes = 0;
  for (const item of messages.flatMap((message) => historyItems(message, place)).toReversed()) {
    const more = encoder.encode(pythonList([item])).length;
    if (more > WINDOW.historyMax / 2) continue;
    bytes += more;
    if (bytes > WINDOW.historyMax - AROUND_HISTORY_BYTES) break;
    items.unshift(item);
  }
  return say(MARKS.history, pythonList(items));
}

const encoder = new TextEncoder();
/** The markers of a history. */
const AROUND_HISTORY_BYTES = 32;

/** A message as items of history; `place` says which file it is and where to fetch it. */
function historyItems(message: Message, place: (file: FileInfo) => string): string[] {
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
