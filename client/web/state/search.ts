/** Looking for messages, page by page; an answer that comes after a newer question is passed over. */
import { batch, signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import { authorOf, type Message } from "../../../server/core/shared/events.ts";
import { faultWords } from "../fault_words.ts";
import type { Target } from "../route.ts";
import { conversationNameOf, nameKey } from "./target_key.ts";

const PAGE = 30;
/** As many as the server takes. */
const CHARS_MAX = 200;

/** A message that was found; in private `person` is whom it is with, if somebody else has the nickname now. */
export type Found = Message & { person?: string };

/** One search, asked again with other words as they are written. */
export class Search {
  /** The newest first. Undefined: nothing was asked. */
  readonly found = signal<readonly Found[] | undefined>(undefined);
  readonly more = signal(false);
  readonly busy = signal(false);
  readonly trouble = signal("");
  readonly #connection: Connection;
  #asked = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Asks. `target`: only there; undefined: everywhere. Resolves in any case. */
  async ask(words: string, target: Target | undefined): Promise<void> {
    const text = words.trim().slice(0, CHARS_MAX);
    if (text !== "") return await this.#page(text, target, []);
    this.#asked++;
    batch(() => {
      this.found.value = undefined;
      this.more.value = this.busy.value = false;
      this.trouble.value = "";
    });
  }

  /** Asks for older ones of the same. Resolves in any case. */
  async older(words: string, target: Target | undefined): Promise<void> {
    await this.#page(words.trim().slice(0, CHARS_MAX), target, this.found.value ?? []);
  }

  async #page(text: string, target: Target | undefined, before: readonly Found[]): Promise<void> {
    const mine = ++this.#asked;
    this.busy.value = true;
    const oldest = before.at(-1);
    try {
      const paging = oldest ? { before: oldest.id } : {};
      const { messages, more } = await this.#connection.ask("search", {
        ...(target && conversationNameOf(target)),
        ...paging,
        text,
        limit: PAGE,
      });
      if (mine !== this.#asked) return;
      batch(() => {
        this.found.value = [...before, ...messages.toReversed()];
        this.more.value = more;
        this.trouble.value = "";
      });
    } catch (error) {
      if (mine === this.#asked) this.trouble.value = faultWords(error);
    } finally {
      if (mine === this.#asked) this.busy.value = false;
    }
  }
}

/** Where a message was said, as somebody sees it. */
export function targetOf({ room, to, person, ...message }: Found, me: string): Target {
  if (room !== undefined) return { room };
  const from = authorOf(message);
  const [first = from] = [to ?? []].flat();
  return { with: nameKey(from) === nameKey(me) ? first : from, ...(person !== undefined && { person }) };
}
