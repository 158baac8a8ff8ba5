/** Every conversation that the page knows, found by its place. */
import { batch, computed, signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import type { Answer } from "../../../server/core/shared/commands.ts";
import type { Event, Events, Message } from "../../../server/core/shared/events.ts";
import type { Place } from "../route.ts";
import { Conversation } from "./conversation.ts";
import { nameKey, placeKey } from "./target_key.ts";

const RECOUNT_AFTER_MS = 100;

/** All conversations of one person. */
export class Conversations {
  readonly all = signal<ReadonlyMap<string, Conversation>>(new Map());
  /** Private ones, where something was said last first, and what was only opened before that. */
  readonly privates = computed(() =>
    latestFirst([...this.all.value.values()].filter((each) => "with" in each.place && !each.isFormer))
  );
  /** Those with people whose nickname is somebody else's now, likewise. */
  readonly formers = computed(() =>
    latestFirst([...this.all.value.values()].filter((each) => each.isFormer))
  );
  /** Somebody else has the nickname of whom a conversation is with, or nobody else any more: it is there now. */
  onMoved: (from: Place, to: Place) => void = () => {};
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
  came(nickname: string, person: string): void {
    const found = this.find({ with: nickname });
    if (!found || found.person === person) return;
    // What is on its way says itself whose it is.
    if (found.person === undefined && found.state.value !== "new") return;
    this.#handOver(found, person);
    this.refresh().catch(() => {});
  }

  /** Takes over a list as the server has it. */
  #list(privates: Answer<"conversations">["private"]): void {
    for (const each of privates) {
      const { with: nickname, person } = each;
      const former = { with: nickname, person };
      const held = this.find({ with: nickname });
      if (each.former) {
        if (held?.person === person) this.#handOver(held, undefined);
        this.open(former).sketch.set(each);
        continue;
      }
      if (held?.person !== undefined && held.person !== person) this.#handOver(held, person);
      const now = this.open({ with: nickname });
      now.person = person;
      now.sketch.set(each);
      // Nobody else has the name any more.
      if (!this.find(former)) continue;
      this.close(former);
      this.onMoved(former, now.place);
    }
  }

  /** A nickname is another's: what is known under it is their predecessor's, and goes there if there is anything. */
  #handOver(held: Conversation, person: string | undefined): void {
    this.close(held.place);
    this.open(held.place).person = person;
    if (held.person === undefined || held.sketch.at.value === 0) return;
    const former = { with: held.name, person: held.person };
    this.open(former);
    this.onMoved(held.place, former);
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

  #read({ from, room, with: partner, person, id }: Events["read"]): void {
    const mine = nameKey(from) === nameKey(this.#me);
    const place = room !== undefined
      ? { room }
      : { with: mine ? partner ?? "" : from, ...(person !== undefined && { person }) };
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

/** Where something was said last first, and what was only opened before that. */
function latestFirst(all: Conversation[]): Conversation[] {
  return all.map((each) => ({ each, at: each.sketch.at.value || Infinity }))
    .reverse().sort((a, b) => a.at === b.at ? 0 : b.at - a.at).map(({ each }) => each);
}
