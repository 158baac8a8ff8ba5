/**
 * One signed-in person's side of the chat: the connection, and what it tells, handed to those who keep it.
 * A new one is made at every sign-in, so that nothing of an earlier person is left.
 */
import { effect, signal } from "@preact/signals";
import { Connection, type ConnectionState } from "../../connection.ts";
import type { OpenLink } from "../../link.ts";
import type { Answer } from "../../../server/core/commands.ts";
import type { ByeCode, Event, Message } from "../../../server/core/events.ts";
import { faultWords } from "../fault_words.ts";
import type { Place } from "../route.ts";
import { words } from "../words.ts";
import { Conversations } from "./conversations.ts";
import { EventFrames } from "./event_frames.ts";
import { forget, remember, remembered } from "./memory.ts";
import { People } from "./people.ts";
import { nameKey } from "./place_key.ts";
import { Rooms } from "./rooms.ts";
import { Transfers } from "./transfers.ts";

/** What a {@link Chat} is given. */
export interface ChatOptions {
  nickname: string;
  guest: boolean;
  open: OpenLink;
  /** The connection ended for good. */
  onEnd(why: ByeCode | undefined): void;
}

/** Everything that a signed-in page shows. */
export class Chat {
  readonly nickname: string;
  readonly guest: boolean;
  readonly state = signal<ConnectionState>("connecting");
  /** One sentence for whoever looks, until it is put away. */
  readonly notice = signal("");
  /** What a screen reader is told of, besides what it reads by itself. */
  readonly announcement = signal<{ id: string; text: string } | undefined>(undefined);
  readonly connection: Connection;
  readonly conversations: Conversations;
  readonly people: People;
  readonly rooms: Rooms;
  readonly transfers: Transfers;
  /** Private files that their receivers have downloaded while this page was open. */
  readonly fetched = signal<ReadonlySet<string>>(new Set());
  readonly #frames = new EventFrames((event) => this.#hear(event));
  #bye: ByeCode | undefined;
  #forgets: () => void;

  constructor(options: ChatOptions) {
    this.nickname = options.nickname;
    this.guest = options.guest;
    this.connection = new Connection({
      open: options.open,
      cookie: true,
      onEvent: (event) => this.#frames.add(event),
      onState: (state) => {
        this.#frames.flush();
        this.state.value = state;
        if (state === "closed") options.onEnd(this.#bye);
      },
      onResumed: (resumed) => this.#arrive(resumed),
    });
    this.conversations = new Conversations(this.connection, this.nickname);
    this.people = new People(this.connection);
    this.rooms = new Rooms(this.connection, this.nickname);
    this.transfers = new Transfers(this.connection, this.nickname);
    this.#forgets = effect(() => {
      if (this.conversations.privates.value.length > 0) this.remember();
    });
  }

  /** Connects and signs in by the cookie. @throws RequestError, or Error when the server can't be reached */
  async start(): Promise<void> {
    const { epoch, since, privates } = remembered(this.nickname);
    await this.connection.connect();
    const resumed = await this.connection.resume({ epoch, since });
    for (const nickname of privates.reverse()) this.conversations.open({ with: nickname });
    this.#arrive(resumed);
  }

  /** Whether one may read and write there. */
  isIn(place: Place): boolean {
    return "with" in place || this.rooms.isMine(place.room);
  }

  /** Keeps for the next visit how far one has seen. */
  remember(): void {
    const { epoch, last } = this.connection;
    const privates = this.conversations.privates.value.map((each) => each.name);
    remember(this.nickname, { epoch, since: last, privates });
  }

  /** Ends it here. `forever`: this browser is to forget the person too. */
  end(forever: boolean): void {
    this.#forgets();
    if (forever) forget(this.nickname);
    this.transfers.end();
    this.connection.close();
  }

  /** Does something that may fail, and shows why it did. */
  async attempt(act: () => Promise<unknown>): Promise<void> {
    this.notice.value = "";
    try {
      await act();
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    this.notice.value = faultWords(error);
  }

  #arrive(resumed: Answer<"resume">): void {
    this.rooms.mine.value = resumed.rooms;
    for (const room of resumed.rooms) this.conversations.open({ room });
    this.conversations.catchUp(!resumed.recovered);
    Promise.all([this.people.refresh(), this.rooms.refresh()]).catch((error) => this.#complain(error));
  }

  #hear(event: Event): void {
    switch (event.event) {
      case "message":
      case "offer":
        return this.#receive(event);
      case "recalled":
        if (this.announcement.value?.id === event.id) this.announcement.value = undefined;
        return this.conversations.change(event);
      case "edited":
      case "reacted":
      case "read":
      case "accepted":
      case "refused":
        return this.conversations.change(event);
      case "typing":
        return this.conversations.typing(event);
      case "fetched":
        this.fetched.value = new Set(this.fetched.value).add(event.file);
        return;
      case "kicked":
        if (nameKey(event.nickname) === nameKey(this.nickname)) {
          this.notice.value = words.kicked(event.room, event.by);
        }
        return this.rooms.hear(event);
      case "entered":
      case "left":
      case "owner":
        return this.rooms.hear(event);
      case "online":
        return this.people.came(event.nickname);
      case "offline":
        return this.people.went(event.nickname);
      case "notice":
        this.notice.value = event.text;
        return;
      case "bye":
        this.#bye = event.code;
    }
  }

  #receive({ event: _event, ...message }: Event<"message" | "offer">): void {
    const known: Message = message;
    this.conversations.receive(known);
    if (nameKey(known.from) !== nameKey(this.nickname)) {
      const { id, from, file, text } = known;
      this.announcement.value = { id, text: file ? words.sent(from, file.name) : words.said(from, text) };
    }
  }
}
