/** `switchboard upload`: files and folders, each whole and checked. */
import process from "node:process";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Connection } from "../connection.ts";
import { uploadPath } from "../disk.ts";
import { uploadFolder } from "../disk_folder.ts";
import { RequestError } from "../request_error.ts";
import type { Place, Progress } from "../transfer.ts";
import { Ending, EXIT, type ExitCode } from "./exit_code.ts";
import { usableColumns } from "./layout.ts";
import { diskTrouble } from "./local_files.ts";
import { oneShot, type OneShotOptions, targetOf } from "./one_shot.ts";
import { isLost, problemInWords } from "./problem.ts";
import { ProgressBar } from "./progress_bar.ts";
import { visibleInLine } from "./visible.ts";

/** What to send. */
export interface UploadOptions extends OneShotOptions {
  paths: string[];
}

interface Item {
  path: string;
  isFolder: boolean;
}

/** Sends them one after the other; done means that all of them are there. @throws Ending */
export async function runUpload(options: UploadOptions): Promise<ExitCode> {
  const target = targetOf(options);
  const items = await Promise.all(options.paths.map(itemAt));
  const places: Place[] = "room" in target ? [target] : target.to.map((to) => ({ to }));
  return await oneShot(options, target, async (connection) => {
    for (const item of items) {
      for (const place of places) await send(connection, item, place, options);
    }
  });
}

async function itemAt(path: string): Promise<Item> {
  const found = await stat(path).catch((error) => {
    throw new Ending(EXIT.usage, `Cannot send ${path}: ${diskTrouble(error) ?? error.message}.`);
  });
  if (found.isDirectory()) return { path, isFolder: true };
  if (found.isFile()) return { path, isFolder: false };
  throw new Ending(EXIT.usage, `Cannot send ${path}: it is neither a file nor a folder.`);
}

async function send(
  connection: Connection,
  { path, isFolder }: Item,
  place: Place,
  { json }: UploadOptions,
): Promise<void> {
  const name = basename(resolve(path));
  const bar = new ShownBar(visibleInLine(name));
  try {
    const { id, md5, sha256 } = await (isFolder ? uploadFolder : uploadPath)(connection, path, place, {
      onProgress: bar.onProgress,
    });
    if (json) process.stdout.write(`${JSON.stringify({ ...place, name, id, md5, sha256 })}\n`);
  } catch (error) {
    bar.end();
    throw inWords(error, path);
  }
  bar.end();
}

/** What the server refuses, with the file that it is about. */
function inWords(error: unknown, path: string): unknown {
  const isRefusal = error instanceof RequestError && !isLost(error);
  return isRefusal ? new Ending(EXIT.refused, `${visibleInLine(path)}: ${problemInWords(error)}`) : error;
}

const REDRAW_MS = 100;

/** A bar on standard error, where that is a terminal. */
class ShownBar {
  readonly #bar: ProgressBar;
  #drawnAt = 0;

  constructor(name: string) {
    this.#bar = new ProgressBar(name, "↑");
  }

  readonly onProgress: Progress = (done, size) => {
    if (!process.stderr.isTTY) return;
    const now = performance.now();
    this.#bar.mark(done, size, now);
    if (now - this.#drawnAt < REDRAW_MS && done < size) return;
    this.#drawnAt = now;
    process.stderr.write(`\r\x1b[K${this.#bar.line(usableColumns(process.stderr.columns))}`);
  };

  end(): void {
    if (this.#drawnAt > 0) process.stderr.write("\n");
  }
}
