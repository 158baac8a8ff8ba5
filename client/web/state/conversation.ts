/**
 * One conversation: what was said, what is on its way, how far it was read. Until its history has come it keeps
 * nothing, because history holds every event that came before its answer.
 */
import { computed, signal } from "@preact/signals";
import type { Connection } from "../../connection.ts";
import type { Events, Message, OfferState } from "../../../server/core/events.ts";
import { faultWords } from "../fault_words.ts";
import type { Place } from "../route.ts";
import { countUnread, merge, type MessageList, withAnswer, withEdit, withRecall } from "./message_list.ts";
import { placeKey, placeName } from "./place_key.ts";

/** One's own message that the server has not confirmed yet. */
export interface Outgoing {
  /** Makes a repeat harmless. */
  key: string;
  text: string;
  at: number;
  /** Why it did not go through. */
  failed?: string;
}

/** new: history was not asked for · failed: it was, in vain */
export type LoadState = "new" | "loading" | "ready" | "failed";

const PAGE = 50;
/** Past the first number the oldest are let go, so that the second is left; scrolling up brings them again. */
const KEPT_MAX = 600;
const KEPT_LEFT = 200;
const MARK_EVERY_MS = 1_000;

/** One conversation, with everything that can be done in it. */
export class Conversation {
  readonly key: string;
  readonly name: string;
  readonly messages = signal<MessageList>([]);
  readonly outgoing = signal<readonly Outgoing[]>([]);
  readonly state = signal<LoadState>("new");
  /** Why `state` is failed. */
  readonly trouble = signal("");
  /** Whether the server has older messages. */
  readonly more = signal(false);
  readonly loadingOlder = signal(false);
  /** What is typed and not sent. */
  readonly draft = signal("");
  /** Whether somebody looks at it: then nothing is let go under their eyes. */
  watched = false;
  readonly readUpTo = signal<string | null>(null);
  readonly unread = computed(() => countUnread(this.messages.value, this.readUpTo.value, this.#me));
  readonly #connection: Connection;
  readonly #me: string;
  #markTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, me: string, readonly place: Place) {
    this.#connection = connection;
    this.#me = me;
    this.key = placeKey(place);
    this.name = placeName(place);
  }

  /** The place as whoever sends to it names it. */
  get destination(): { room: string } | { to: string } {
    return "room" in this.place ? { room: this.place.room } : { to: this.place.with };
  }

  /** Loads the newest page unless it is there or on its way. Resolves in any case. */
  async ensureLoaded(): Promise<void> {
    if (this.state.value === "new" || this.state.value === "failed") await this.load();
  }

  /** Loads the newest page anew; what is shown stays until it is there. Resolves in any case. */
  async load(): Promise<void> {
    if (this.state.value === "loading") return;
    this.state.value = "loading";
    try {
      const page = await this.#connection.ask("history", { ...this.place, limit: PAGE });
      const newest = page.messages.at(-1)?.seq ?? 0;
      this.messages.value = merge(page.messages, this.messages.value.filter((each) => each.seq > newest));
      this.more.value = page.more;
      this.readUpTo.value = page.read;
      this.state.value = "ready";
    } catch (error) {
      this.trouble.value = faultWords(error);
      this.state.value = "failed";
    }
  }

  /** Loads the page before the oldest message, one at a time. Resolves in any case. */
  async loadOlder(): Promise<void> {
    const [oldest] = this.messages.value;
    if (!oldest || !this.more.value || this.loadingOlder.value || this.state.value !== "ready") return;
    this.loadingOlder.value = true;
    try {
      const page = await this.#connection.ask("history", { ...this.place, before: oldest.id, limit: PAGE });
      this.messages.value = merge(page.messages, this.messages.value);
      this.more.value = page.more;
    } catch {
      // The button at the top asks again.
    } finally {
      this.loadingOlder.value = false;
    }
  }

  /** Takes in what was said. */
  receive(message: Message): void {
    if (this.state.value !== "ready") return;
    this.messages.value = merge(this.messages.value, [message]);
    if (!this.watched) this.#letGo();
  }

  /** Takes in that a message has other words. */
  edited(change: Events["edited"]): void {
    this.messages.value = withEdit(this.messages.value, change.id, change.text, change.at);
  }

  /** Takes in that a message was taken back. */
  recalled(id: string): void {
    this.messages.value = withRecall(this.messages.value, id);
  }

  /** Takes in how a private file was answered. */
  answered(file: string, offer: OfferState): void {
    this.messages.value = withAnswer(this.messages.value, file, offer);
  }

  /** Answers a private file that is offered here. @throws RequestError */
  async answer(file: string, accepted: boolean): Promise<void> {
    await this.#connection.ask(accepted ? "accept" : "refuse", { file });
    this.answered(file, accepted ? "accepted" : "refused");
  }

  /** Says something; it is shown as on its way until the server has it. */
  send(text: string): void {
    const outgoing: Outgoing = { key: crypto.randomUUID(), text, at: Date.now() };
    this.outgoing.value = [...this.outgoing.value, outgoing];
    void this.#deliver(outgoing);
  }

  /** Sends once more what failed. */
  retry(key: string): void {
    const found = this.outgoing.value.find((each) => each.key === key);
    if (!found) return;
    const { failed: _failed, ...again } = found;
    this.outgoing.value = this.outgoing.value.map((each) => each === found ? again : each);
    void this.#deliver(again);
  }

  /** Gives up on what failed. */
  discard(key: string): void {
    this.outgoing.value = this.outgoing.value.filter((each) => each.key !== key);
  }

  /** Takes one's own message back. @throws RequestError */
  async recall(id: string): Promise<void> {
    await this.#connection.ask("recall", { id });
    this.recalled(id);
  }

  /** Everything here was seen: notes it, and tells the server now and then. */
  markRead(): void {
    const last = this.messages.value.at(-1);
    if (this.state.value !== "ready" || !last || last.id === this.readUpTo.value) return;
    const tell = this.unread.value > 0;
    this.readUpTo.value = last.id;
    this.#letGo();
    if (!tell) return;
    this.#markTimer ??= setTimeout(() => {
      this.#markTimer = undefined;
      const id = this.readUpTo.value;
      if (id !== null) this.#connection.ask("read", { ...this.place, id }).catch(() => {});
    }, MARK_EVERY_MS);
  }

  #letGo(): void {
    if (this.messages.value.length <= KEPT_MAX) return;
    this.messages.value = this.messages.value.slice(-KEPT_LEFT);
    this.more.value = true;
  }

  async #deliver({ key, text }: Outgoing): Promise<void> {
    const where = this.destination;
    try {
      const { id, at, seq } = await this.#connection.ask("send", { ...where, text, key });
      this.discard(key);
      this.receive({ id, at, seq, from: this.#me, ...where, text, kind: "text" });
    } catch (error) {
      const failed = faultWords(error);
      this.outgoing.value = this.outgoing.value.map((each) => each.key === key ? { ...each, failed } : each);
    }
  }
}
