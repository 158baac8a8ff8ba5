/** What is typed, key by key; what is pasted comes in one piece, where the terminal tells it apart. */
import { Buffer } from "node:buffer";
import { PassThrough } from "node:stream";
import { emitKeypressEvents, type Key } from "node:readline";
import type { ReadStream } from "node:tty";

/** Who is told of keys. */
interface KeyEvents {
  /** One key: the characters it stands for, if any, and its name. */
  key(text: string | undefined, key: Key): void;
  pasted(text: string): void;
  /** The terminal is gone. */
  gone(): void;
}

const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";
const BEGIN = "\x1b[200~";
const END = "\x1b[201~";

/** Reads a terminal's keys until `stop`. */
export class Keys {
  readonly #source = new PassThrough();
  readonly #paste: PasteFilter;
  readonly #onData = (text: string) => this.#paste.take(text);

  constructor(readonly input: ReadStream, readonly output: NodeJS.WritableStream, events: KeyEvents) {
    this.#paste = new PasteFilter((text) => this.#source.emit("data", Buffer.from(text)), events.pasted);
    emitKeypressEvents(this.#source);
    this.#source.on("keypress", events.key);
    input.setEncoding("utf8");
    input.setRawMode(true);
    input.on("data", this.#onData);
    input.on("end", events.gone);
    input.on("error", events.gone);
    input.resume();
    output.write(PASTE_ON);
  }

  /** Gives the terminal back. */
  stop(): void {
    this.input.off("data", this.#onData);
    this.input.setRawMode(false);
    this.input.pause();
    this.output.write(PASTE_OFF);
  }
}

/** Takes what a terminal sends apart into what was typed and what was pasted, however it is torn. */
export class PasteFilter {
  #held = "";
  #pasting = false;

  constructor(readonly typed: (text: string) => void, readonly pasted: (text: string) => void) {}

  take(text: string): void {
    this.#held += text;
    while (this.#held !== "") {
      const mark = this.#pasting ? END : BEGIN;
      const at = this.#held.indexOf(mark);
      if (at === -1) return this.#wait(mark);
      const before = this.#held.slice(0, at);
      this.#held = this.#held.slice(at + mark.length);
      if (this.#pasting) this.pasted(before);
      else if (before !== "") this.typed(before);
      this.#pasting = !this.#pasting;
    }
  }

  /** What is typed goes on at once, but for what may be the beginning of a mark; a lone Escape is a key. */
  #wait(mark: string): void {
    if (this.#pasting) return;
    let kept = 0;
    for (let length = 2; length < mark.length; length++) {
      if (this.#held.endsWith(mark.slice(0, length))) kept = length;
    }
    const typed = this.#held.slice(0, this.#held.length - kept);
    this.#held = this.#held.slice(this.#held.length - kept);
    if (typed !== "") this.typed(typed);
  }
}
