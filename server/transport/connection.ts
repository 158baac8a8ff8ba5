/**
 * A peer, whatever carries it: what it says goes through its dialect to the dispatcher, what it is told waits in
 * its outbox, and its life ends with a word of why. It knows no socket (see the carriers in tcp.ts and
 * websocket.ts) and no meaning.
 */
import type { Caller } from "../core/core.ts";
import type { Event } from "../core/events.ts";
import type { Stream } from "../core/decision.ts";
import type { Fault } from "../core/faults.ts";
import { LIMITS } from "../core/limits.ts";
import type { Session } from "../core/presence.ts";
import {
  type Asked,
  type Dialect,
  type Form,
  PERSONAL,
  type Result,
  type Said,
  type Speaker,
} from "../protocol/dialect.ts";
import type { Asker, Dispatcher } from "../protocol/dispatcher.ts";
import type { Listener } from "../protocol/exchange.ts";
import { Buckets, TokenBucket } from "../protocol/rates.ts";
import { Recogniser } from "../protocol/recogniser.ts";
import { Backlog } from "./backlog.ts";
import { HELP, OVERRUN, silent, SLOW_READER, TOO_MUCH_NONSENSE, UNREADABLE } from "./farewells.ts";
import { Lull } from "./lull.ts";
import { Outbox } from "./outbox.ts";
import type { Peers } from "./peers.ts";
import { sendStream } from "./stream_sender.ts";
import type { WireLimits } from "./wire_limits.ts";

/** What carries a connection's bytes. */
export interface Carrier {
  /**
   * Hands bytes to the system, words or raw ones; `done` once it has taken them. Never called while one is under
   * way. `more`: the next bytes go on with the same message, where there are messages.
   */
  write(bytes: Uint8Array, raw: boolean, done: () => void, more: boolean): void;
  /** Stops reading, or goes on. */
  pause(): void;
  resume(): void;
  /** Ends in good order. */
  close(): void;
  /** Ends at once, giving up what was not sent. */
  destroy(): void;
}

/** What a connection is made with. */
export interface ConnectionOptions {
  carrier: Carrier;
  /** The languages it may speak; what it says first decides, and until then the last is spoken. */
  dialects: readonly Dialect[];
  dispatcher: Dispatcher;
  peers: Peers;
  limits: WireLimits;
  /** Who asks, as far as the way here tells. */
  caller: Caller;
}

