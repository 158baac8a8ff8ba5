/**
 * The line being typed, at the bottom of what was printed. node:readline edits it and keeps its history; this one
 * keeps the earlier lines of a text that has several, takes the whole away while something is printed above, and
 * draws it again. Earlier lines and status lines are part of readline's prompt, so that it counts their rows.
 */
import { PassThrough } from "node:stream";
import {
  clearScreenDown,
  createInterface,
  cursorTo,
  type Interface,
  type Key,
  moveCursor,
} from "node:readline";
import type { WriteStream } from "node:tty";
import stringWidth from "string-width";
import { cut, usableColumns } from "./layout.ts";

/** Rows that are left for the line itself, whatever stands above it. */
const ROWS_KEPT = 3;
/** Columns that a label leaves for the line. */
const ROOM_TO_WRITE = 8;
const CONTINUED = "… ";

/** The line being typed. */
export class LineEditor {
  readonly #input = new PassThrough();
  readonly #readline: Interface;
  #label = "> ";
  #status: readonly string[] = [];
  #earlier: string[] = [];
  #entered: ((text: string) => void) | undefined;
  /** Whether it stands on the screen now. */
  #drawn = false;
  /** Whether what is entered is kept out of the history. */
  secret = false;

  constructor(readonly output: WriteStream) {
    const others = output.listeners("resize");
    this.#readline = createInterface({ input: this.#input, output, terminal: true, historySize: 500 });
    // Readline goes up by the rows of before, over what the terminal has laid out anew.
    for (const each of output.listeners("resize").filter((each) => !others.includes(each))) {
      output.off("resize", each as () => void);
    }
    this.#readline.on("line", (line) => this.#onLine(line));
    this.#readline.on("history", (history) => void (this.secret && history.shift()));
    output.on("resize", this.#onResize);
  }

  /** What is typed in the last line. */
  get line(): string {
    return this.#readline.line;
  }

  /** Where in the last line the cursor is. */
  get cursor(): number {
    return this.#readline.cursor;
  }

  /** All that is typed. */
  get text(): string {
    return [...this.#earlier, this.line].join("\n");
  }

  get isEmpty(): boolean {
    return this.line === "" && this.#earlier.length === 0;
  }

  /** What stands around the line when it is drawn the next time. */
  frame(label: string, status: readonly string[]): void {
    this.#label = label;
    this.#status = status;
  }

  /** Shows lines above, and the line itself again. */
  draw(above = ""): void {
    this.output.cork();
    this.erase();
    this.output.write(above);
    // Or drawing would move up by the rows that the cursor was below the top when the window was as wide as then.
    Reflect.set(this.#readline, "prevRows", 0);
    this.#readline.setPrompt(this.#prompt());
    this.#readline.prompt(true);
    this.#drawn = true;
    this.output.uncork();
  }

  /** Takes it off the screen; the cursor is where it began. */
  erase(): void {
    if (!this.#drawn) return;
    moveCursor(this.output, 0, -this.#rows);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
  }

  /** Passes a key on to readline. */
  key(text: string | undefined, key: Key): void {
    if (key.name === "backspace" && this.cursor === 0 && this.#earlier.length > 0) return this.#joinLines();
    this.#input.emit("keypress", text, key);
  }

  /** Puts text where the cursor is; all but its last line become earlier lines. */
  insert(text: string): void {
    const lines = text.split("\n");
    if (lines.length > 1) {
      const after = this.line.slice(this.cursor);
      const before = this.line.slice(0, this.cursor);
      this.#earlier.push(before + lines[0]!, ...lines.slice(1, -1));
      this.#replaceLine(lines.at(-1)! + after);
      for (let n = 0; n < [...after].length; n++) this.#readline.write(null, { name: "left" });
      this.draw();
    } else if (text !== "") this.#readline.write(text);
  }

  /** Puts a text in the place of what stands between here and the cursor. */
  replaceFrom(start: number, text: string): void {
    while (this.cursor > start) this.#readline.write(null, { name: "backspace" });
    this.insert(text);
  }

  /** Forgets what is typed. */
  empty(): void {
    this.#replaceLine("");
    this.#earlier = [];
    if (this.#drawn) this.draw();
  }

  /** Puts a text in the place of what is typed. */
  retype(text: string): void {
    this.empty();
    this.insert(text);
  }

  /** Gives what is typed, and takes it off the screen. A backslash at its end asks for one more line instead. */
  enter(entered: (text: string) => void): void {
    if (/(?<!\\)(\\\\)*\\$/.test(this.line) && !this.secret) {
      this.#readline.write(null, { name: "e", ctrl: true });
      this.#readline.write(null, { name: "backspace" });
      return this.insert("\n");
    }
    this.#entered = entered;
    this.#readline.write(null, { name: "e", ctrl: true });
    this.erase();
    this.#input.emit("keypress", "\r", { name: "return", sequence: "\r" });
  }

  close(): void {
    this.erase();
    this.output.off("resize", this.#onResize);
    this.#readline.close();
  }

  readonly #onResize = () => void (this.#drawn && this.draw());

  /** How many rows the cursor is below the top of what is drawn. */
  get #rows(): number {
    return this.#drawn ? this.#readline.getCursorPos().rows : 0;
  }

  #onLine(line: string): void {
    // Readline has gone to the next row, though nothing is left on this one.
    moveCursor(this.output, 0, -1);
    this.#drawn = false;
    const text = [...this.#earlier, line].join("\n");
    this.#earlier = [];
    this.#entered?.(text);
  }

  #joinLines(): void {
    const text = this.#earlier.pop()!;
    this.draw();
    this.insert(text);
  }

  #replaceLine(text: string): void {
    this.#readline.write(null, { name: "e", ctrl: true });
    this.#readline.write(null, { name: "u", ctrl: true });
    if (text !== "") this.#readline.write(text);
  }

  #prompt(): string {
    const columns = usableColumns(this.output.columns);
    const fit = (line: string) => cut(line, columns - 1);
    const room = Math.max(0, (this.output.rows || 24) - ROWS_KEPT);
    const lines = this.#earlier.map((line, at) => fit(`${at === 0 ? this.#label : CONTINUED}${line}`));
    const above = [...this.#status.map(fit), ...lines];
    // A label that leaves no room to write in gives way.
    const label = this.#earlier.length > 0 ? CONTINUED : this.#label;
    const last = stringWidth(label) > columns - ROOM_TO_WRITE ? "> " : label;
    return [...above.slice(Math.max(0, above.length - room)), last].join("\n");
  }
}
