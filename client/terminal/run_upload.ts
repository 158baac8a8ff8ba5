/** `switchboard upload`: files and folders, each whole and checked. */
import process from "node:process";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Connection } from "../connection/connection.ts";
import { uploadPath } from "../node/disk.ts";
import { checkNames, type SkippedEntry, uploadFolder } from "../node/disk_folder.ts";
import { isConnectionError, RequestError } from "../connection/request_error.ts";
import type { Progress, UploadTarget } from "../transfer/transfer.ts";
import { EXIT, type ExitCode, ExitError } from "./exit_code.ts";
import { usableColumns } from "./layout.ts";
import { diskErrorText } from "./local_files.ts";
import { oneShot, type OneShotOptions, recipientsOf } from "./one_shot.ts";
import { errorText } from "./wording.ts";
import { ProgressBar } from "./progress_bar.ts";
import { sanitizedLine } from "./sanitize.ts";

/** What to send. */
interface UploadOptions extends OneShotOptions {
  paths: string[];
}

interface Item {
  path: string;
  isFolder: boolean;
}

/** Sends them one after the other; done means that all of them are there, whole. @throws ExitError */
export async function runUpload(options: UploadOptions): Promise<ExitCode> {
  const recipients = recipientsOf(options);
  const items = await Promise.all(options.paths.map(itemAt));
  const targets: UploadTarget[] = "room" in recipients ? [recipients] : recipients.to.map((to) => ({ to }));
  let isWhole = true;
  const code = await oneShot(options, recipients, async (connection) => {
    for (const item of items) {
      for (const target of targets) isWhole = await send(connection, item, target, options) && isWhole;
    }
  });
  return isWhole ? code : EXIT.refused;
}

async function itemAt(path: string): Promise<Item> {
  const refuse = (why: string): never => {
    throw new ExitError(EXIT.usage, `Cannot send ${sanitizedLine(path)}: ${why}.`);
  };
  try {
    const found = await stat(path);
    const isFolder = found.isDirectory();
    if (!isFolder && !found.isFile()) return refuse("it is neither a file nor a folder");
    await checkNames(path, isFolder);
    return { path, isFolder };
  } catch (error) {
    if (error instanceof ExitError) throw error;
    if (error instanceof RequestError) throw inWords(error, path);
    return refuse(diskErrorText(error) ?? (error as Error).message);
  }
}

/** Sends one thing; says whether all of it went. @throws ExitError */
async function send(
  connection: Connection,
  { path, isFolder }: Item,
  target: UploadTarget,
  { json }: UploadOptions,
): Promise<boolean> {
  const name = basename(resolve(path));
  const bar = new ShownBar(sanitizedLine(name));
  const { onProgress } = bar;
  let skipped: SkippedEntry[] = [];
  try {
    const sent = isFolder
      ? await uploadFolder(connection, path, target, { onProgress })
      : { ...await uploadPath(connection, path, target, { onProgress }), skipped };
    const { id, md5, sha256 } = sent;
    ({ skipped } = sent);
    const missing = skipped.length === 0 ? {} : { left_out: skipped };
    if (json) process.stdout.write(`${JSON.stringify({ ...target, name, id, md5, sha256, ...missing })}\n`);
  } catch (error) {
    bar.end();
    throw inWords(error, path);
  }
  bar.end();
  for (const each of skipped) {
    process.stderr.write(
      `switchboard: ${
        sanitizedLine(`${path.replace(/(?<!\/)\/+$/, "")}/${each.path}`)
      } is left out: ${each.why}.\n`,
    );
  }
  return skipped.length === 0;
}

/** What the server refuses, with the file that it is about. */
function inWords(error: unknown, path: string): unknown {
  const isRefusal = error instanceof RequestError && !isConnectionError(error);
  return isRefusal ? new ExitError(EXIT.refused, `${sanitizedLine(path)}: ${errorText(error)}`) : error;
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
    this.#bar.update(done, size, now);
    if (now - this.#drawnAt < REDRAW_MS && done < size) return;
    this.#drawnAt = now;
    process.stderr.write(`\r\x1b[K${this.#bar.line(usableColumns(process.stderr.columns))}`);
  };

  end(): void {
    if (this.#drawnAt > 0) process.stderr.write("\n");
  }
}
