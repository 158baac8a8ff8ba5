/**
 * What a list shows of a conversation: how much is unread, whether it speaks to one, when something was said last.
 * As long as nobody has asked for its messages the server's count is kept up; then they are counted themselves.
 */
import { batch, computed, signal } from "@preact/signals";
import type { ConversationSummary } from "../../../server/core/commands.ts";
import type { Message } from "../../../server/core/events.ts";
import { mentions } from "../../../server/core/shared/mentions.ts";
import { countUnread, type MessageList } from "./message_list.ts";
import { nameKey } from "./place_key.ts";

/** What is loaded of a conversation. */
export interface LoadedPart {
  messages: MessageList;
  /** Whether the server has older ones. */
  more: boolean;
  readUpTo: string | null;
}

/** One conversation in outline. */
export class Sketch {
  /** When something was said last, in milliseconds since 1970; 0: never. */
  readonly at = signal(0);
  /** In private: whether the other one was a guest. */
  readonly guest = signal(false);
  readonly #me: string;
  readonly #loaded: () => LoadedPart | undefined;
  readonly #count = signal(0);
  readonly #spokenTo = signal(false);
  #last: { id: string; seq: number } | undefined;

  /** `loaded` reads signals: undefined as long as the messages are not there. */
  constructor(me: string, loaded: () => LoadedPart | undefined) {
    this.#me = me;
    this.#loaded = loaded;
  }

  /** Messages of others that one has not read; when there are many, at least so many. */
  readonly unread = computed(() => {
    const loaded = this.#loaded();
    if (!loaded) return this.#count.value;
    const count = countUnread(loaded.messages, loaded.readUpTo, this.#me);
    const isAll = count > 0 && loaded.more && !loaded.messages.some(({ id }) => id === loaded.readUpTo);
    return isAll ? Math.max(count, this.#count.value) : count;
  });

  /** Whether one of them speaks to one. */
  readonly mentioned = computed(() => {
    const loaded = this.#loaded();
    if (!loaded) return this.#spokenTo.value;
    if (this.unread.value === 0) return false;
    const read = loaded.messages.findLastIndex(({ id }) => id === loaded.readUpTo);
    return loaded.messages.slice(read + 1).some((each) => this.#speaksToMe(each));
  });

  /** Takes over how the server sees it. */
  set({ unread, last, mentioned, guest }: ConversationSummary & { mentioned?: true; guest?: true }): void {
    batch(() => {
      this.#count.value = unread;
      this.#spokenTo.value = mentioned === true;
      this.guest.value = guest === true;
      this.at.value = last?.at ?? 0;
      this.#last = last ?? undefined;
    });
  }

  /** Takes in what was said, unless the server has counted it already. */
  receive(message: Message): void {
    const { id, seq, at, from } = message;
    if (this.#last && seq <= this.#last.seq) return;
    batch(() => {
      this.#last = { id, seq };
      this.at.value = at;
      if (nameKey(from) !== nameKey(this.#me)) this.#count.value++;
      if (this.#speaksToMe(message)) this.#spokenTo.value = true;
    });
  }

  /** Takes in that one has read, here or elsewhere. */
  readUpTo(id: string): void {
    if (id !== this.#last?.id) return;
    batch(() => {
      this.#count.value = 0;
      this.#spokenTo.value = false;
    });
  }

  #speaksToMe({ from, text }: Message): boolean {
    return nameKey(from) !== nameKey(this.#me) && mentions(text, this.#me);
  }
}
