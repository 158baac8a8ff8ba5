/**
 * What waits for a program of the codes, made into writes that it can read: one message each, none longer than one read. Lines that
 * wait together become one message. A file takes its place among the messages: what comes after it waits for its bytes.
 */
import { type NameKey, nameKey } from "../../../core/shared/names.ts";
import { canTake, type Fields, FILE_MARK, JoinedLines, LINE, messagesOf, written } from "./encoder.ts";
import type { Event } from "../../../core/shared/events.ts";
import type { Output, Raw, Write } from "../../dialect.ts";
import type { Transfer } from "./files.ts";
import type { Message, Separator } from "./parser.ts";

/** The window has room for so many boxes. */
const BOXES_MAX = 8;

/** Whom one program was told of: its window has a box for each, and the message names those whose boxes are ticked. */
export class ToldNames {
  /** Undefined: no list was told yet. */
  #names: Set<NameKey> | undefined;

  /** A message has been written to the program. */
  note([code, ...names]: Fields): void {
    if (code === "204") this.#names = undefined;
    if (code === "210") this.#names ??= new Set();
    if (code === "205" || code === "210") { for (const name of names) this.#names?.add(nameKey(name)); }
    if (code === "203") { for (const name of names) this.#names?.delete(nameKey(name)); }
  }

  /** Whether these, without the program's own user, are all: with many online, as many as the window has boxes for. */
  isEverybody(names: readonly string[]): boolean {
    const told = this.#names;
    if (!told || told.size === 0) return false;
    const named = new Set(names.map(nameKey));
    if (Array.from(told).every((name) => named.has(name))) return true;
    return told.size > BOXES_MAX && named.size === BOXES_MAX && named.isSubsetOf(told);
  }

  /** Those among these of whom nothing was told. */
  unknownOf(names: readonly string[]): string[] {
    return names.filter((name) => !this.#names?.has(nameKey(name)));
  }
}

const NOTHING = new Uint8Array(0);

/** Makes the writes of one program. */
export class Outgoing {
  /** Whom it was told of. */
  readonly told = new ToldNames();
  /** What the peer puts between fields; undefined: it has not shown. */
  #form: Separator | undefined;
  /** In the order of their marks. */
  readonly #transfers: Transfer[] = [];
  /** What is being written of what waits, and its messages that are left. */
  #words = "";
  #left: Fields[] = [];
  /** Writes that are left of the message that is being written. */
  #parts: Uint8Array[] = [];

  /** The form in which the peer is spoken to: the one in which it speaks. */
  get form(): Separator {
    return this.#form ?? "\r\n";
  }

  /** The first separator shows it; behind the code of a file anything may stand. */
  learn({ code, separator }: Message): void {
    if (code !== "109") this.#form ??= separator;
  }

  /** A file whose mark waits next. */
  expect(transfer: Transfer): void {
    this.#transfers.push(transfer);
  }

  /** Takes a piece of a file, or the news that there are no more; gives what is to be queued. */
  take(event: Pick<Event<"chunk">, "file" | "error">, data: Uint8Array): Output {
    const transfer = this.#transfers.find(({ file, state }) => file === event.file && state === "coming");
    transfer?.take(event, data);
    if (!transfer?.whole) return {};
    if (canTake(transfer.content, this.form)) return { raw: transfer.whole };
    transfer.fail();
    return {};
  }

  /** The next write; undefined while the bytes of a file are on their way. */
  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    const [first] = waiting;
    // The bytes of a file whose mark was forgotten with everything else.
    if (typeof first !== "string") return { bytes: NOTHING, taken: 1 };
    if (first !== this.#words) [this.#words, this.#left, this.#parts] = [first, messagesOf(first), []];
    if (this.#parts.length > 0) return this.#part();
    const [next] = this.#left;
    if (!next) return this.#done(NOTHING);
    if (next[0] === LINE) return this.#lines(waiting);
    if (next[0] !== FILE_MARK) return this.#message(next);
    if (this.#transfers[0]?.state === "coming") return undefined;
    const bytes = this.#transfers.shift()?.whole;
    const from = waiting.findIndex((each) => typeof each !== "string" && each.raw === bytes);
    if (!bytes || from === -1) return this.#message([LINE, ...next.slice(1)]);
    this.#left.shift();
    return { bytes, from, taken: 1 };
  }

  /** As many lines as are next and go into one read; the first one alone may take several. */
  #lines(waiting: readonly (string | Raw)[]): Write {
    const joined = new JoinedLines(this.form);
    let taken = 0;
    while (true) {
      while (this.#left[0]?.[0] === LINE && joined.add(this.#left[0])) this.#left.shift();
      if (this.#left.length > 0) break;
      const next = waiting[++taken];
      this.#words = typeof next === "string" ? next : "";
      if (this.#words === "") break;
      this.#left = messagesOf(this.#words);
    }
    return joined.isEmpty ? this.#message(this.#left[0]!) : { bytes: joined.bytes, taken };
  }

  #message(message: Fields): Write {
    this.#left.shift();
    this.told.note(message);
    this.#parts = written(message, this.form);
    return this.#part();
  }

  #part(): Write {
    const bytes = this.#parts.shift()!;
    return this.#parts.length + this.#left.length > 0 ? { bytes, taken: 0 } : this.#done(bytes);
  }

  #done(bytes: Uint8Array): Write {
    this.#words = "";
    return { bytes, taken: 1 };
  }
}
