/**
 * ChatHTTP: requests and responses that look like HTTP, in one room. What its people see and can ask is in docs/dialects.md,
 * "chathttp". What waits for a peer are entities, each behind its status; they become responses as they are written.
 */
import type { Answer, Command } from "../../../core/shared/commands.ts";
import { Fault, quote } from "../../../core/shared/faults.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import type { Dialect, Inbound, Output, PeerCodec, Raw, Result, Surroundings, Write } from "../../dialect.ts";
import { partsOfText } from "../../long_text.ts";
import {
  type ChatRequest,
  type Garbage,
  type LineEnd,
  READS,
  RequestReader,
  RESPONSE_ENTITY_BYTES_MAX,
  responseOf,
} from "./parser.ts";
import { encode, encodeFault, entityOf, lines, said, shownName, whole } from "./encoder.ts";

/** How long an entity without a length may be torn. */
const IDLE_MS = 20;

/** Makes the dialect. */
export function createChatHttp({ pageUrl }: Surroundings): Dialect {
  return {
    name: "chathttp",
    joins: false,
    reads: READS,
    greeting: whole(202, "test"),
    // Its program keeps the connection while a person looks for a name that is free.
    silence: "long",
    detect: recognises,
    encode: (event, own) => own ? undefined : encode(event, pageUrl()),
    codec: () => new Codec(),
  };
}

const METHODS = ["ADD", "POST", "GET", "DELETE"];
const latin1 = new TextDecoder("latin1");

/** One of its methods, and an address that does not begin like a browser's. */
function recognises(head: Uint8Array): "yes" | "no" | "more" {
  const text = latin1.decode(head.subarray(0, 16));
  const begun = METHODS.map((method) => `${method} `).find((method) =>
    method.startsWith(text.slice(0, method.length))
  );
  if (begun === undefined) return "no";
  if (text.length <= begun.length) return "more";
  return text[begun.length] === "/" ? "no" : "yes";
}

const NOTHING_BEGUN = { words: "", rest: "" };

class Codec implements PeerCodec {
  readonly #reader = new RequestReader();
  /** How the peer ends its lines. */
  #lineEnd: LineEnd = "\n";
  /** Who is signed in here. */
  #name: string | undefined;
  /** What goes out in several responses, and how much of it is left. */
  #begun = NOTHING_BEGUN;

  *receive(chunk: Uint8Array): Iterable<Inbound> {
    for (const found of this.#reader.push(chunk)) yield* this.#ask(found);
  }

  get idleMs(): number | undefined {
    return this.#reader.open ? IDLE_MS : undefined;
  }

  *onIdle(): Iterable<Inbound> {
    for (const found of this.#reader.end()) yield* this.#ask(found);
  }

  answer(inbound: Inbound, result: Result): Output {
    if ("fault" in result) {
      const last = "fault" in inbound && inbound.fatal;
      return { words: encodeFault(result.fault), ...(last && { end: true }) };
    }
    const { reply } = result;
    const { method, text } = inbound.tag as Tag;
    if (method === "ADD") {
      this.#name = (reply as Answer<"guest">).nickname;
      return { words: whole(200, "OK...^.^") };
    }
    if (method === "POST") return { words: lines(said(this.#name ?? "", text)) };
    if (method === "GET") {
      const { online } = reply as Answer<"who">;
      return { words: lines("Online users:", ...online.map(shownName)) };
    }
    this.#name = undefined;
    return {};
  }

  pack(waiting: readonly (string | Raw)[]): Write {
    const { status, joins } = entityOf(String(waiting[0]));
    const bytes = new Uint8Array(RESPONSE_ENTITY_BYTES_MAX);
    let length = 0;
    let taken = 0;
    for (const words of waiting as readonly string[]) {
      const entity = entityOf(words);
      if (taken > 0 && !(joins && entity.joins)) break;
      const text = words === this.#begun.words ? this.#begun.rest : entity.text;
      const { read, written } = encoder.encodeInto(text, bytes.subarray(length));
      length += written;
      this.#begun = { words, rest: text.slice(read) };
      if (read < text.length) break;
      this.#begun = NOTHING_BEGUN;
      taken++;
    }
    const response = responseOf(status, bytes.subarray(0, length), this.#lineEnd, new Date());
    // Before signing in the program asks, reads the answer at once, and is told nothing else.
    return { bytes: response, taken, ...(this.#name === undefined && { pauseMs: 0 }) };
  }

  *#ask(found: ChatRequest | Garbage): Iterable<Inbound> {
    if ("why" in found) {
      const fault = new Fault("bad_request", found.why);
      yield { tag: undefined, fault, ...(found.fatal && { fatal: true }) };
      return;
    }
    const { method, name, entity, lineEnd } = found;
    this.#lineEnd = lineEnd;
    const posted = entity.replace(lineEnd === "\n" ? /\n$/ : /\r?\n$/, "");
    for (const text of method === "POST" ? partsOfText(posted) : [posted]) {
      const tag: Tag = { method, text };
      const command = commandOf(method, name, text);
      yield command instanceof Fault ? { tag, fault: command } : { tag, command };
    }
  }
}

interface Tag {
  readonly method: string;
  readonly text: string;
}

function commandOf(method: string, name: string, text: string): Command | Fault {
  if (method === "ADD") return { op: "guest", nickname: name, lobby: true };
  if (method === "POST") return { op: "send", room: LOBBY, text };
  if (method === "GET") return { op: "who" };
  if (method === "DELETE") return { op: "logout" };
  return new Fault("bad_request", `Cannot do ${quote(method)}: ${METHODS.join(", ")} are possible`);
}

const encoder = new TextEncoder();
