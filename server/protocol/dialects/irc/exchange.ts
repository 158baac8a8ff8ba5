/**
 * What comes of one line of a client: what is asked in its name, and what is said to the answers. With "labeled-response" all of it goes
 * together, under the label that the line had; otherwise each answer is said as it comes.
 */
import type { Answer, Command, Commands, Op } from "../../../core/shared/commands.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Inbound, Output, Request, Result } from "../../dialect.ts";
import { type Client, SERVER } from "./client.ts";
import { faultLine, inOwnWords } from "./faults.ts";
import type { Line, Tag } from "./message.ts";
import { byteLength } from "./wrapping.ts";

/** What is said to an answer. */
export interface Reply {
  readonly lines?: readonly Line[];
  /** What has happened, said behind them: it belongs to no label. */
  readonly words?: string;
  /** Asked then. */
  readonly ask?: readonly Inbound[];
  /** The conversation is over. */
  readonly end?: true;
}

/** Nothing to a success, and the reason to a fault, where this does not say otherwise. */
interface Outcome<K extends Op> {
  done?(reply: Answer<K>): Reply | void;
  failed?(fault: Fault): Reply | void;
  /** It is part of something that was asked before. */
  prepaid?: true;
}

/** What a request's tag is: what is said to its answer, and after its events. */
export interface Asked {
  answered(result: Result): Output;
  told(): Output;
}

/** One line, and what comes of it. */
export class Exchange {
  readonly #label: string | undefined;
  readonly #lines: Line[] = [];
  /** What is asked and has no answer, and the line itself as long as it is read. */
  #open = 1;

  /** `command`: what the line asks for. */
  constructor(readonly client: Client, readonly command: string, label?: string) {
    const isLabel = label !== undefined && byteLength(label) <= LIMITS.ircLabelBytesMax;
    this.#label = isLabel && client.caps.has("labeled-response") ? label : undefined;
  }

  /** Asks for what the line comes to. What comes to nothing asks for no more than to be there: otherwise no rate would hold it. */
  *run(steps: Iterable<Inbound>): Iterable<Inbound> {
    let isNothing = true;
    for (const step of steps) {
      isNothing = false;
      yield step;
    }
    this.#open--;
    if (isNothing || (this.#label !== undefined && this.#open === 0)) yield this.say();
  }

  /** It asks before it changes something: what the client says next is read when all of it is answered. */
  goFirst(): void {
    this.client.first = this;
  }

  /** More lines belong to this one: it is not over before it runs again. */
  hold(): void {
    this.#open++;
  }

  ask<K extends Op>(op: K, fields: Commands[K]["asks"], outcome: Outcome<K> = {}): Request {
    const { done = () => ({}), failed = (fault) => this.refuse(fault), prepaid } = outcome;
    this.#open++;
    const tag: Asked = {
      answered: (result) => {
        // What is told of coming in was missed, which is no answer.
        const isIn = this.client.nickname !== undefined;
        const reply = "fault" in result ? failed(inOwnWords(result.fault)) : done(result.reply as Answer<K>);
        if (isIn && this.#label !== undefined) this.client.answering = this;
        if (this.client.first === this && this.#open === 1) this.client.first = undefined;
        return this.#take(reply ?? {});
      },
      told: () => this.#words(this.#told(), ""),
    };
    const unread = this.client.unread && { unread: true } as const;
    return { tag, command: { op, ...fields } as Command, ...(prepaid && { prepaid }), ...unread };
  }

  /** Says something in its turn. */
  say(...lines: readonly Line[]): Inbound {
    return this.ask("ping", {}, { done: () => ({ lines }) });
  }

  /** The last that is said. */
  end(...lines: readonly Line[]): Inbound {
    return this.ask("ping", {}, { done: () => ({ lines, end: true }), failed: () => ({ lines, end: true }) });
  }

  /** How a fault is told. `target`: what the client called what it is about. */
  refuse(fault: Fault, target?: string): Reply {
    return { lines: [faultLine(this.client, fault, this.command, target)] };
  }

  /** What has come of it is told under its label, too. */
  add(lines: readonly Line[]): void {
    this.#lines.push(...lines);
  }

  #take({ lines = [], words = "", ask = [], end }: Reply): Output {
    if (this.#label !== undefined) this.add(lines);
    const now = this.#label === undefined ? lines : end ? this.#told() : [];
    return { ...this.#words(now, words), ...(ask.length > 0 && { ask }), ...(end && { end }) };
  }

  /** An answer is over, with its events: what is said under the label if it was the last. */
  #told(): Line[] {
    this.client.answering = undefined;
    this.#open--;
    return this.#label === undefined || this.#open > 0 ? [] : this.#labelled(this.#label);
  }

  #words(lines: readonly Line[], more: string): Output {
    const words = this.client.write(lines) + more;
    return words === "" ? {} : { words };
  }

  /** Everything that was said under one label: one line, one batch, or that there is nothing to say. */
  #labelled(label: string): Line[] {
    const [first = { source: SERVER, command: "ACK", params: [] }, ...others] = this.#lines.splice(0);
    const tagged = (line: Line): Line => ({
      ...line,
      tags: [["labeled-response", "label", label], ...line.tags ?? []],
    });
    if (others.length === 0 || isBatch(first, others)) return [tagged(first), ...others];
    const reference = this.client.nextBatch();
    const inBatch: Tag = ["batch", "batch", reference];
    return [
      tagged({ source: SERVER, command: "BATCH", params: [`+${reference}`, "labeled-response"] }),
      ...[first, ...others].map((line): Line =>
        isIn(line) ? line : { ...line, tags: [inBatch, ...line.tags ?? []] }
      ),
      { source: SERVER, command: "BATCH", params: [`-${reference}`] },
    ];
  }
}

/** Whether a line is part of a batch, or ends one. */
function isIn({ command, params, tags }: Line): boolean {
  return tags?.some(([, name]) => name === "batch") || (command === "BATCH" && params[0]!.startsWith("-"));
}

/** Whether all of it is one batch already. */
function isBatch(first: Line, others: readonly Line[]): boolean {
  const last = others.at(-1);
  const reference = first.params[0]?.slice(1);
  return first.command === "BATCH" && last?.command === "BATCH" && last.params[0] === `-${reference}`;
}
