/** An IRC client in a pseudo-terminal that shows one window at a time. */
import type { Terminal } from "../support/terminal.ts";
import type { ClientAtWork } from "./client_at_work.ts";

/** What those have in common that are driven by commands. */
export abstract class TerminalClient implements ClientAtWork {
  constructor(protected readonly terminal: Terminal) {}

  /** Shows the window of a channel or a person; `""`: the server's. */
  protected abstract goTo(where: string): Promise<void>;

  abstract reads(where: string, who: string, text: string): Promise<void>;

  abstract readsAction(where: string, who: string, text: string): Promise<void>;

  async types(where: string, line: string): Promise<void> {
    await this.goTo(where);
    await this.terminal.enters(line);
  }

  async sees(where: string, expected: string | RegExp): Promise<void> {
    await this.goTo(where);
    await this.terminal.shows(expected);
  }

  async quits(): Promise<void> {
    await this.terminal.enters("/quit");
    await this.terminal.ended();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.terminal[Symbol.asyncDispose]();
  }
}
