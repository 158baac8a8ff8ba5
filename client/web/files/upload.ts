/**
 * Uploads what was picked: hashed, announced over the connection, its bytes over HTTP. What has got through is
 * remembered, so that going on after a failure sends only the rest.
 */
import type { Answer } from "../../../server/core/shared/commands.ts";
import type { Connection } from "../../connection/connection.ts";
import { hasCode } from "../../connection/request_error.ts";
import { type Caption, type UploadTarget, uploadWith, withReconnect } from "../../transfer/transfer.ts";
import { abortable, delay } from "../../connection/abortable.ts";
import { type Hashing, WorkerGoneError } from "./hashing.ts";
import type { Picked, PickedFile, PickedFolder } from "./picked.ts";
import { putBytes } from "./put_bytes.ts";

/** What an upload needs. */
export interface UploadContext {
  connection: Connection;
  hashing: Hashing;
  /** Told often. reading: bytes hashed · sending: bytes sent, of everything picked. */
  onProgress(what: "reading" | "sending", done: number): void;
  /** It waits for the connection. */
  onWait(): void;
  signal: AbortSignal;
  /** Until this resolves it does not appear, though its bytes are there. */
  turn: Promise<void>;
}

/** How often a worker is begun that does not begin though the server is there. */
const BEGIN_TRIES_MAX = 5;
const BEGIN_AGAIN_MS = 1_000;

/** What an upload came to. */
export type Sent = Answer<"finish"> & { file: string };

/** The upload of one picked thing; `run` again goes on where it failed. */
export interface Upload {
  /** @throws RequestError, Error with a reason to show, or the signal's reason */
  run(context: UploadContext): Promise<Sent>;
  /** Has the server forget what of it has got there. Resolves in any case: what it keeps, it keeps for a day. */
  giveUp(connection: Connection): Promise<void>;
}

/** Prepares to send something to a room or a person, with what is said about it. */
export function uploadOf(picked: Picked, target: UploadTarget, caption: Caption): Upload {
  return picked.kind === "file"
    ? new FileUpload(picked, target, caption)
    : new FolderUpload(picked, target, caption);
}

class FileUpload implements Upload {
  #file: string | undefined;

  constructor(readonly picked: PickedFile, readonly target: UploadTarget, readonly caption: Caption) {}

  run(context: UploadContext): Promise<Sent> {
    const { name, file } = this.picked;
    const onSent = (done: number, id: string) => {
      this.#file = id;
      context.onProgress("sending", done);
    };
    return sendOne({ name, file, ...this.caption }, this.target, context, onSent);
  }

  giveUp(connection: Connection): Promise<void> {
    return giveUp(connection, this.#file);
  }
}

class FolderUpload implements Upload {
  #folder: string | undefined;
  readonly #through = new Set<string>();

  constructor(readonly picked: PickedFolder, readonly target: UploadTarget, readonly caption: Caption) {}

  async run(context: UploadContext): Promise<Sent> {
    const { connection, signal } = context;
    try {
      const { name } = this.picked;
      const announce = () => connection.ask("upload", { ...this.target, name, folder: true });
      const folder = this.#folder ??= (await withReconnect(connection, announce, signal)).file;
      await this.#sendFiles(folder, context);
      await this.#announceEmpty(folder, context);
      await abortable(context.turn, signal);
      const finish = () => connection.ask("finish", { file: folder, ...this.caption });
      return { file: folder, ...await withReconnect(connection, finish, signal) };
    } catch (error) {
      // The server has let go of what was begun: the next attempt is a new one.
      if (hasCode(error, "unknown_file")) {
        this.#folder = undefined;
        this.#through.clear();
      }
      throw error;
    }
  }

  giveUp(connection: Connection): Promise<void> {
    return giveUp(connection, this.#folder);
  }

  async #sendFiles(folder: string, context: UploadContext): Promise<void> {
    let before = 0;
    const ofFolder = { ...context, onProgress() {}, turn: Promise.resolve() };
    for (const { path, file } of this.picked.files) {
      const report = (done: number) => context.onProgress("sending", before + done);
      if (!this.#through.has(path)) {
        await sendOne({ name: path, file }, { folder }, ofFolder, report);
        this.#through.add(path);
      }
      before += file.size;
      context.onProgress("sending", before);
    }
  }

  async #announceEmpty(folder: string, { connection, signal }: UploadContext): Promise<void> {
    for (const name of this.picked.empty) {
      const announce = () => connection.ask("upload", { folder, name, size: -1 });
      await withReconnect(connection, announce, signal);
    }
  }
}

async function sendOne(
  { name, file, ...caption }: { name: string; file: File } & Caption,
  target: UploadTarget,
  context: UploadContext,
  onSent: (done: number, id: string) => void,
): Promise<Sent> {
  const { connection, signal, turn } = context;
  const md5 = await md5Of(file, context);
  const put = async (id: string, from: number) => {
    await putBytes(id, file, from, { connection, signal, onProgress: (done) => onSent(done, id) });
    await abortable(turn, signal);
  };
  return await uploadWith(connection, { name, size: file.size, md5, ...caption }, target, put, signal);
}

/** A page that was opened before the server went out of reach may begin its worker only once that is back. */
async function md5Of(
  file: File,
  { connection, hashing, onProgress, onWait, signal }: UploadContext,
): Promise<string> {
  for (let tries = 1;; tries++) {
    try {
      return await hashing.md5Of(file, { signal, onProgress: (done) => onProgress("reading", done) });
    } catch (error) {
      if (connection.state !== "online") tries = 0;
      // That the server is gone may show here before the connection knows it.
      if (!(error instanceof WorkerGoneError) || tries >= BEGIN_TRIES_MAX) throw error;
      onWait();
      await delay(BEGIN_AGAIN_MS, signal);
      await abortable(connection.online(), signal);
    }
  }
}

async function giveUp(connection: Connection, file: string | undefined): Promise<void> {
  if (file !== undefined) await connection.ask("refuse", { file }).catch(() => {});
}
