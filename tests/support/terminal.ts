/**
 * The client, or another program, in a real pseudo-terminal (util-linux's `script` makes it), and a terminal emulator that says
 * what somebody who sits there would see.
 */
import unicode from "@xterm/addon-unicode11";
import xterm from "@xterm/headless";
import { PERMISSIONS } from "../../release/permissions.ts";
import { assertTrue } from "./assert.ts";
import { htmlOf } from "./terminal_picture.ts";

/** How it is started. */
export interface TerminalOptions {
  /** What runs, with its first arguments, where that is not `switchboard`. */
  program?: readonly string[];
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
  cwd?: string;
}

/** Keys by name, as a terminal sends them. */
export const KEYS = {
  enter: "\r",
  altEnter: "\x1b\r",
  tab: "\t",
  backspace: "\x7f",
  up: "\x1b[A",
  left: "\x1b[D",
  home: "\x1b[H",
  ctrlC: "\x03",
  ctrlD: "\x04",
  ctrlL: "\x0c",
} as const;

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const DEADLINE_MS = 30_000;

const SWITCHBOARD = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, MAIN];

/** A terminal in which `switchboard` runs, or another program. */
export class Terminal implements AsyncDisposable {
  readonly #emulator: InstanceType<typeof xterm.Terminal>;
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #read: Promise<void>;
  readonly #device: string;
  #wake: () => void = () => {};
  #over = false;
  /** All bytes that came, as text: what the emulator was told. */
  raw = "";

  /** Starts it with these arguments. */
  constructor(args: readonly string[], options: TerminalOptions = {}) {
    const { columns = 80, rows = 24, env = {}, cwd, program = SWITCHBOARD } = options;
    this.#emulator = new xterm.Terminal({ cols: columns, rows, scrollback: 2_000, allowProposedApi: true });
    // As terminals of the last ten years have it: an emoji takes two columns.
    this.#emulator.loadAddon(new unicode.Unicode11Addon());
    this.#emulator.unicode.activeVersion = "11";
    this.#device = Deno.makeTempFileSync({ prefix: "switchboard-tty-" });
    const words = [...program, ...args].map(quoted).join(" ");
    const command = `tty > ${this.#device}; stty rows ${rows} cols ${columns}; exec ${words}`;
    this.#child = new Deno.Command("script", {
      args: ["--quiet", "--flush", "--return", "--command", command, "/dev/null"],
      env: { TERM: "xterm-256color", TZ: "UTC", SHELL: "/bin/sh", NO_COLOR: "", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      ...(cwd !== undefined && { cwd }),
    }).spawn();
    this.#keyboard = this.#child.stdin.getWriter();
    this.#read = this.#show();
  }

  /** Types characters and keys. */
  async types(...keys: string[]): Promise<this> {
    await this.#keyboard.write(new TextEncoder().encode(keys.join("")));
    return this;
  }

  /** Types a line and Enter. */
  enters(line: string): Promise<this> {
    return this.types(line, KEYS.enter);
  }

  /** What a terminal sends for something that is pasted. */
  pastes(text: string): Promise<this> {
    return this.types("\x1b[200~", text.replaceAll("\n", "\r"), "\x1b[201~");
  }

  /** Waits until the screen fits; gives it. */
  async shows(expected: string | RegExp | ((screen: string) => boolean)): Promise<string> {
    const fits = (screen: string) =>
      typeof expected === "string"
        ? screen.includes(expected)
        : expected instanceof RegExp
        ? expected.test(screen)
        : expected(screen);
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, DEADLINE_MS);
    try {
      while (!fits(this.screen)) {
        assertTrue(!this.#over && !isLate, `never shown: ${expected}\nthe screen is:\n${this.screen}`);
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
      return this.screen;
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Everything on the screen and above it, line by line; a line that was wrapped by the terminal is one. */
  get screen(): string {
    const { active } = this.#emulator.buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row++) {
      const line = active.getLine(row)!;
      const text = line.translateToString(true);
      if (line.isWrapped) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines.join("\n").trimEnd();
  }

  /** The rows that are seen now. */
  get rows(): string[] {
    const { active } = this.#emulator.buffer;
    return Array.from(
      { length: this.#emulator.rows },
      (_, row) => active.getLine(active.baseY + row)!.translateToString(true).trimEnd(),
    );
  }

  /** A page that shows the rows that are seen now, to be pictured. */
  get html(): string {
    return htmlOf(this.#emulator);
  }

  /** The row that the cursor is in, up to the cursor. */
  get typed(): string {
    const { active } = this.#emulator.buffer;
    return active.getLine(active.baseY + active.cursorY)!.translateToString(false, 0, active.cursorX);
  }

  /** Makes the window another size, as dragging its corner does. */
  async resize(columns: number, rows: number): Promise<void> {
    this.#emulator.resize(columns, rows);
    const device = (await Deno.readTextFile(this.#device)).trim();
    const args = ["-F", device, "rows", `${rows}`, "cols", `${columns}`];
    const { success } = await new Deno.Command("stty", { args, stderr: "null" }).output();
    assertTrue(success, `the size of ${device} can't be set`);
  }

  /** The exit code, when the client has ended. */
  async ended(): Promise<number> {
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      this.#child.kill("SIGKILL");
    }, DEADLINE_MS);
    const { code } = await this.#child.status;
    clearTimeout(deadline);
    await this.#read;
    assertTrue(!isLate, `it never ended\nthe screen is:\n${this.screen}`);
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over) this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#read;
    await this.#keyboard.close().catch(() => {});
    this.#emulator.dispose();
    await Deno.remove(this.#device);
  }

  async #show(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.#child.stdout) {
      this.raw += decoder.decode(chunk, { stream: true });
      await new Promise<void>((resolve) => this.#emulator.write(chunk, resolve));
      this.#wake();
    }
    this.#over = true;
    this.#wake();
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
