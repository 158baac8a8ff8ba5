/** What is being written in a conversation: new words, an answer to somebody, or other words for one's own message. */
import { signal } from "@preact/signals";
import type { Message } from "../../../server/core/events.ts";

/** One conversation's unsent words. */
export class Draft {
  readonly text = signal("");
  /** The message that is being answered. */
  readonly reply = signal<Message | undefined>(undefined);
  /** One's own message that is being changed. */
  readonly editing = signal<Message | undefined>(undefined);
  /** What was written before the change began. */
  #before = "";

  /** Answers a message. */
  answer(message: Message): void {
    this.stopEditing();
    this.reply.value = message;
  }

  /** Begins to change one's own message; what was written waits. */
  edit(message: Message): void {
    if (!this.editing.value) this.#before = this.text.value;
    this.reply.value = undefined;
    this.editing.value = message;
    this.text.value = message.text;
  }

  /** Leaves the message as it is. */
  stopEditing(): void {
    if (!this.editing.value) return;
    this.editing.value = undefined;
    this.text.value = this.#before;
  }

  /** It was sent. */
  clear(): void {
    this.reply.value = undefined;
    this.text.value = "";
  }
}
