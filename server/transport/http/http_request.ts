/**
 * One HTTP request as the dispatcher knows it: who asks, by the page's cookie or a bearer token, and what came of
 * it in the terms of HTTP.
 */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Answer, Command, Op } from "../../core/shared/commands.ts";
import type { Caller } from "../../core/caller.ts";
import type { Stream } from "../../core/outcome.ts";
import { type Fault, type FaultCode, fieldsOf } from "../../core/shared/faults.ts";
import type { Asker, Dispatcher } from "../../protocol/dispatcher.ts";
import { Buckets } from "../../protocol/rates.ts";

/** What Hono is told of the server beneath. */
export type Env = {
  Bindings: HttpBindings;
  Variables: { address: string; secure: boolean; cookieToken: string | undefined };
};

/** Who asks. */
export function callerOf(c: Context<Env>): Caller {
  const bearer = /^Bearer\s+(\S+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];
  const credential = bearer ?? c.get("cookieToken");
  const client = c.req.header("User-Agent");
  return {
    address: c.get("address"),
    ...(credential !== undefined && { credential }),
    ...(client !== undefined && { client }),
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The name and the password that came along (RFC 7617); behind the name may stand a device, as in IRC. */
export function credentialsIn(c: Context<Env>): { username: string; password: string } | undefined {
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(c.req.header("Authorization") ?? "") ?? [];
  if (encoded === undefined) return undefined;
  try {
    const text = utf8.decode(Uint8Array.fromBase64(encoded));
    const [, username, password] = /^([^:]+):(.*)$/s.exec(text) ?? [];
    if (username === undefined || password === undefined) return undefined;
    return { username: username.replace(/(?<=.)\/[^/]*$/, ""), password };
  } catch {
    return undefined;
  }
}

/** Asks one thing after another for one HTTP request. */
export class HttpAsker implements Asker {
  readonly buckets: Buckets = new Buckets();
  readonly #dispatcher: Dispatcher;
  #take: ((outcome: { reply: unknown } | { fault: Fault }) => void) | undefined;
  #stream: Stream | undefined;

  constructor(dispatcher: Dispatcher, readonly caller: Caller) {
    this.#dispatcher = dispatcher;
  }

  /** Puts a command through the dispatcher; one at a time. `prepaid`: part of what was asked before. @throws Fault */
  ask<K extends Op>(command: Command & { op: K }, prepaid = false): Promise<Answer<K>> {
    return new Promise((resolve, reject) => {
      this.#take = (outcome) =>
        "fault" in outcome ? reject(outcome.fault) : resolve(outcome.reply as Answer<K>);
      this.#dispatcher.dispatch(this, { tag: null, command, ...(prepaid && { prepaid }) });
    });
  }

  /** Asks for a file; gives what it is and, if it has any, its bytes. @throws Fault */
  askForFile(
    file: string,
    prepaid = false,
  ): Promise<{ answer: Answer<"download">; stream: Stream | undefined }> {
    return this.askForBytes<"download">({ op: "download", file }, prepaid);
  }

  /** The same with the bytes that follow the answer, if there are any. @throws Fault */
  async askForBytes<K extends Op>(
    command: Command & { op: K },
    prepaid = false,
  ): Promise<{ answer: Answer<K>; stream: Stream | undefined }> {
    this.#stream = undefined;
    const answer = await this.ask<K>(command, prepaid);
    return { answer, stream: this.#stream };
  }

  answer(_asked: unknown, result: { reply: unknown } | { fault: Fault }): void {
    this.#take?.(result);
  }

  stream(stream: Stream): void {
    this.#stream = stream;
  }

  overrun(): void {}

  /** The bytes of a file, or of all of a folder, have reached their end. */
  streamed(stream: Pick<Stream, "file">): void {
    this.#dispatcher.streamed(this, stream);
  }

  /** Nothing more will be asked. */
  done(): void {
    this.#dispatcher.gone(this);
  }
}

const STATUS: Partial<Record<FaultCode, 401 | 403 | 404 | 409 | 410 | 413 | 429 | 500 | 503 | 507>> = {
  bad_password: 401,
  bad_token: 401,
  not_signed_in: 401,
  unknown_op: 404,
  username_taken: 409,
  nickname_taken: 409,
  email_taken: 409,
  unknown_file: 404,
  file_gone: 410,
  not_accepted: 403,
  wrong_offset: 409,
  too_large: 413,
  file_too_large: 413,
  quota_exceeded: 413,
  disk_full: 507,
  rate_limited: 429,
  too_many_sessions: 429,
  too_many_uploads: 429,
  internal: 500,
  storage_failed: 507,
  unavailable: 503,
  busy: 503,
  shutting_down: 503,
};

/** A fault in the terms of HTTP. */
export function fail(c: Context, fault: Fault): Response {
  const { code, retryAfterMs } = fault;
  if (retryAfterMs !== undefined) c.header("Retry-After", String(Math.ceil(retryAfterMs / 1000)));
  return c.json({ ok: false, error: fieldsOf(fault) }, statusOf(code));
}

/** The status of an answer with a fault. */
export function statusOf(code: FaultCode) {
  return STATUS[code] ?? 400;
}

/** Whether a browser has this entity tag already (RFC 9110, section 13.1.2: weak or strong is the same here). */
export function sameTag(header: string | undefined, etag: string): boolean {
  const tags = header?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  return tags.includes(etag) || tags.includes("*");
}
