/** Where the client shows things and hears its person: a terminal with a line being typed, or plain lines. */
import type { Paint } from "./paint.ts";

/** What completing a half-typed line comes to. */
export interface Completion {
  /** Where in the line the part begins that the words would replace. */
  from: number;
  /** All that it could become. */
  words: string[];
}

/** What a screen tells the one who uses it. */
export interface ScreenEvents {
  /** A whole text was entered; it may have several lines. False: it is not taken, and stays where it was typed. */
  entered(text: string): boolean;
  /** A line came that is no UTF-8. */
  garbled(): void;
  /** There will be no more. */
  ended(): void;
  /** Ctrl-C on an empty line. */
  interrupted(): void;
  /** Alt and a digit or letter. */
  alt(key: string): void;
  /** What may stand at the end of `line`, which is what is typed up to the cursor. */
  complete(line: string): Promise<Completion>;
}

/** A terminal, or what stands for one. */
export interface Screen {
  readonly paint: Paint;
  /** How wide a line may be. */
  readonly columns: number;
  /** Whether somebody sits there who sees the line being typed. */
  readonly interactive: boolean;
  /** Whether somebody sits there who can be asked. */
  readonly canAsk: boolean;
  /** Shows whole lines, above the one being typed. What is shown in one go appears in one go. */
  print(text: string): void;
  /** What stands before the line being typed. */
  prompt(label: string): void;
  /** Lines between what was printed and the prompt, for what is under way. */
  status(lines: readonly string[]): void;
  /** What is typed and not entered yet. */
  readonly typed: string;
  /** Puts a text in its place. */
  retype(text: string): void;
  /** Asks for one line; hidden, nothing of it is seen. Undefined: the person would rather not, or is gone. */
  ask(question: string, hidden?: boolean): Promise<string | undefined>;
  /** From now on what is typed is told. */
  listen(events: ScreenEvents): void;
  /** Empties the screen, where it is one. */
  clear(): void;
  /** Leaves the terminal as it was. */
  close(): void;
}
