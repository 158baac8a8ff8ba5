/**
 * The only caller of the core: a table (command_table.ts) says for each command who may ask it, what it costs and
 * what runs. The checks are made here, once, before the call; every dialect and every transport comes through here.
 */
import type { Budget } from "../core/budgets.ts";
import { stampedFrom } from "../core/audit/audit.ts";
import { type Caller, sessionOf } from "../core/caller.ts";
import type { Core, Prepared } from "../core/core.ts";
import { checkRoomToKeep } from "../core/disk.ts";
import { fetched } from "../core/files/downloads.ts";
import type { Proposal } from "../core/proposals.ts";
import type { Answered, Outcome, Stream } from "../core/outcome.ts";
import { confirmDelivery } from "../core/sessions/catch_up.ts";
import type { OfflineDelivery, Session } from "../core/state/presence.ts";
import type { Op } from "../core/shared/commands.ts";
import { asFault, Fault } from "../core/shared/faults.ts";
import { LIMITS, type RateName, SHARED_RATES, type SharedRateName } from "../core/shared/limits.ts";
import type { Log } from "../log/log.ts";
import { type Row, rowOf } from "./command_table.ts";
import type { Inbound, Request, Result } from "./dialect.ts";
import { FairQueue } from "./fair_queue.ts";
import { type Guess, Guesses } from "./guesses.ts";
import { FailedSignIns } from "./failed_sign_ins.ts";
import type { Hub, Listener, Waiting } from "./hub.ts";
import { networkOf, networksOf } from "./network.ts";
import { type Buckets, SharedBuckets, takeAll } from "./rates.ts";
import { Turns } from "./turns.ts";

/** One who asks: a connection, or one HTTP request. */
export interface Asker {
  readonly caller: Caller;
  /** What this connection may do how often. */
  readonly buckets: Buckets;
  /** Where the events go; one HTTP request hears none. */
  readonly listener?: Listener;
  /** Takes what a request came to; called once for each, in the order of asking; a `ping` with `now` waits for none. */
  answer(asked: Inbound, result: Result): void;
  /** What came of a request has been told here, its events too; called once for each, after its answer. */
  told?(asked: Inbound): void;
  /** Resolves when what waits for it leaves room for another answer; undefined: it does. */
  room?(): Promise<void> | undefined;
  /** Takes the bytes that follow an answer. */
  stream?(stream: Stream): void;
  /** Too much was asked too often. */
  overrun(): void;
}

/** What one asker has asked and not yet been answered. */
interface Pending {
  readonly waiting: Inbound[];
  /** An earlier command must be answered first. */
  busy: boolean;
  /** Refusals for rates in a row. */
  refusals: number;
  /** The refusal after which this ends: in its turn, when all that was asked before has its answer. */
  lastRefusal?: Fault;
  /** The password that is being tried. */
  guess?: Guess & { readonly counts: boolean };
  /** What waited and was delivered, and has been confirmed. */
  confirmed?: OfflineDelivery;
  /** The peer has gone: what is still answered finds nobody. */
  gone: boolean;
}

/** What a {@link Dispatcher} is given. */
interface DispatcherOptions {
  core: Core;
  log: Log<Waiting>;
  hub: Hub;
  /** False lifts every rate and no size. */
  rateLimits: boolean;
  /** Told of everything asked, for the log and the metrics. */
  onAsked?: (asker: Asker, asked: Inbound, fault: Fault | undefined) => void;
}

