/** People who keep talking in the lobby, and those who note what they hear there, for tests that end the server meanwhile. */
import { Connection } from "../../client/connection/connection.ts";
import type { OpenLink } from "../../client/connection/link.ts";
import { RequestError } from "../../client/connection/request_error.ts";
import type { Message } from "../../server/core/shared/events.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertTrue } from "./assert.ts";

/** What a sender was told of one text. */
export interface Acknowledged {
  id: string;
  seq: number;
}

/** How a sender talks. */
interface Manner {
  name: string;
  /** Whether what was not answered is asked again. */
  keys: boolean;
  /** How many texts are on their way at a time. */
  inFlight: number;
  /** Makes texts so long that a commit takes a while. */
  padding: string;
  note(words: string, answer: Acknowledged): void;
}

/** Listens in the lobby, and notes the texts of others in the order of hearing them. */
export class Receiver {
  readonly heard: string[] = [];
  readonly connection: Connection;

  constructor(open: OpenLink, padding: string) {
    this.connection = new Connection({
      open,
      onEvent: (event) => {
        if (event.event === "message" && event.from !== this.connection.nickname) {
          this.heard.push(wordsOf(event, padding));
        }
      },
      onResumed: ({ recovered }) => assertTrue(recovered, "who comes back is told what was missed"),
    });
  }
}

/** Keeps saying something new, and notes what the others say. */
export class Sender extends Receiver {
  readonly name: string;
  readonly #manner: Manner;
  #said = 0;
  #stopped = false;

  constructor(open: OpenLink, manner: Manner) {
    super(open, manner.padding);
    this.name = manner.name;
    this.#manner = manner;
  }

  /** Resolves when it was told to stop and everything is answered or lost. */
  async sayMuch(): Promise<void> {
    await Promise.all(Array.from({ length: this.#manner.inFlight }, async () => {
      while (!this.#stopped) await this.#say(`${this.name} ${this.#said++}`);
    }));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #say(words: string): Promise<void> {
    const { keys, padding, note } = this.#manner;
    const key = keys ? { key: words } : {};
    try {
      note(words, await this.connection.ask("send", { room: "lobby", text: words + padding, ...key }));
    } catch (error) {
      // Without a key nobody can know whether it was kept; with one there is no such doubt.
      if (!(error instanceof RequestError && error.code === "connection_lost" && !keys)) throw error;
    }
  }
}

/** Connects as a guest. */
export async function comeIn(connection: Connection, nickname: string): Promise<void> {
  await connection.connect();
  await connection.ask("guest", { nickname });
}

/** What was said, without its padding. */
export function wordsOf({ text }: { text: string }, padding: string): string {
  return text.slice(0, -padding.length);
}

/** Everything said in the lobby, oldest first. */
export async function wholeHistory(connection: Connection): Promise<Message[]> {
  const found: Message[] = [];
  for (let more = true; more;) {
    const before = found[0] ? { before: found[0].id } : {};
    const page = await connection.ask("history", { room: "lobby", limit: LIMITS.historyMax, ...before });
    found.unshift(...page.messages);
    more = page.more;
  }
  return found;
}
