/** One's own messages of a conversation that the server has not confirmed: on their way, or failed. */
import { signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import type { Message } from "../../../server/core/shared/events.ts";
import { RequestError } from "../../connection/request_error.ts";
import { faultWords } from "../fault_words.ts";
import type { Place } from "../route.ts";
import { words } from "../words.ts";
import { dropUnsent, keepUnsent } from "./unsent.ts";

/** How long the server knows a key: after that a repeat might be said twice, so nobody repeats by itself. */
const KEY_LIFE_MS = 23 * 3_600_000;

/** One's own message that the server has not confirmed yet. */
export interface Outgoing {
  /** Makes a repeat harmless. */
  key: string;
  text: string;
  at: number;
  /** The id of the message that it answers. */
  reply?: string;
  /** Why it did not go through. */
  failed?: string;
}

/** What {@link OutgoingMessages} are given. */
interface OutgoingOptions {
  connection: Connection;
  me: string;
  place: Place;
  /** The server has it. */
  onSent(message: Message, key: string): void;
}

/** What is on its way in one conversation, in the order of writing. */
export class OutgoingMessages {
  readonly all = signal<readonly Outgoing[]>([]);
  readonly #options: OutgoingOptions;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /** Says something. */
  send(text: string, reply?: string): void {
    const outgoing: Outgoing = {
      key: crypto.randomUUID(),
      text,
      at: Date.now(),
      ...(reply !== undefined && { reply }),
    };
    keepUnsent(this.#options.me, this.#options.place, outgoing);
    this.all.value = [...this.all.value, outgoing];
    void this.#deliver(outgoing);
  }

  /** Goes on with what an earlier visit did not get through. */
  restore(kept: readonly Outgoing[]): void {
    const old = Date.now() - KEY_LIFE_MS;
    const restored = kept.filter(({ key }) => !this.all.value.some((each) => each.key === key))
      .map((each) => each.at < old ? { ...each, failed: each.failed ?? words.waitedLong } : each);
    this.all.value = [...restored, ...this.all.value];
    for (const each of restored) if (each.failed === undefined) void this.#deliver(each);
  }

  /** Sends once more what failed, under the same key. */
  retry(key: string): void {
    const found = this.all.value.find((each) => each.key === key);
    if (found?.failed === undefined) return;
    const { failed: _failed, ...again } = found;
    this.#replace(key, () => again);
    void this.#deliver(again);
  }

  /** Lets go of what the server has, or of what failed. */
  discard(key: string): void {
    dropUnsent(this.#options.me, this.#options.place, key);
    this.all.value = this.all.value.filter((each) => each.key !== key);
  }

  #replace(key: string, change: (outgoing: Outgoing) => Outgoing): void {
    this.all.value = this.all.value.map((each) => {
      if (each.key !== key) return each;
      const changed = change(each);
      keepUnsent(this.#options.me, this.#options.place, changed);
      return changed;
    });
  }

  async #deliver({ key, text, reply }: Outgoing): Promise<void> {
    const { connection, me, place, onSent } = this.#options;
    const destination = "room" in place ? place : { to: place.with };
    const answered = reply === undefined ? {} : { reply };
    try {
      const { id, at, seq } = await connection.ask("send", { ...destination, text, key, ...answered });
      onSent({ id, at, seq, from: me, ...destination, text, kind: "text", ...answered }, key);
    } catch (error) {
      // Signed out under way: it goes on at the next visit.
      if (error instanceof RequestError && error.code === "closed") return;
      this.#replace(key, (each) => ({ ...each, failed: faultWords(error) }));
    }
  }
}
