/**
 * A part of a conversation's history without gaps, which grows at either end. The window that follows the newest
 * message is the tail; one that was jumped to is detached: it may have newer messages after it that are not loaded.
 */
import { batch, signal } from "@preact/signals";
import type { Answer, Commands } from "../../../server/core/shared/commands.ts";
import { RequestError } from "../../connection/request_error.ts";
import { merge, type MessageList } from "./message_list.ts";

/** Asks the server for a page of this conversation. @throws RequestError */
export type AskPage = (
  paging: Pick<Commands["history"]["asks"], "before" | "after" | "around" | "limit">,
) => Promise<Answer<"history">>;

const PAGE = 50;
/** Where one jumps to, nothing more is to be asked for, and put in above, while the view still finds its place. */
const PAGE_AROUND = 100;

/** Messages in a row, as long as was asked for up to now. */
export class MessageWindow {
  readonly messages = signal<MessageList>([]);
  /** Whether the server has older ones, and newer ones. */
  readonly older = signal(false);
  readonly newer = signal(false);
  readonly loadingOlder = signal(false);
  readonly loadingNewer = signal(false);
  readonly #ask: AskPage;

  constructor(ask: AskPage) {
    this.#ask = ask;
  }

  /** The newest page, kept together with what came after it. @throws RequestError */
  async loadNewest(): Promise<Answer<"history">> {
    const page = await this.#ask({ limit: PAGE });
    const newest = page.messages.at(-1)?.seq ?? 0;
    batch(() => {
      this.messages.value = merge(page.messages, this.messages.value.filter((each) => each.seq > newest));
      this.older.value = page.more;
    });
    return page;
  }

  /** The page with a message in its middle. @throws RequestError */
  async loadAround(id: string): Promise<void> {
    const page = await this.#ask({ around: id, limit: PAGE_AROUND });
    batch(() => {
      this.messages.value = page.messages;
      this.older.value = page.more;
      this.newer.value = page.newer ?? false;
    });
  }

  /** The page before the oldest message, one at a time. Resolves in any case. */
  async loadOlder(): Promise<void> {
    const [oldest] = this.messages.value;
    if (!oldest || !this.older.value || this.loadingOlder.value) return;
    this.loadingOlder.value = true;
    try {
      const page = await this.#ask({ before: oldest.id, limit: PAGE });
      batch(() => {
        this.messages.value = merge(page.messages, this.messages.value);
        this.older.value = page.more;
      });
    } catch (error) {
      // What is older than something that is kept no longer is kept no longer either; otherwise scrolling asks again.
      if (isGone(error)) this.older.value = false;
    } finally {
      this.loadingOlder.value = false;
    }
  }

  /** The page after the newest message here, one at a time. Resolves in any case. */
  async loadNewer(): Promise<void> {
    const newest = this.messages.value.at(-1);
    if (!newest || !this.newer.value || this.loadingNewer.value) return;
    this.loadingNewer.value = true;
    try {
      const page = await this.#ask({ after: newest.id, limit: PAGE });
      batch(() => {
        this.messages.value = merge(this.messages.value, page.messages);
        this.newer.value = page.more;
      });
    } catch (error) {
      // Scrolling asks again.
      if (isGone(error)) this.newer.value = false;
    } finally {
      this.loadingNewer.value = false;
    }
  }

  /** Changes messages where they are. */
  change(change: (list: MessageList) => MessageList): void {
    this.messages.value = change(this.messages.value);
  }

  /** Keeps none. */
  forget(): void {
    batch(() => {
      this.messages.value = [];
      this.older.value = false;
    });
  }

  /** Keeps only the newest ones. */
  keepNewest(count: number): void {
    batch(() => {
      this.messages.value = this.messages.value.slice(-count);
      this.older.value = true;
    });
  }
}

function isGone(error: unknown): boolean {
  return error instanceof RequestError && error.code === "unknown_message";
}
