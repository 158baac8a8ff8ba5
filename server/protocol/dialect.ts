/**
 * The interface of a dialect: a wire language, which turns bytes into commands and events into words. It
 * decides nothing, holds no user, and knows no socket and no storage.
 */
import type { Command, Op } from "../core/shared/commands.ts";
import type { Event, EventName } from "../core/shared/events.ts";
import { sameName } from "../core/shared/names.ts";
import { LOBBY } from "../core/state/rooms.ts";
import type { Fault } from "../core/shared/faults.ts";
import type { OneRead } from "./one_read.ts";

/** What {@link Dialect.encode} gives for an event whose words differ from peer to peer: the codec of each is asked. */
export const PER_PEER: unique symbol = Symbol("personal");

/** A wire language. */
export interface Dialect {
  readonly name: string;
  /** Whether what a peer said first is this language; "more": its beginning could be, more of it will tell. */
  detect(head: Uint8Array): "yes" | "no" | "more";
  /**
   * The words for an event, asked for once for all peers of the dialect that are of one variant ({@link PeerCodec.variant}), and once
   * more for the one whose own doing it is (`own`), who has a reply besides. Undefined: the dialect has no words for it.
   */
  encode(event: Event, own: boolean, variant?: string): string | typeof PER_PEER | undefined;
  /** One peer's side of a conversation. */
  codec(): PeerCodec;
  /**
   * Whether words of several events may be joined into one write, as far as none of them are {@link PER_PEER}; otherwise its codecs
   * {@link PeerCodec.pack}.
   */
  readonly joins: boolean;
  /** How its programs read, where they take one read for one message. */
  readonly reads?: OneRead;
  /** What a port that is this dialect's alone says first. */
  readonly greeting?: string;
  /**
   * How long its programs may be silent before they sign in, where that is longer than usual. "long": they wait for a person to type.
   * "endless": they do, and never connect again; so on a port of their own they may wait as long as their address has few such.
   */
  readonly silence?: "long" | "endless";
  /** What clients may agree upon with a transport that has messages, by the name that they ask for: what words are sent as. */
  readonly subprotocols?: Readonly<Record<string, "text" | "binary">>;
  /** Whether such a transport has each line as a message of its own, without its end. */
  readonly lineByLine?: true;
  /** How long one message of a transport that has them may be, where that is longer than usual; bytes. */
  readonly messageBytesMax?: number;
  /** Whether the pages that speak it come from other servers. Then those listed may, and no cookie says who comes. */
  readonly foreignPages?: true;
  /**
   * The channels that its programs may open besides their first connection, each on a port of its own once somebody has signed in there, and silent.
   * Events go to the first of these, and the program is there as long as that channel is.
   */
  readonly channels?: readonly string[];
  /** What an operator should know of whoever speaks it; noted once for each connection. */
  readonly warning?: string;
}

/** How many are here, and how many there are. */
export interface Counts {
  readonly people: number;
  /** The most people since the start. */
  readonly mostPeople: number;
  /** Without the private ones. */
  readonly rooms: number;
}

/** What a dialect may know of the server around it. */
export interface Surroundings {
  /** Address of the page, for those whose language has no files and who are told where to fetch them. */
  pageUrl(): string;
  /** The server's, for those whose language tells it. */
  version?: string;
  counts?(): Counts;
  /** The port of a dialect where TLS is spoken, with a certificate that others trust. */
  tlsPort?(dialect: string): number | undefined;
  /** How long a message with a picture may be; bytes. Without it a dialect's own bound holds. */
  pictureMessageBytesMax?: number;
}

/** What a dialect makes of every event: one that is added to `Events` compiles only once each dialect's table says what it is there. */
export type EventTable<More extends unknown[], Made> = {
  readonly [K in EventName]: (event: Event<K>, ...more: More) => Made;
};

/** What a table makes of an event. */
export function encodeBy<More extends unknown[], Made>(
  table: EventTable<More, Made>,
  event: Event,
  ...more: More
): Made {
  // That an event's name leads to the row of its own kind is more than the compiler can follow.
  return (table[event.event] as (event: Event, ...more: More) => Made)(event, ...more);
}

