/**
 * IRC, as its clients speak it: RFC 1459 and 2812 as modern.ircdocs.horse describes them, with what IRCv3 adds. What is mapped to what is
 * in docs/irc.md. A client sees the same rooms and people as everybody else; it is told of nothing that this connection was not told.
 */
import type { Event } from "../../../core/shared/events.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import {
  type Dialect,
  type Form,
  type Inbound,
  type Output,
  type PeerCodec,
  PER_PEER,
  type Result,
  type Surroundings,
} from "../../dialect.ts";
import { Client, SERVER } from "./client.ts";
import { COMMANDS, type Context } from "./commands.ts";
import { begins } from "./detection.ts";
import { type Asked, Exchange } from "./exchange.ts";
import { hear, isForAll, UNHEARD, wordsFor } from "./hearing.ts";
import { type Frame, LineReader } from "./line_reader.ts";
import { type Message, parseMessage, writeLine } from "./message.ts";
import { Multiline } from "./multiline.ts";
import { notYet, Registration, unknownCommand, unreadable } from "./registration.ts";
import type { Place } from "./welcome.ts";

const NAME = "irc";

/** Makes the dialect. */
export function createIrc({ pageUrl, version = "", counts, tlsPort }: Surroundings): Dialect {
  const place: Place = {
    ...{ pageUrl, version },
    startedAt: Date.now(),
    counts: () => counts?.() ?? { people: 1, mostPeople: 1, rooms: 1 },
    tlsPort: () => tlsPort?.(NAME),
  };
  return {
    name: NAME,
    joins: true,
    // Over WebSocket its clients are pages of other servers, or no pages at all.
    foreignPages: true,
    lineByLine: true,
    subprotocols: { "text.ircv3.net": "text", "binary.ircv3.net": "binary" },
    detect: begins,
    encode(event, own, variant) {
      if (event.event === "bye") {
        return writeLine({ command: "ERROR", params: [event.message] }, NO_CAPABILITIES);
      }
      if (UNHEARD.has(event.event)) return undefined;
      if (variant === undefined || own || !isForAll(event)) return PER_PEER;
      return wordsFor(event, variant, pageUrl()) || undefined;
    },
    codec: () => new Codec(place),
  };
}

const NO_CAPABILITIES = new Set<never>();
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const anything = new TextDecoder("utf-8", { ignoreBOM: true });
/** Stands for what is no UTF-8, unless somebody has written it. */
const REPLACEMENT = "\ufffd";

class Codec implements PeerCodec {
  readonly #client: Client;
  readonly #context: Context;
  readonly #reader = new LineReader();
  /** It was pinged, and has said nothing since. */
  #pinged = false;
  /** When it said something last; milliseconds. */
  #heardAt = performance.now();
  /** What came while it is being decided whether the client comes in, or before what goes first is done: it is read after that. */
  readonly #held: Message[] = [];

  constructor(place: Place) {
    this.#client = new Client(place.pageUrl);
    const registration = new Registration(this.#client, place);
    this.#context = { place, registration, multiline: new Multiline() };
  }

  *receive(chunk: Uint8Array, form: Form): Iterable<Inbound> {
    this.#pinged = false;
    this.#heardAt = performance.now();
    yield* this.#client.place?.pingAgain() ?? [];
    for (const frame of this.#reader.push(chunk)) yield* this.#take(frame);
    if (form !== "stream") { for (const frame of this.#reader.end()) yield* this.#take(frame); }
  }

  /** It says something now and then, or is pinged; of a device it is looked more often whether it was told anything. */
  get idleMs(): number {
    return this.#client.place ? LIMITS.placeEveryMs : LIMITS.ircPingMs;
  }

  *onIdle(): Iterable<Inbound> {
    const { place } = this.#client;
    if (place) {
      yield place.ping();
      if (performance.now() < this.#heardAt + LIMITS.ircPingMs * (this.#pinged ? 2 : 1)) return;
    }
    const x = new Exchange(this.#client, "PING");
    if (this.#pinged) yield x.end({ command: "ERROR", params: ["Closing Link: Ping timeout"] });
    else yield x.say({ command: "PING", params: [SERVER] });
    this.#pinged = true;
  }

  /** What messages in rooms look like depends on the capabilities alone. */
  get variant(): string {
    return this.#client.caps.key;
  }

  answer({ tag }: Inbound, result: Result): Output {
    const output = (tag as Asked | null)?.answered(result) ?? {};
    if (this.#held.length === 0 || this.#isWaiting) return output;
    const held = this.#held.splice(0).flatMap((message) => Array.from(this.#read(message)));
    return { ...output, ask: [...output.ask ?? [], ...held] };
  }

  told({ tag }: Inbound): Output {
    return (tag as Asked | null)?.told() ?? {};
  }

  hear(event: Event, own = false): Output {
    return hear(this.#client, event, own);
  }

  get #isWaiting(): boolean {
    return this.#context.registration.isUnderWay || this.#client.first !== undefined;
  }

  *#take(frame: Frame): Iterable<Inbound> {
    const message = frame === "too_long" ? undefined : decoded(frame.line);
    if (message === undefined || typeof message === "string") {
      const code = frame === "too_long" ? "input_too_long" : "invalid_utf8";
      if (frame !== "too_long" && message !== "invalid_utf8") return;
      return yield new Exchange(this.#client, "*").say(unreadable(this.#client, code));
    }
    yield* this.#read(message);
  }

  *#read(message: Message): Iterable<Inbound> {
    const { multiline } = this.#context;
    if (this.#isWaiting && this.#held.length < LIMITS.ircHeldMax) {
      return void this.#held.push(message);
    }
    const taken = multiline.take(message);
    if (taken === "kept") return;
    const x = new Exchange(this.#client, message.command, message.tags.get("label"));
    if (taken === "in_vain") return yield x.say();
    yield* x.run(taken === "stray" ? multiline.stray(x) : this.#steps(x, message));
  }

  #steps(x: Exchange, message: Message): Iterable<Inbound> {
    const command = Object.hasOwn(COMMANDS, message.command) ? COMMANDS[message.command] : undefined;
    const isIn = this.#client.nickname !== undefined;
    if (!command) return [isIn ? unknownCommand(x) : notYet(x)];
    if (!isIn && !command.early) return [notYet(x)];
    if (message.params.length < command.least) {
      return [x.say(this.#client.numeric("ERR_NEEDMOREPARAMS", [message.command]))];
    }
    return command.run(x, message, this.#context);
  }
}

/** A line as a message; undefined: there is nothing in it. */
function decoded(line: Uint8Array): Message | "invalid_utf8" | undefined {
  // The platform reads much faster what it need not check.
  const text = anything.decode(line);
  if (text.includes(REPLACEMENT) && !isUtf8(line)) return "invalid_utf8";
  return parseMessage(text);
}

function isUtf8(line: Uint8Array): boolean {
  try {
    utf8.decode(line);
    return true;
  } catch {
    return false;
  }
}