/** Takes what peers ask to the core, and what it prepares to the log. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #pending = new WeakMap<Asker, Pending>();
  readonly #addresses = new SharedBuckets(LIMITS.addressesRememberedMax);
  readonly #people = new SharedBuckets(LIMITS.peopleRememberedMax);
  readonly #guesses: Guesses;
  readonly #failed = new FailedSignIns();
  readonly #hashing = new FairQueue(LIMITS.hashesAtOnceMax, LIMITS.hashesWaitingMax);
  readonly #turns = new Turns();
  #stopping = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#guesses = new Guesses(options.core);
  }

  /** Takes one request, or what could not be read as one. */
  dispatch(asker: Asker, asked: Inbound): void {
    const pending = this.#pendingOf(asker);
    if (isSignOfLife(asked)) this.#answerAtOnce(asker, pending, asked);
    else {
      if (!("unread" in asked)) this.#confirm(asker.caller.session, pending);
      if (pending.busy) pending.waiting.push(asked);
      else this.#begin(asker, pending, asked);
    }
  }

  /** A stream has reached its end at the peer's side of the system. */
  streamed(asker: Asker, { file }: Pick<Stream, "file">): void {
    const ask = () => fetched(this.#options.core, asker.caller, file);
    this.#options.log.append({ ask, waiting: undefined });
  }

  /** The peer is gone: what it asked and is not prepared yet is dropped, its session ends. */
  gone(asker: Asker): void {
    const pending = this.#pendingOf(asker);
    pending.gone = true;
    pending.waiting.length = 0;
    const { session } = asker.caller;
    this.#release(asker);
    // A stopping server says no more: who was here is to find everything as it was.
    if (session && !this.#stopping) this.#lose(asker, session);
  }

  /** One channel of several of a program is gone: what was asked there and is not prepared yet is dropped, the session goes on. */
  left(asker: Asker): void {
    const pending = this.#pendingOf(asker);
    pending.gone = true;
    pending.waiting.length = 0;
    this.#options.core.uploads.release(asker.caller);
  }

  /** Whoever is signed in here is told things elsewhere from now on. */
  moved({ caller, listener }: Asker): void {
    if (caller.session && listener) this.#options.hub.attach(caller.session, listener);
  }

  /** What waits for its turn: questions, of which each of so many askers has one, and password hashes. */
  *budgets(askersMax: number): Iterable<Budget> {
    yield { name: "questions", used: this.#turns.size, max: askersMax };
    yield { name: "hashes", used: this.#hashing.size, max: LIMITS.hashesWaitingMax };
  }

  /** Wrong passwords that were not noted yet: a few of them, each second. */
  takeFailed(): Proposal[] {
    return this.#failed.take();
  }

  /** From now on every request is refused. */
  stop(): void {
    this.#stopping = true;
  }

  #pendingOf(asker: Asker): Pending {
    let pending = this.#pending.get(asker);
    if (!pending) this.#pending.set(asker, pending = { waiting: [], busy: false, refusals: 0, gone: false });
    return pending;
  }

  #begin(asker: Asker, pending: Pending, asked: Inbound): void {
    if ("fault" in asked) return this.#append(asker, pending, asked, refusal(asked.fault));
    const row = rowOf(asked);
    pending.busy = row.alone === true;
    if (!row.question) return this.#prepare(asker, pending, asked);
    const ask = () => this.#turns.take(keyOf(asker.caller), () => this.#prepare(asker, pending, asked));
    const room = asker.room?.();
    if (room) void room.then(ask);
    else ask();
  }

  /** Whatever was asked before and has no answer yet. */
  #answerAtOnce(asker: Asker, pending: Pending, asked: Request): void {
    try {
      this.#admit(asker, pending, rowOf(asked), asked);
      this.#finish(asker, pending, asked, { reply: {} });
    } catch (error) {
      this.#finish(asker, pending, asked, { fault: asFault(error) });
    }
    asker.listener?.flush();
  }

  #prepare(asker: Asker, pending: Pending, request: Request): void {
    const row = rowOf(request);
    const { caller } = asker;
    const { core } = this.#options;
    // A fault found now takes its turn like everything else, so that answers keep their order.
    const refuse = (error: unknown) => this.#append(asker, pending, request, refusal(error));
    try {
      this.#admit(asker, pending, row, request);
      this.#checkRoom(asker, row, request);
      if (row.ask) {
        const { ask } = row;
        return this.#append(asker, pending, request, { ask: () => ask(core, caller, request.command) });
      }
      const run = () => row.prepare(core, caller, request.command);
      const prepared = row.hashes ? this.#hash(asker, pending, pending.guess?.whose, run) : run();
      if (!(prepared instanceof Promise)) return this.#append(asker, pending, request, prepared);
      prepared.then((each) => this.#append(asker, pending, request, each), refuse);
    } catch (error) {
      refuse(error);
    }
  }

  /** Is there room on the disk for what this keeps? */
  #checkRoom({ caller }: Asker, row: Row<Op>, { command }: Request): void {
    const { core } = this.#options;
    if (!row.keeps?.(core, command)) return;
    checkRoomToKeep(core, caller, "text" in command ? command.text?.length ?? 0 : 0);
  }

  /** May this be asked now, by this one, this often? */
  #admit(asker: Asker, pending: Pending, row: Row<Op>, { command, prepaid }: Request): void {
    const { caller } = asker;
    if (this.#stopping) {
      throw new Fault("shutting_down", "Cannot do this now: the server is stopping, connect again soon");
    }
    if (row.needs === "session") sessionOf(caller);
    const isForLater = command.op === "login" && command.offline === true;
    if (row.needs === "unauthenticated" && caller.session && !isForLater) {
      throw new Fault(
        "already_signed_in",
        `Cannot sign in: you are ${caller.session.person.nickname} here; "logout" first`,
      );
    }
    const name = row.account?.(command, caller);
    const guess = name === undefined ? undefined : this.#guesses.guessOf(name, caller);
    if (!this.#options.rateLimits || prepaid) {
      if (guess) pending.guess = { ...guess, counts: false };
      return;
    }
    const now = this.#options.core.clock();
    const held = guess ? this.#guesses.wait(guess, now) : 0;
    const wait = held || takeAll(this.#costs(asker, row), now);
    if (wait === 0) {
      if (guess) {
        pending.guess = { ...guess, counts: true };
        this.#guesses.add(guess, now);
      }
      pending.refusals = 0;
      return;
    }
    const what = held > 0 ? "try another password for this name now" : "do this so often";
    const words = `Cannot ${what}: wait ${Math.ceil(wait / 1000)} s`;
    const refusal = new Fault("rate_limited", words, { retryAfterMs: Math.ceil(wait) });
    if (++pending.refusals > LIMITS.refusalsInARowMax) pending.lastRefusal ??= refusal;
    throw refusal;
  }

  /** Runs what takes a hash when it is their turn. */
  #hash<T>(
    { caller }: Asker,
    pending: Pending,
    account: string | undefined,
    run: () => T | Promise<T>,
  ): Promise<T> {
    const named = account === undefined ? [] : [{ name: `as ${account}`, times: 1 }];
    const whose = [...networksOf(caller.address), ...named];
    const busy = (why: string) =>
      new Fault("busy", `Cannot check passwords now: ${why}`, { retryAfterMs: 2_000 });
    return this.#hashing.run(whose, () => {
      if (pending.gone) throw busy("the connection is gone");
      return run();
    }, () => busy("too many others are signing in, try again soon"));
  }

  /** What came of a password that was tried. */
  #learn(pending: Pending, fault: Fault | undefined): void {
    const { guess } = pending;
    if (!guess) return;
    delete pending.guess;
    if (fault?.code === "bad_password") return this.#failed.add(guess, this.#options.core.clock());
    if (fault?.code === "account_disabled") this.#failed.add(guess, this.#options.core.clock(), true);
    if (!guess.counts) return;
    if (!fault) this.#guesses.right(guess);
    // Whatever else went wrong tells nothing of the password.
    else this.#guesses.takeBack(guess);
  }

  /** What it costs the connection, the person with all of theirs, and the address. */
  #costs({ caller, buckets }: Asker, { bulk, cost = [], addressCost }: Row<Op>): [Buckets, RateName[]][] {
    const own: RateName[] = bulk ? [...cost] : ["commands", ...cost];
    const shared = own.filter((name): name is SharedRateName => name in SHARED_RATES);
    const addresses = this.#addresses.ofAddress(caller.address);
    return [
      [buckets, own],
      ...(caller.session ? [[this.#people.of(caller.session.person.id), own] as [Buckets, RateName[]]] : []),
      ...addresses.map((each): [Buckets, RateName[]] => [
        each,
        [...shared.map((name) => SHARED_RATES[name]), ...(addressCost ? [addressCost] : [])],
      ]),
    ];
  }

  /** A peer that goes on once its sign-in is answered has read what was delivered there. */
  #confirm(session: Session | undefined, pending: Pending): void {
    const delivered = session?.delivered;
    if (!delivered || delivered === pending.confirmed) return;
    pending.confirmed = delivered;
    const proposal = confirmDelivery(this.#options.core, session, delivered);
    this.#options.log.append({
      proposal,
      waiting: {
        done({ fault }) {
          // What could not be kept now is noted with the next thing that it asks.
          if (fault && pending.confirmed === delivered) pending.confirmed = undefined;
        },
      },
    });
  }

  #append(asker: Asker, pending: Pending, asked: Inbound, prepared: Prepared): void {
    const answer = "answer" in prepared ? prepared.answer : undefined;
    this.#options.log.append({
      ...("proposal" in prepared
        ? { proposal: stampedFrom(prepared.proposal, asker.caller.address) }
        : prepared),
      peer: asker,
      waiting: new WaitingAsker(
        asker,
        (outcome) => this.#done(asker, pending, asked, outcome, answer as (reply: unknown) => unknown),
        asker.told && ((outcome) => isLate(outcome) || this.#told(asker, pending, asked)),
      ),
    });
  }

  #done(
    asker: Asker,
    pending: Pending,
    asked: Inbound,
    outcome: Outcome | Answered,
    answer: ((reply: unknown) => unknown) | undefined,
  ): void {
    const { reply, fault, session } = outcome;
    if (session !== undefined) this.#rebind(asker, pending, session);
    if (fault) return this.#finish(asker, pending, asked, { fault });
    if (isLate(outcome)) return this.#finishLater(asker, pending, asked, outcome.later());
    this.#finish(asker, pending, asked, { reply: answer ? answer(reply) : reply });
    if ("stream" in outcome && outcome.stream && !pending.gone) asker.stream?.(outcome.stream);
  }

  /** Answers when the reply has come; what was asked after it waits, and nobody else does. */
  #finishLater(asker: Asker, pending: Pending, asked: Inbound, coming: Promise<unknown>): void {
    coming.then((reply) => ({ reply }), (error) => ({ fault: asFault(error) })).then((result) => {
      this.#finish(asker, pending, asked, result);
      this.#told(asker, pending, asked);
      asker.listener?.flush();
    });
  }

  #told(asker: Asker, pending: Pending, asked: Inbound): void {
    if (!pending.gone) asker.told?.(asked);
  }

  #finish(asker: Asker, pending: Pending, asked: Inbound, result: Result): void {
    const fault = "fault" in result ? result.fault : undefined;
    const row = "command" in asked ? rowOf(asked) : undefined;
    if (row?.account) this.#learn(pending, fault);
    if (!fault && row?.proves && row.addressCost) {
      for (const each of this.#addresses.ofAddress(asker.caller.address)) each.giveBack(row.addressCost);
    }
    if (!pending.gone) asker.answer(asked, result);
    if (fault && fault === pending.lastRefusal) asker.overrun();
    this.#options.onAsked?.(asker, asked, fault);
    if (row?.question) this.#turns.end();
    if (!row?.alone) return;
    pending.busy = false;
    while (!pending.busy && pending.waiting.length > 0) this.#begin(asker, pending, pending.waiting.shift()!);
  }

  #rebind(asker: Asker, pending: Pending, id: string | null): void {
    this.#release(asker);
    const session = id === null ? undefined : this.#options.core.presence.session(id);
    if (!session) return;
    if (pending.gone) {
      this.#options.hub.detach(session);
      return this.#lose(asker, session);
    }
    asker.caller.session = session;
    if (asker.listener) this.#options.hub.attach(session, asker.listener);
  }

  /** Who brought the token with the connection itself comes back by itself, too. */
  #lose({ caller }: Asker, { id: session }: Session): void {
    const returns = caller.credential !== undefined;
    const at = this.#options.core.clock();
    this.#options.log.append({
      proposal: { kind: "session.lost", at, session, returns },
      waiting: undefined,
    });
  }

  #release(asker: Asker): void {
    const { session } = asker.caller;
    this.#options.core.uploads.release(asker.caller);
    if (session) this.#options.hub.detach(session);
    delete asker.caller.session;
  }
}

