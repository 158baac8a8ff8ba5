/**
 * What is being written, kept in this browser for each person and conversation: a reload, a closed tab, a crash lose
 * none of it, and all tabs of one person show the same. Signing out removes it.
 */
import { effect } from "@preact/signals";
import type { Conversation } from "./conversation.ts";
import type { Conversations } from "./conversations.ts";
import type { KeptWords } from "./draft.ts";
import { draftsKey, readStored, writeStored } from "./local_storage.ts";

/** By the key of the target. `at`: when it was last changed. */
type Kept = Record<string, KeptWords & { at: number }>;

const WRITE_AFTER_MS = 300;
/** A browser keeps some five million characters for a server; past either of these the oldest drafts go. */
const KEPT_MAX = 50;
const CHARS_MAX = 500_000;

/** One person's drafts. */
export class Drafts {
  readonly #entry: string;
  readonly #conversations: Conversations;
  /** The draft of each conversation as this tab and what is kept had it in common last, as JSON. */
  readonly #common = new WeakMap<Conversation, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void) | undefined;

  constructor(nickname: string, conversations: Conversations) {
    this.#entry = draftsKey(nickname);
    this.#conversations = conversations;
  }

  /** Goes on with what is kept, and keeps what is written from now on. `isIn`: whether one is there still. */
  start(isIn: (key: string) => boolean): void {
    const kept = Object.entries(this.#read());
    const rest = kept.filter(([key]) => isIn(key));
    if (rest.length < kept.length) this.#put(Object.fromEntries(rest));
    addEventListener("storage", this.#onStorage);
    addEventListener("pagehide", this.#write);
    addEventListener("beforeunload", this.#warn);
    this.#stop = effect(() => {
      let kept: Kept | undefined;
      for (const each of this.#conversations.all.value.values()) {
        // One that was opened just now may have words from earlier.
        if (!this.#common.has(each)) this.#take(each, kept ??= this.#read());
        if (jsonOf(each.draft.kept.value) !== this.#common.get(each)) {
          this.#timer ??= setTimeout(this.#write, WRITE_AFTER_MS);
        }
      }
    });
  }

  /** Keeps no more. `forever`: what is kept is removed. */
  end(forever: boolean): void {
    if (!forever) this.#write();
    clearTimeout(this.#timer);
    this.#stop?.();
    removeEventListener("storage", this.#onStorage);
    removeEventListener("pagehide", this.#write);
    removeEventListener("beforeunload", this.#warn);
    if (forever) this.#put({});
  }

  /** A conversation goes on as another one: what is kept of it too. */
  moved(before: Conversation, after: Conversation): void {
    const { [before.key]: words, ...kept } = this.#read();
    this.#put(words ? { ...kept, [after.key]: words } : kept);
    // Where nothing was written here, another tab may have moved it already.
    const isWritten = words !== undefined || before.draft.kept.peek() !== undefined;
    if (isWritten) this.#common.set(after, this.#common.get(before) ?? jsonOf(undefined));
  }

  /** Nothing stays of what was being written there. */
  forget({ key, draft }: Conversation): void {
    draft.clear();
    draft.restore({ text: "" });
    const { [key]: _words, ...kept } = this.#read();
    this.#put(kept);
  }

  /** Files that wait for a word are not kept: the browser asks before they are lost. */
  readonly #warn = (event: BeforeUnloadEvent): void => {
    const all = [...this.#conversations.all.peek().values()];
    if (all.some(({ draft }) => draft.files.peek().length > 0)) event.preventDefault();
  };

  readonly #onStorage = ({ key }: StorageEvent): void => {
    if (key !== this.#entry && key !== null) return;
    const kept = this.#read();
    for (const each of this.#conversations.all.peek().values()) this.#take(each, kept);
  };

  /** Takes over what is kept of a conversation, if that was changed elsewhere. */
  #take(conversation: Conversation, kept: Kept): void {
    const { at: _at, ...words } = kept[conversation.key] ?? { at: 0, text: "" };
    const known = this.#common.get(conversation) ?? jsonOf(undefined);
    const json = jsonOf(words.text === "" && !words.reply && !words.edit ? undefined : words);
    this.#common.set(conversation, json);
    if (json !== known) conversation.draft.restore(words);
  }

  /** Keeps what was changed here. */
  readonly #write = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const kept = this.#read();
    let changed = false;
    for (const each of this.#conversations.all.peek().values()) {
      const words = each.draft.kept.peek();
      const json = jsonOf(words);
      if (!this.#common.has(each) || json === this.#common.get(each)) continue;
      this.#common.set(each, json);
      changed = true;
      if (words) kept[each.key] = { ...words, at: Date.now() };
      else delete kept[each.key];
    }
    if (changed) this.#put(bounded(kept));
  };

  #read(): Kept {
    return (readStored(this.#entry) ?? {}) as Kept;
  }

  #put(kept: Kept): void {
    writeStored(this.#entry, Object.keys(kept).length > 0 ? kept : undefined);
  }
}

/** The newest drafts, as many as there is room for. */
function bounded(kept: Kept): Kept {
  let chars = 0;
  const newest = Object.entries(kept).sort(([, a], [, b]) => b.at - a.at).slice(0, KEPT_MAX);
  return Object.fromEntries(newest.filter(([, words]) => {
    const size = JSON.stringify(words).length;
    if (chars + size > CHARS_MAX) return false;
    chars += size;
    return true;
  }));
}

function jsonOf(words: KeptWords | undefined): string {
  return JSON.stringify(words ?? null);
}
