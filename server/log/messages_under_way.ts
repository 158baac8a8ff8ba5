/** Messages of the log between what is proposed and what is applied. */
import type { Entry } from "./commit.ts";

/** What this node has put into one message, and has not applied yet. */
export interface OwnMessage<Waiting> {
  readonly node: string;
  readonly batch: number;
  /** Proposals, and what was asked after them. */
  entries: Entry<Waiting>[];
  readonly data: Uint8Array;
  readonly deadline: number;
  /** It has come from the stream. */
  readonly hasCome: boolean;
  /** Whose proposals in it are applied while something of it is not. */
  readonly applied: (object | undefined)[];
}

/** A message of the stream, as far as it is not applied yet. */
export interface Arrived<Waiting> {
  readonly seq: number;
  readonly bytes: number;
  readonly node: string;
  readonly batch: number;
  readonly entries: Entry<Waiting>[];
  /** How many of its proposals are applied. */
  done: number;
  /** Whether anything of it counts; undefined: that is not known before its turn. */
  counts: boolean | undefined;
}
