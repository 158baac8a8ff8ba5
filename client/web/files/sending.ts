/**
 * Sends what was picked: hashed, announced over the connection, its bytes over HTTP. What has got through is
 * remembered, so that going on after a failure sends only the rest.
 */
import type { Answer } from "../../../server/core/shared/commands.ts";
import type { Connection } from "../../connection/connection.ts";
import { RequestError } from "../../connection/request_error.ts";
import { type Caption, deliver, persistently, type Place } from "../../transfer/transfer.ts";
import { unlessAborted } from "../../connection/waiting.ts";
import type { Hashing } from "./hashing.ts";
import type { Picked, PickedFile, PickedFolder } from "./picked.ts";
import { putBytes } from "./put_bytes.ts";

/** What sending needs. */
export interface SendingMeans {
  connection: Connection;
  hashing: Hashing;
  /** Told often. reading: bytes hashed · sending: bytes sent, of everything picked. */
  onProgress(what: "reading" | "sending", done: number): void;
  signal: AbortSignal;
  /** Until this resolves it does not appear, though its bytes are there. */
  turn: Promise<void>;
}

/** What sending came to. */
export type Sent = Answer<"finish"> & { file: string };

/** The sending of one picked thing; `run` again goes on where it failed. */
export interface Sending {
  /** @throws RequestError, Error with a reason to show, or the signal's reason */
  run(means: SendingMeans): Promise<Sent>;
  /** Has the server forget what of it has got there. Resolves in any case: what it keeps, it keeps for a day. */
  giveUp(connection: Connection): Promise<void>;
}

/** Prepares to send something to a room or a person, with what is said about it. */
export function sendingOf(picked: Picked, place: Place, caption: Caption): Sending {
  return picked.kind === "file"
    ? new FileSending(picked, place, caption)
    : new FolderSending(picked, place, caption);
}

class FileSending implements Sending {
  #file: string | undefined;

  constructor(readonly picked: PickedFile, readonly place: Place, readonly caption: Caption) {}

  run(means: SendingMeans): Promise<Sent> {
    const { name, file } = this.picked;
    const onSent = (done: number, id: string) => {
      this.#file = id;
      means.onProgress("sending", done);
    };
    return sendOne({ name, file, ...this.caption }, this.place, means, onSent);
  }

  giveUp(connection: Connection): Promise<void> {
    return giveUp(connection, this.#file);
  }
}

class FolderSending implements Sending {
  #folder: string | undefined;
  readonly #through = new Set<string>();

  constructor(readonly picked: PickedFolder, readonly place: Place, readonly caption: Caption) {}

  async run(means: SendingMeans): Promise<Sent> {
    const { connection, signal } = means;
    try {
      const { name } = this.picked;
      const announce = () => connection.ask("upload", { ...this.place, name, folder: true });
      const folder = this.#folder ??= (await persistently(connection, announce, signal)).file;
      await this.#sendFiles(folder, means);
      await this.#nameEmpty(folder, means);
      await unlessAborted(means.turn, signal);
      const finish = () => connection.ask("finish", { file: folder, ...this.caption });
      return { file: folder, ...await persistently(connection, finish, signal) };
    } catch (error) {
      // The server has let go of what was begun: the next attempt is a new one.
      if (error instanceof RequestError && error.code === "unknown_file") {
        this.#folder = undefined;
        this.#through.clear();
      }
      throw error;
    }
  }

  giveUp(connection: Connection): Promise<void> {
    return giveUp(connection, this.#folder);
  }

  async #sendFiles(folder: string, means: SendingMeans): Promise<void> {
    let before = 0;
    const ofFolder = { ...means, onProgress() {}, turn: Promise.resolve() };
    for (const { path, file } of this.picked.files) {
      const report = (done: number) => means.onProgress("sending", before + done);
      if (!this.#through.has(path)) {
        await sendOne({ name: path, file }, { folder }, ofFolder, report);
        this.#through.add(path);
      }
      before += file.size;
      means.onProgress("sending", before);
    }
  }

  async #nameEmpty(folder: string, means: SendingMeans): Promise<void> {
    for (const name of this.picked.empty) {
      await persistently(
        means.connection,
        () => means.connection.ask("upload", { folder, name, size: -1 }),
        means.signal,
      );
    }
  }
}

async function sendOne(
  { name, file, ...caption }: { name: string; file: File } & Caption,
  place: Place,
  { connection, hashing, onProgress, signal, turn }: SendingMeans,
  onSent: (done: number, id: string) => void,
): Promise<Sent> {
  const md5 = await hashing.md5Of(file, { signal, onProgress: (done) => onProgress("reading", done) });
  const put = async (id: string, from: number) => {
    await putBytes(id, file, from, { connection, signal, onProgress: (done) => onSent(done, id) });
    await unlessAborted(turn, signal);
  };
  return await deliver(connection, { name, size: file.size, md5, ...caption }, place, put, signal);
}

async function giveUp(connection: Connection, file: string | undefined): Promise<void> {
  if (file !== undefined) await connection.ask("refuse", { file }).catch(() => {});
}
