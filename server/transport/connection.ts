/**
 * A peer, whatever carries it: what it says goes through its dialect to the dispatcher, what it is told waits in
 * its outbox, and its life ends with a word of why. It knows no socket (see the carriers in tcp.ts and
 * websocket.ts) and no meaning.
 */
import type { Caller } from "../core/core.ts";
import type { Event } from "../core/events.ts";
import type { Stream } from "../core/decision.ts";
import { asFault, Fault } from "../core/faults.ts";
import { LIMITS } from "../core/limits.ts";
import type { Session } from "../core/presence.ts";
import type { Asked, Dialect, Form, Result, Speaker } from "../protocol/dialect.ts";
import type { Asker, Dispatcher } from "../protocol/dispatcher.ts";
import type { Listener } from "../protocol/exchange.ts";
import { Buckets, TokenBucket } from "../protocol/rates.ts";
import { Outbox } from "./outbox.ts";
import type { Peers } from "./peers.ts";
import type { WireLimits } from "./wire_limits.ts";

/** What carries a connection's bytes. */
export interface Carrier {
  /**
   * Hands bytes to the system, words or raw ones; `done` once it has taken them. Never called while one is under
   * way.
   */
  write(bytes: Uint8Array, raw: boolean, done: () => void): void;
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
  dialect: Dialect;
  dispatcher: Dispatcher;
  peers: Peers;
  limits: WireLimits;
  address: string;
  /** The token that came with it, as the page's cookie does. */
  credential?: string;
  /** How it came, for the log. */
  transport: "tcp" | "websocket";
}

/** One peer. */
export class Connection implements Asker, Listener {
  readonly caller: Caller;
  readonly buckets: Buckets = new Buckets();
  readonly dialect: Dialect;
  readonly transport: "tcp" | "websocket";
  readonly #options: ConnectionOptions;
  readonly #speaker: Speaker;
  readonly #outbox: Outbox;
  readonly #nonsense = new TokenBucket(
    { burst: LIMITS.nonsensePerMinuteMax, perMinute: LIMITS.nonsensePerMinuteMax },
    performance.now(),
  );
  #stranger = false;
  /** How long it may stay silent; once ending, how long it may take to read its farewell. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Requests that have no answer yet. */
  #unanswered = 0;
  /** Raw bytes among them. */
  #unansweredBytes = 0;
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
    const { carrier, dialect, address, credential, limits } = options;
    this.#options = options;
    this.dialect = dialect;
    this.transport = options.transport;
    this.caller = { address, ...(credential !== undefined && { credential }) };
    this.#speaker = dialect.speaker();
    this.#outbox = new Outbox((bytes, raw, done) => carrier.write(bytes, raw, done), limits.outboxBytesMax);
    options.peers.add(this);
    this.#beStranger(true);
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
    for (const asked of this.#speaker.receive(chunk, form)) {
      this.#take(asked);
      if (this.#deaf) return;
    }
  }

  /** Takes the news of something that no dialect can read. `fatal`: nor anything after it. */
  receiveNonsense(fault: Fault, fatal: boolean): void {
    if (!this.#deaf) this.#take({ tag: null, fault, fatal });
  }

  /** The other side will say no more: it gets the answers and files that are under way, then this ends. */
  heardAll(): void {
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
    this.#options.peers.remove(this);
    this.#options.dispatcher.gone(this);
  }

  answer(asked: Asked, result: Result): void {
    this.#unanswered--;
    this.#unansweredBytes -= bytesOf(asked);
    this.#beStranger(this.caller.session === undefined);
    this.#queue(this.#speaker.answer(asked, result));
    if ("fault" in asked) this.#countNonsense(asked.fatal === true);
    else if (this.#stranger) this.#awaitSignIn();
    if (!this.#paused || this.#ending || this.#busy(1 / 2)) return;
    this.#paused = false;
    this.#options.carrier.resume();
  }

  stream(stream: Stream): void {
    this.#streams++;
    this.#streaming = this.#streaming.then(() => this.#send(stream)).then(() => {
      this.#streams--;
      this.flush();
    });
  }

  push(words: string | Uint8Array, transient: boolean): void {
    if (!transient || !this.#outbox.behind) this.#queue(words);
  }

  flush(): void {
    this.#outbox.flush();
    const owing = this.#unanswered > 0 || this.#streams > 0;
    if (this.#heardAll && !owing && !this.#ending) this.#end(undefined);
  }

  end(bye: Event<"bye">): void {
    if (!this.#ending) this.#end(this.dialect.encode(bye, false));
  }

  overrun(): void {
    this.end({
      event: "bye",
      code: "rate_limited",
      message: "You asked too much for too long: come back later.",
      retry_after_ms: 60_000,
    });
  }

  #take(asked: Asked): void {
    if ("fault" in asked && asked.fatal) this.#deaf = true;
    this.#unanswered++;
    this.#unansweredBytes += bytesOf(asked);
    this.#options.dispatcher.dispatch(this, asked);
    if (this.#paused || this.#ending || !this.#busy(1)) return;
    this.#paused = true;
    this.#options.carrier.pause();
  }

  /** Whether more waits for answers than this share of the bounds. */
  #busy(share: number): boolean {
    return this.#unanswered > LIMITS.unansweredCommandsMax * share ||
      this.#unansweredBytes > LIMITS.unansweredBytesMax * share;
  }

  /** Sends a file's bytes, never more at a time than the peer reads. */
  async #send(stream: Stream): Promise<void> {
    const { file, end } = stream;
    let { offset } = stream;
    try {
      for await (const bytes of stream.bytes(offset, end)) {
        await this.#outbox.room(LIMITS.downloadAheadBytes);
        if (this.#ending) return;
        this.#queue(this.#speaker.piece?.({ event: "chunk", file, offset, bytes: bytes.length }) ?? "");
        this.#outbox.pushRaw(bytes);
        this.flush();
        offset += bytes.length;
      }
      if (offset < end) {
        throw new Fault("file_gone", "Cannot send the rest of this file: its bytes are no longer there");
      }
      await this.#outbox.room(0);
      if (!this.#ending) this.#options.dispatcher.streamed(this, stream);
    } catch (error) {
      const { code, message } = asFault(error);
      this.#queue(
        this.#speaker.piece?.({ event: "chunk", file, offset, bytes: 0, error: { code, message } }) ?? "",
      );
      this.flush();
    }
  }

  #queue(words: string | Uint8Array): void {
    if (this.#ending || this.#outbox.push(words)) return;
    this.#outbox.clear();
    const message = "You read too slowly: too much waits for you. Connect again and resume.";
    this.end({ event: "bye", code: "slow_reader", message });
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
    if (fatal) {
      this.end({ event: "bye", code: "too_large", message: "What you sent can't be read any further." });
    } else if (this.#nonsense.take(performance.now()) > 0) {
      this.end({ event: "bye", code: "too_much_nonsense", message: "You sent too much that can't be read." });
    }
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
    const { silenceMs } = this.#options.limits;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const message = `You asked nothing for ${
        silenceMs / 1000
      } s and are not signed in: connect again when you are ready.`;
      this.end({ event: "bye", code: "silent", message });
    }, silenceMs);
  }
}

function bytesOf(asked: Asked): number {
  return "command" in asked && "data" in asked.command ? asked.command.data.length : 0;
}
