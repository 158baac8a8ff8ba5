/** No terminal, or one that can't do anything: plain lines in, plain lines out. */
import { Buffer, isUtf8 } from "node:buffer";
import { createInterface, type Interface } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import type { Paint } from "./paint.ts";
import type { Screen, ScreenEvents } from "./screen.ts";

/** Lines are not wrapped: what reads them may be a program. */
const COLUMNS = 100_000;
/** Ctrl-C and Ctrl-D, which a terminal passes on while nothing that is typed is seen. */
const GIVEN_UP = ["\x03", "\x04"];

/** The screen of a pipe, a file or a dumb terminal. */
export class PlainScreen implements Screen {
  readonly interactive = false;
  readonly columns = COLUMNS;
  readonly typed = "";
  readonly #lines: Interface;
  /** Bytes, each as one character. */
  readonly #waiting: string[] = [];
  #events: ScreenEvents | undefined;
  #answer: ((text: string | undefined) => void) | undefined;
  #ended = false;

  constructor(readonly input: ReadStream, readonly output: WriteStream, readonly paint: Paint) {
    // Whether they are UTF-8 can be told only of the bytes.
    input.setEncoding("latin1");
    this.#lines = createInterface({ input, terminal: false });
    this.#lines.on("line", (line) => {
      this.#waiting.push(line);
      this.#handOver();
    });
    this.#lines.on("close", () => {
      this.#ended = true;
      this.#handOver();
    });
  }

  get canAsk(): boolean {
    return this.input.isTTY === true;
  }

  print(text: string): void {
    this.output.write(`${text}\n`);
  }

  prompt(): void {}

  status(): void {}

  retype(): void {}

  async ask(question: string, hidden = false): Promise<string | undefined> {
    if (this.input.isTTY) this.output.write(question);
    const isHidden = hidden && this.input.isTTY;
    if (isHidden) this.input.setRawMode(true);
    const text = await new Promise<string | undefined>((resolve) => {
      this.#answer = resolve;
      this.#handOver();
    });
    if (!isHidden) return text;
    this.input.setRawMode(false);
    this.output.write("\n");
    return text === undefined || GIVEN_UP.some((key) => text.includes(key)) ? undefined : withoutErased(text);
  }

  listen(events: ScreenEvents): void {
    this.#events = events;
    this.#handOver();
  }

  clear(): void {}

  close(): void {
    this.#lines.close();
    this.input.pause();
  }

  #handOver(): void {
    while (this.#waiting.length > 0 && (this.#answer || this.#events)) {
      const bytes = Buffer.from(this.#waiting.shift()!, "latin1");
      const line = bytes.toString();
      const answer = this.#answer;
      this.#answer = undefined;
      if (answer) answer(line);
      else if (isUtf8(bytes)) this.#events!.entered(line);
      else this.#events!.garbled();
    }
    if (!this.#ended || this.#waiting.length > 0) return;
    this.#answer?.(undefined);
    this.#events?.ended();
  }
}

/** A raw line without what was taken back with Backspace. */
function withoutErased(text: string): string {
  const kept: string[] = [];
  for (const character of text) {
    if (character === "\x7f" || character === "\b") kept.pop();
    else kept.push(character);
  }
  return kept.join("");
}
