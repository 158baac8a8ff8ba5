/** People of a simulation: devices with a token, which connect to one node or another, ask, and remember what they heard. */
import type { Caller } from "../../server/core/caller.ts";
import { hashesOf } from "../../server/core/accounts/accounts.ts";
import type { Prepared } from "../../server/core/core.ts";
import type { Answered, Outcome } from "../../server/core/outcome.ts";
import { confirmDelivery, missed } from "../../server/core/sessions/catch_up.ts";
import { opening, tokenForNow } from "../../server/core/sessions/sessions.ts";
import type { SignedIn } from "../../server/core/shared/commands.ts";
import type { Event, EventName } from "../../server/core/shared/events.ts";
import { Fault } from "../../server/core/shared/faults.ts";
import type { OfflineDelivery, Session } from "../../server/core/state/presence.ts";
import { rowOf } from "../../server/protocol/command_table.ts";
import { type Dialect, PER_PEER, type Request } from "../../server/protocol/dialect.ts";
import type { Listener } from "../../server/protocol/hub.ts";
import { assertEquals } from "../support/assert.ts";
import { type Expectations, visibleTo, waitingFor } from "./expectations.ts";
import type { SimulatedNode, SimulatedWaiting } from "./simulated_node.ts";

/** Whose reply says all that the event would. */
const REPLIED: ReadonlySet<EventName> = new Set([
  "message",
  "offer",
  "edited",
  "recalled",
  "reacted",
  "accepted",
  "refused",
]);

/** What was encoded, by the number that stands for it. */
const encoded: Event[] = [];
const numbers = new WeakMap<Event, number>();

function numberOf(event: Event): number {
  let number = numbers.get(event);
  if (number === undefined) numbers.set(event, number = encoded.push(event) - 1);
  return number;
}

/** Forgets what was encoded in an earlier simulation. */
export function forgetEncoded(): void {
  encoded.length = 0;
}

const codec = (): never => {
  throw new Error("nobody speaks bytes here");
};

/** One whose words are joined for all who get the same, and one that is asked for each. */
const DIALECTS: readonly Dialect[] = [{
  name: "joined",
  joins: true,
  detect: () => "no",
  encode: (event, own) => own && REPLIED.has(event.event) ? undefined : `${numberOf(event)}\n`,
  codec,
}, {
  name: "single",
  joins: false,
  detect: () => "no",
  encode: (event, own) => own && REPLIED.has(event.event) ? undefined : PER_PEER,
  codec,
}];

/** What all devices share. */
interface Hearers {
  readonly expectations: Expectations;
  /** Somebody has heard of this message. */
  learn(message: { id: string; from: string }): void;
  /** A message was acknowledged. */
  acknowledge(sent: { id: string; seq: number; at: number }): void;
}

/** Somebody's program, with what it remembers while it is not connected. */
export class Device {
  connection: Connection | undefined;
  token: string | undefined;
  epoch: string | undefined;
  since = 0;
  /** Sent and not acknowledged: it is sent again after coming back, with the same key. */
  unanswered: { room?: string; to?: string | string[]; text: string; key: string } | undefined;

  /** `account`: its id; guests have none. */
  constructor(
    readonly number: number,
    readonly nickname: string,
    readonly account: string | undefined,
    readonly hearers: Hearers,
  ) {}

  connect(node: SimulatedNode, how: number): void {
    this.connection = new Connection(this, node, how);
    const isKnown = this.token !== undefined && how % 16 !== 1;
    if (isKnown) this.connection.resume(how % 4 !== 1);
    else if (this.account === undefined) this.connection.comeAsGuest(how);
    else this.connection.login(how);
  }
}

/** One connection of a device to a node. */
export class Connection implements Listener {
  readonly dialect: Dialect;
  readonly caller: Caller;
  /** The numbers of what it heard, in order. */
  readonly heard: number[] = [];
  /** Entries up to this one bring nothing to it. */
  liveAfter = 0;
  /** More was missed than was told; it is to ask for it. */
  isBehind = false;
  isClosed = false;
  isEnded = false;
  /** How many answers are to come. */
  waiting = 0;
  #confirmed: OfflineDelivery | undefined;
  /** Of what was missed it has been told everything up to here. */
  #caughtUpTo: number | undefined;

