/** A signed-in person at a screen: what commands work on. run_chat.ts brings it up, event_handlers.ts feeds it. */
import type { Message } from "../../server/core/shared/events.ts";
import type { Connection } from "../connection/connection.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { patiently } from "../connection/retry_after.ts";
import type { Desk } from "./window_manager.ts";
import type { ExitCode } from "./exit_code.ts";
import { Marks } from "./message_numbers.ts";
import { ReadMarks } from "./read_cursor.ts";
import { Transfers } from "./transfers.ts";
import type { Entry, Place } from "./windows.ts";
import { messageInWords, type Wording } from "./wording.ts";

/** What a chat is given. */
interface ChatMeans {
  connection: Connection;
  desk: Desk;
  /** Where downloads go. */
  downloads: string;
  /** Ends it. */
  end(code: ExitCode): void;
  /** Forgets the saved session of this server. */
  forget(): Promise<void>;
  /** How many entered lines have not gone yet. */
  unsent(): number;
  /** What it has come to, for a script. */
  outcome(): ExitCode;
  /** Resolves when none waits any more. */
  settled(): Promise<void>;
}

const SHOWN_MAX = 10_000;

/** One person's chat. */
export class Chat {
  readonly connection: Connection;
  readonly desk: Desk;
  readonly marks = new Marks();
  readonly transfers: Transfers;
  readonly readMarks = new ReadMarks(this);
  /** Everybody who is online. */
  readonly people = new Map<string, string>();
  /** Rooms that were heard of, for completion. */
  readonly rooms = new Set<string>();
  readonly #shown = new Set<string>();

  constructor(readonly means: ChatMeans) {
    this.connection = means.connection;
    this.desk = means.desk;
    this.transfers = new Transfers(this.connection, this.desk);
  }

  get me(): string {
    return this.connection.nickname ?? "";
  }

  get wording(): Wording {
    return {
      paint: this.desk.screen.paint,
      me: this.me,
      numberOf: (id) => this.marks.byId(id)?.number,
    };
  }

  /** Puts a message into the windows that it belongs to; one that is there already only once. */
  take(message: Message): void {
    this.marks.message(message);
    if (!this.isNew(message.id)) return;
    const isMine = nameKey(message.from) === nameKey(this.me);
    for (const place of placesOf(message, isMine)) {
      const window = this.desk.windows.open(place);
      window.newest = message.id;
      window.oldest ??= message.id;
      this.desk.put(window, this.entryOf(message), !isMine);
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
  async say(place: Place, text: string, reply?: string): Promise<void> {
    const said = { ...place, text, ...(reply !== undefined && { reply }) };
    const key = crypto.randomUUID();
    const answer = await patiently(() => this.connection.ask("send", { ...said, key }));
    this.take({ ...answer, ...said, from: this.me, kind: "text" });
  }

  /** How a message stands in a window: whenever it is shown as it is then, for it may be changed or taken back. */
  entryOf(message: Message): Entry {
    const inWords = () => {
      const { message: now = message, file = now.file } = this.marks.byId(message.id) ?? {};
      return messageInWords({ ...now, ...(file && { file }) }, this.wording);
    };
    return {
      seq: message.seq,
      at: message.at,
      fresh: true,
      get text() {
        return inWords();
      },
    };
  }

  came(nickname: string): void {
    this.people.set(nameKey(nickname), nickname);
  }

  went(nickname: string): void {
    this.people.delete(nameKey(nickname));
  }
}

function placesOf(message: Message, isMine: boolean): Place[] {
  if (message.room !== undefined) return [{ room: message.room }];
  if (!isMine) return [{ to: message.from }];
  return [message.to ?? []].flat().map((to) => ({ to }));
}