/** Whether somebody is in the room that programs know which have one only. */
export function isInLobby(rooms: (() => readonly string[]) | undefined): boolean {
  return rooms?.().some((room) => sameName(room, LOBBY)) ?? false;
}

/** What is particular to one peer: what is torn, counted, keyed, and whatever else is between two messages. */
export interface PeerCodec {
  /** Takes what arrived and gives what it asks for. */
  receive(chunk: Uint8Array, form: Form): Iterable<Inbound>;
  /** While what came may go on: how long nothing must come until {@link onIdle} is called. Undefined: it is whole. Milliseconds. */
  readonly idleMs?: number | undefined;
  /** Nothing more came: gives what the last of it asks for. */
  onIdle?(): Iterable<Inbound>;
  /** What to say to what a request came to. */
  answer(asked: Inbound, result: Result): Output;
  /** What to say once the events of a request have been told after its answer; between the two no others are. */
  told?(asked: Inbound): Output;
  /** What peers of the dialect may differ in and still share words, where there is such a thing: those with the same are told the same. */
  readonly variant?: string | undefined;
  /** What to say to an event that is {@link PER_PEER}. `own`: it was done from here. */
  hear?(event: Event, own?: boolean): Output;
  /** What to say with a piece of a file that this peer asked for, or with why there are no more. */
  piece?(event: Event<"chunk">, data: Uint8Array): Output;
  /**
   * Makes the next write out of what waits, one thing at least; for dialects that do not join. Undefined: not now; it is asked
   * again when more waits, or an answer has come.
   */
  pack?(waiting: readonly (string | Raw)[]): Write | undefined;
  /** The codec of another channel of the same program, one of {@link Dialect.channels}; the same one each time. */
  channel?(name: string): PeerCodec;
  /** What to say on this channel when it opens so late that others have been spoken on. */
  begins?(): Output;
  /** Whether what the program has said on its first connection shows that it opens no other. */
  readonly alone?: boolean;
}

/** What a peer is told, and what its codec asks in its turn. */
export interface Output {
  /** One message in words. */
  readonly words?: string;
  /** Bytes that are no words, after those. */
  readonly raw?: Uint8Array;
  /** Asked in the peer's name, in this order. */
  readonly ask?: readonly Inbound[];
  /** The conversation is over. */
  readonly end?: true;
  /** The channel that the words are for, where the program has several; otherwise they are said on this one. */
  readonly channel?: string;
  /** From now on events are kept, until something is said with `false`: its words go before all that. */
  readonly cork?: boolean;
  /** Said after this. */
  readonly and?: Output;
}

/** One write to a peer. */
export interface Write {
  /** Without bytes nothing is written: what is taken is left out. */
  readonly bytes: Uint8Array;
  /** How many of those that wait are done with it; 0 with bytes only, when more of the first is to come. */
  readonly taken: number;
  /** Where those begin: what waits before them goes later. */
  readonly from?: number;
  /** These bytes are no words: a transport that has messages sends them as one of its own kind. */
  readonly raw?: true;
  /** How long to wait before the next write, where that is another time than its dialect {@link Dialect.reads} with; milliseconds. */
  readonly pauseMs?: number;
  /** These bytes are no whole message: the next write goes on with it. For transports that have messages. */
  readonly more?: true;
}

/** Bytes that are no words. */
export interface Raw {
  readonly raw: Uint8Array;
}

/** How bytes came: any piece of a stream, or one whole message of a transport that has them. */
export type Form = "stream" | "text" | "binary";

/** One request of a peer, and how its dialect will know the answer. */
export interface Request<K extends Op = Op> {
  /** What the dialect put there to tag the answer with. */
  readonly tag: unknown;
  readonly command: Command<K>;
  /** It is part of something that was asked and paid for before, such as the files of one folder. */
  readonly prepaid?: true;
  /** It does not show that the peer has read the private messages that waited for it: it was asked before, or without it. */
  readonly unread?: true;
}

/** Something that could not be read as a request; `fatal`: nothing after it can be read either. */
export interface MalformedInput {
  readonly tag: unknown;
  readonly fault: Fault;
  readonly fatal?: boolean;
}

/** What a codec makes of its input. */
export type Inbound = Request | MalformedInput;

/** What a request came to. */
export type Result = { readonly reply: unknown } | { readonly fault: Fault };
