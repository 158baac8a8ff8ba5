/**
 * What a list shows of a conversation: how much is unread, whether it speaks to one, when something was said last.
 * As long as nobody has asked for its messages the server's count is kept up; then they are counted themselves.
 */
import { batch, computed, signal } from "@preact/signals";
import type { ConversationSummary } from "../../../server/core/shared/commands.ts";
import { authorOf, type Message } from "../../../server/core/shared/events.ts";
import { LIMITS } from "../../../server/core/shared/limits.ts";
import { type MessageList, unreadOf } from "./message_list.ts";
import { nameKey } from "./target_key.ts";

/** What is loaded of a conversation. */
interface LoadedPart {
  messages: MessageList;
  /** Whether the server has older ones. */
  more: boolean;
  /** What has this `seq`, or a smaller one, was read. */
  readSeq: number;
}

/** The server counts no further. */
const COUNTED_MAX = LIMITS.unreadCountedMax;

/** The summary of one conversation. */
export class Summary {
  /** When something was said last, in milliseconds since 1970; 0: never. */
  readonly at = signal(0);
  /** In private: whether the other one was a guest. */
  readonly guest = signal(false);
  readonly #me: string;
  readonly #loaded: () => LoadedPart | undefined;
  readonly #speaksToMe: (message: Message) => boolean;
  readonly #count = signal(0);
  readonly #spokenTo = signal(false);
  #last: { id: string; seq: number } | undefined;

  /** `speaksToMe`: whether a message does; `loaded` reads signals: undefined as long as the messages are not there. */
  constructor(
    me: string,
    loaded: () => LoadedPart | undefined,
    speaksToMe: (message: Message) => boolean,
  ) {
    this.#speaksToMe = speaksToMe;
    this.#me = me;
    this.#loaded = loaded;
  }

  /** Messages of others that one has not read; when there are many, at least so many. */
  readonly unread = computed(() => {
    const loaded = this.#loaded();
    if (!loaded) return this.#count.value;
    const { length } = this.#unreadOf(loaded);
    return isWhole(loaded) ? length : Math.max(length, this.#count.value);
  });

  /** Whether one of them speaks to one. */
  readonly mentioned = computed(() => {
    const loaded = this.#loaded();
    if (!loaded) return this.#spokenTo.value;
    return this.#unreadOf(loaded).some((each) => this.#speaksToMe(each)) ||
      (!isWhole(loaded) && this.#spokenTo.value);
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
    const { id, seq, at } = message;
    if (this.#last && seq <= this.#last.seq) return;
    batch(() => {
      this.#last = { id, seq };
      this.at.value = at;
      if (nameKey(authorOf(message)) !== nameKey(this.#me)) this.#count.value++;
      if (this.#speaksToMe(message)) this.#spokenTo.value = true;
    });
  }

  /** Takes in that one has read elsewhere; false: how much is left, only the server knows. */
  readUpTo(id: string): boolean {
    if (id !== this.#last?.id) return false;
    this.clear();
    return true;
  }

  /** Takes in that one has read up to a message, past so many that were unread. */
  passed({ seq }: Message, unread: number): void {
    if (this.#last && seq >= this.#last.seq) this.clear();
    else if (this.#count.value < COUNTED_MAX) this.#count.value = Math.max(0, this.#count.value - unread);
  }

  /** The messages are let go: from now on what was counted of them is. */
  hold(): void {
    const [count, spokenTo] = [this.unread.peek(), this.mentioned.peek()];
    batch(() => {
      this.#count.value = count;
      this.#spokenTo.value = spokenTo;
    });
  }

  /** Goes on with what another one says. */
  takeOver(before: Summary): void {
    batch(() => {
      this.#count.value = before.unread.peek();
      this.#spokenTo.value = before.mentioned.peek();
      this.guest.value = before.guest.peek();
      this.at.value = before.at.peek();
      this.#last = before.#last;
    });
  }

  /** Nothing counts any longer. */
  clear(): void {
    batch(() => {
      this.#count.value = 0;
      this.#spokenTo.value = false;
    });
  }

  #unreadOf({ messages, readSeq }: LoadedPart): Message[] {
    return unreadOf(messages, readSeq, this.#me);
  }
}

/** Whether everything that one has not read is loaded. */
function isWhole({ messages, more, readSeq }: LoadedPart): boolean {
  return !more || (messages[0]?.seq ?? 0) <= readSeq;
}
