/**
 * How one RoomChat page writes, and so is answered. There are two kinds: `Type`, `Content`, with `Self_send` 0 for whoever did
 * something; and `type`, `content`, with `self_send` 1 for them and the room and how many are in it besides. Words are made in the
 * first and put into the other on their way out.
 */
import { CLOSING, type Keys, say, type WordType } from "./parser.ts";

/** What {@link say} and `complain` write. */
interface Told {
  readonly Type: WordType | "Error";
  readonly Sender?: string;
  readonly Self_send?: 0 | 1;
  readonly Text: string;
}

/** One page's. */
export class Manner {
  #isLower = false;
  /** Whether it has put `data:` before a picture of its own; then it is sent others so. */
  prefixes = false;
  #room = "";
  readonly #people = new Set<string>();
  /** Rooms that it has been let into and not yet been told of. */
  readonly #stays: { room: string; people: readonly string[] }[] = [];

  /** It has written this. */
  learn(keys: Keys): void {
    if ("Type" in keys || "type" in keys) this.#isLower = !("Type" in keys);
  }

  /** It is let into a room, where these are. */
  enter(room: string, people: readonly string[]): void {
    this.#stays.push({ room, people });
  }

  /** A whole message, the next that it is told. */
  whole(words: string): string {
    const told = JSON.parse(words) as Told;
    this.#follow(told);
    return this.#isLower ? JSON.stringify(this.#lower(told)) : words;
  }

  /** A message whose text comes piece by piece, up to that text. */
  beginning(type: WordType, sender: string, own: boolean, prefix: string): string {
    const words = this.whole(say(type, sender, own, ""));
    return words.slice(0, -CLOSING.length) + JSON.stringify(prefix).slice(1, -1);
  }

  /** Ends it where its text breaks off: of a field that is there twice, whoever reads JSON takes the last. */
  breakingOff(why: string): string {
    const [type, text] = this.#isLower ? ["type", "text"] : ["Type", "Text"];
    return `","${type}":"Error","${text}":${JSON.stringify(why)}}`;
  }

  #follow({ Type, Sender = "", Self_send }: Told): void {
    const [stay] = this.#stays;
    if (Type === "Enter" && Self_send === 0 && stay) {
      this.#stays.shift();
      this.#room = stay.room;
      this.#people.clear();
      for (const each of stay.people) this.#people.add(each);
    }
    if (Type === "Enter") this.#people.add(Sender);
    if (Type === "Quit") this.#people.delete(Sender);
  }

  /** The text is last, for those that come in pieces. */
  #lower({ Type: type, Sender: sender, Self_send, Text: text }: Told): object {
    if (sender === undefined) return { type, text };
    const [roomid, number, self_send] = [this.#room, this.#people.size, 1 - (Self_send ?? 1)];
    return { type, roomid, number, sender, self_send, text };
  }
}

/** Pictures remembered whose senders put `data:` before them. */
const PREFIXED_MAX = 1_000;

/** What all pages of a server have in common: which pictures came with a prefix. */
export class Prefixed {
  readonly #ids = new Set<string>();

  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size > PREFIXED_MAX) this.#ids.delete(this.#ids.values().next().value!);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
