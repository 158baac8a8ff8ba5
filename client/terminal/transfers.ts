/** Files on their way, both ways: each with its progress on the screen, and each can be given up. */
import type { Answer } from "../../server/core/shared/commands.ts";
import type { Connection } from "../connection/connection.ts";
import type { Progress } from "../transfer/transfer.ts";
import type { WindowManager } from "./window_manager.ts";
import { diskErrorText } from "./local_files.ts";
import { errorText } from "./wording.ts";
import { ProgressBar } from "./progress_bar.ts";

/** What a transfer does: it reports how far it is, and stops when the signal says so. */
type Work<T> = (options: { onProgress: Progress; signal: AbortSignal }) => Promise<T>;

interface Running {
  bar: ProgressBar;
  abort: AbortController;
}

/** What sending a file answers. */
export type Finish = Answer<"finish">;

const REDRAW_MS = 200;

/** The transfers of one chat. */
export class Transfers {
  readonly #running = new Set<Running>();
  readonly #ended = new Set<Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly connection: Connection,
    readonly ui: WindowManager,
    readonly now = () => performance.now(),
  ) {}

  /** Whether one did not get through. */
  failed = false;

  get count(): number {
    return this.#running.size;
  }

  /** Starts one; it goes on by itself. `done` is called with what it comes to; a failure is told on the screen. */
  start<T>(name: string, direction: "↑" | "↓", work: Work<T>, done: (result: T) => void): void {
    const running: Running = { bar: new ProgressBar(name, direction), abort: new AbortController() };
    this.#running.add(running);
    const stopListening = this.connection.onLost(() => running.bar.restart());
    const onProgress: Progress = (sent, size) => {
      running.bar.update(sent, size, this.now());
      this.#drawSoon();
    };
    const ended = work({ onProgress, signal: running.abort.signal }).then(done, (error) => {
      this.failed = true;
      if (running.abort.signal.aborted) this.ui.showNote(`${name}: given up`);
      else this.ui.showError(`${name}: ${diskErrorText(error) ?? errorText(error)}`);
    }).finally(() => {
      stopListening();
      this.#running.delete(running);
      this.#ended.delete(ended);
      this.#draw();
    });
    this.#ended.add(ended);
  }

  /** Gives up the one that was started last; says whether there was one. */
  giveUpLast(): boolean {
    const last = Array.from(this.#running).at(-1);
    last?.abort.abort(new Error("given up"));
    return last !== undefined;
  }

  /** Resolves when none is running. */
  async drain(): Promise<void> {
    while (this.#ended.size > 0) await Promise.all(this.#ended);
  }

  #drawSoon(): void {
    this.#timer ??= setTimeout(() => this.#draw(), REDRAW_MS);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { screen } = this.ui;
    screen.status(Array.from(this.#running, ({ bar }) => bar.line(screen.columns)));
  }
}
