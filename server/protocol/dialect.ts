/**
 * The interface of a dialect: a wire language, which turns bytes into commands and events into words. It
 * decides nothing, holds no user, and knows no socket and no storage.
 */
import type { Command, Op } from "../core/commands.ts";
import type { Event } from "../core/events.ts";
import type { Fault } from "../core/faults.ts";

/** A wire language. */
export interface Dialect {
  readonly name: string;
  /**
   * The words for an event, asked for once for all peers of the dialect, and once more for the one whose own doing it is
   * (`own`), who has a reply besides. Undefined: the dialect has no words for it.
   */
  encode(event: Event, own: boolean): string | undefined;
  /** One peer's side of a conversation. */
  speaker(): Speaker;
}

/** What is particular to one peer: what is torn, and whatever else is between two messages. */
export interface Speaker {
  /** Takes what arrived and gives what it asks for. */
  receive(chunk: Uint8Array, form: Form): Iterable<Asked>;
  /** The words for what a request came to. */
  answer(asked: Asked, result: Result): string;
  /** The words for a piece of a file, or why there are no more; the piece follows them as it is. */
  piece?(event: Event<"chunk">): string;
}

/** How bytes came: any piece of a stream, or one whole message of a transport that has them. */
export type Form = "stream" | "text" | "binary";

/** One request of a peer, and how its dialect will know the answer. */
export interface Request<K extends Op = Op> {
  /** What the dialect put there to tag the answer with. */
  readonly tag: unknown;
  readonly command: Command<K>;
}

/** Something that could not be read as a request; `fatal`: nothing after it can be read either. */
export interface Nonsense {
  readonly tag: unknown;
  readonly fault: Fault;
  readonly fatal?: boolean;
}

/** What a speaker makes of its input. */
export type Asked = Request | Nonsense;

/** What a request came to. */
export type Result = { readonly reply: unknown } | { readonly fault: Fault };
