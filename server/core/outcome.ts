/**
 * What comes of a proposal, or of a question: the answer, and who is told what. It names rooms, people and sessions by
 * their ids, and nobody hears of it before the log has kept what it stands on.
 */
import type { Event } from "./shared/events.ts";
import type { Fault } from "./shared/faults.ts";

/** Whom an event is for: all in a room, all connections of a person, one of them, or everybody who is online. */
export type Audience =
  | { readonly room: string }
  | { readonly person: string }
  | { readonly session: string }
  | { readonly everyone: true };

/** One event on its way. `by`: the session whose own doing it is, which has its reply. */
export interface Delivery {
  readonly to: Audience;
  readonly event: Event;
  readonly by?: string;
}

/** A session that ends, and its last words. */
export interface Ending {
  readonly session: string;
  readonly bye: Event<"bye">;
}

/** Bytes of a file that follow an answer. */
export interface Stream {
  readonly file: string;
  readonly offset: number;
  readonly end: number;
  /** From `offset` up to `end` (exclusive), in blocks; `isWanted`: see {@link BlobStore.read}. @throws Fault `file_gone` `unavailable` */
  bytes(offset: number, end: number, isWanted: () => boolean): AsyncIterable<Uint8Array>;
}

/** What has happened, once it is kept. */
export interface Outcome<Reply = unknown> {
  readonly reply?: Reply;
  /** In place of a reply: what was asked for is refused, though something may have come of it. */
  readonly fault?: Fault;
  /** Told in this order, after the reply. */
  readonly tell?: readonly Delivery[];
  /** The session that the asking connection has from now on (null: none any more). */
  readonly session?: string | null;
  readonly end?: readonly Ending[];
  /** Files whose bytes are to go. */
  readonly gone?: readonly string[];
  /** Files whose bytes are whole and stay: they are on their way no more, wherever they were sent. */
  readonly kept?: readonly string[];
}

/** The answer to a question, which changes nothing. */
export interface Answered<Reply = unknown> extends Outcome<Reply> {
  readonly reply: Reply;
  /** The reply in place of that, where it takes a while and nobody else is to wait for it; of a command that stands alone. */
  later?(): Promise<Reply>;
  /** What follows the answer. */
  readonly stream?: Stream;
}
