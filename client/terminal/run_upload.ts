/** `switchboard upload`: files and folders, each whole and checked. */
import process from "node:process";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Connection } from "../connection/connection.ts";
import { uploadPath } from "../node/disk.ts";
import { type LeftOut, uploadFolder } from "../node/disk_folder.ts";
import { RequestError } from "../connection/request_error.ts";
import type { Place, Progress } from "../transfer/transfer.ts";
import { Ending, EXIT, type ExitCode } from "./exit_code.ts";
import { usableColumns } from "./layout.ts";
import { diskTrouble } from "./local_files.ts";
import { oneShot, type OneShotOptions, targetOf } from "./one_shot.ts";
import { isUnreachable, problemInWords } from "./problem.ts";
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

/** Sends them one after the other; done means that all of them are there, whole. @throws Ending */
export async function runUpload(options: UploadOptions): Promise<ExitCode> {
  const target = targetOf(options);
  const items = await Promise.all(options.paths.map(itemAt));
  const places: Place[] = "room" in target ? [target] : target.to.map((to) => ({ to }));
  let isWhole = true;
  const code = await oneShot(options, target, async (connection) => {
    for (const item of items) {
      for (const place of places) isWhole = await send(connection, item, place, options) && isWhole;
    }
  });
  return isWhole ? code : EXIT.refused;
}

async function itemAt(path: string): Promise<Item> {
  const found = await stat(path).catch((error) => {
    const why = diskTrouble(error) ?? error.message;
    throw new Ending(EXIT.usage, `Cannot send ${visibleInLine(path)}: ${why}.`);
  });
  if (found.isDirectory()) return { path, isFolder: true };
  if (found.isFile()) return { path, isFolder: false };
  throw new Ending(EXIT.usage, `Cannot send ${visibleInLine(path)}: it is neither a file nor a folder.`);
}

/** Sends one thing; says whether all of it went. @throws Ending */
async function send(
  connection: Connection,
  { path, isFolder }: Item,
  place: Place,
  { json }: UploadOptions,
): Promise<boolean> {
  const name = basename(resolve(path));
  const bar = new ShownBar(visibleInLine(name));
  const { onProgress } = bar;
  let leftOut: LeftOut[] = [];
  try {
    const sent = isFolder
      ? await uploadFolder(connection, path, place, { onProgress })
      : { ...await uploadPath(connection, path, place, { onProgress }), leftOut };
    const { id, md5, sha256 } = sent;
    ({ leftOut } = sent);
    const missing = leftOut.length === 0 ? {} : { left_out: leftOut };
    if (json) process.stdout.write(`${JSON.stringify({ ...place, name, id, md5, sha256, ...missing })}\n`);
  } catch (error) {
    bar.end();
    throw inWords(error, path);
  }
  bar.end();
  for (const each of leftOut) {
    process.stderr.write(
      `switchboard: ${
        visibleInLine(`${path.replace(/(?<!\/)\/+$/, "")}/${each.path}`)
      } is left out: ${each.why}.\n`,
    );
  }
  return leftOut.length === 0;
}

/** What the server refuses, with the file that it is about. */
function inWords(error: unknown, path: string): unknown {
  const isRefusal = error instanceof RequestError && !isUnreachable(error);
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
