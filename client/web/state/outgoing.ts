/** One's own messages of a conversation that the server has not confirmed: on their way, or failed. */
import { signal } from "@preact/signals";
import type { Connection } from "../../connection.ts";
import type { Message } from "../../../server/core/events.ts";
import { faultWords } from "../fault_words.ts";

/** One's own message that the server has not confirmed yet. */
export interface Outgoing {
  /** Makes a repeat harmless. */
  key: string;
  text: string;
  at: number;
  /** The id of the message that it answers. */
  reply?: string;
  /** Why it did not go through. */
  failed?: string;
}

/** What {@link OutgoingMessages} are given. */
export interface OutgoingOptions {
  connection: Connection;
  me: string;
  destination: { room: string } | { to: string };
  /** The server has it. */
  onSent(message: Message, key: string): void;
}

/** What is on its way in one conversation, in the order of writing. */
export class OutgoingMessages {
  readonly all = signal<readonly Outgoing[]>([]);
  readonly #options: OutgoingOptions;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /** Says something. */
  send(text: string, reply?: string): void {
    const outgoing: Outgoing = {
      key: crypto.randomUUID(),
      text,
      at: Date.now(),
      ...(reply !== undefined && { reply }),
    };
    this.all.value = [...this.all.value, outgoing];
    void this.#deliver(outgoing);
  }

  /** Sends once more what failed, under the same key. */
  retry(key: string): void {
    const found = this.all.value.find((each) => each.key === key);
    if (found?.failed === undefined) return;
    const { failed: _failed, ...again } = found;
    this.all.value = this.all.value.map((each) => each === found ? again : each);
    void this.#deliver(again);
  }

  /** Gives up on what failed. */
  discard(key: string): void {
    this.all.value = this.all.value.filter((each) => each.key !== key);
  }

  async #deliver({ key, text, reply }: Outgoing): Promise<void> {
    const { connection, me, destination, onSent } = this.#options;
    const answered = reply === undefined ? {} : { reply };
    try {
      const { id, at, seq } = await connection.ask("send", { ...destination, text, key, ...answered });
      onSent({ id, at, seq, from: me, ...destination, text, kind: "text", ...answered }, key);
    } catch (error) {
      const failed = faultWords(error);
      this.all.value = this.all.value.map((each) => each.key === key ? { ...each, failed } : each);
    }
  }
}
