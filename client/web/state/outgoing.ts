/**
 * One's own messages of a conversation that the server has not confirmed: on their way, or failed. They are kept in this
 * browser too, so that a reload or a closed tab loses none. Each keeps its key: whichever tab sends it, and however often,
 * it is said once. Signing out, or giving up on a message, removes it.
 */
import { signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import type { Message } from "../../../server/core/shared/events.ts";
import { RequestError } from "../../connection/request_error.ts";
import { faultWords } from "../fault_words.ts";
import type { Target } from "../route.ts";
import { words } from "../words.ts";
import { readStored, unsentKey, writeStored } from "./local_storage.ts";
import { targetKey } from "./target_key.ts";

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

interface OutgoingOptions {
  connection: Connection;
  me: string;
  target: Target;
  /** The server has it. */
  onSent(message: Message, key: string): void;
}

/** What is on its way in one conversation, in the order of writing. */
export class OutgoingMessages {
  readonly all = signal<readonly Outgoing[]>([]);
  #options: OutgoingOptions;

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
    keepUnsent(this.#options.me, this.#options.target, outgoing);
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
    dropUnsent(this.#options.me, this.#options.target, key);
    this.all.value = this.all.value.filter((each) => each.key !== key);
  }

  /** The conversation has another name: everything goes on there, also what the server is being asked for. */
  moveTo(options: Pick<OutgoingOptions, "target" | "onSent">): this {
    const { me, target } = this.#options;
    this.#options = { ...this.#options, ...options };
    for (const each of this.all.peek()) {
      dropUnsent(me, target, each.key);
      keepUnsent(me, options.target, each);
    }
    return this;
  }

  /** Lets go of all of them. */
  discardAll(): void {
    for (const { key } of this.all.peek()) this.discard(key);
  }

  #replace(key: string, change: (outgoing: Outgoing) => Outgoing): void {
    this.all.value = this.all.value.map((each) => {
      if (each.key !== key) return each;
      const changed = change(each);
      keepUnsent(this.#options.me, this.#options.target, changed);
      return changed;
    });
  }

  async #deliver(outgoing: Outgoing): Promise<void> {
    const { key, text, reply } = outgoing;
    const { connection, me, target } = this.#options;
    const destination = "room" in target ? target : { to: target.with };
    const answered = reply === undefined ? {} : { reply };
    try {
      const { id, at, seq } = await connection.ask("send", { ...destination, text, key, ...answered });
      this.#options.onSent({ id, at, seq, from: me, ...destination, text, kind: "text", ...answered }, key);
    } catch (error) {
      // Signed out under way: it goes on at the next visit.
      if (error instanceof RequestError && error.code === "closed") return;
      // Nothing is called any more what it was sent to; the key makes it one message in any case.
      if (targetKey(this.#options.target) !== targetKey(target)) return await this.#deliver(outgoing);
      this.#replace(key, (each) => ({ ...each, failed: faultWords(error) }));
    }
  }
}

/** What is kept for one conversation. */
interface Unsent {
  target: Target;
  messages: readonly Outgoing[];
}

/** By the key of the target, which is stored as `place`. */
type Kept = Record<string, { place: Target; messages: readonly Outgoing[] }>;

/** Keeps a message, in place of the same one as it was. */
function keepUnsent(nickname: string, target: Target, message: Outgoing): void {
  change(nickname, target, (messages) => {
    const known = messages.some(({ key }) => key === message.key);
    return known ? messages.map((each) => each.key === message.key ? message : each) : [...messages, message];
  });
}

/** Keeps a message no longer. */
function dropUnsent(nickname: string, target: Target, key: string): void {
  change(nickname, target, (messages) => messages.filter((each) => each.key !== key));
}

/** Everything that is kept of a nickname's. */
export function allUnsent(nickname: string): Unsent[] {
  return Object.values(read(nickname)).map(({ place, messages }) => ({ target: place, messages }));
}

/** Removes what is kept of a nickname's for one conversation. */
export function forgetUnsentTo(nickname: string, target: Target): void {
  change(nickname, target, () => []);
}

/** Removes all of a nickname's. */
export function forgetUnsent(nickname: string): void {
  write(nickname, {});
}

/** Always from what is there now: another tab may have added some of its own. */
function change(
  nickname: string,
  target: Target,
  change: (messages: readonly Outgoing[]) => readonly Outgoing[],
): void {
  const kept = read(nickname);
  const key = targetKey(target);
  const messages = change(kept[key]?.messages ?? []);
  if (messages.length > 0) kept[key] = { place: target, messages };
  else delete kept[key];
  write(nickname, kept);
}

function read(nickname: string): Kept {
  return (readStored(unsentKey(nickname)) ?? {}) as Kept;
}

function write(nickname: string, kept: Kept): void {
  writeStored(unsentKey(nickname), Object.keys(kept).length > 0 ? kept : undefined);
}
