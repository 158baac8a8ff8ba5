/**
 * What WeTalk programs are told of each event (docs/dialects.md, "wetalk"): in the markers that they know, and where they have
 * none as a line under a name that nobody can have, such as `alice@private`, so that it is never taken for something said.
 */
import { roomSentence } from "../room_words.ts";
import type { Event, FileInfo, Message, MessageKind } from "../../../core/shared/events.ts";
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import { encodeBy, type EventTable, PER_PEER, type Raw, type Write } from "../../dialect.ts";
import {
  DIV,
  END,
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
import { oneRead } from "../../one_read.ts";
import { type Keys, seal } from "./framer.ts";

const encoder = new TextEncoder();

/** What a file is called in a line about it. */
const KINDS: Readonly<Record<MessageKind, string>> = {
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

  /** Takes a line back, whoever does; gives it if it was the last of its author's that was left. */
  recall({ id, from, seq }: Event<"recalled">): ShownLine | undefined {
    const author = this.authorOf(id) ?? from;
    const last = this.#lines.findLast((each) =>
      each.from === author && each.seq < seq && each.recalled >= seq
    );
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
export function encode(event: Event, shown: ShownLines): Words {
  return encodeBy(EVENTS, event, shown);
}

/** Event → its words. */
const EVENTS: EventTable<[shown: ShownLines], Words> = {
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
  renamed: () => PER_PEER,
  privileges: () => undefined,
  blocked: () => undefined,
  profile: () => undefined,
  typing: () => undefined,
  nodes: () => undefined,
  read: () => undefined,
  role: told,
  muted: told,
  pinned: told,
  room: told,
  invited: told,
  invitee: () => undefined,
  notice: (event) => notice(event.text),
  bye: (event) => notice(event.message),
};

/** What happens to a room, in a line. */
function told(event: Event<"role" | "muted" | "pinned" | "room" | "invited">): string | undefined {
  const sentence = roomSentence(event);
  return sentence && notice(`${sentence.who} ${sentence.text}`);
}

/** Takes something back: the programs take away the last of what they show under a name, a line or a picture. */
function takenBack(event: Event<"recalled">, shown: ShownLines): string {
  const line = event.room === undefined ? undefined : shown.recall(event);
  if (!line) {
    const what = event.room === undefined ? "a private message" : "an earlier message";
    return notice(`${event.from} took back ${what}`);
  }
  const words = say(MARKS.recall, nameOf(line.from));
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
export function encodeOffer(event: Event<"message" | "offer">, list: (file: FileInfo) => string): string {
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

/**
 * What goes to a program's window, in bytes. The window is one page of HTML that grows with every line and picture, written as an
 * address: where that comes to 2 MB it shows nothing new for as long as the program runs. So pictures stop well before.
 */
export const WINDOW = {
  /** Of all lines, and pictures in base64; a picture that would make it more is a file to fetch. */
  shownMax: 1_500_000,
  /** Of one picture; likewise. */
  pictureMax: 256 * 1024,
  /** Of what is told of what was said before: sent in small writes, it holds up all that comes after it. */
  historyMax: 64 * 1024,
  /** What the program writes around a line, mostly blanks, of which an address makes three bytes each. */
  aroundLine: 2_000,
} as const;

/** How much one program's window has been given. */
export class Window {
  #bytes = 0;

  /** It is given words, of so many messages. */
  addWords(words: string, messages: number): void {
    this.#bytes += encodeURIComponent(words.toWellFormed()).length + messages * WINDOW.aroundLine;
  }

  /** Whether a picture of so many bytes goes to it; then it counts. */
  takes(bytes: number): boolean {
    const shown = this.#bytes + Math.ceil(bytes / 3) * 4 + WINDOW.aroundLine;
    if (bytes >= WINDOW.pictureMax || shown >= WINDOW.shownMax) return false;
    this.#bytes = shown;
    return true;
  }
}

/** A file that was promised, and what is known of it by now. */
export interface Transfer {
  readonly id: string;
  /** Whether it is shown in the conversation; otherwise it was asked for. */
  readonly isPicture: boolean;
  /** Says what is coming; the last of its messages tells the length. */
  readonly announcement: string;
  /** Bytes. */
  readonly size: number;
  /** Said in its place when it is refused. */
  instead: string | undefined;
  state: "asked" | "coming" | "refused";
}

/** Words that are said unless this picture, announced before them, was not shown after all. */
export function ifShown(picture: string, words: string): string {
  return `${MARK}${picture}${MARK}${words}${MARK}`;
}

/** No word of a program's holds a zero byte. */
const MARK = "\0";
const IF_SHOWN = /\0([^\0]*)\0([^\0]*)\0/g;

/** Pictures remembered that were not shown. */
const UNSHOWN_MAX = 1_000;

/** How its programs read. */
export const READS = oneRead();
/** Bytes of plaintext in one write: twice as many characters are read at a time. */
const PLAIN_BYTES_MAX = READS.bytesMax / 2;
/**
 * Behind a part of a message that fills a read; milliseconds. Whatever comes then begins another read, so a program that is late reads
 * such parts one by one all the same; but it is behind by what it was late, and gets that time behind the message.
 */
const PART_GAP_MS = 32;
/** Between the announcement of a file and its bytes; milliseconds. */
const BEFORE_FILE_MS = 500;

/** Plaintexts on their way, and what comes of having written them. */
interface Sending {
  readonly parts: Uint8Array[];
  /** How many of those that wait it stands for. */
  readonly taken: number;
  /** Raw bytes that follow. */
  readonly raw: number;
}

const NOTHING = new Uint8Array(0);

/**
 * Makes writes that a program can read out of what waits for it. It takes up to 4,096 bytes at a time and deciphers them by themselves,
 * so every write is complete, has at most that many, and leaves time to be read before the next; and after it has been told of a file's
 * length it takes that many bytes for the file, so words wait until the file has gone out.
 */
export class Outgoing {
  #keys: Keys | undefined;
  #sending: Sending | undefined;
  /** Parts before the next write that filled a read. */
  #full = 0;
  /** Raw bytes of the announced file that are still to be written. */
  #raw = 0;
  /** In the order in which they are announced. */
  readonly #transfers: Transfer[] = [];
  /** Pictures in whose place something else was said. */
  readonly #unshown = new Set<string>();

  /** From now on words are sealed, except for the answer to the hello. */
  unlock(keys: Keys): void {
    this.#keys = keys;
  }

  /** A transfer's announcement is the next one that will wait here. */
  expect(transfer: Transfer): void {
    this.#transfers.push(transfer);
  }

  /** The next write. */
  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    if (this.#raw > 0) return this.#packRaw(waiting);
    const [first] = waiting;
    if (!this.#keys) return { bytes: NOTHING, taken: waiting.length };
    if (typeof first === "string" && first.startsWith(MARKS.key)) {
      return { bytes: encoder.encode(first), taken: 1 };
    }
    this.#sending ??= this.#begin(waiting);
    if (!this.#sending) return undefined;
    const { parts, taken, raw } = this.#sending;
    const bytes = seal(parts.shift() ?? NOTHING, this.#keys);
    if (parts.length > 0) return { bytes, taken: 0, ...this.#pauseBehind(bytes) };
    this.#sending = undefined;
    this.#raw = raw;
    return { bytes, taken, ...(raw > 0 ? { pauseMs: BEFORE_FILE_MS } : this.#pauseBehind(bytes)) };
  }

  #pauseBehind(bytes: Uint8Array): { pauseMs?: number } {
    if (bytes.length === READS.bytesMax) {
      this.#full++;
      return { pauseMs: PART_GAP_MS };
    }
    const behindMs = this.#full * (READS.lateMs - PART_GAP_MS);
    this.#full = 0;
    return behindMs > 0 ? { pauseMs: READS.gapMs + behindMs } : {};
  }

  #packRaw(waiting: readonly (string | Raw)[]): Write | undefined {
    const from = waiting.findIndex((each) => typeof each !== "string");
    if (from === -1) return undefined;
    const bytes = (waiting[from] as Raw).raw;
    this.#raw -= bytes.length;
    return { bytes, taken: 1, from, ...(this.#raw > 0 && { pauseMs: 0 }) };
  }

  /** What is to be written next; undefined while the first thing is not known to be possible. */
  #begin(waiting: readonly (string | Raw)[]): Sending | undefined {
    const [transfer] = this.#transfers;
    if (transfer && waiting[0] === transfer.announcement) {
      if (transfer.state === "asked") return undefined;
      this.#transfers.shift();
      const coming = transfer.state === "coming";
      if (!coming && transfer.isPicture) this.leaveOut(transfer.id);
      const words = coming ? transfer.announcement : transfer.instead ?? "";
      return { parts: partsOf(words), taken: 1, raw: coming ? transfer.size : 0 };
    }
    let words = "";
    let taken = 0;
    for (const each of waiting) {
      if (typeof each !== "string" || each === transfer?.announcement) break;
      const next = this.#withoutUnshown(each);
      if (taken > 0 && encoder.encode(words + next).length > PLAIN_BYTES_MAX) break;
      words += next;
      taken++;
    }
    return { parts: partsOf(words), taken, raw: 0 };
  }

  /** A picture is not shown here. */
  leaveOut(id: string): void {
    this.#unshown.add(id);
    if (this.#unshown.size > UNSHOWN_MAX) this.#unshown.delete(this.#unshown.values().next().value!);
  }

  #withoutUnshown(words: string): string {
    return words.replace(
      IF_SHOWN,
      (_, picture: string, said: string) => this.#unshown.has(picture) ? "" : said,
    );
  }
}

/**
 * Cuts messages into plaintexts: as many whole ones as fit, and one that is too long by itself. A program loses what follows an
 * `__END___` and is not complete; no character is torn.
 */
function partsOf(words: string): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let group = "";
  const close = () => {
    if (group !== "") parts.push(encoder.encode(group));
    group = "";
  };
  for (const message of words.split(END).slice(0, -1).map((each) => each + END)) {
    if (encoder.encode(group + message).length > PLAIN_BYTES_MAX) close();
    group += message;
    const bytes = encoder.encode(group);
    if (bytes.length <= PLAIN_BYTES_MAX) continue;
    parts.push(...piecesOf(bytes));
    group = "";
  }
  close();
  return parts;
}

function piecesOf(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    let end = Math.min(at + PLAIN_BYTES_MAX, bytes.length);
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--;
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
