/**
 * One signed-in person's side of the chat: the connection, and what it tells, handed to those who keep it.
 * A new one is made at every sign-in, so that nothing of an earlier person is left.
 */
import { computed, effect, signal } from "@preact/signals";
import { Connection, type ConnectionState } from "../../connection/connection.ts";
import type { OpenLink } from "../../connection/link.ts";
import type { Answer } from "../../../server/core/shared/commands.ts";
import type { ByeCode, Event, Message } from "../../../server/core/shared/events.ts";
import { Alerts } from "../alerts/alerts.ts";
import { minutesInWords } from "../files/amounts.ts";
import { faultWords } from "../fault_words.ts";
import { go, type Place, route } from "../route.ts";
import { plainWords } from "../markdown/plain_words.ts";
import { personInWords, words } from "../words.ts";
import { Announcements } from "./announcements.ts";
import { Conversations } from "./conversations.ts";
import { Drafts } from "./drafts.ts";
import { EventFrames } from "./event_frames.ts";
import { forget, remember, remembered } from "./local_storage.ts";
import { mentions } from "../../../server/core/shared/mentions.ts";
import { Muted } from "./muted.ts";
import { People } from "./people.ts";
import { nameKey, placeKey, placeName } from "./target_key.ts";
import { Rooms } from "./rooms.ts";
import { Transfers } from "./transfers.ts";
import { allUnsent, forgetUnsent } from "./unsent.ts";

/** The room that everybody is in. */
export const LOBBY: Place = { room: "lobby" };

/** What a {@link Chat} is given. */
interface ChatOptions {
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
  /** Since when the server is out of reach, in milliseconds since 1970. */
  readonly offlineSince = signal<number | undefined>(undefined);
  /** Whether it is being tried right now. */
  readonly trying = signal(false);
  /** One sentence for whoever looks, until it is put away. */
  readonly notice = signal("");
  /** What a screen reader is told of, besides what it reads by itself. */
  readonly announcements = new Announcements();
  /** What somebody is told of who looks elsewhere. */
  readonly alerts = new Alerts();
  readonly muted = new Muted();
  /** The room that one could not come back into, and why. */
  readonly keptOut = signal<{ room: string; why: () => string } | undefined>(undefined);
  /** The conversation that was open last. */
  readonly place = signal<Place>(LOBBY);
  readonly connection: Connection;
  readonly conversations: Conversations;
  readonly #drafts: Drafts;
  readonly people: People;
  readonly rooms: Rooms;
  readonly transfers: Transfers;
  /** Messages that nobody has seen yet, but for what is muted. */
  readonly unread = computed(() =>
    [...this.conversations.all.value.values()].reduce(
      (sum, each) => this.muted.has(each.place) ? sum : sum + each.unread.value,
      0,
    )
  );
  /** Private files that their receivers have downloaded while this page was open. */
  readonly fetched = signal<ReadonlySet<string>>(new Set());
  readonly #frames = new EventFrames((event) => this.#hear(event));
  #bye: ByeCode | undefined;
  #forgets: (() => void) | undefined;

