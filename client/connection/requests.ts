/** What a connection has asked and has no answer to yet. */
import type { Answer, Commands, Op } from "../../server/core/shared/commands.ts";
import type { FaultFields } from "../../server/core/shared/faults.ts";
import { tooLarge } from "./line_length.ts";
import { type LocalCode, RequestError, requestErrorOf } from "./request_error.ts";

/** One request on its way. */
interface OpenRequest {
  readonly id: number;
  readonly op: Op;
  readonly line: string;
  readonly raw?: Uint8Array;
  /** Whether asking again is harmless: the server knows the message by its key. */
  readonly repeatable: boolean;
}

/** An answer as the wire has it. */
export interface Reply {
  re: number | null;
  ok: boolean;
  error?: FaultFields;
}

interface Pending extends OpenRequest {
  resolve(answer: never): void;
  reject(error: RequestError): void;
  timer?: ReturnType<typeof setTimeout>;
}

const ANSWER_MS = 30_000;

/** What one does with an op, in words. */
function verbOf(op: Op): string {
  if (["entry", "guest", "login", "register", "resume"].includes(op)) return "sign in";
  return ["send", "upload", "download"].includes(op) ? op : "do this";
}

/** The open requests of one connection, in the order of asking. */
export class Requests {
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  /**
   * A new request and the promise of its answer. What the server could not read is none: it would end the connection,
   * and again at every repeat. The answer then is `too_large`.
   */
  add<K extends Op>(
    op: K,
    fields: Commands[K]["asks"],
  ): { request?: OpenRequest; answer: Promise<Answer<K>> } {
    const id = this.#nextId++;
    const { data: raw, ...words } = fields as { data?: Uint8Array };
    const line = JSON.stringify({ id, op, ...words, ...(raw && { bytes: raw.length }) });
    const refusal = tooLarge(verbOf(op), line);
    if (refusal) return { answer: Promise.reject(refusal) };
    const repeatable = op === "send" && "key" in fields && fields.key !== undefined;
    const request: OpenRequest = { id, op, line, repeatable, ...(raw && { raw }) };
    const answer = new Promise<Answer<K>>((resolve, reject) => {
      const pending: Pending = { ...request, resolve, reject };
      const giveUp = () => this.fail(id, "no_answer", "the server did not answer in time");
      if (!repeatable) pending.timer = setTimeout(giveUp, ANSWER_MS);
      this.#pending.set(id, pending);
    });
    return { request, answer };
  }

  all(): Iterable<OpenRequest> {
    return [...this.#pending.values()];
  }

  /** Ends a request by its reply: `learn` sees what was answered before whoever asked. */
  answer(
    id: number,
    reply: Reply & Record<string, unknown>,
    learn: (op: Op, answer: Record<string, unknown>) => void,
  ): void {
    const { re: _re, ok, error, ...answer } = reply;
    // A server that stops has kept nothing of it: it is asked again on the next link.
    if (error?.code === "shutting_down" && this.#pending.get(id)?.repeatable) return;
    const pending = this.#take(id);
    if (!pending) return;
    if (!ok && error) return pending.reject(requestErrorOf(error));
    learn(pending.op, answer);
    pending.resolve(answer as never);
  }

  fail(id: number, code: LocalCode, why: string): void {
    const pending = this.#take(id);
    pending?.reject(new RequestError(code, `Cannot ${verbOf(pending.op)}: ${why}`));
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(pending?.timer);
    return pending;
  }
}
