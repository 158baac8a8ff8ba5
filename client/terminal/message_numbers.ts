/** Short numbers for messages and files, so that one can type which is meant: `#7`. */
import type { FileInfo, Message } from "../../server/core/shared/events.ts";

/** What a number stands for. */
export interface Numbered {
  readonly number: number;
  message?: Message;
  file?: FileInfo;
}

const REMEMBERED_MAX = 5_000;

/** The numbers given since the start, the latest few thousand. */
export class MessageNumbers {
  readonly #byId = new Map<string, Numbered>();
  readonly #byNumber = new Map<number, Numbered>();
  #last = 0;

  /** The number of a message, a new one if it has none yet; what it stands for is brought up to date. */
  message(message: Message): number {
    const entry = this.#of(message.id);
    entry.message = message;
    if (message.file) {
      entry.file = message.file;
      this.#byId.set(message.file.id, entry);
    }
    return entry.number;
  }

  /** The number of a file; its message's, where that is known. */
  file(file: FileInfo): number {
    const entry = this.#of(file.id);
    entry.file = file;
    return entry.number;
  }

  /** What has this id: a message's or a file's. */
  byId(id: string): Numbered | undefined {
    return this.#byId.get(id);
  }

  numbered(number: number): Numbered | undefined {
    return this.#byNumber.get(number);
  }

  /** The latest that fits. */
  latest(fits: (entry: Numbered) => boolean): Numbered | undefined {
    return Array.from(this.#byNumber.values()).findLast(fits);
  }

  /** The names of all files that have a number, the latest first. */
  fileNames(): string[] {
    const names = Array.from(this.#byNumber.values(), ({ file }) => file?.name);
    return Array.from(new Set(names.reverse().filter((name) => name !== undefined)));
  }

  #of(id: string): Numbered {
    const known = this.#byId.get(id);
    if (known) return known;
    const entry: Numbered = { number: ++this.#last };
    this.#byId.set(id, entry);
    this.#byNumber.set(entry.number, entry);
    if (this.#byNumber.size > REMEMBERED_MAX) this.#forgetOldest();
    return entry;
  }

  #forgetOldest(): void {
    const [number, { message, file }] = this.#byNumber.entries().next().value!;
    this.#byNumber.delete(number);
    if (message) this.#byId.delete(message.id);
    if (file) this.#byId.delete(file.id);
  }
}
