/**
 * What was entered, done one after the other. While there is no connection it waits, in order, and goes later;
 * what needs no server does not wait, where somebody sits there.
 */
import type { Chat } from "./chat.ts";
import { UsageError, windowOf } from "./chat_command.ts";
import { commandNamed } from "./chat_commands.ts";
import { cut } from "./layout.ts";
import { diskErrorText } from "./local_files.ts";
import { errorText, excessInWords } from "./wording.ts";
import { Arguments, parseInput } from "./input.ts";
import type { Window } from "./windows.ts";
import { sanitizedLine } from "./sanitize.ts";

/** What is to be done for one entered line. */
interface Task {
  needsServer: boolean;
  /** See {@link ChatCommand.moves}. */
  moves: boolean;
  act(chat: Chat, window: Window | undefined): void | Promise<void>;
  /** What is said when it did not work. */
  complaint(error: unknown): string;
}

const SHOWN_COLUMNS = 50;
/** Enough to take from the screen what did not go; what is far too long for a message is not shown whole. */
const NOT_SENT_COLUMNS = 2_000;

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

  /**
   * Takes what was entered. It is meant for the current window, or the one that an earlier line will make current.
   * False: it can't go as it is, which is said, and its writer still has it.
   */
  enter(text: string): boolean {
    if (text.trim() === "") return true;
    const excess = excessInWords(messageIn(text, this.chat()));
    if (excess !== undefined) {
      this.refuse(`not sent: ${excess}; shorten it, or send it as a file with /upload`);
      return false;
    }
    this.#take(text);
    return true;
  }

  /** Says of something that was entered that it does not go. */
  refuse(why: string): void {
    this.failed = true;
    this.chat().ui.showError(why);
  }

  #take(text: string): void {
    const task = taskOf(text);
    const { ui, connection } = this.chat();
    const { interactive } = ui.screen;
    const window = this.#moving === 0 && interactive ? ui.windows.current : undefined;
    if (!task.needsServer && interactive) return void this.#run(task, window);
    if (connection.state !== "online") {
      ui.showNote(`goes when the connection is back: ${cut(sanitizedLine(text), SHOWN_COLUMNS)}`);
    }
    const moves = task.moves ? 1 : 0;
    this.#waiting++;
    this.#moving += moves;
    this.#tail = this.#tail.then(async () => {
      await this.#run(task, window);
      this.#waiting--;
      this.#moving -= moves;
    });
  }

  /** Resolves when everything entered up to now is done. */
  async drain(): Promise<void> {
    await this.#tail;
  }

  async #run(task: Task, window: Window | undefined): Promise<void> {
    const chat = this.chat();
    try {
      if (task.needsServer) await chat.connection.online();
      await task.act(chat, window ?? chat.ui.windows.current);
    } catch (error) {
      this.failed = true;
      chat.ui.showError(task.complaint(error));
    }
  }
}

/** The message that an entered line becomes; of a command that makes none, its words. */
function messageIn(entered: string, chat: Chat): string {
  const typed = parseInput(entered);
  if (typed.kind === "text") return typed.text;
  return commandNamed(typed.name)?.text?.(new Arguments(typed.rest), chat) ?? typed.rest;
}

function taskOf(entered: string): Task {
  const typed = parseInput(entered);
  if (typed.kind === "text") {
    const { text } = typed;
    return {
      needsServer: true,
      moves: false,
      act: (chat, window) => chat.say(windowOf(window).target, text),
      complaint: (error) => `${errorText(error)}\n  not sent: ${cut(sanitizedLine(text), NOT_SENT_COLUMNS)}`,
    };
  }
  const { name, rest } = typed;
  const command = commandNamed(name);
  return {
    needsServer: command !== undefined && !command.local,
    moves: command?.moves === true,
    act(chat, window) {
      if (command) return command.run(chat, new Arguments(rest), window);
      throw new UsageError("/help lists what there is");
    },
    complaint(error) {
      if (!command) return `there is no /${sanitizedLine(name)}: ${errorText(error)}`;
      if (error instanceof UsageError) {
        return `${errorText(error)} (${`/${name} ${command.usage}`.trimEnd()})`;
      }
      return diskErrorText(error) ?? errorText(error);
    },
  };
}
