/** The executable as somebody starts it: with arguments and variables, in a folder, until a signal ends it. */
import { PERMISSIONS } from "../../release/permissions.ts";

/** What a finished run left. */
export interface Ended {
  code: number;
  /** Lines without their ends. */
  stdout: string[];
  stderr: string[];
}

/** One run. */
export interface Executable extends AsyncDisposable {
  /** The first lines of standard output, once there are so many; fewer when it ends before. */
  lines(count: number): Promise<string[]>;
  /** What the pattern finds in the first line of standard error that it fits, once there is one. */
  logs(pattern: RegExp): Promise<string>;
  /** Sends a signal. */
  signal(signal: Deno.Signal): void;
  readonly ended: Promise<Ended>;
}

/** Where and with what it is started. */
export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** What it reads from standard input. */
  input?: string | Uint8Array<ArrayBuffer>;
  /** Whether only the variables of `env` are set. */
  clearEnv?: boolean;
  /** A command that is the program, in place of `main.ts`. */
  program?: readonly string[];
}

/** No run of a test takes longer. */
const RUN_MS = 60_000;
const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Starts it. Quietly: what Deno fetches on a new machine meanwhile is nothing that the program says. */
export function run(
  args: readonly string[],
  { input, program = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, MAIN], ...options }: RunOptions = {},
): Executable {
  const [command, ...first] = program;
  const child = new Deno.Command(command!, {
    args: [...first, ...args],
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(RUN_MS),
    ...options,
  }).spawn();
  if (input !== undefined) void new Blob([input]).stream().pipeTo(child.stdin);
  const stdout = new Lines(child.stdout);
  const stderr = new Lines(child.stderr);
  const ended = Promise.all([child.status, stdout.all(), stderr.all()])
    .then(([{ code }, out, err]) => ({ code, stdout: out, stderr: err }));
  return {
    ended,
    lines: (count) => stdout.first(count),
    logs: (pattern) => stderr.find(pattern),
    signal: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (!stdout.over) child.kill("SIGKILL");
      await ended;
    },
  };
}

class Lines {
  readonly #lines: string[] = [];
  readonly #read: Promise<void>;
  #wake: () => void = () => {};
  over = false;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#read = this.#take(stream);
  }

  async first(count: number): Promise<string[]> {
    while (this.#lines.length < count && !this.over) await this.#more();
    return this.#lines.slice(0, count);
  }

  async find(pattern: RegExp): Promise<string> {
    for (let index = 0;; index++) {
      while (this.#lines.length <= index && !this.over) await this.#more();
      const line = this.#lines[index];
      if (line === undefined) throw new Error(`no line is like ${pattern}: ${this.#lines.join("\n")}`);
      const found = pattern.exec(line);
      if (found) return found[0];
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  async all(): Promise<string[]> {
    await this.#read;
    return this.#lines;
  }

  async #take(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      this.#lines.push(...lines);
      this.#wake();
    }
    if (rest !== "") this.#lines.push(rest);
    this.over = true;
    this.#wake();
  }
}
