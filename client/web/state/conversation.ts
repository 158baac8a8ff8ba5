/**
 * One conversation: what was said, what is on its way, how far it was read. Until its history has come it keeps
 * nothing, because history holds every event that came before its answer.
 */
import { batch, computed, signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import { authorOf, type Events, type Message, type OfferState } from "../../../server/core/shared/events.ts";
import { faultWords } from "../fault_words.ts";
import type { Target } from "../route.ts";
import { Draft } from "./draft.ts";
import {
  merge,
  type MessageList,
  unreadOf,
  withAnswer,
  withAuthor,
  withEdit,
  withReaction,
  withRecall,
} from "./message_list.ts";
import type { Happening } from "./message_rows.ts";
import { OutgoingMessages } from "./outgoing.ts";
import { conversationNameOf, isFormer, nameKey, targetKey, targetName } from "./target_key.ts";
import { Quotes } from "./quotes.ts";
import { ReadCursor } from "./read_cursor.ts";
import { Summary } from "./summary.ts";
import { type AskPage, MessageWindow } from "./message_window.ts";
import { Typists } from "./typists.ts";

/** new: history was not asked for · failed: it was, in vain */
type LoadState = "new" | "loading" | "ready" | "failed";

/** Past the first number the oldest are let go, so that the second is left; scrolling up brings them again. */
const KEPT_MAX = 600;
const KEPT_LEFT = 200;
const HAPPENINGS_MAX = 50;

let made = 0;

/** One conversation, with everything that can be done in it. */
export class Conversation {
  readonly key: string;
  /** No other one that was ever made has it. */
  readonly serial = ++made;
  /** Whether it can only be read: its partner's nickname is another's now. */
  readonly isFormer: boolean;
  /** In private: the id of whom it is with, as soon as the server has said it. */
  person: string | undefined;
  readonly name: string;
  /** The newest messages, as far back as was asked for. */
  readonly tail: MessageWindow;
  /** The window that one has jumped to, as long as it does not touch the tail. */
  readonly detached = signal<MessageWindow | undefined>(undefined);
  /** What is looked at. */
  readonly shown = computed(() => this.detached.value ?? this.tail);
  readonly outgoing: OutgoingMessages;
  readonly draft: Draft;
  readonly typists: Typists;
  readonly quotes: Quotes;
  readonly state = signal<LoadState>("new");
  /** Why `state` is failed. */
  readonly trouble = signal("");
  /** Whether somebody looks at it: then nothing is let go under their eyes. */
  watched = false;
  /** Whether somebody sees the newest message: then what comes is read as it comes, and never counts. */
  endInSight = false;
  /** The message that the view is to show; a new object each time. */
  readonly goal = signal<{ id: string } | undefined>(undefined);
  /** What has happened here since one came, but for what was said. */
  readonly happenings = signal<readonly Happening[]>([]);
  /** Before this message stands the line "new since". */
  readonly newFrom = signal<string | undefined>(undefined);
  /** In private: how far the other has read. */
  readonly seenUpTo = signal<string | null>(null);
  /** The newest of one's own messages that the other has read, among those that are loaded. */
  readonly lastSeen = computed(() => {
    const { value: list } = this.messages;
    const seen = this.seenUpTo.value === null
      ? -1
      : list.findLastIndex((message) => message.id === this.seenUpTo.value);
    return list.slice(0, seen + 1).findLast((message) => nameKey(authorOf(message)) === nameKey(this.#me))
      ?.id;
  });
  /** What a list shows of it. */
  readonly summary: Summary;
  /** The keys that own messages were sent under, by their ids: they stay the same thing on the screen. */
  readonly sentKeys: Map<string, string>;
  readonly #connection: Connection;
  readonly #me: string;
  readonly #ask: AskPage;
  readonly #readCursor: ReadCursor;
  /** Whether the newest page is here: from then on events add to it. */
  #isLive = false;
  #loading: Promise<void> | undefined;

  /** `speaksToMe`: whether a message does; `before`: the same conversation under the name that it had, which is over. */
  constructor(
    connection: Connection,
    me: string,
    readonly target: Target,
    speaksToMe: (message: Message) => boolean,
    before?: Conversation,
  ) {
    this.#connection = connection;
    this.#me = me;
    this.key = targetKey(target);
    this.name = targetName(target);
    this.isFormer = isFormer(target);
    this.person = isFormer(target) ? target.person : undefined;
    const asked = conversationNameOf(target);
    this.summary = new Summary(me, () => {
      if (this.state.value !== "ready") return undefined;
      return { messages: this.messages.value, more: this.more.value, readSeq: this.#readCursor.seq.value };
    }, speaksToMe);
    this.#readCursor = new ReadCursor((id) =>
      connection.ask("read", { ...asked, message: id }).catch(() => {})
    );
    this.#ask = (paging) => connection.ask("history", { ...asked, ...paging });
    this.tail = new MessageWindow(this.#ask);
    this.quotes = new Quotes(this.#ask, () => [this.tail, this.shown.value]);
    this.draft = before?.draft ?? new Draft();
    this.sentKeys = before?.sentKeys ?? new Map();
    if (before) this.summary.takeOver(before.summary);
    if (before) this.happenings.value = before.happenings.peek();
    const onSent = (message: Message, key: string) =>
      batch(() => {
        this.sentKeys.set(message.id, key);
        this.outgoing.discard(key);
        this.receive(message);
      });
    this.outgoing = before?.outgoing.moveTo({ target, onSent }) ??
      new OutgoingMessages({ connection, me, target, onSent });
    this.typists = new Typists(() => {
      if (connection.state === "online") connection.ask("typing", this.destination).catch(() => {});
    });
  }

  /** How many messages of others one has not read. */
  get unread(): Summary["unread"] {
    return this.summary.unread;
  }

  /** The newest messages, the oldest of them first. */
  get messages(): MessageWindow["messages"] {
    return this.tail.messages;
  }

  /** Whether the server has older messages than these. */
  get more(): MessageWindow["older"] {
    return this.tail.older;
  }

  /** The target as whoever sends to it names it. */
  get destination(): { room: string } | { to: string } {
    return "room" in this.target ? { room: this.target.room } : { to: this.target.with };
  }

  /** Somebody opens it: it begins at what they have not read, however much that is. Resolves in any case. */
  async enter(): Promise<void> {
    const [oldest] = this.messages.value;
    const isBefore = oldest !== undefined && this.more.value && oldest.seq > this.#readCursor.seq.value;
    if (this.state.value === "ready" && this.unread.value > 0 && isBefore) await this.load();
    else await this.ensureLoaded();
  }

  /** Loads the newest page unless it is there or on its way. Resolves in any case. */
  async ensureLoaded(): Promise<void> {
    if (this.state.value !== "ready") await this.load();
  }

  /** Loads the newest page anew, and what one has not read before it; what is shown stays until it is there. Resolves in any case. */
  load(): Promise<void> {
    return this.#loading ??= this.#load().finally(() => this.#loading = undefined);
  }

  async #load(): Promise<void> {
    this.state.value = "loading";
    this.#isLive = false;
    this.detached.value = undefined;
    try {
      const page = await this.tail.loadNewest();
      // One has left meanwhile.
      if (this.state.value !== "loading") return this.tail.forget();
      this.#isLive = true;
      const first = page.first_unread;
      const detached = new MessageWindow(this.#ask);
      const isFar = first !== undefined && page.more && first.seq < (page.messages[0]?.seq ?? 0) &&
        await detached.loadAround(first.id).then(() => true, () => false);
      // The name was given on meanwhile: nothing of the one before stays.
      if (this.person !== undefined && page.person !== this.person) this.tail.change(() => page.messages);
      this.person = page.person ?? this.person;
      batch(() => {
        this.#readCursor.set(page);
        if (isFar) this.detached.value = detached;
        if (isFar) this.#join(detached);
        this.seenUpTo.value = page.seen ?? null;
        this.state.value = "ready";
      });
    } catch (error) {
      this.trouble.value = faultWords(error);
      this.state.value = "failed";
    }
  }

  /** Loads what comes before what is looked at. Resolves in any case. */
  async loadOlder(): Promise<void> {
    if (this.state.value === "ready") await this.shown.value.loadOlder();
  }

  /** Loads what comes after what is looked at. Resolves in any case. */
  async loadNewer(): Promise<void> {
    const detached = this.detached.value;
    if (!detached) return;
    await detached.loadNewer();
    this.#join(detached);
  }

  /** Goes to a message, wherever in the history it is. @throws RequestError */
  async goTo(id: string): Promise<void> {
    await this.ensureLoaded();
    const has = (window: MessageWindow) => window.messages.value.some((message) => message.id === id);
    if (!has(this.shown.value)) {
      const detached = new MessageWindow(this.#ask);
      if (!has(this.tail)) await detached.loadAround(id);
      batch(() => {
        this.detached.value = has(this.tail) ? undefined : detached;
        if (this.detached.value) this.#join(detached);
      });
    }
    this.goal.value = { id };
  }

  /** Goes back to what was said last. */
  goToNewest(): void {
    this.detached.value = undefined;
  }

  /** Takes in what was said. */
  receive(message: Message): void {
    this.typists.stopped(message.from);
    this.summary.receive(message);
    if (!this.#isLive) return;
    this.tail.change((list) => merge(list, [message]));
    if (this.endInSight) this.markRead(message);
    if (!this.watched) this.#evict();
  }

  /** Takes in what happened to somebody in the room. */
  happened(happening: Happening): void {
    this.happenings.value = [...this.happenings.value, happening].slice(-HAPPENINGS_MAX);
  }

  /** Takes in that a message has other words. */
  edited(change: Events["edited"]): void {
    this.#change((list) => withEdit(list, change.id, change.text, change.at));
  }

  /** Takes in that a message was taken back. */
  recalled(id: string, by: string): void {
    this.#change((list) => withRecall(list, id, by));
  }

  /** Takes in what somebody thinks of a message. */
  reacted(change: { id: string; emoji: string; from: string; on: boolean }): void {
    this.#change((list) => withReaction(list, change.id, change));
  }

  /** Takes in that somebody has another nickname: what they wrote says so. */
  renamed(nickname: string, now: string): void {
    this.#change((list) => withAuthor(list, nickname, now));
  }

  /** Takes in how a private file was answered. */
  answered(file: string, offer: OfferState): void {
    this.#change((list) => withAnswer(list, file, offer));
  }

  /** Takes in how far somebody has read; false: it was oneself, and how much is left only the server knows. */
  readBy(nickname: string, id: string): boolean {
    if (nameKey(nickname) !== nameKey(this.#me)) {
      this.seenUpTo.value = id;
      return true;
    }
    const message = [this.tail, this.shown.value].flatMap(({ messages }) => messages.value)
      .find((each) => each.id === id);
    if (this.state.value !== "ready" || !message) return this.summary.readUpTo(id);
    this.#advance(message, false);
    return true;
  }

  /** One is in the room no more: nothing is unread, and what is said meanwhile is asked for after coming back. */
  left(): void {
    batch(() => {
      this.summary.clear();
      this.happenings.value = [];
      this.#unload();
    });
  }

  /** Answers a private file that is offered here. @throws RequestError */
  async answer(file: string, accepted: boolean): Promise<void> {
    await this.#connection.ask(accepted ? "accept" : "refuse", { file });
    this.answered(file, accepted ? "accepted" : "refused");
  }

  /** Says something; it is shown as on its way until the server has it. */
  send(text: string, reply?: string): void {
    this.goToNewest();
    this.typists.said();
    this.outgoing.send(text, reply);
  }

  /** Puts other words into one's own message. @throws RequestError */
  async edit(id: string, text: string): Promise<void> {
    await this.#connection.ask("edit", { message: id, text });
    this.#change((list) => withEdit(list, id, text, Date.now()));
  }

  /** Takes a message back, one's own or as a moderator. @throws RequestError */
  async recall(id: string): Promise<void> {
    await this.#connection.ask("recall", { message: id });
    this.recalled(id, this.#me);
  }

  /** Adds one's reaction, or takes it away; it shows at once. @throws RequestError */
  async react(id: string, emoji: string, on: boolean): Promise<void> {
    const change = { id, emoji, from: this.#me };
    this.reacted({ ...change, on });
    try {
      await this.#connection.ask("react", { message: id, emoji, on });
    } catch (error) {
      this.reacted({ ...change, on: !on });
      throw error;
    }
  }

  /** Draws the line "new since" before what others said since one stopped reading, if they did. */
  drawNewLine(): void {
    const [first] = unreadOf(this.shown.value.messages.value, this.#readCursor.seq.value, this.#me);
    this.newFrom.value = this.unread.value > 0 ? first?.id : undefined;
  }

  /** Everything up to this message was seen. */
  markRead(message: Message): void {
    if (this.state.value !== "ready") return;
    this.#advance(message, true);
    if (message === this.messages.value.at(-1)) this.#evict();
  }

  #advance(message: Message, tells: boolean): void {
    const unread = unreadOf(this.shown.value.messages.value, this.#readCursor.seq.value, this.#me);
    const passed = unread.filter(({ seq }) => seq <= message.seq).length;
    const isNews = this.unread.value > 0;
    this.summary.passed(message, passed);
    this.#readCursor.advance(message, tells && isNews);
  }

  /** The detached window and the tail become one where they touch. */
  #join(detached: MessageWindow): void {
    const last = detached.messages.value.at(-1);
    const [first] = this.tail.messages.value;
    if (detached.newer.value && last && first && last.seq < first.seq) return;
    batch(() => {
      this.tail.change((list) => merge(detached.messages.value, list));
      this.tail.older.value = detached.older.value;
      if (this.detached.value === detached) this.detached.value = undefined;
    });
  }

  #change(change: (list: MessageList) => MessageList): void {
    this.tail.change(change);
    this.detached.value?.change(change);
    this.quotes.change(change);
  }

  #evict(): void {
    const list = this.messages.value;
    if (list.length <= KEPT_MAX) return;
    if (this.watched || list.at(-KEPT_LEFT)!.seq <= this.#readCursor.seq.value) {
      return this.tail.keepNewest(KEPT_LEFT);
    }
    // Nobody has read these: they are asked for anew when somebody does.
    this.summary.hold();
    this.#unload();
  }

  #unload(): void {
    this.state.value = "new";
    this.#isLive = false;
    this.detached.value = undefined;
    this.tail.forget();
  }
}
