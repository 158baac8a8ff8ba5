/**
 * One signed-in person's side of the chat: the connection, and what it tells, handed to those who keep it.
 * A new one is made at every sign-in, so that nothing of an earlier person is left.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { Connection, type ConnectionState } from "../../connection/connection.ts";
import type { OpenLink } from "../../connection/link.ts";
import type { Answer } from "../../../server/core/shared/commands.ts";
import { authorOf, type ByeCode, type Message } from "../../../server/core/shared/events.ts";
import { mentions } from "../../../server/core/shared/mentions.ts";
import { Alerts } from "../alerts/alerts.ts";
import { faultWords } from "../fault_words.ts";
import { dialogsMoved } from "../open_dialogs.ts";
import { go, route, type Target } from "../route.ts";
import { Announcements } from "./announcements.ts";
import type { Conversation } from "./conversation.ts";
import { Conversations } from "./conversations.ts";
import { Drafts } from "./drafts.ts";
import { EventBatcher } from "./event_batcher.ts";
import { forgetVisit, loadVisit, saveVisit } from "./local_storage.ts";
import { Invites } from "./invites.ts";
import { NotifyLevels } from "./notify_levels.ts";
import { Profiles } from "./profiles.ts";
import { Blocks } from "./blocks.ts";
import { People } from "./people.ts";
import { nameKey, targetKey, targetNamed } from "./target_key.ts";
import { Pins } from "./pins.ts";
import { Rooms } from "./rooms.ts";
import { Transfers } from "./transfers.ts";
import { allUnsent, forgetUnsent, forgetUnsentTo } from "./outgoing.ts";
import { dispatchEvent } from "../../connection/event_handlers.ts";
import { EVENT_HANDLERS } from "./event_handlers.ts";

/** The room that everybody is in. */
export const LOBBY: Target = { room: "lobby" };

interface ChatOptions {
  nickname: string;
  guest: boolean;
  open: OpenLink;
  /** One has another nickname. */
  onRenamed(now: string): void;
  /** The connection ended for good. */
  onEnd(why: ByeCode | undefined): void;
}

/** Everything that a signed-in page shows. */
export class Chat {
  readonly nickname: string;
  readonly guest: boolean;
  readonly onRenamed: (now: string) => void;
  readonly state = signal<ConnectionState>("connecting");
  /** Whether one runs the server together with its operator. */
  readonly admin = signal(false);
  /** Whether one may make invitations by link. */
  readonly mayInvite = signal(false);
  /** Since when the server is out of reach, in milliseconds since 1970. */
  readonly offlineSince = signal<number | undefined>(undefined);
  /** Whether it is being tried right now. */
  readonly connecting = signal(false);
  /** One sentence for whoever looks, until it is put away. */
  readonly notice = signal("");
  /** What a screen reader is told of, besides what it reads by itself. */
  readonly announcements = new Announcements();
  /** What somebody is told of who looks elsewhere. */
  readonly alerts = new Alerts();
  /** Pages of the cluster's other nodes, for when this one is gone: the session's cookie is good for this address alone. */
  readonly otherNodes = signal<readonly string[]>([]);
  /** The room that one could not come back into, and why. */
  readonly keptOut = signal<{ room: string; why: () => string } | undefined>(undefined);
  /** The conversation that was open last. */
  readonly target = signal<Target>(LOBBY);
  readonly connection: Connection;
  readonly conversations: Conversations;
  readonly #drafts: Drafts;
  readonly people: People;
  readonly profiles: Profiles;
  readonly blocks: Blocks;
  readonly rooms: Rooms;
  readonly invites: Invites;
  readonly pins: Pins;
  readonly transfers: Transfers;
  readonly levels: NotifyLevels;
  /** Messages that nobody has seen yet, as far as one wants to be told of them. */
  readonly unread = computed(() =>
    [...this.conversations.all.value.values()].reduce(
      (sum, each) => sum + this.countOf(each),
      0,
    )
  );
  /** Private files that their receivers have downloaded while this page was open. */
  readonly fetched = signal<ReadonlySet<string>>(new Set());
  /** One is in the room no more that one looked at. */
  onOut: () => void = () => {};
  /** Resolves once it is known of what one wants to be told, and of whom one wants to hear nothing. */
  readonly settled: Promise<void>;
  readonly #settle: () => void;
  /** Why the server said that it ends the connection. */
  disconnectReason: ByeCode | undefined;
  readonly #events = new EventBatcher((event) => dispatchEvent(EVENT_HANDLERS, this, event));
  #stopSaving: (() => void) | undefined;

