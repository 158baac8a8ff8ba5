/** Every conversation that the page knows, found by its target. */
import { batch, computed, signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import type { Answer } from "../../../server/core/shared/commands.ts";
import { authorOf, type Events, type Message, type OfferState } from "../../../server/core/shared/events.ts";
import type { Target } from "../route.ts";
import { Conversation } from "./conversation.ts";
import { nameKey, targetKey } from "./target_key.ts";

const RECOUNT_AFTER_MS = 100;

/** All conversations of one person. */
export class Conversations {
  readonly all = signal<ReadonlyMap<string, Conversation>>(new Map());
  /** Private ones, where something was said last first, and what was only opened before that. */
  readonly privates = computed(() =>
    latestFirst([...this.all.value.values()].filter((each) => "with" in each.target && !each.isFormer))
  );
  /** Those with people whose nickname is somebody else's now, likewise. */
  readonly formers = computed(() =>
    latestFirst([...this.all.value.values()].filter((each) => each.isFormer))
  );
  /** Somebody else has the nickname of whom a conversation is with, or nobody else any more: it is there now. */
  onMoved: (from: Target, to: Target) => void = () => {};
  /** A conversation goes on as another one, with everything of it. */
  onRenamed: (before: Conversation, after: Conversation) => void = () => {};
  /** How one's rooms stand was told. */
  onRooms: (rooms: Answer<"conversations">["rooms"]) => void = () => {};
  /** Whether there are older private ones than those that are known. */
  readonly older = computed(() => this.#next.value !== null);
  readonly #next = signal<string | null>(null);
  readonly #connection: Connection;
  readonly #me: string;
  readonly #speaksToMe: (message: Message) => boolean;
  #recountTimer: ReturnType<typeof setTimeout> | undefined;
  /** Pages are asked for one after the other. */
  #loading: Promise<void> = Promise.resolve();

  /** `speaksToMe`: whether a message does. */
  constructor(connection: Connection, me: string, speaksToMe: (message: Message) => boolean) {
    this.#connection = connection;
    this.#me = me;
    this.#speaksToMe = speaksToMe;
  }

  find(target: Target): Conversation | undefined {
    return this.all.value.get(targetKey(target));
  }

  /** Finds a conversation, or makes it. */
  open(target: Target): Conversation {
    return this.find(target) ?? this.#add(target);
  }

  /** Finds the conversations of rooms, or makes them. */
  openRooms(rooms: readonly string[]): void {
    batch(() => {
      for (const room of rooms) this.open({ room });
    });
  }

  close(target: Target): void {
    const rest = new Map(this.all.value);
    if (rest.delete(targetKey(target))) this.all.value = rest;
  }

  /** Asks how things stand everywhere: one's rooms, and the latest private ones. @throws RequestError */
  async refresh(): Promise<void> {
    const { rooms, private: privates, next } = await this.#connection.ask("conversations", {});
    batch(() => {
      this.onRooms(rooms);
      for (const each of rooms) this.open({ room: each.room }).summary.set(each);
      this.#list(privates.toReversed());
      this.#next.value = next;
    });
  }

  /** Asks for older private ones. @throws RequestError */
  async loadOlder(): Promise<void> {
    const after = this.#next.value;
    if (after === null) return;
    const { private: privates, next } = await this.#connection.ask("conversations", { after });
    batch(() => {
      this.#list(privates);
      this.#next.value = next;
    });
  }

  /** Takes in who has a nickname now: what was said with somebody else who had it stands for itself from now on. */
  setHolder(nickname: string, person: string): void {
    const found = this.find({ with: nickname });
    if (!found || found.person === person) return;
    // What is on its way says itself whose it is.
    if (found.person === undefined && found.state.value !== "new") return;
    this.#reassign(found, person);
    this.refresh().catch(() => {});
  }

  /** Takes in that somebody has another nickname: what is private with them goes on under it. */
  renamed(nickname: string, now: string, person: string): void {
    for (const each of this.all.value.values()) each.renamed(nickname, now);
    const before = this.find({ with: nickname });
    if (!before) return;
    this.#move(before, { with: now }).person = person;
    this.refresh().catch(() => {});
  }

  /** Takes in that a room has another name. @throws RequestError when how things stand can't be asked for */
  async roomRenamed(was: string, room: string): Promise<void> {
    const before = this.find({ room: was });
    if (before) this.#move(before, { room });
    await this.refresh();
  }

  /** A conversation goes on under another name: what is written in it, what is on its way, and what is unread. */
  #move(before: Conversation, target: Target): Conversation {
    return batch(() => {
      this.close(before.target);
      const after = this.#add(target, before);
      this.onRenamed(before, after);
      this.onMoved(before.target, target);
      return after;
    });
  }

  #add(target: Target, before?: Conversation): Conversation {
    const made = new Conversation(this.#connection, this.#me, target, this.#speaksToMe, before);
    this.all.value = new Map(this.all.peek()).set(made.key, made);
    return made;
  }

  /** Takes over a list as the server has it. */
  #list(privates: Answer<"conversations">["private"]): void {
    for (const each of privates) {
      const { with: nickname, person } = each;
      const former = { with: nickname, person };
      const held = this.find({ with: nickname });
      if (each.former) {
        if (held?.person === person) this.#reassign(held, undefined);
        this.open(former).summary.set(each);
        continue;
      }
      if (held?.person !== undefined && held.person !== person) this.#reassign(held, person);
      const now = this.open({ with: nickname });
      now.person = person;
      now.summary.set(each);
      // Nobody else has the name any more.
      if (!this.find(former)) continue;
      this.close(former);
      this.onMoved(former, now.target);
    }
  }

  /** A nickname is another's: what is known under it is their predecessor's, and goes there if there is anything. */
  #reassign(held: Conversation, person: string | undefined): void {
    this.close(held.target);
    this.open(held.target).person = person;
    if (held.person === undefined || held.summary.at.value === 0) return;
    const former = { with: held.name, person: held.person };
    this.open(former);
    this.onMoved(held.target, former);
  }

  /** After coming back. With a gap, all is loaded anew; without, what could not be loaded. */
  catchUp(gap: boolean): void {
    for (const each of this.all.value.values()) {
      if (each.state.value === "failed" || (gap && each.state.value !== "new")) {
        this.#later(() => each.load());
      }
    }
  }

  /** One private message to several people. @throws RequestError */
  async sendTo(nicknames: readonly string[], text: string, key: string): Promise<void> {
    const to = [...nicknames];
    const { id, at, seq } = await this.#connection.ask("send", { to, text, key });
    this.receive({ id, at, seq, from: this.#me, to, text, kind: "text" });
  }

  /** Takes in a message, in every conversation that it belongs to; answers these. */
  receive(message: Message): Conversation[] {
    const targets = this.#targetsOf(message);
    const conversations = targets.map((target) => this.open(target));
    for (const each of conversations) each.receive(message);
    return conversations;
  }

  edited(event: Events["edited"]): void {
    for (const each of this.all.value.values()) each.edited(event);
  }

  recalled({ id, room, from }: Events["recalled"]): void {
    this.#recount(room !== undefined ? { room } : { with: from });
    for (const each of this.all.value.values()) each.recalled(id, from);
  }

  reacted(event: Events["reacted"]): void {
    for (const each of this.all.value.values()) each.reacted(event);
  }

  /** Takes in how a private file was answered. */
  answered(file: string, offer: OfferState): void {
    for (const each of this.all.value.values()) each.answered(file, offer);
  }

  /** Takes in that somebody is writing. */
  typing({ from, room }: Events["typing"]): void {
    if (nameKey(from) === nameKey(this.#me)) return;
    this.find(room !== undefined ? { room } : { with: from })?.typists.heard(from);
  }

  /** Takes in how far somebody has read. */
  readBy({ from, room, with: partner, person, id }: Events["read"]): void {
    const mine = nameKey(from) === nameKey(this.#me);
    const target = room !== undefined
      ? { room }
      : { with: mine ? partner ?? "" : from, ...(person !== undefined && { person }) };
    if (this.find(target)?.readBy(from, id) === false) this.#recount(target);
  }

  /** Asks soon how much is unread, where something of it is not loaded: only the server knows whether that counted. */
  #recount(target: Target): void {
    const found = this.find(target);
    if (!found || found.unread.value === 0 || found.state.value === "ready") return;
    this.#recountTimer ??= setTimeout(() => {
      this.#recountTimer = undefined;
      this.refresh().catch(() => {});
    }, RECOUNT_AFTER_MS);
  }

  #targetsOf(message: Message): Target[] {
    if (message.room !== undefined) return [{ room: message.room }];
    if (nameKey(authorOf(message)) !== nameKey(this.#me)) return [{ with: authorOf(message) }];
    const to = message.to ?? [];
    return (Array.isArray(to) ? to : [to]).map((nickname) => ({ with: nickname }));
  }

  #later(load: () => Promise<void>): void {
    this.#loading = this.#loading.then(load);
  }
}

/** Where something was said last first, and what was only opened before that. */
function latestFirst(all: Conversation[]): Conversation[] {
  return all.map((each) => ({ each, at: each.summary.at.value || Infinity }))
    .reverse().sort((a, b) => a.at === b.at ? 0 : b.at - a.at).map(({ each }) => each);
}
