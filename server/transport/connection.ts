/**
 * A peer, whatever carries it: what it says goes through its dialect to the dispatcher, what it is told waits in
 * its outbox, and its life ends with a word of why. It knows no socket (see the carriers in tcp.ts and
 * websocket.ts) and no meaning.
 */
import type { Caller } from "../core/core.ts";
import type { Event } from "../core/events.ts";
import { LIMITS } from "../core/limits.ts";
import type { Session } from "../core/presence.ts";
import type { Asked, Dialect, Result, Speaker } from "../protocol/dialect.ts";
import type { Asker, Dispatcher } from "../protocol/dispatcher.ts";
import type { Listener } from "../protocol/exchange.ts";
import { Buckets, TokenBucket } from "../protocol/rates.ts";
import { Outbox } from "./outbox.ts";
import type { Peers } from "./peers.ts";

/** What carries a connection's bytes. */
export interface Carrier {
  /** Hands bytes to the system; `done` once it has taken them. Never called while one is under way. */
  write(bytes: Uint8Array, done: () => void): void;
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
  #paused = false;
  /** Nothing more is read or queued; what is queued is still written. */
  #ending = false;
  #gone = false;

  constructor(options: ConnectionOptions) {
    const { carrier, dialect, address, credential } = options;
    this.#options = options;
    this.dialect = dialect;
    this.transport = options.transport;
    this.caller = { address, ...(credential !== undefined && { credential }) };
    this.#speaker = dialect.speaker();
    this.#outbox = new Outbox((bytes, done) => carrier.write(bytes, done), LIMITS.outboxBytesMax);
    options.peers.add(this);
    this.#beStranger(true);
  }

  get listener(): this {
    return this;
  }

  get session(): Session | undefined {
    return this.caller.session;
  }

  /** Takes what arrived. `whole`: one complete message of a transport that has messages. */
  receive(chunk: Uint8Array, whole: boolean): void {
    if (this.#ending) return;
    for (const asked of this.#speaker.receive(chunk, whole)) {
      if (this.#ending) return;
      const waiting = this.#options.dispatcher.dispatch(this, asked);
      if (waiting > LIMITS.backlogCommandsMax && !this.#paused) {
        this.#paused = true;
        this.#options.carrier.pause();
      }
    }
  }

  /** The other side is gone, or was cut off. */
  closed(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#ending = true;
    this.#outbox.clear();
    this.#beStranger(false);
    clearTimeout(this.#timer);
    this.#options.peers.remove(this);
    this.#options.dispatcher.gone(this);
  }

  answer(asked: Asked, result: Result): void {
    this.#beStranger(this.caller.session === undefined);
    this.#queue(this.#speaker.answer(asked, result));
    if ("fault" in asked) this.#countNonsense(asked.fatal === true);
    if (!this.#paused || this.#ending) return;
    this.#paused = false;
    this.#options.carrier.resume();
  }

  push(words: string | Uint8Array, transient: boolean): void {
    if (!transient || !this.#outbox.behind) this.#queue(words);
  }

  flush(): void {
    this.#outbox.flush();
  }

  end(bye: Event<"bye">): void {
    if (this.#ending) return;
    this.#ending = true;
    const { carrier } = this.#options;
    const words = this.dialect.encode(bye, false);
    if (words !== undefined) this.#outbox.push(words);
    this.#outbox.flush();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => carrier.destroy(), LIMITS.lingerMs);
    this.#outbox.whenEmpty(() => carrier.close());
  }

  overrun(): void {
    this.end({
      event: "bye",
      code: "rate_limited",
      message: "You asked too much for too long: come back later.",
      retry_after_ms: 60_000,
    });
  }

  #queue(words: string | Uint8Array): void {
    if (this.#ending || this.#outbox.push(words)) return;
    this.#outbox.clear();
    const message = `You read too slowly: ${
      LIMITS.outboxBytesMax / 2 ** 20
    } MiB wait for you. Connect again and resume.`;
    this.end({ event: "bye", code: "slow_reader", message });
  }

  #countNonsense(fatal: boolean): void {
    if (fatal) {
      this.end({ event: "bye", code: "too_large", message: "What you sent can't be read any further." });
    } else if (this.#nonsense.take(performance.now()) > 0) {
      this.end({ event: "bye", code: "too_much_nonsense", message: "You sent too much that can't be read." });
    }
  }

  /** A stranger has some time to sign in, and few may come from one address. */
  #beStranger(stranger: boolean): void {
    if (stranger === this.#stranger) return;
    this.#stranger = stranger;
    this.#options.peers.countStranger(this.caller.address, stranger ? 1 : -1);
    if (this.#ending) return;
    clearTimeout(this.#timer);
    if (!stranger) return;
    this.#timer = setTimeout(() => {
      const message = `You have not signed in within ${
        LIMITS.silenceMs / 1000
      } s: connect again when you are ready.`;
      this.end({ event: "bye", code: "silent", message });
    }, LIMITS.silenceMs);
  }
}