  constructor(options: ChatOptions) {
    this.nickname = options.nickname;
    this.guest = options.guest;
    this.onRenamed = options.onRenamed;
    this.connection = new Connection({
      open: options.open,
      cookie: true,
      catchUp: false,
      onNodes: (urls) => this.otherNodes.value = urls.filter(isPage),
      onEvent: (event) => this.#events.add(event),
      onState: (state) => {
        this.#events.flush();
        this.state.value = state;
        this.offlineSince.value = state === "offline" ? this.offlineSince.peek() ?? Date.now() : undefined;
        if (state === "closed") options.onEnd(this.disconnectReason);
      },
      onReconnecting: (connecting) => this.connecting.value = connecting,
      onResumed: (resumed) => {
        if (resumed.nickname !== this.nickname) return this.onRenamed(resumed.nickname);
        this.#arrive(resumed);
        this.#askAll();
      },
    });
    ({ promise: this.settled, resolve: this.#settle } = Promise.withResolvers<void>());
    this.conversations = new Conversations(this.connection, this.nickname, (each) => this.speaksToMe(each));
    this.conversations.onMoved = (from, to) => {
      this.#follow(from, to);
      dialogsMoved(from, to);
    };
    this.conversations.onRenamed = (before, after) => {
      this.#drafts.moved(before, after);
      this.transfers.moved(before, after);
    };
    this.#drafts = new Drafts(this.nickname, this.conversations);
    this.people = new People(this.connection);
    this.profiles = new Profiles(this.connection);
    this.blocks = new Blocks(this.connection);
    this.rooms = new Rooms(this.connection, this.nickname);
    this.invites = new Invites(this.connection);
    this.pins = new Pins(this.connection);
    this.levels = new NotifyLevels(this.connection, this.guest);
    this.rooms.onLeft = (room, wasPrivate) => this.#onLeft(room, wasPrivate);
    this.conversations.onRooms = (rooms) => {
      this.rooms.setMine(rooms);
      this.levels.take(rooms);
    };
    this.transfers = new Transfers(this.connection, this.nickname);
  }

  /** Connects and signs in by the cookie. @throws RequestError, or Error when the server can't be reached */
  async start(): Promise<void> {
    const { epoch, since, place, ...kept } = loadVisit(this.nickname);
    this.levels.restore(kept);
    await this.connection.connect();
    const resumed = await this.connection.resume({ epoch, since });
    this.#arrive(resumed);
    await this.#goBackTo(place ?? LOBBY);
    // Before everything else: it is what somebody waits for.
    this.#loadShown();
    this.#restoreWritten();
    this.#askAll();
    void this.levels.handOver(resumed.rooms);
    this.#stopSaving = effect(() => {
      void [this.levels.kept, this.target.value];
      this.saveVisit();
    });
  }

  /** How much is unread there that one wants to be told of: where that is mentions only, they count as one. */
  countOf({ target, unread, summary }: Conversation): number {
    const level = this.levels.of(target);
    if (level === "nothing") return 0;
    return level === "all" ? unread.value : Number(unread.value > 0 && summary.mentioned.value);
  }

  /** Whether somebody else's message speaks to one: it mentions one, or calls everybody in its room. */
  speaksToMe(message: Message): boolean {
    if (nameKey(authorOf(message)) === nameKey(this.nickname)) return false;
    return mentions(message.text, this.nickname) || this.rooms.callsMe(message);
  }

  /** Whether one may read and write there. */
  isIn(target: Target): boolean {
    return "with" in target || this.rooms.isMine(target.room);
  }

  /** Keeps for the next visit how far one has seen. */
  saveVisit(): void {
    const { epoch, last } = this.connection;
    saveVisit(this.nickname, { ...this.levels.kept, epoch, since: last, place: this.target.value });
  }

  /** Ends it here. `forever`: this browser is to forget the person too. */
  end(forever: boolean): void {
    this.#stopSaving?.();
    this.announcements.end();
    this.alerts.end();
    this.#drafts.end(forever);
    if (forever) {
      forgetVisit(this.nickname);
      forgetUnsent(this.nickname);
    }
    this.transfers.end();
    this.connection.close();
  }

  /** Sets what is named of a room. @throws RequestError */
  async changeRoom(room: string, wanted: Parameters<Rooms["change"]>[1]): Promise<void> {
    const now = await this.rooms.change(room, wanted);
    if (now !== room) this.renameRoom(room, now);
  }

