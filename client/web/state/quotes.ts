/** The messages that answers refer to: found among what is loaded, or asked for one by one. */
import { computed, signal } from "@preact/signals";
import type { Message } from "../../../server/core/shared/events.ts";
import type { MessageList } from "./message_list.ts";
import type { AskPage, MessageWindow } from "./message_window.ts";

/** gone: there is no such message any more, or it is out of reach */
type Quoted = Message | "loading" | "gone";

/** What is quoted in one conversation. */
export class Quotes {
  readonly #ask: AskPage;
  readonly #fetched = signal<ReadonlyMap<string, Quoted>>(new Map());
  readonly #loaded;

  /** `windows` gives what is loaded now. */
  constructor(ask: AskPage, windows: () => readonly MessageWindow[]) {
    this.#ask = ask;
    this.#loaded = computed(() => {
      const messages = windows().flatMap((window) => window.messages.value);
      return new Map(messages.map((message) => [message.id, message]));
    });
  }

  /** A message by its id, followed through its changes. */
  find(id: string): Quoted {
    return this.#loaded.value.get(id) ?? this.#fetched.value.get(id) ?? "loading";
  }

  /** Sees to it that a message will be found. Resolves in any case. */
  async fetch(id: string): Promise<void> {
    if (this.#loaded.value.has(id) || this.#fetched.value.has(id)) return;
    this.#keep(id, "loading");
    try {
      const { messages } = await this.#ask({ around: id, limit: 1 });
      const [message] = messages;
      this.#keep(id, message?.id === id ? message : "gone");
    } catch {
      this.#keep(id, "gone");
    }
  }

  /** Takes in a change of messages. */
  change(change: (list: MessageList) => MessageList): void {
    for (const [id, quoted] of this.#fetched.value) {
      if (typeof quoted === "string") continue;
      const [changed] = change([quoted]);
      if (changed && changed !== quoted) this.#keep(id, changed);
    }
  }

  #keep(id: string, quoted: Quoted): void {
    this.#fetched.value = new Map(this.#fetched.value).set(id, quoted);
  }
}
