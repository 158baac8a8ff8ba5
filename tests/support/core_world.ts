/**
 * A whole service without a socket, without SQL and without waiting: the real core, dispatcher and hub over a
 * store in memory, a clock that a test moves, and people who are objects.
 */
import type { Answer, Commands, Op } from "../../server/core/shared/commands.ts";
import type { Caller } from "../../server/core/caller.ts";
import type { Core } from "../../server/core/core.ts";
import type { Event } from "../../server/core/shared/events.ts";
import type { Fault, FaultCode } from "../../server/core/shared/faults.ts";
import { sendResets } from "../../server/core/accounts/reset.ts";
import { sendMissed } from "../../server/core/people/missed_mail.ts";
import { due, expiring } from "../../server/core/admin/housekeeping.ts";
import { openLobby } from "../../server/core/rooms/rooms.ts";
import type { Log } from "../../server/log/log.ts";
import { createEngine } from "../../server/protocol/engine.ts";
import { wakeState } from "../../server/core/state/state.ts";
import type { Session } from "../../server/core/state/presence.ts";
import type { Dialect, Inbound, Request, Result } from "../../server/protocol/dialect.ts";
import { type Asker, Dispatcher } from "../../server/protocol/dispatcher.ts";
import type { Hub, Listener, Waiting } from "../../server/protocol/hub.ts";
import { Buckets } from "../../server/protocol/rates.ts";
import { assertEquals, assertMatches } from "./assert.ts";
import { TestClock } from "./clock.ts";
import type { Line } from "./harness.ts";
import { MemoryBlobs } from "./memory_blobs.ts";
import type { MemoryState } from "./memory_state.ts";
import { MemoryStore } from "./memory_store.ts";

/** A language whose words are the events themselves, as JSON. */
const plain: Dialect = {
  name: "plain",
  joins: true,
  detect: () => "no",
  encode: (event, own) => own ? undefined : `${JSON.stringify(event)}\n`,
  codec() {
    throw new Error("nobody speaks bytes here");
  },
};

/** A service at work, and what a test may do to it. */
export class World {
  readonly clock = new TestClock();
  readonly store: MemoryStore;
  /** Letters sent, oldest first. */
  readonly letters: { to: string; code: string }[] = [];
  /** Letters about what was missed. */
  readonly missed: Parameters<Core["mailer"]["sendMissed"]>[0][] = [];
  core!: Core;
  hub!: Hub;
  log!: Log<Waiting>;
  dispatcher!: Dispatcher;
  #made = 0;

  private constructor(from?: MemoryState) {
    this.store = new MemoryStore("memory", from);
    // What is made from here on comes after all that was made there.
    this.#made = from ? 100_000 : 0;
  }

  /** `from`: what another one kept. */
  static begin(from?: MemoryState): Promise<World> {
    const world = new World(from);
    world.#wake();
    return Promise.resolve(world);
  }

  /** Forgets all but what is stored, as a new process does; whoever was here is not any more. */
  async restart(): Promise<void> {
    await this.log.drained();
    this.#wake();
  }

  /** Somebody connects. */
  someone(): Someone {
    return new Someone(this);
  }

  /** A guest comes in. */
  async guest(nickname: string): Promise<Someone> {
    const peer = this.someone();
    await peer.asks("guest", { nickname });
    return peer;
  }

  /** An account is made, if need be, and signs in. */
  async member(name: string): Promise<Someone> {
    const peer = this.someone();
    const account = { username: name, nickname: name, password: "long enough", email: `${name}@example.org` };
    const made = await peer.says("register", account);
    if ("reply" in made && made.reply.confirm) {
      await peer.asks("account.email.confirm", { code: this.letters.pop()!.code });
    }
    await peer.asks("login", { username: name, password: "long enough" });
    return peer;
  }

  /** What the server does by itself every few seconds, and every hour. */
  async timePasses(): Promise<void> {
    await sendResets(this.core);
    await sendMissed(this.core);
    const all = [...due(this.core), ...expiring(this.core), ...this.dispatcher.takeFailed()];
    for (const proposal of all) {
      this.log.append({ proposal, waiting: undefined });
    }
    await this.log.drained();
  }