  /** One is in these rooms from now on, as an answer said: only one's other pages are told by an event. */
  cameInto(rooms: readonly string[]): void {
    batch(() => {
      for (const room of rooms) this.rooms.entered(room, this.nickname);
      this.conversations.openRooms(rooms);
    });
    this.conversations.refresh().catch((error) => this.#complain(error));
  }

  /** Goes where a message is now, if that is elsewhere than its link says; tells whether it is. */
  async followMessage(message: string, from: Target): Promise<boolean> {
    const where = await this.connection.ask("locate", { message }).catch(() => ({}));
    const target = targetNamed(where);
    if (!target || targetKey(target) === targetKey(from)) return false;
    go({ at: "conversation", target, message }, true);
    return true;
  }

  /** One is out of a room by one's own will, and looks elsewhere. */
  goOutOf(room: string): void {
    this.conversations.close({ room });
    this.target.value = LOBBY;
    go({ at: "list" });
  }

  /** A room is called otherwise from now on, and everything of it goes along. */
  renameRoom(was: string, room: string): void {
    batch(() => {
      this.rooms.renamed(was, room);
      this.levels.renamed(was, room);
      this.pins.renamed(was, room);
      this.conversations.roomRenamed(was, room).catch((error) => this.#complain(error));
    });
  }

  /** Does what somebody wants, in place of what the notice said, and shows there why it could not be done. */
  attempt(act: () => Promise<unknown>): Promise<void> {
    this.notice.value = "";
    return this.load(act);
  }

  /** Asks for what is to be shown: unless that fails, a notice stays that nobody has read yet. */
  async load(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#complain(error);
    }
  }

  /** A guest who signs out leaves all rooms, so the last one is entered again, if there is still one. */
  async #goBackTo(target: Target): Promise<void> {
    try {
      if (!this.isIn(target) && "room" in target) await this.rooms.enterAgain(target.room);
    } catch (error) {
      // Full, or put out of it: whoever looks there is told, and one begins in the lobby.
      if ("room" in target) this.keptOut.value = { room: target.room, why: () => faultWords(error) };
    }
    if (this.isIn(target)) this.target.value = target;
  }

  /** Whoever looks at a conversation goes on looking at it when its name is another's. */
  #follow(from: Target, to: Target): void {
    const now = route.peek();
    if (now.at === "conversation" && targetKey(now.target) === targetKey(from)) {
      go({ at: "conversation", target: to }, true);
    }
    if (targetKey(this.target.peek()) === targetKey(from)) this.target.value = to;
  }

  /** One is in a room no more: of a private one nothing stays, because what is called so later is another room. */
  #onLeft(room: string, wasPrivate: boolean): void {
    const left = this.conversations.find({ room });
    this.pins.forget(room);
    if (targetKey(this.target.peek()) === targetKey({ room })) this.onOut();
    if (!wasPrivate) return left?.left();
    this.levels.forget(room);
    this.alerts.read({ room });
    this.#follow({ room }, LOBBY);
    forgetUnsentTo(this.nickname, { room });
    if (!left) return;
    this.transfers.cancelIn(left);
    left.outgoing.discardAll();
    this.#drafts.forget(left);
    this.conversations.close({ room });
  }

  /** Goes on with what an earlier visit had written, where one is still: another room may have the name since. */
  #restoreWritten(): void {
    for (const { target, messages } of allUnsent(this.nickname)) {
      if (this.isIn(target)) this.conversations.open(target).outgoing.restore(messages);
      else forgetUnsentTo(this.nickname, target);
    }
    const rooms = new Set(this.rooms.mine.peek().map((room) => targetKey({ room })));
    this.#drafts.start((key) => !key.startsWith("room:") || rooms.has(key));
  }

  /** Begins to load what the page is going to show. */
  #loadShown(): void {
    const now = route.peek();
    const target = now.at === "conversation" ? now.target : this.target.peek();
    if (this.isIn(target)) void this.conversations.open(target).enter();
  }

  #complain(error: unknown): void {
    this.notice.value = faultWords(error);
  }

  #arrive(resumed: Answer<"resume">): void {
    this.admin.value = resumed.admin === true;
    this.mayInvite.value = resumed.invites === true;
    this.rooms.arrive(resumed.rooms);
    this.conversations.openRooms(resumed.rooms);
    this.conversations.catchUp(!resumed.recovered);
  }

  /** Asks how everything stands. */
  #askAll(): void {
    const told = [this.conversations.refresh(), ...(this.guest ? [] : [this.blocks.refresh()])];
    // Whoever loses the connection before that asks again after coming back.
    Promise.all(told).then(this.#settle, () => {});
    Promise.all([
      ...told,
      this.people.refresh(),
      this.rooms.refresh(),
      ...(this.guest ? [] : [this.invites.refresh()]),
    ]).catch((error) => this.#complain(error));
    this.profiles.refresh();
    void this.pins.refresh((room) => this.rooms.isMine(room));
  }
}

function isPage(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) &&
    new URL(url).origin !== location.origin;
}
