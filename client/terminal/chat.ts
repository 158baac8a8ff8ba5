/** A signed-in person at a screen: what commands work on. run_chat.ts brings it up, event_handlers.ts feeds it. */
import { authorOf, type Message } from "../../server/core/shared/events.ts";
import type { Connection } from "../connection/connection.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { withRetryAfter } from "../connection/retry_after.ts";
import type { WindowManager } from "./window_manager.ts";
import type { ExitCode } from "./exit_code.ts";
import { MessageNumbers } from "./message_numbers.ts";
import { ReadCursors } from "./unread.ts";
import { Transfers } from "./transfers.ts";
import type { Entry, Target } from "./windows.ts";
import { messageInWords, type Wording } from "./wording.ts";

/** What a chat runs in: its connection, its screen, and what ends it. */
interface ChatContext {
  connection: Connection;
  ui: WindowManager;
  /** Where downloads go. */
  downloads: string;
  /** Ends it. */
  end(code: ExitCode): void;
  /** Forgets the saved session of this server. */
  forget(): Promise<void>;
  /** How many entered lines have not gone yet. */
  unsent(): number;
  /** Whether all went well, for a script. */
  exitCode(): ExitCode;
  /** Resolves when none of them waits any more. */
  drained(): Promise<void>;
}

const SHOWN_MAX = 10_000;

/** One person's chat. */
export class Chat {
  readonly connection: Connection;
  readonly ui: WindowManager;
  readonly numbers = new MessageNumbers();
  readonly transfers: Transfers;
  readonly readCursors = new ReadCursors(this);
  /** Everybody who is online. */
  readonly people = new Map<string, string>();
  /** Rooms whose names are known, for completion. */
  readonly rooms = new Set<string>();
  readonly #shown = new Set<string>();

  constructor(readonly context: ChatContext) {
    this.connection = context.connection;
    this.ui = context.ui;
    this.transfers = new Transfers(this.connection, this.ui);
  }

  get me(): string {
    return this.connection.nickname ?? "";
  }

  get wording(): Wording {
    return {
      paint: this.ui.screen.paint,
      me: this.me,
      numberOf: (id) => this.numbers.byId(id)?.number,
    };
  }

  /** Puts a message into the windows that it belongs to; one that is there already only once. */
  take(message: Message): void {
    this.numbers.message(message);
    if (!this.isNew(message.id)) return;
    const isMine = nameKey(authorOf(message)) === nameKey(this.me);
    for (const target of targetsOf(message, isMine)) {
      const window = this.ui.windows.open(target);
      window.newest = message.id;
      window.oldest ??= message.id;
      this.ui.put(window, this.entryOf(message), !isMine);
    }
  }

  /** Whether a message was in no window yet; from now on it is. */
  isNew(id: string): boolean {
    if (this.#shown.has(id)) return false;
    this.#shown.add(id);
    if (this.#shown.size > SHOWN_MAX) this.#shown.delete(this.#shown.values().next().value!);
    return true;
  }

  /** Says something, once, however often the connection is lost meanwhile. @throws RequestError */
  async say(target: Target, text: string, reply?: string): Promise<void> {
    const said = { ...target, text, ...(reply !== undefined && { reply }) };
    const key = crypto.randomUUID();
    const answer = await withRetryAfter(() => this.connection.ask("send", { ...said, key }));
    this.take({ ...answer, ...said, from: this.me, kind: "text" });
  }

  /** How a message stands in a window: whenever it is shown as it is then, for it may be changed or taken back. */
  entryOf(message: Message): Entry {
    const inWords = () => {
      const { message: now = message, file = now.file } = this.numbers.byId(message.id) ?? {};
      return messageInWords({ ...now, ...(file && { file }) }, this.wording);
    };
    return {
      seq: message.seq,
      at: message.at,
      unseen: true,
      get text() {
        return inWords();
      },
    };
  }

  /** A room is called otherwise from now on. */
  renameRoom(was: string, now: string): void {
    const window = this.ui.windows.find({ room: was });
    if (window) window.target = { room: now };
    this.rooms.delete(was);
    this.rooms.add(now);
    this.ui.showPrompt();
  }

  addPerson(nickname: string): void {
    this.people.set(nameKey(nickname), nickname);
  }

  removePerson(nickname: string): void {
    this.people.delete(nameKey(nickname));
  }
}

function targetsOf(message: Message, isMine: boolean): Target[] {
  if (message.room !== undefined) return [{ room: message.room }];
  if (!isMine) return [{ to: authorOf(message) }];
  return [message.to ?? []].flat().map((to) => ({ to }));
}