  #wake(): void {
    const state = wakeState(this.store, {
      networkOf: (address) => address,
      networksOf: (address) => [{ name: address, times: 1 }],
    }, this.clock.read());
    const newId = () => String(++this.#made).padStart(6, "0");
    openLobby(state, { id: newId(), at: this.clock.read() });
    const engine = createEngine(state, {
      blobs: new MemoryBlobs(),
      bounds: {
        fileBytesMax: 2 ** 30,
        quotaBytes: 2 ** 31,
        quotaAllBytes: 2 ** 32,
        uploadsMax: 100,
        freeBytesKept: 0,
      },
      hasher: {
        hash: (password) => Promise.resolve(`hash of ${password}`),
        verify: (password, hash) => Promise.resolve(hash === `hash of ${password}`),
        isCommon: (password) => password === "password",
        md5: (password) => `md5 of ${password}`.toUpperCase(),
        isCommonMd5: (md5) => md5 === "MD5 OF PASSWORD",
      },
      secrets: {
        token: () => `token-${++this.#made}`,
        code: () => `CODE${++this.#made}`,
        digest: (secret) => `digest of ${secret}`,
      },
      pageUrl: () => "http://page",
      mailer: {
        reachesPeople: true,
        sendMissed: (letter) => void this.missed.push(letter),
        sendReset: ({ to, code }) => void this.letters.push({ to, code }),
        sendConfirmation: ({ to, code }) => void this.letters.push({ to, code }),
      },
      clock: this.clock.read,
      newId,
    }, (error) => {
      throw error;
    });
    Object.assign(this, engine);
    this.dispatcher = new Dispatcher({ ...engine, rateLimits: false });
  }
}

/** One connection without a wire: asks, is answered, hears. */
export class Someone implements Asker, Listener {
  readonly caller: Caller = { address: "here" };
  readonly buckets = new Buckets();
  readonly dialect = plain;
  /** What was heard and not looked at yet. */
  readonly events: Line[] = [];
  farewell: Event<"bye"> | undefined;
  readonly #world: World;
  readonly #waiting = new Map<Inbound, (result: Result) => void>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Nothing is personal in this language. */
  hear(): void {}

  get listener(): this {
    return this;
  }

  get session(): Session | undefined {
    return this.caller.session;
  }

  /** Asks; gives the answer or the fault. */
  says<K extends Op>(op: K, fields: Commands[K]["asks"]): Promise<{ reply: Answer<K> } | { fault: Fault }> {
    const request = { tag: null, command: { op, ...fields } } as Request;
    return new Promise((resolve) => {
      this.#waiting.set(request, resolve as (result: Result) => void);
      this.#world.dispatcher.dispatch(this, request);
    });
  }

  /** Asks for what must succeed. */
  async asks<K extends Op>(op: K, fields: Commands[K]["asks"]): Promise<Answer<K>> {
    const result = await this.says(op, fields);
    if ("fault" in result) {
      throw new Error(`${op} ${JSON.stringify(fields)} → ${result.fault.code}: ${result.fault.message}`);
    }
    await this.#world.log.drained();
    return result.reply;
  }

  /** Asks for what must be refused. */
  async fails<K extends Op>(op: K, fields: Commands[K]["asks"], code: FaultCode): Promise<Fault> {
    const result = await this.says(op, fields);
    assertEquals(
      "fault" in result ? result.fault.code : JSON.stringify(result),
      code,
      `${op} ${JSON.stringify(fields)}`,
    );
    return (result as { fault: Fault }).fault;
  }

  /** The next event has these fields. */
  hears(expected: Line): Line {
    const event = this.events.shift();
    assertMatches(event, expected);
    return event!;
  }

  hearsNothing(): void {
    assertEquals(this.events, []);
  }

  /** Forgets what was heard up to now. */
  async forgets(): Promise<this> {
    await this.asks("ping", {});
    this.events.length = 0;
    return this;
  }

  /** The connection is lost. */
  async drops(): Promise<void> {
    this.#world.dispatcher.gone(this);
    await this.#world.log.drained();
  }

  answer(asked: Inbound, result: Result): void {
    this.#waiting.get(asked)?.(result);
    this.#waiting.delete(asked);
  }

  push(words: string | Uint8Array): void {
    const text = typeof words === "string" ? words : new TextDecoder().decode(words);
    for (const line of text.split("\n").slice(0, -1)) this.events.push(JSON.parse(line));
  }

  flush(): void {}

  end(bye: Event<"bye">): void {
    this.farewell = bye;
    this.#world.dispatcher.gone(this);
  }

  overrun(): void {
    throw new Error("rates are off here");
  }
}
