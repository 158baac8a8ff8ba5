/** ii, whose conversations are folders with a FIFO to write to and a file to read. It knows nothing of IRCv3. */
import { findProgram } from "../support/find_program.ts";
import type { ClientAtWork, Program } from "./client_at_work.ts";
import { ended, GrowingFiles } from "./growing_files.ts";

/** ii, as Debian has it. Its people sign in with the server password. */
export const II: Program = {
  name: "ii",
  isHere: () => findProgram("ii") !== undefined,
  kicked: (who, by) => new RegExp(`${by} kicked ${who}`),
  refusals: "",
  action: (text) => `\x01ACTION ${text}\x01`,
  async start(folder, { host, port }, { nick, password }, firstSees) {
    await Deno.mkdir(`${folder}/ii/${host}`, { recursive: true });
    const files = new GrowingFiles(`${folder}/ii/${host}`);
    const args = ["-s", host, "-p", String(port), "-i", `${folder}/ii`, "-n", nick, "-f", nick];
    const child = new Deno.Command("ii", {
      args: [...args, ...password === undefined ? [] : ["-k", "PASSWORD"]],
      env: { PASSWORD: `${nick}:${password}` },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const client = new Ii(child, files, `${folder}/ii/${host}`);
    if (firstSees) await client.sees("", firstSees);
    else await client.sees("#lobby", `-!- ${nick}`);
    return client;
  },
};

class Ii implements ClientAtWork {
  readonly #child: Deno.ChildProcess;
  readonly #files: GrowingFiles;
  readonly #folder: string;

  constructor(child: Deno.ChildProcess, files: GrowingFiles, folder: string) {
    this.#child = child;
    this.#files = files;
    this.#folder = folder;
  }

  async types(where: string, line: string): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/${folderOf(where)}/in`, `${line}\n`, { create: false });
  }

  async sees(where: string, expected: string | RegExp): Promise<void> {
    await this.#files.says(`${folderOf(where)}/out`, expected);
  }

  reads(where: string, who: string, text: string): Promise<void> {
    return this.sees(where, ` <${who}> ${text}`);
  }

  readsAction(where: string, who: string, text: string): Promise<void> {
    return this.sees(where, ` <${who}> \x01ACTION ${text}\x01`);
  }

  async quits(): Promise<void> {
    await this.types("", "/q");
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ended(this.#child);
    await this.#files[Symbol.asyncDispose]();
  }
}

/** ii puts "_" for each byte of a name that is no letter of ASCII, no digit and not one of these marks. */
function folderOf(where: string): string {
  const bytes = Array.from(new TextEncoder().encode(where), (byte) => String.fromCharCode(byte)).join("");
  return bytes.replaceAll(/[^A-Za-z0-9.#&+!-]/g, "_");
}
