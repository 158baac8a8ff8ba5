/**
 * What was entered, done one after the other. While there is no connection it waits, in order, and goes later;
 * what needs no server does not wait, where somebody sits there.
 */
import type { Chat } from "./chat.ts";
import { type ChatCommand, Misuse } from "./chat_command.ts";
import { commandNamed } from "./chat_commands.ts";
import { cut } from "./layout.ts";
import { diskTrouble } from "./local_files.ts";
import { problemInWords } from "./problem.ts";
import { readTyped, type Typed, Words } from "./typed.ts";
import type { Window } from "./windows.ts";
import { visibleInLine } from "./visible.ts";

interface Task {
  typed: Typed;
  command?: ChatCommand;
  /** The window that was looked at when it was entered; undefined: the one that is, when its turn comes. */
  window?: Window;
}

const SHOWN_COLUMNS = 50;

/** Lines on their way to being done. */
export class LineQueue {
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;
  #moving = 0;
  /** Whether something that was entered did not work. */
  failed = false;

  constructor(readonly chat: () => Chat) {}

  /** How many were entered and are not done. */
  get length(): number {
    return this.#waiting;
  }

  /** Takes what was entered. */
  enter(text: string): void {
    if (text.trim() === "") return;
    const typed = readTyped(text);
    const command = typed.kind === "command" ? commandNamed(typed.name) : undefined;
    const { desk, connection } = this.chat();
    if (typed.kind === "command" && !command) {
      this.failed = true;
      return desk.complain(`there is no /${visibleInLine(typed.name)}: /help lists what there is`);
    }
    const window = this.#moving === 0 && desk.screen.interactive ? desk.windows.current : undefined;
    const task: Task = { typed, ...(command && { command }), ...(window && { window }) };
    if (command?.local && desk.screen.interactive) return void this.#run(task);
    if (connection.state !== "online") {
      desk.note(`goes when the connection is back: ${cut(visibleInLine(text), SHOWN_COLUMNS)}`);
    }
    this.#queue(task);
  }

  /** Resolves when everything entered up to now is done. */
  async over(): Promise<void> {
    await this.#tail;
  }

  #queue(task: Task): void {
    const moves = task.command?.moves ? 1 : 0;
    this.#waiting++;
    this.#moving += moves;
    this.#tail = this.#tail.then(async () => {
      await this.#run(task);
      this.#waiting--;
      this.#moving -= moves;
    });
  }

  async #run({ typed, command, window }: Task): Promise<void> {
    const chat = this.chat();
    const where = window ?? chat.desk.windows.current;
    try {
      if (!command?.local) await chat.connection.online();
      if (typed.kind === "command") await command!.run(chat, new Words(typed.rest), where);
      else if (where) await chat.say(where.place, typed.text);
      else throw new Misuse("no window is open: /join ROOM opens one");
    } catch (error) {
      this.failed = true;
      chat.desk.complain(reasonOf(error, typed, command));
    }
  }
}

function reasonOf(error: unknown, typed: Typed, command: ChatCommand | undefined): string {
  if (typed.kind === "text") return `${problemInWords(error)}\n  not sent: ${visibleInLine(typed.text)}`;
  if (error instanceof Misuse) return `${problemInWords(error)} (/${typed.name} ${command?.words})`;
  return diskTrouble(error) ?? problemInWords(error);
}