/** Asks only whether somebody is there. */
function isSignOfLife(asked: Inbound): asked is Request<"ping"> {
  return "command" in asked && asked.command.op === "ping" && asked.command.now === true;
}

/**
 * An asker waits for what comes of a request. A class, because V8 makes of each literal with a getter a shape of its own,
 * which keeps all that the object leads to until everything is collected.
 */
class WaitingAsker implements Waiting {
  readonly #asker: Asker;
  readonly done: Waiting["done"];
  readonly told: Waiting["told"];

  constructor(asker: Asker, done: Waiting["done"], told: Waiting["told"]) {
    this.#asker = asker;
    this.done = done;
    this.told = told;
  }

  /** Asked for only when it is applied: what happens may be told on another channel of the same program by then. */
  get listener(): Listener | undefined {
    return this.#asker.listener;
  }
}

/** Whose turn it is: a person's, however many connections they have, or an address'. */
function keyOf({ session, address }: Caller): string {
  return session?.person.id ?? networkOf(address);
}

/** Whether the reply takes a while. */
function isLate(outcome: Outcome | Answered): outcome is Answered & Required<Pick<Answered, "later">> {
  return "later" in outcome && outcome.later !== undefined;
}

function refusal(error: unknown): Prepared {
  return {
    ask() {
      throw error;
    },
  };
}
