/** Short numbers for messages and files, so that one can type which is meant: `#7`. */
import type { FileInfo, Message } from "../../server/core/shared/events.ts";

/** What a number stands for. */
export interface Marked {
  readonly number: number;
  message?: Message;
  file?: FileInfo;
}

const REMEMBERED_MAX = 5_000;

/** The numbers given since the start, the latest few thousand. */
export class Marks {
  readonly #byId = new Map<string, Marked>();
  readonly #byNumber = new Map<number, Marked>();
  #last = 0;

  /** The number of a message, a new one if it has none yet; what it stands for is brought up to date. */
  message(message: Message): number {
    const marked = this.#of(message.id);
    marked.message = message;
    if (message.file) {
      marked.file = message.file;
      this.#byId.set(message.file.id, marked);
    }
    return marked.number;
  }

  /** The number of a file; its message's, where that is known. */
  file(file: FileInfo): number {
    const marked = this.#of(file.id);
    marked.file = file;
    return marked.number;
  }

  /** What has this id: a message's or a file's. */
  byId(id: string): Marked | undefined {
    return this.#byId.get(id);
  }

  numbered(number: number): Marked | undefined {
    return this.#byNumber.get(number);
  }

  /** The latest that fits. */
  latest(fits: (marked: Marked) => boolean): Marked | undefined {
    return Array.from(this.#byNumber.values()).findLast(fits);
  }

  /** The names of all files that have a number, the latest first. */
  fileNames(): string[] {
    const names = Array.from(this.#byNumber.values(), ({ file }) => file?.name);
    return Array.from(new Set(names.reverse().filter((name) => name !== undefined)));
  }

  #of(id: string): Marked {
    const known = this.#byId.get(id);
    if (known) return known;
    const marked: Marked = { number: ++this.#last };
    this.#byId.set(id, marked);
    this.#byNumber.set(marked.number, marked);
    if (this.#byNumber.size > REMEMBERED_MAX) this.#forgetOldest();
    return marked;
  }

  #forgetOldest(): void {
    const [number, { message, file }] = this.#byNumber.entries().next().value!;
    this.#byNumber.delete(number);
    if (message) this.#byId.delete(message.id);
    if (file) this.#byId.delete(file.id);
  }
}