  constructor(readonly device: Device, readonly node: SimulatedNode, how: number) {
    this.dialect = DIALECTS[how % 2]!;
    const comesBack = device.token !== undefined && how % 3 === 0;
    this.caller = {
      address: `network ${device.number % 3}`,
      ...(comesBack && { credential: device.token }),
    };
    node.connections.add(this);
  }

  get session(): Session | undefined {
    return this.caller.session;
  }

  comeAsGuest(how: number): void {
    const rename = how % 3 === 0;
    this.#open(() =>
      rowOf(requestOf({ op: "guest", nickname: this.device.nickname, rename, outside: how % 16 === 1 }))
        .prepare!(
          this.node.core,
          this.caller,
          { op: "guest", nickname: this.device.nickname, rename, outside: how % 16 === 1 },
        )
    );
  }

  resume(portions: boolean): void {
    const { token, epoch, since } = this.device;
    this.#open(() =>
      rowOf(requestOf({ op: "resume" })).prepare!(this.node.core, this.caller, {
        ...{ op: "resume", token, epoch, since, portions },
      })
    );
  }

  login(how: number): void {
    const { core } = this.node;
    this.#open(() => {
      const account = core.store.accountById(this.device.account!);
      if (!account) throw new Fault("bad_password", "is gone");
      const { secret, token } = tokenForNow(core, this.caller);
      return {
        proposal: {
          kind: "login",
          at: core.clock(),
          ...opening(core),
          account: account.id,
          proof: hashesOf(account),
          exclusive: how % 16 === 2,
          lobby: how % 16 === 3,
          token,
        },
        answer: (reply: SignedIn) => ({ ...reply, token: secret }),
      };
    });
  }

  /** Asks for something; what is refused at once is refused. */
  request(command: object, waiting: Partial<SimulatedWaiting> = {}): void {
    this.#confirm();
    try {
      const row = rowOf(requestOf(command));
      const prepared = row.prepare!(this.node.core, this.caller, requestOf(command).command) as Prepared;
      if ("proposal" in prepared) this.propose(prepared.proposal, waiting);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }

  propose(proposal: Parameters<SimulatedNode["propose"]>[0], more: Partial<SimulatedWaiting> = {}): void {
    this.waiting++;
    const waiting: SimulatedWaiting = {
      listener: this,
      done: (outcome) => {
        this.waiting--;
        if (this.isClosed) return;
        if (outcome.session === null) this.#signedOut();
        const { seq } = outcome.reply as { seq?: number } ?? {};
        if (seq !== undefined && waiting.isNew) this.#hears(seq);
        more.done?.(outcome);
      },
    };
    this.node.propose(proposal, waiting);
  }

  askMissed(): void {
    const { core, state, store } = this.node;
    const { person } = this.session!;
    const behind = this.session!.behind!;
    this.waiting++;
    let page: number[];
    const waiting: SimulatedWaiting = {
      listener: this,
      done: (answered) => {
        this.waiting--;
        if (this.isClosed) return;
        assertEquals(
          (answered.reply as { events: { seq: number }[] }).events.map(({ seq }) => seq),
          page,
          "a page",
        );
        for (const seq of page) this.#hears(seq, "missed");
        this.#caughtUpTo = Math.max(this.#caughtUpTo ?? behind.since, ...page);
        if ((answered.reply as { more: boolean }).more) return;
        this.isBehind = false;
        this.liveAfter = waiting.at!;
      },
    };
    this.node.ask(() => {
      const tables = store.snapshot();
      const waits = waitingFor(tables, person.id, behind.since).filter((seq) =>
        seq > (this.session!.behind?.waitedUpTo ?? 0)
      );
      const after = this.#caughtUpTo ?? behind.since;
      const answered = missed(core, this.caller, { op: "missed" }) as Answered<
        { events: { seq: number }[]; more: boolean }
      >;
      const { events, more } = answered.reply;
      const upTo = more ? Math.max(after, ...events.map(({ seq }) => seq)) : state.sequence.last;
      page = person.guest || waits.length === 0
        ? visibleTo(state, tables, person.id, { after, upTo })
        : waits.slice(0, Math.max(1, events.length));
      return answered;
    }, waiting);
  }

  /** It is gone, and the node that had it knows. */
  close(returns = this.caller.credential !== undefined): void {
    const { session } = this;
    this.cut();
    if (session) this.#lose(session.id, returns);
  }

  /** It is gone, and nobody is told. */
  cut(): void {
    if (this.session) this.node.hub.detach(this.session);
    this.isClosed = true;
    this.node.connections.delete(this);
    if (this.device.connection === this) this.device.connection = undefined;
  }

  hear(event: Event): void {
    if (event.event === "message") this.device.hearers.learn(event);
    if ("seq" in event) this.#hears(event.seq);
  }

  push(words: string | Uint8Array): void {
    const text = typeof words === "string" ? words : new TextDecoder().decode(words);
    for (const line of text.split("\n").slice(0, -1)) this.hear(encoded[Number(line)]!);
  }

  flush(): void {}

  end(_bye: Event<"bye">): void {
    this.isEnded = true;
  }

  /** A peer that goes on has read what was delivered. */
  #confirm(): void {
    const { session } = this;
    const delivered = session?.delivered;
    if (!session || !delivered || delivered === this.#confirmed) return;
    this.#confirmed = delivered;
    this.node.propose(confirmDelivery(this.node.core, session, delivered));
  }

  /** Confirms, where there is anything to. */
  goOn(): void {
    this.#confirm();
  }

  #open(prepare: () => Prepared | Promise<Prepared>): void {
    let prepared: Prepared;
    try {
      prepared = prepare() as Prepared;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.device.token = undefined;
      return this.cut();
    }
    if (!("proposal" in prepared)) throw new Error("signing in is proposed");
    const { proposal, answer } = prepared;
    this.waiting++;
    this.node.propose(proposal, {
      listener: this,
      done: (outcome) => {
        this.waiting--;
        this.#opened(outcome, answer as ((reply: unknown) => SignedIn) | undefined);
      },
    });
  }

  #opened({ fault, reply, session: id }: Outcome, answer: ((reply: unknown) => SignedIn) | undefined): void {
    const { device } = this;
    if (fault) {
      if (fault.code === "bad_token" || fault.code === "nickname_taken") device.token = undefined;
      return this.cut();
    }
    const session = id ? this.node.state.presence.session(id) : undefined;
    if (!session) return this.cut();
    if (this.isClosed) {
      this.node.hub.detach(session);
      return this.#lose(session.id, false);
    }
    this.caller.session = session;
    this.node.hub.attach(session, this);
    const signedIn = (answer ? answer(reply) : reply) as Partial<SignedIn> & {
      epoch: string;
      last: number;
      more?: boolean;
    };
    if (signedIn.token !== undefined) device.token = signedIn.token;
    device.epoch = signedIn.epoch;
    this.isBehind = signedIn.more === true;
    if (this.isBehind) this.liveAfter = Infinity;
    else device.since = signedIn.last;
  }

  #signedOut(): void {
    this.device.token = undefined;
    if (this.session) this.node.hub.detach(this.session);
    delete this.caller.session;
    this.cut();
  }

  #lose(session: string, returns: boolean): void {
    this.node.propose({ kind: "session.lost", at: this.node.core.clock(), session, returns });
  }

  #hears(seq: number, how: "live" | "missed" = "live"): void {
    if (this.isClosed) return;
    if (how === "live") this.heard.push(seq);
    this.device.since = Math.max(this.device.since, seq);
    if (this.session) this.device.hearers.expectations.hears(this.session.person.id, seq);
  }
}

function requestOf(command: object): Request {
  return { command } as Request;
}
