/**
 * What is being written in a conversation: new words and files to go with them, an answer to somebody, or other words
 * for one's own message. It stays until it is sent, or put away.
 */
import { computed, signal } from "@preact/signals";
import type { Message } from "../../../server/core/shared/events.ts";
import { faultWords } from "../fault_words.ts";
import type { Picked } from "../files/picked.ts";
import { byteLength } from "../../connection/line_length.ts";
import { LIMITS } from "../../../server/core/shared/limits.ts";

/** What of it lasts longer than the page; undefined: nothing. Files can't. */
export interface KeptWords {
  text: string;
  reply?: Message;
  /** One's own message that is being changed, and into what. */
  edit?: { message: Message; text: string };
}

/** One conversation's unsent words. */
export class Draft {
  readonly text = signal("");
  /** Files and folders that go out with the words. */
  readonly files = signal<readonly Picked[]>([]);
  /** The message that is being answered. */
  readonly reply = signal<Message | undefined>(undefined);
  /** One's own message that is being changed. */
  readonly editing = signal<Message | undefined>(undefined);
  /** Whether the change is on its way. */
  readonly saving = signal(false);
  /** Why the change was not taken. */
  readonly trouble = signal("");
  /** What was written before the change began. */
  readonly #before = signal("");

  /** What is to be kept for the next visit. */
  readonly kept = computed((): KeptWords | undefined => {
    const message = this.editing.value;
    const reply = this.reply.value;
    if (message) return { text: this.#before.value, edit: { message, text: this.text.value } };
    if (this.text.value === "" && !reply) return undefined;
    return { text: this.text.value, ...(reply && { reply }) };
  });

  /** Goes on where an earlier visit, or another tab, was. */
  restore({ text, reply, edit }: KeptWords): void {
    this.reply.value = reply;
    this.#before.value = text;
    this.editing.value = edit?.message;
    this.text.value = edit?.text ?? text;
    this.trouble.value = "";
  }

  /** Adds files; nothing of them is sent before the words are. */
  stage(picked: readonly Picked[]): void {
    this.files.value = [...this.files.value, ...picked];
  }

  /** Takes a file away again. */
  unstage(picked: Picked): void {
    this.files.value = this.files.value.filter((each) => each !== picked);
  }

  /** Answers a message. */
  answer(message: Message): void {
    this.stopEditing();
    this.reply.value = message;
  }

  /** Begins to change one's own message; what was written waits. */
  edit(message: Message): void {
    if (!this.editing.value) this.#before.value = this.text.value;
    this.reply.value = undefined;
    this.editing.value = message;
    this.text.value = message.text;
    this.trouble.value = "";
  }

  /** Leaves the message as it is. */
  stopEditing(): void {
    if (!this.editing.value) return;
    this.editing.value = undefined;
    this.text.value = this.#before.value;
    this.trouble.value = "";
  }

  /** Puts the words into the message that is being changed. What is refused or lost stays, with the reason. */
  async save(change: (id: string, text: string) => Promise<void>): Promise<void> {
    const message = this.editing.value;
    const text = this.text.value.trimEnd();
    if (!message || this.saving.value || text.trim() === "" || excessOf(text) > 0) return;
    if (text === message.text) return this.stopEditing();
    this.saving.value = true;
    this.trouble.value = "";
    try {
      await change(message.id, text);
      if (this.editing.value?.id === message.id) this.stopEditing();
    } catch (error) {
      if (this.editing.value?.id === message.id) this.trouble.value = faultWords(error);
    } finally {
      this.saving.value = false;
    }
  }

  /** It was sent. */
  clear(): void {
    this.reply.value = undefined;
    this.text.value = "";
    this.files.value = [];
  }
}

/** How many bytes a text has too many; how many it may still have, as a negative number. */
export function excessOf(text: string): number {
  // No character takes more than three bytes for each of its units: short texts need no counting.
  const most = text.length * 3;
  const bytes = most <= LIMITS.textBytesMax / 2 ? most : byteLength(text.trimEnd());
  return bytes - LIMITS.textBytesMax;
}
