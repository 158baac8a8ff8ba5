/** Files that a program adds to as things happen, and somebody who waits for what they say. `tail` follows them, also those that are still to come. */
const DEADLINE_MS = 20_000;

/** A folder of such files. */
export class GrowingFiles implements AsyncDisposable {
  readonly #folder: string;
  readonly #files = new Map<string, Followed>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Waits until a file says something. */
  async says(name: string, expected: string | RegExp): Promise<void> {
    let file = this.#files.get(name);
    if (!file) this.#files.set(name, file = new Followed(`${this.#folder}/${name}`));
    await file.says(expected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files.values()) await file.end();
  }
}

/** One file. */
class Followed {
  readonly #path: string;
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #text = "";
  #wake = () => {};

  constructor(path: string) {
    this.#path = path;
    const args = ["--lines=+1", "--follow=name", "--retry", "--sleep-interval=0.02", path];
    this.#child = new Deno.Command("tail", { args, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
    this.#reading = this.#read();
  }

  async says(expected: string | RegExp): Promise<void> {
    const isSo = () =>
      typeof expected === "string" ? this.#text.includes(expected) : expected.test(this.#text);
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, DEADLINE_MS);
    try {
      while (!isSo()) {
        if (isLate) throw new Error(`never in ${this.#path}: ${expected}; but\n${this.#text}`);
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  async end(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#text += text;
      this.#wake();
    }
  }
}

/** Ends a program that may have ended by itself. */
export async function ended(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await child.status;
}
