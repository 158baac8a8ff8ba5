/**
 * What a server has done since its start, counted as it happens: additions and nothing more, because this is on the
 * way of every message. metrics.ts shows it.
 */
import type { Command } from "../core/shared/commands.ts";
import type { Fault } from "../core/shared/faults.ts";
import type { BlobStore } from "../core/files/blob_store.ts";
import type { Inbound } from "../protocol/dialect.ts";
import { Tally } from "./counter.ts";

/** How somebody may sign in, by the request that does it. */
const SIGN_INS: Readonly<Record<string, string>> = { login: "password", guest: "nickname", resume: "token" };

/** The counts. */
export class Activity {
  /** Op and outcome → requests; an outcome is `ok` or the code of a fault. */
  readonly requests: Tally = new Tally();
  /** Method and outcome → attempts to sign in. */
  readonly signIns: Tally = new Tally();
  /** "room" and "private" → messages kept. */
  readonly messages: Tally = new Tally();
  /** "up" and "down" → bytes of files, and how many are being sent down now. */
  readonly bytes: Tally = new Tally();
  downloads = 0;
  /** Told how long each commit took; seconds. */
  onCommit: (seconds: number) => void = () => {};

  /** Something was asked and answered. */
  asked(asked: Inbound, fault: Fault | undefined): void {
    const outcome = fault?.code ?? "ok";
    if (!("command" in asked)) return this.requests.add("unreadable", outcome);
    const { command } = asked;
    this.requests.add(command.op, outcome);
    const method = SIGN_INS[command.op];
    if (method) this.signIns.add(method, outcome);
    if (!fault && command.op === "send") {
      this.messages.add((command as Command<"send">).room === undefined ? "private" : "room");
    }
  }

  /** The same blob store, with the bytes counted that pass through it. */
  watching<V extends BlobStore>(blobs: V): V {
    const count = (direction: string, bytes: Uint8Array) => this.bytes.add(direction, "", bytes.length);
    return {
      ...blobs,
      open: async (id) => {
        const writer = await blobs.open(id);
        return {
          get offset() {
            return writer.offset;
          },
          async append(bytes) {
            await writer.append(bytes);
            count("up", bytes);
          },
          finish: () => writer.finish(),
          close: () => writer.close(),
        };
      },
      read: (...asked) => this.#counted(blobs.read(...asked)),
    };
  }

  async *#counted(blocks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    this.downloads++;
    try {
      for await (const block of blocks) {
        this.bytes.add("down", "", block.length);
        yield block;
      }
    } finally {
      this.downloads--;
    }
  }
}
