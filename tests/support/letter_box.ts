/** Where letters arrive that a server without SMTP writes: `.eml` files in its data folder. */
import { join } from "node:path";

/** Watches for letters from now on. */
export class LetterBox {
  readonly #watcher: Deno.FsWatcher;

  constructor(dataFolder: string) {
    const folder = join(dataFolder, "mail");
    Deno.mkdirSync(folder, { recursive: true });
    this.#watcher = Deno.watchFs(folder);
  }

  /** The code for a new password in the next letter. */
  async code(): Promise<string> {
    for await (const { paths } of this.#watcher) {
      for (const path of paths.filter((each) => each.endsWith(".eml"))) {
        const letter = (await Deno.readTextFile(path)).replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=");
        const [, code] = /#\/reset\?code=([\w-]+)/.exec(letter) ?? [];
        if (code !== undefined) return code;
      }
    }
    throw new Error("no letter with a code arrived");
  }

  [Symbol.dispose](): void {
    try {
      this.#watcher.close();
    } catch {
      // it ended with the loop above
    }
  }
}