/** One peer. */
export class Connection implements Asker, Listener {
  readonly caller: Caller;
  readonly buckets: Buckets = new Buckets();
  dialect: Dialect;
  readonly #options: ConnectionOptions;
  #speaker: Speaker | undefined;
  readonly #recogniser: Recogniser;
  readonly #outbox: Outbox;
  readonly #nonsense = new TokenBucket(
    { burst: LIMITS.nonsensePerMinuteMax, perMinute: LIMITS.nonsensePerMinuteMax },
    performance.now(),
  );
  #stranger = false;
  /** How long it may stay silent; once ending, how long it may take to read its farewell. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #backlog = new Backlog();
  readonly #lull = new Lull();
  /** Ends with the last file that is being sent; how many there are. */
  #streaming: Promise<void> = Promise.resolve();
  #streams = 0;
  #paused = false;
  /** Nothing more is read: it can't be, the other side has said all, or this is ending. */
  #deaf = false;
  /** The other side has said all that it will; it still gets its answers. */
  #heardAll = false;
  /** Nothing more is queued; what is queued is still written. */
  #ending = false;
  #gone = false;

  constructor(options: ConnectionOptions) {
    const { carrier, dialects, caller, limits } = options;
    this.#options = options;
    this.dialect = dialects.at(-1)!;
    this.caller = caller;
    this.#outbox = new Outbox((...write) => carrier.write(...write), limits.outboxBytesMax);
    this.#recogniser = new Recogniser(dialects);
    options.peers.add(this);
    if (dialects.length === 1) this.#speak(this.dialect);
    this.#beStranger(true);
    if (dialects.length > 1 || this.dialect.greeting === undefined) return;
    this.#queue(this.dialect.greeting);
    this.flush();
  }

  get listener(): this {
    return this;
  }

  get session(): Session | undefined {
    return this.caller.session;
  }

  /** Bytes that wait for the peer. */
  get queuedBytes(): number {
    return this.#outbox.size;
  }

  /** Takes what arrived. */
  receive(chunk: Uint8Array, form: Form): void {
    if (this.#deaf) return;
    const input = this.#speaker ? chunk : this.#recognise(chunk, form);
    if (!this.#speaker || !input) return;
    this.#takeAll(this.#speaker.receive(input, form));
    this.#lull.begin(this.#speaker.settleMs, () => this.#paused || this.#quiet());
  }

  /** Takes the news of something that no dialect can read. `fatal`: nor anything after it. */
  receiveNonsense(fault: Fault, fatal: boolean): void {
    if (!this.#deaf) this.#take({ tag: null, fault, fatal });
  }

  /** The other side will say no more: it gets the answers and files that are under way, then this ends. */
  heardAll(): void {
    if (this.#speaker?.settleMs !== undefined) this.#quiet();
    this.#deaf = true;
    this.#heardAll = true;
    this.flush();
  }

  /** The other side is gone, or was cut off. */
  closed(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#deaf = true;
    this.#ending = true;
    this.#outbox.abandon();
    this.#beStranger(false);
    clearTimeout(this.#timer);
    this.#lull.stop();
    this.#options.peers.remove(this);
    this.#options.dispatcher.gone(this);
  }

  answer(asked: Asked, result: Result): void {
    this.#backlog.answered(asked);
    this.#beStranger(this.caller.session === undefined);
    if (this.#speaker) this.#say(this.#speaker.answer(asked, result));
    if ("fault" in asked) this.#countNonsense(asked.fatal === true);
    else if (this.#stranger) this.#awaitSignIn();
    if (!this.#paused || this.#ending || this.#backlog.over(1 / 2)) return;
    this.#paused = false;
    this.#options.carrier.resume();
  }

  stream(stream: Stream): void {
    this.#streams++;
    this.#streaming = this.#streaming.then(() =>
      sendStream(stream, {
        room: () => this.#outbox.room(LIMITS.downloadAheadBytes),
        sent: () => this.#outbox.room(0),
        ended: () => this.#ending,
        piece: (event, data) => this.#piece(event, data),
        streamed: () => this.#options.dispatcher.streamed(this, stream),
      })
    ).then(() => {
      this.#streams--;
      this.flush();
    });
  }

  hear(event: Event): void {
    this.#say(this.#speaker?.hear?.(event) ?? {});
  }

  push(words: string | Uint8Array, transient: boolean): void {
    if (!transient || !this.#outbox.behind) this.#queue(words);
  }

  flush(): void {
    this.#outbox.flush();
    const owing = !this.#backlog.empty || this.#streams > 0;
    if (this.#heardAll && !owing && !this.#ending) this.#end(undefined);
  }

  end(bye: Event<"bye">): void {
    if (this.#ending) return;
    const words = this.dialect.encode(bye, false);
    if (words === PERSONAL) this.hear(bye);
    this.#end(typeof words === "string" ? words : undefined);
  }

  overrun(): void {
    this.end(OVERRUN);
  }

  /** The peer has paused: what came last is whole. */
  #quiet(): void {
    this.#takeAll(this.#speaker?.quiet?.() ?? []);
  }

  #takeAll(all: Iterable<Asked>): void {
    for (const asked of all) {
      if (this.#deaf) return;
      this.#take(asked);
    }
  }

  #take(asked: Asked): void {
    if ("fault" in asked && asked.fatal) this.#deaf = true;
    this.#backlog.take(asked);
    this.#options.dispatcher.dispatch(this, asked);
    if (this.#paused || this.#ending || !this.#backlog.over(1)) return;
    this.#paused = true;
    this.#options.carrier.pause();
  }

  #piece(event: Event<"chunk">, data: Uint8Array): void {
    this.#say(this.#speaker?.piece?.(event, data) ?? {});
    this.flush();
  }

  #say({ words, raw, ask = [], end }: Said): void {
    if (words !== undefined) this.#queue(words);
    if (raw && !this.#ending) this.#outbox.pushRaw(raw);
    for (const asked of ask) this.#take(asked);
    if (end) this.#end(undefined);
  }

  /** Finds the language out; gives all that has been said so far once it is clear. */
  #recognise(chunk: Uint8Array, form: Form): Uint8Array | undefined {
    const recognised = this.#recogniser.push(chunk, form !== "stream");
    if (recognised === "none") this.#end(HELP);
    if (typeof recognised === "string") return undefined;
    this.#speak(recognised.dialect);
    return recognised.head;
  }

  #speak(dialect: Dialect): void {
    this.dialect = dialect;
    this.#speaker = dialect.speaker();
    const { pack } = this.#speaker;
    this.#outbox.packWith(pack && ((waiting) => this.#speaker!.pack!(waiting)));
    if (this.#stranger) this.#awaitSignIn();
    this.#options.peers.recognised(this);
  }

  #queue(words: string | Uint8Array): void {
    if (this.#ending || this.#outbox.push(words)) return;
    this.#outbox.clear();
    this.end(SLOW_READER);
  }

  /** Writes what is queued and the last words, then ends; with a peer that does not read them, soon. */
  #end(lastWords: string | undefined): void {
    this.#deaf = true;
    this.#ending = true;
    const { carrier, limits } = this.#options;
    if (lastWords !== undefined) this.#outbox.pushLast(lastWords);
    this.#outbox.flush();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => carrier.destroy(), limits.lingerMs);
    this.#outbox.whenEmpty(() => carrier.close());
  }

  #countNonsense(fatal: boolean): void {
    if (fatal) this.end(UNREADABLE);
    else if (this.#nonsense.take(performance.now()) > 0) this.end(TOO_MUCH_NONSENSE);
  }

  /** Few strangers may come from one address, and they may not stay silent. */
  #beStranger(stranger: boolean): void {
    if (stranger === this.#stranger) return;
    this.#stranger = stranger;
    this.#options.peers.countStranger(this.caller.address, stranger ? 1 : -1);
    if (stranger) this.#awaitSignIn();
    else if (!this.#ending) clearTimeout(this.#timer);
  }

  #awaitSignIn(): void {
    if (this.#ending) return;
    const silenceMs = Math.max(
      this.#options.limits.silenceMs,
      (this.#speaker && this.dialect.silenceMs) ?? 0,
    );
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(silent(silenceMs)), silenceMs);
  }
}
