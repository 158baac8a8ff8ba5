/** A real terminal: what arrives is printed above the line being typed, which stays as it is. */
import type { Key } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import { Keys } from "./keys.ts";
import { inColumns, usableColumns } from "./layout.ts";
import { LineEditor } from "./line_editor.ts";
import type { Paint } from "./paint.ts";
import type { Completion, Screen, ScreenEvents } from "./screen.ts";

interface Question {
  text: string;
  hidden?: HiddenLine;
  answer(text: string | undefined): void;
}

const LISTED_MAX = 200;

/** The screen of somebody who sits there. */
export class TerminalScreen implements Screen {
  readonly interactive = true;
  readonly canAsk = true;
  readonly #keys: Keys;
  readonly #editor: LineEditor;
  #events: ScreenEvents | undefined;
  #question: Question | undefined;
  #label = "> ";
  #status: readonly string[] = [];
  #printed = "";
  #flush: ReturnType<typeof setTimeout> | undefined;
  #gone = false;
  /** What was typed while a completion is looked for. */
  #held: (() => void)[] | undefined;
  /** What was typed while nothing was asked: it may be a password, so it is not shown. */
  #ahead: (() => void)[] = [];

  /** `onGivenUp`: Ctrl-C, while nothing is asked and nobody listens. */
  constructor(
    readonly input: ReadStream,
    readonly output: WriteStream,
    readonly paint: Paint,
    readonly onGivenUp: () => void = () => {},
  ) {
    this.#editor = new LineEditor(output);
    this.#keys = new Keys(input, output, {
      key: (text, key) => this.#take(() => this.#onKey(text, key)),
      pasted: (text) => this.#take(() => this.#onPaste(text)),
      gone: () => this.#onGone(),
    });
  }

  get columns(): number {
    return usableColumns(this.output.columns);
  }

  print(text: string): void {
    this.#printed += `${text}\n`;
    this.#drawSoon();
  }

  prompt(label: string): void {
    this.#label = label;
    this.#drawSoon();
  }

  status(lines: readonly string[]): void {
    this.#status = lines;
    this.#drawSoon();
  }

  get typed(): string {
    return this.#question ? "" : this.#editor.text;
  }

  retype(text: string): void {
    this.#editor.retype(text);
    this.#drawSoon();
  }

  ask(question: string, hidden = false): Promise<string | undefined> {
    if (this.#gone) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const answer = (text: string | undefined) => {
        this.#question = undefined;
        this.#editor.secret = false;
        this.print(`${question}${hidden ? "" : text ?? ""}`);
        resolve(text);
      };
      this.#editor.secret = true;
      this.#question = { text: question, answer, ...(hidden && { hidden: new HiddenLine() }) };
      for (const act of this.#ahead.splice(0)) act();
      this.#drawSoon();
    });
  }

  listen(events: ScreenEvents): void {
    this.#events = events;
    // It was meant for a question that did not come: others are not to read it.
    this.#ahead = [];
    if (this.#gone) events.ended();
    this.#drawSoon();
  }

  clear(): void {
    this.#editor.key(undefined, { name: "l", ctrl: true });
  }

  close(): void {
    clearTimeout(this.#flush);
    this.#editor.close();
    this.output.write(this.#printed);
    this.#keys.stop();
  }

  /** Once for all that happens now: many lines in a row are one write. */
  #drawSoon(): void {
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined;
      const printed = this.#printed;
      this.#printed = "";
      this.#editor.frame(this.#question?.text ?? this.#label, this.#question ? [] : this.#status);
      this.#editor.draw(printed);
    }, 0);
  }

  /** Takes one thing that was typed; while a completion is looked for, it waits for that. */
  #take(act: () => void): void {
    if (this.#held) this.#held.push(act);
    else act();
  }

  get #isIdle(): boolean {
    return !this.#question && !this.#events;
  }

  #onKey(text: string | undefined, key: Key): void {
    if (this.#isIdle) {
      if (key.ctrl && key.name === "c") this.onGivenUp();
      else this.#ahead.push(() => this.#onKey(text, key));
      return;
    }
    const { hidden, answer } = this.#question ?? {};
    if (hidden) {
      const exitCode = hidden.take(text, key);
      if (exitCode !== "more") answer!(exitCode === "done" ? hidden.text : undefined);
    } else if (key.ctrl && key.name === "c") this.#onInterrupt();
    else if (key.ctrl && key.name === "d" && this.#editor.isEmpty) this.#onEnd();
    else if (key.ctrl && key.name === "z") return; // readline would stop the process in the terminal's raw mode
    else if (key.name === "return" || key.name === "enter") this.#onEnter(key.meta === true);
    else if (key.name === "tab") void this.#complete();
    else if (key.meta && /^[0-9a]$/.test(key.name ?? "")) this.#events?.alt(key.name!);
    else this.#editor.key(text, key);
  }

  #onPaste(text: string): void {
    if (this.#isIdle) return void this.#ahead.push(() => this.#onPaste(text));
    const lines = text.replaceAll(/\r\n?/g, "\n").replaceAll("\t", "    ").replaceAll(/(?!\n)\p{Cc}/gu, "");
    if (this.#question?.hidden) this.#question.hidden.paste(lines);
    else this.#editor.insert(this.#question ? lines.split("\n")[0]! : lines.replace(/\n$/, ""));
  }

  #onEnter(oneMore: boolean): void {
    if (oneMore && !this.#question) return this.#editor.insert("\n");
    this.#editor.enter((text) => {
      if (this.#question) this.#question.answer(text);
      else if (this.#events?.entered(text) === false) this.#editor.retype(text);
      this.#drawSoon();
    });
  }

  #onInterrupt(): void {
    if (!this.#editor.isEmpty) this.#editor.empty();
    else if (this.#question) this.#question.answer(undefined);
    else this.#events?.interrupted();
  }

  #onEnd(): void {
    if (this.#question) this.#question.answer(undefined);
    else this.#events?.ended();
  }

  #onGone(): void {
    this.#gone = true;
    this.#onEnd();
  }

  async #complete(): Promise<void> {
    if (this.#question || !this.#events) return;
    this.#held = [];
    const line = this.#editor.line.slice(0, this.#editor.cursor);
    const completion = await this.#events.complete(line).catch(() => undefined);
    if (completion && completion.words.length > 0) this.#offer(line.slice(completion.from), completion);
    const held = this.#held;
    this.#held = undefined;
    // One of them may be another Tab.
    for (const act of held) this.#take(act);
  }

  /** Puts in what is sure, or shows what there is to choose from. */
  #offer(part: string, { from, words }: Completion): void {
    const shared = sharedBeginning(words);
    if (words.length === 1 || (shared.length >= part.length && shared !== part)) {
      return this.#editor.replaceFrom(from, shared);
    }
    const more = words.length > LISTED_MAX ? [`… and ${words.length - LISTED_MAX} more`] : [];
    const listed = [...words.slice(0, LISTED_MAX).map((word) => word.trimEnd()), ...more];
    this.print(this.paint.dim(inColumns(listed, this.columns)));
  }
}

function sharedBeginning(words: readonly string[]): string {
  let shared = words[0]!;
  for (const word of words) {
    while (!word.startsWith(shared)) shared = Array.from(shared).slice(0, -1).join("");
  }
  return shared;
}

/** Collects it key by key. */
class HiddenLine {
  #text = "";

  /** Takes a key; says whether the line is done, or given up. */
  take(text: string | undefined, key: Key): "more" | "done" | "given up" {
    if (key.name === "return" || key.name === "enter") return "done";
    if (key.ctrl && (key.name === "c" || (key.name === "d" && this.#text === ""))) return "given up";
    if (key.name === "backspace") this.#text = Array.from(this.#text).slice(0, -1).join("");
    else if (key.ctrl && key.name === "u") this.#text = "";
    else if (text !== undefined && !key.ctrl && !key.meta) this.paste(text);
    return "more";
  }

  /** Takes a text that came in one piece, up to its first line's end. */
  paste(text: string): void {
    this.#text += (text.split(/[\r\n]/)[0] ?? "").replaceAll(/\p{Cc}/gu, "");
  }

  get text(): string {
    return this.#text;
  }
}
