/**
 * The shape of every answer of the core: decide, commit, settle. A handler decides now and says what must be on
 * disk; once it is, and everything decided earlier has been settled, `settle` changes what is in memory and says
 * who is told what. So memory, disk and what people see change in one order, and nobody is told of what is
 * not on disk.
 */
import type { Event } from "./shared/events.ts";
import type { Person, Session } from "./sessions/presence.ts";
import type { Room } from "./rooms/rooms.ts";
import type { Write } from "./store.ts";

/** Whom an event is for. It is looked up when the event is handed over, not when it was decided. */
export type Audience =
  | { readonly room: Room }
  | { readonly person: Person }
  | { readonly session: Session }
  | { readonly everyone: true };

/** One event on its way. `by`: the session whose own doing it is, which has its reply. */
export interface Delivery {
  readonly to: Audience;
  readonly event: Event;
  readonly by?: Session;
}

/** Bytes of a file that follow an answer. */
export interface Stream {
  readonly file: string;
  readonly offset: number;
  readonly end: number;
  /** From `offset` up to `end` (exclusive), in blocks. @throws Fault `file_gone` */
  bytes(offset: number, end: number): AsyncIterable<Uint8Array>;
}

/** What has happened, once it has. */
export interface Settled<Reply> {
  readonly reply: Reply;
  /** The reply in place of that, where it takes a while and nobody else is to wait for it; of a command that stands alone. */
  readonly later?: Promise<unknown>;
  /** Told in this order, after the reply. */
  readonly tell?: readonly Delivery[];
  /** The session that the asking connection has from now on (null: none any more). */
  readonly session?: Session | null;
  /** What follows from it and needs the disk in its turn, such as a room's new owner. */
  readonly then?: readonly Decision[];
  /** What follows the answer. */
  readonly stream?: Stream;
  /** Sessions that end now, and why. */
  readonly end?: readonly { session: Session; bye: Event<"bye"> }[];
}

/** What was decided and has yet to happen. */
export interface Decision<Reply = unknown> {
  readonly writes?: readonly Write[];
  /** The highest `seq` that the writes use. */
  readonly seq?: number;
  /** Runs in its turn. @throws Fault when what it stood on has changed meanwhile */
  settle(): Settled<Reply>;
}