  constructor(options: ChatOptions) {
    this.nickname = options.nickname;
    this.guest = options.guest;
    this.connection = new Connection({
      open: options.open,
      cookie: true,
      catchUp: false,
      onEvent: (event) => this.#frames.add(event),
      onState: (state) => {
        this.#frames.flush();
        this.state.value = state;
        this.offlineSince.value = state === "offline" ? this.offlineSince.peek() ?? Date.now() : undefined;
        if (state === "closed") options.onEnd(this.#bye);
      },
      onTrying: (trying) => this.trying.value = trying,
      onResumed: (resumed) => this.#arrive(resumed),
    });
    this.conversations = new Conversations(this.connection, this.nickname);
    this.conversations.onMoved = (from, to) => this.#follow(from, to);
    this.#drafts = new Drafts(this.nickname, this.conversations);
    this.people = new People(this.connection);
    this.rooms = new Rooms(this.connection, this.nickname);
    this.transfers = new Transfers(this.connection, this.nickname);
  }

  /** Connects and signs in by the cookie. @throws RequestError, or Error when the server can't be reached */
  async start(): Promise<void> {
    const { epoch, since, muted, place } = remembered(this.nickname);
    this.muted.keys.value = new Set(muted);
    await this.connection.connect();
    const resumed = await this.connection.resume({ epoch, since });
    this.#arrive(resumed);
    await this.#goBackTo(place ?? LOBBY);
    for (const { place, messages } of allUnsent(this.nickname)) {
      if (this.isIn(place)) this.conversations.open(place).outgoing.restore(messages);
    }
    this.#drafts.start();
    this.#forgets = effect(() => {
      void [this.muted.keys.value, this.place.value];
      this.remember();
    });
  }

  /** Whether one may read and write there. */
  isIn(place: Place): boolean {
    return "with" in place || this.rooms.isMine(place.room);
  }

  /** Keeps for the next visit how far one has seen. */
  remember(): void {
    const { epoch, last } = this.connection;
    const muted = [...this.muted.keys.value];
    remember(this.nickname, { epoch, since: last, muted, place: this.place.value });
  }

  /** Ends it here. `forever`: this browser is to forget the person too. */
  end(forever: boolean): void {
    this.#forgets?.();
    this.announcements.end();
    this.alerts.end();
    this.#drafts.end(forever);
    if (forever) {
      forget(this.nickname);
      forgetUnsent(this.nickname);
    }
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

  /** Signing out leaves all rooms, so the last one is entered again, if there is still one. */
  async #goBackTo(place: Place): Promise<void> {
    try {
      if (!this.isIn(place) && "room" in place) await this.rooms.enterAgain(place.room);
    } catch (error) {
      // Full, or put out of it: whoever looks there is told, and one begins in the lobby.
      if ("room" in place) this.keptOut.value = { room: place.room, why: () => faultWords(error) };
    }
    if (this.isIn(place)) this.place.value = place;
  }

  /** Whoever looks at a conversation goes on looking at it when its name is another's. */
  #follow(from: Place, to: Place): void {
    const now = route.peek();
    if (now.at === "place" && placeKey(now.place) === placeKey(from)) go({ at: "place", place: to }, true);
    if (placeKey(this.place.peek()) === placeKey(from)) this.place.value = to;
  }

  #complain(error: unknown): void {
    this.notice.value = faultWords(error);
  }

  #arrive(resumed: Answer<"resume">): void {
    this.rooms.mine.value = resumed.rooms;
    for (const room of resumed.rooms) this.conversations.open({ room });
    this.conversations.catchUp(!resumed.recovered);
    Promise.all([this.conversations.refresh(), this.people.refresh(), this.rooms.refresh()]).catch((error) =>
      this.#complain(error)
    );
  }

  #hear(event: Event): void {
    switch (event.event) {
      case "message":
      case "offer":
        return this.#receive(event);
      case "recalled":
        this.announcements.remove(event.id);
        this.alerts.recalled(event.id, placeOf(event));
        return this.conversations.change(event);
      case "read":
        if (nameKey(event.from) === nameKey(this.nickname)) this.alerts.read(placeOf(event));
        return this.conversations.change(event);
      case "edited":
      case "reacted":
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
          const { room, by, minutes } = event;
          const who = personInWords(by, this.people.isGuest(by));
          this.notice.value = minutes
            ? words.kickedFor(room, who, minutesInWords(minutes))
            : words.kicked(room, who);
        }
        return this.rooms.hear(event);
      case "entered":
      case "left":
      case "owner":
        return this.rooms.hear(event);
      case "online":
        this.conversations.came(event.nickname, event.person);
        return this.people.came(event.nickname, event.guest === true);
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
      const { id, file, text, room } = known;
      const from = personInWords(known.from, known.guest);
      const place = placeOf(known);
      if (this.muted.has(place)) return;
      const said = plainWords(text);
      const where = room === undefined ? words.inPrivate(from) : words.fromIn(from, room);
      const what = [file && words.file(file.name), said].filter(Boolean).join(", ");
      this.announcements.add(id, placeName(place), words.said(where, what));
      const concerns = room === undefined || mentions(text, this.nickname);
      if (concerns) this.alerts.add({ id, place, from, text: file ? words.sent(from, file.name) : said });
    }
  }
}

/** The conversation that something of somebody else's belongs to, or that one has read oneself. */
function placeOf(
  { room, with: partner, person, from }: { room?: string; with?: string; person?: string; from: string },
): Place {
  return room !== undefined ? { room } : { with: partner ?? from, ...(person !== undefined && { person }) };
}
