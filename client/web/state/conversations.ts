/** Every conversation that the page knows, found by its place. */
import { batch, computed, signal } from "@preact/signals";
import type { Connection } from "../../connection.ts";
import type { Event, Events, Message } from "../../../server/core/events.ts";
import type { Place } from "../route.ts";
import { Conversation } from "./conversation.ts";
import { nameKey, placeKey } from "./place_key.ts";

const RECOUNT_AFTER_MS = 100;

/** All conversations of one person. */
export class Conversations {
  readonly all = signal<ReadonlyMap<string, Conversation>>(new Map());
  /** Private ones, where something was said last first, and what was only opened before that. */
  readonly privates = computed(() =>
    [...this.all.value.values()].filter((each) => "with" in each.place)
      .map((each) => ({ each, at: each.sketch.at.value || Infinity }))
      .reverse().sort((a, b) => a.at === b.at ? 0 : b.at - a.at).map(({ each }) => each)
  );
  /** Whether there are older private ones than those that are known. */
  readonly older = computed(() => this.#next.value !== null);
  readonly #next = signal<string | null>(null);
  readonly #connection: Connection;
  readonly #me: string;
  #recountTimer: ReturnType<typeof setTimeout> | undefined;
  /** Pages are asked for one after the other. */
  #loading: Promise<void> = Promise.resolve();

  constructor(connection: Connection, me: string) {
    this.#connection = connection;
    this.#me = me;
  }

  find(place: Place): Conversation | undefined {
    return this.all.value.get(placeKey(place));
  }

  /** Finds a conversation, or makes it. */
  open(place: Place): Conversation {
    const found = this.find(place);
    if (found) return found;
    const made = new Conversation(this.#connection, this.#me, place);
    this.all.value = new Map(this.all.value).set(made.key, made);
    return made;
  }

  close(place: Place): void {
    const rest = new Map(this.all.value);
    if (rest.delete(placeKey(place))) this.all.value = rest;
  }

  /** Asks how things stand everywhere: one's rooms, and the latest private ones. @throws RequestError */
  async refresh(): Promise<void> {
    const { rooms, private: privates, next } = await this.#connection.ask("conversations", {});
    batch(() => {
      for (const each of rooms) this.open({ room: each.room }).sketch.set(each);
      for (const each of privates.toReversed()) this.open({ with: each.with }).sketch.set(each);
      this.#next.value = next;
    });
  }

  /** Asks for older private ones. @throws RequestError */
  async loadOlder(): Promise<void> {
    const after = this.#next.value;
    if (after === null) return;
    const { private: privates, next } = await this.#connection.ask("conversations", { after });
    batch(() => {
      for (const each of privates) this.open({ with: each.with }).sketch.set(each);
      this.#next.value = next;
    });
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
    const places = this.#placesOf(message);
    const conversations = places.map((place) => this.open(place));
    for (const each of conversations) each.receive(message);
    return conversations;
  }

  /** Takes in what happened to a message. */
  change(event: Event<"edited" | "recalled" | "reacted" | "read" | "accepted" | "refused">): void {
    if (event.event === "read") return this.#read(event);
    if (event.event === "recalled") {
      this.#recount(event.room !== undefined ? { room: event.room } : { with: event.from });
    }
    for (const each of this.all.value.values()) {
      if (event.event === "edited") each.edited(event);
      else if (event.event === "recalled") each.recalled(event.id);
      else if (event.event === "reacted") each.reacted(event);
      else each.answered(event.file, event.event);
    }
  }

  /** Takes in that somebody is writing. */
  typing({ from, room }: Events["typing"]): void {
    if (nameKey(from) === nameKey(this.#me)) return;
    this.find(room !== undefined ? { room } : { with: from })?.typists.heard(from);
  }

  #read({ from, room, with: partner, id }: Events["read"]): void {
    const mine = nameKey(from) === nameKey(this.#me);
    const place = room !== undefined ? { room } : { with: mine ? partner ?? "" : from };
    if (this.find(place)?.readBy(from, id) === false) this.#recount(place);
  }

  /** Asks soon how much is unread, where something of it is not loaded: only the server knows whether that counted. */
  #recount(place: Place): void {
    const found = this.find(place);
    if (!found || found.unread.value === 0 || found.state.value === "ready") return;
    this.#recountTimer ??= setTimeout(() => {
      this.#recountTimer = undefined;
      this.refresh().catch(() => {});
    }, RECOUNT_AFTER_MS);
  }

  #placesOf(message: Message): Place[] {
    if (message.room !== undefined) return [{ room: message.room }];
    if (nameKey(message.from) !== nameKey(this.#me)) return [{ with: message.from }];
    const to = message.to ?? [];
    return (Array.isArray(to) ? to : [to]).map((nickname) => ({ with: nickname }));
  }

  #later(load: () => Promise<void>): void {
    this.#loading = this.#loading.then(load);
  }
}
