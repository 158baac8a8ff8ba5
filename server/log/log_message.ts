/** What stands in the stream, and how far a node has applied it. */
import { PROPOSAL_KINDS } from "../core/apply.ts";
import type { Proposal } from "../core/proposals.ts";
import type { KeptMemory } from "../core/store/store.ts";

/** Grows when nodes of one and of another can't read the same log. */
export const LOG_FORMAT = 1;

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
  const { format, ...message } = JSON.parse(decoder.decode(data)) as LogMessage & { format: number };
  const refuse = (why: string) => new LogFormatError(`Cannot read the cluster's log: ${why}`);
  if (format !== LOG_FORMAT) {
    throw refuse(`it is written in format ${format}, and this Switchboard knows ${LOG_FORMAT}`);
  }
  const strange = message.proposals.find(({ kind }) => !KINDS.has(kind));
  if (strange) {
    throw refuse(`a newer Switchboard has put "${strange.kind}" into it, which this one does not know`);
  }
  return message;
}

/** How far a store has applied the log. */
export function positionIn(memory: readonly KeptMemory[]): LogPosition {
  const kept = memory.find(({ of, id }) => of === "log" && id === "position");
  return kept ? JSON.parse(kept.value) as LogPosition : { seq: 0, authors: {}, digest: 0 };
}
