/** What stands in the stream, and how far a node has applied it. */
import { PROPOSAL_KINDS } from "../core/apply.ts";
import type { Proposal } from "../core/proposals.ts";
import type { KeptMemory } from "../core/store/store.ts";

/** Grows when nodes of one and of another can't read the same log. */
export const LOG_FORMAT = 1;

/** The stream as a log sees it. */
export interface LogStream {
  /** There is no such stream. */
  readonly isGone?: boolean;
  /** Bytes that one message may have. */
  readonly bytesMax: number;
  /**
   * Puts a message at the end, perhaps more than once, and gives its number there.
   * @throws when it is not confirmed within so many milliseconds; MessageTooLargeError when it never will be
   */
  publish(data: Uint8Array, timeoutMs: number): Promise<number>;
  /** What stands at this place now; undefined: nothing. @throws when that can't be said */
  at(seq: number): Promise<Uint8Array | undefined>;
}

/** A message: what one node was asked for in one turn of its event loop. */
interface LogMessage {
  /** Names its author, and which of the author's lives it is from. */
  readonly node: string;
  /** Grows with the messages of one such life. */
  readonly batch: number;
  readonly proposals: readonly Proposal[];
}

/** How far the log was applied. */
export interface LogPosition {
  /** The last message of which something was applied. */
  readonly seq: number;
  /** So many of its proposals; without it: all of them. */
  readonly done?: number;
  /** Node → the last message of it that counts. */
  readonly authors: Readonly<Record<string, number>>;
  /** Of all messages that are wholly applied. */
  readonly digest?: number;
}

/** What another version of the program has written, and this one can't read. */
export class LogFormatError extends Error {
  override readonly name = "LogFormatError";
}

/** A message that the stream takes never, however often it is tried. */
export class MessageTooLargeError extends Error {
  override readonly name = "MessageTooLargeError";
}

/** What one node applies and another does not know would part them. */
const KINDS: ReadonlySet<string> = new Set(PROPOSAL_KINDS);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A message as bytes; its proposals are text already. */
export function encodeMessage(
  { node, batch }: Omit<LogMessage, "proposals">,
  proposals: readonly string[],
): Uint8Array {
  const head = JSON.stringify({ format: LOG_FORMAT, node, batch });
  return encoder.encode(`${head.slice(0, -1)},"proposals":[${proposals.join(",")}]}`);
}

/** @throws LogFormatError */
export function decodeMessage(data: Uint8Array): LogMessage {
  const { format, ...message } = textOf(data);
  if (format !== LOG_FORMAT) {
    throw refuse(`it is written in format ${format}, and this Switchboard knows ${LOG_FORMAT}`);
  }
  if (!Array.isArray(message.proposals) || message.proposals.includes(null!)) throw refuse(NO_MESSAGE);
  const strange = message.proposals.find(({ kind }) => !KINDS.has(kind));
  if (strange) {
    throw refuse(`a newer Switchboard has put "${strange.kind}" into it, which this one does not know`);
  }
  return message;
}

const NO_MESSAGE = "something else than Switchboard has put a message into it";

function textOf(data: Uint8Array): LogMessage & { format: number } {
  try {
    const message = JSON.parse(decoder.decode(data)) as LogMessage & { format: number };
    if (typeof message?.format === "number") return message;
  } catch {
    // Said below.
  }
  throw refuse(NO_MESSAGE);
}

function refuse(why: string): LogFormatError {
  return new LogFormatError(`Cannot read the cluster's log: ${why}`);
}

/** How far a store has applied the log. */
export function positionIn(memory: readonly KeptMemory[]): LogPosition {
  const kept = memory.find(({ of, id }) => of === "log" && id === "position");
  return kept ? JSON.parse(kept.value) as LogPosition : { seq: 0, authors: {}, digest: 0 };
}

/** Whether two messages are the same, byte for byte. */
export function isSameData(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
