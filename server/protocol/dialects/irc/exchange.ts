/**
 * What comes of one line of a client: what is asked in its name, and what is said to the answers. With "labeled-response" all of it goes
 * together, under the label that the line had; otherwise each answer is said as it comes.
 */
import type { Answer, Command, Commands, Op } from "../../../core/shared/commands.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import type { Inbound, Output, Request, Result } from "../../dialect.ts";
import { type Client, SERVER } from "./client.ts";
import { faultLine } from "./faults.ts";
import type { Line, Tag } from "./message.ts";

/** What is said to an answer. */
export interface Reply {
  readonly lines?: readonly Line[];
  /** Asked then. */
  readonly ask?: readonly Inbound[];
  /** The conversation is over. */
  readonly end?: true;
  /** The message whose echo belongs to this too. */
  readonly echo?: string;
}

/** Nothing to a success, and the reason to a fault, where this does not say otherwise. */
interface Outcome<K extends Op> {
  done?(reply: Answer<K>): Reply | void;
  failed?(fault: Fault): Reply | void;
  /** It is part of something that was asked before. */
  prepaid?: true;
}

/** What a request's tag is. */
export type Then = (result: Result) => Output;

/** One line, and what comes of it. */
export class Exchange {
  readonly #label: string | undefined;
  readonly #lines: Line[] = [];
  /** What is asked and has no answer, and the line itself as long as it is read. */
  #open = 1;

  /** `command`: what the line asks for. */
  constructor(readonly client: Client, readonly command: string, label?: string) {
    this.#label = client.caps.has("labeled-response") ? label : undefined;
  }

  /** Asks for what the line comes to. */
  *run(steps: Iterable<Inbound>): Iterable<Inbound> {
    yield* steps;
    this.#open--;
    if (this.#label !== undefined && this.#open === 0) yield this.say();
  }

  /** More lines belong to this one: it is not over before it runs again. */
  hold(): void {
    this.#open++;
  }

  ask<K extends Op>(op: K, fields: Commands[K]["asks"], outcome: Outcome<K> = {}): Request {
    const { done = () => ({}), failed = (fault) => this.refuse(fault), prepaid } = outcome;
    this.#open++;
    const then: Then = (result) => {
      const reply = "fault" in result ? failed(result.fault) : done(result.reply as Answer<K>);
      return this.#take(reply ?? {});
    };
    return { tag: then, command: { op, ...fields } as Command, ...(prepaid && { prepaid }) };
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

  /** The echo of something that this has said has come. */
  echoed(lines: readonly Line[]): Output {
    return this.#take({ lines });
  }

  #take({ lines = [], ask = [], end, echo }: Reply): Output {
    const rest = { ...(ask.length > 0 && { ask }), ...(end && { end }) };
    if (echo !== undefined && this.client.caps.has("echo-message")) {
      this.client.echoes.set(echo, this);
      this.#open++;
    }
    this.#open--;
    if (this.#label === undefined) return { ...this.#words(lines), ...rest };
    this.#lines.push(...lines);
    if (this.#open > 0) return rest;
    return { ...this.#words(this.#labelled(this.#label)), ...rest };
  }

  #words(lines: readonly Line[]): Output {
    return lines.length === 0 ? {} : { words: this.client.write(lines) };
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
