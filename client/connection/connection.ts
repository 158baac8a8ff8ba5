/**
 * The client's side of the native protocol: requests with their answers, events in order, and a connection that
 * comes back by itself and goes on where it was. The page, the terminal, the tests and the benchmarks use this
 * one. It knows no socket (see link.ts) and shows nothing.
 */
import type { Answer, Commands, Op } from "../../server/core/shared/commands.ts";
import { endsToken, type Event } from "../../server/core/shared/events.ts";
import { sameName } from "../../server/core/shared/names.ts";
import type { Link, OpenLink } from "./link.ts";
import { Heartbeat } from "./heartbeat.ts";
import { withRetryAfter } from "./retry_after.ts";
import { RequestError } from "./request_error.ts";
import { type Reply, Requests } from "./requests.ts";
import { Backoff } from "./backoff.ts";

/**
 * connecting: the first link is being made · open: there is a link, nobody is signed in · online: signed in ·
 * offline: the link was lost and is being made again · closed: for good
 */
export type ConnectionState = "connecting" | "open" | "online" | "offline" | "closed";

export interface ConnectionOptions {
  open: OpenLink;
  /** Whether there are other servers to go to, besides those that the server tells of: then one that does not answer is given up within seconds. */
  hasOthers?: () => boolean;
  /** Told where the pages of the cluster's other nodes are, whenever the server says so. */
  onNodes?: (urls: readonly string[]) => void;
  /** Every event, in the server's order. */
  onEvent?: (event: Event) => void;
  onState?: (state: ConnectionState) => void;
  /** While offline: whether a link is being tried now, or the next try waited for. */
  onReconnecting?: (connecting: boolean) => void;
  /** False: what does not go in one go is a gap, for those who show history anyway. */
  catchUp?: boolean;
  /** After coming back and catching up. `recovered: false`: there is a gap, history has what was missed. */
  onResumed?: (resumed: Answer<"resume">) => void;
  /** The link itself carries the token (the page's cookie), so that none is kept or sent here. */
  cookie?: boolean;
  /** False: a lost link is the end. */
  reconnect?: boolean;
  /** Told of each request that it was answered, or why it was not. */
  onAnswer?: (op: Op, error: RequestError | undefined) => void;
}

/** How long a server may take to let somebody in who could go to another one; twice as long at each further attempt. */
const QUICK_OPEN_MS = 2_000;

/** A chunk of a download, or why there are no more. */
export type Chunk = Event<"chunk"> & { data: Uint8Array };

/** One client's conversation with a server. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #requests = new Requests();
  #state: ConnectionState = "connecting";
  #link: Link | undefined;
  #token: string | undefined;
  #signedIn = false;
  readonly #backoff = new Backoff(() => void this.#reconnect());
  readonly #heartbeat = new Heartbeat({
    ping: () => this.#link?.send(JSON.stringify({ id: 0, op: "ping", now: true })),
    onTimeout: () => this.#dropLink(),
    hasOthers: () => this.#hasOthers,
    unsent: () => this.#link?.unsent ?? 0,
  });
  readonly #chunkListeners = new Map<string, (chunk: Chunk) => void>();
  #chunk: Event<"chunk"> | undefined;
  #otherNodes = 0;
  /** Attempts in a row that brought no link. */
  #unopened = 0;
  readonly #lostListeners = new Set<() => void>();
  #onlineWaiters: ((state: "online" | "closed") => void)[] = [];

  /** Who one is, once signed in. */
  nickname: string | undefined;
  /** Names the server's database. */
  epoch: string | undefined;
  /** The `seq` of the last stored event seen. */
  last: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** What `resume` needs; undefined before signing in, and with a cookie. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Makes the first link. Rejects when the server cannot be reached. */
  async connect(): Promise<this> {
    await this.#openLink();
    this.#setState("open");
    return this;
  }

  /**
   * Asks for something. While offline, the request waits for the link.
   * @throws RequestError with the server's code, or `no_answer` `connection_lost` `closed` `too_large`
   */
  ask<K extends Op>(op: K, fields: Commands[K]["asks"]): Promise<Answer<K>> {
    if (this.#state === "closed") {
      return Promise.reject(new RequestError("closed", `Cannot ask for ${op}: the connection is closed`));
    }
    const { request, answer } = this.#requests.add(op, fields);
    const goesNow = this.#state !== "offline" || op === "resume" || op === "missed";
    if (request && goesNow && this.#link) {
      this.#link.send(request.line, request.raw);
    }
    const { onAnswer } = this.#options;
    if (onAnswer) answer.then(() => onAnswer(op, undefined), (error) => onAnswer(op, error));
    return answer;
  }

  /** Signs in by token, on a connection that is not signed in yet. */
  async resume(from: { token?: string; epoch?: string; since?: number }): Promise<Answer<"resume">> {
    if (from.token !== undefined) this.#token = from.token;
    this.last = from.since;
    const answer = await this.#catchUp(from);
    this.#setState("online");
    return answer;
  }

  /** Calls back with each chunk of one file's download; gives what ends that. */
  onChunks(file: string, callback: (chunk: Chunk) => void): () => void {
    this.#chunkListeners.set(file, callback);
    return () => this.#chunkListeners.delete(file);
  }

  /** Calls back whenever the link is lost or closed; gives what ends that. */
  onLost(callback: () => void): () => void {
    this.#lostListeners.add(callback);
    return () => this.#lostListeners.delete(callback);
  }

  /** Resolves once signed in (again). @throws RequestError `closed` */
  online(): Promise<void> {
    if (this.#state === "online") return Promise.resolve();
    const closed = () => new RequestError("closed", "Cannot go on: the connection is closed");
    if (this.#state === "closed") return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#onlineWaiters.push((state) => state === "online" ? resolve() : reject(closed()));
    });
  }

  /** Asks whether the link still carries anything, when the machine slept or the network may be another. */
  check(): void {
    if (this.#link && this.#state !== "offline") this.#heartbeat.probe();
    else this.reconnectNow();
  }

  /** Reconnects at once instead of waiting, when there is a sign that the network is back. */
  readonly reconnectNow = (): void => this.#backoff.now();

  /** Ends it; nothing is sent any more and every open request is rejected. */
  close(): void {
    if (this.#state === "closed") return;
    const link = this.#link;
    this.#link = undefined;
    this.#backoff.cancel();
    this.#heartbeat.stop();
    this.#setState("closed");
    link?.close();
    for (const { id } of this.#requests.all()) this.#requests.fail(id, "closed", "the connection was closed");
  }

  /** `withinMs`: how long it may take. */
  async #openLink(withinMs = Infinity): Promise<void> {
    let gone = false;
    let link: Link | undefined = undefined;
    // A WebSocket that is closing may still bring lines; one that opens may bring some before it is handed over.
    const isOurs = () => !gone && this.#link === link && this.#state !== "closed";
    const opening = this.#options.open({
      line: (text) => isOurs() ? this.#receive(text) : 0,
      raw: (data) => void (isOurs() && this.#takeChunk(data)),
      closed: (why) => {
        const wasOurs = link && isOurs();
        gone = true;
        if (wasOurs) this.#onLinkLost(why);
      },
    });
    try {
      link = await (withinMs === Infinity ? opening : openWithin(withinMs, opening));
    } catch (error) {
      gone = true;
      throw error;
    }
    if (this.#state === "closed" || gone) {
      this.#heartbeat.stop();
      link.close();
      throw new RequestError("connection_lost", "Cannot connect: the link was lost at once");
    }
    this.#link = link;
    this.#heartbeat.begin();
  }

  /** Takes a line; gives how many raw bytes belong to it. */
  #receive(text: string): number {
    this.#heartbeat.received();
    const said = JSON.parse(text) as Reply | Event;
    if ("event" in said) {
      if (said.event !== "chunk") this.#handleEvent(said);
      else {
        this.#chunk = said;
        if (said.bytes === 0) this.#takeChunk(new Uint8Array(0));
        return said.bytes;
      }
    } else if (said.re !== null) {
      const reply = said as Reply & Record<string, unknown>;
      this.#requests.answer(said.re, reply, (op, answer) => this.#applyAnswer(op, answer));
    }
    return 0;
  }

  #takeChunk(data: Uint8Array): void {
    const chunk = this.#chunk;
    this.#chunk = undefined;
    this.#heartbeat.received();
    if (chunk) this.#chunkListeners.get(chunk.file)?.({ ...chunk, data });
  }

  #handleEvent(event: Event): void {
    if ("seq" in event) this.#advance(event.seq);
    if (event.event === "nodes") this.#learnNodes(event.urls, event.other_nodes);
    if (event.event === "bye") {
      if (event.nodes) this.#options.onNodes?.(event.nodes);
      if (endsToken(event.code)) this.#signedIn = false;
      this.#backoff.retryAfter(event.retry_after_ms);
    }
    if (event.event === "renamed" && this.#isMe(event.nickname)) this.nickname = event.now;
    this.#options.onEvent?.(event);
  }

  #isMe(nickname: string): boolean {
    return this.nickname !== undefined && sameName(this.nickname, nickname);
  }

  /** Keeps what an answer says about who one is and how far one has seen. */
  #applyAnswer(op: Op, answer: Record<string, unknown>): void {
    if (op === "login" || op === "guest" || op === "resume") {
      const signedIn = answer as Partial<Answer<"login">>;
      this.nickname = signedIn.nickname;
      this.epoch = signedIn.epoch;
      // What a recovered resume has missed comes after its answer: each event moves `last` on by itself.
      if (!("recovered" in answer && answer.recovered)) this.last = signedIn.last;
      this.#token = this.#options.cookie ? undefined : signedIn.token ?? this.#token;
      this.#signedIn = true;
      this.#learnNodes(signedIn.nodes ?? [], signedIn.other_nodes ?? 0);
      this.#backoff.succeeded();
      if (op !== "resume") this.#setState("online");
    } else if (op === "logout") {
      this.#signedIn = false;
      this.#token = undefined;
      this.#setState("open");
    } else if (op === "account.nickname") {
      this.nickname = (answer as Answer<"account.nickname">).nickname;
    } else if (op === "missed") {
      // At once: what comes after the last portion may stand in the next line.
      for (const event of (answer as Answer<"missed">).events) this.#handleEvent(event);
    } else if (typeof answer.seq === "number") this.#advance(answer.seq);
  }

  /** `count`: how many there are, with an address of their own or behind the same one. */
  #learnNodes(urls: readonly string[], count: number): void {
    this.#otherNodes = count;
    this.#options.onNodes?.(urls);
    this.#heartbeat.received();
  }

  get #hasOthers(): boolean {
    return this.#otherNodes > 0 || this.#options.hasOthers?.() === true;
  }

  #advance(seq: number): void {
    if (this.last !== undefined && seq > this.last) this.last = seq;
  }

  /** A link that is dead may take long to say that it is closed. */
  #dropLink(): void {
    const link = this.#link;
    if (link) this.#onLinkLost();
    link?.close();
  }

  #onLinkLost(why = "the connection was lost"): void {
    this.#link = undefined;
    this.#heartbeat.stop();
    const comesBack = this.#signedIn && this.#options.reconnect !== false;
    for (const { id, repeatable } of this.#requests.all()) {
      if (!comesBack || !repeatable) this.#requests.fail(id, "connection_lost", why);
    }
    if (!comesBack) return this.#setState("closed");
    this.#setState("offline");
    this.#retryLater();
  }

  #retryLater(): void {
    this.#backoff.schedule(this.#hasOthers);
    this.#options.onReconnecting?.(false);
  }

  /** Comes back and hears all that was missed, however much; until then no other event arrives. */
  async #catchUp(from: Commands["resume"]["asks"]): Promise<Answer<"resume">> {
    const resumed = await this.ask("resume", { ...from, portions: this.#options.catchUp !== false });
    let { more } = resumed;
    while (more) ({ more } = await withRetryAfter(() => this.ask("missed", {})));
    return resumed;
  }

  async #reconnect(): Promise<void> {
    this.#options.onReconnecting?.(true);
    try {
      // Behind a balancer the next attempt may come to another server.
      await this.#openLink(this.#hasOthers ? QUICK_OPEN_MS * 2 ** this.#unopened : Infinity);
      this.#unopened = 0;
    } catch {
      this.#unopened++;
      if (this.#state !== "closed") this.#retryLater();
      return;
    }
    try {
      const token = this.#token === undefined ? {} : { token: this.#token };
      const resumed = await this.#catchUp({ ...token, epoch: this.epoch, since: this.last });
      // What waited goes out before anything new is asked, so that nothing goes out twice.
      for (const { line, raw } of this.#requests.all()) this.#link?.send(line, raw);
      this.#setState("online");
      this.#options.onResumed?.(resumed);
    } catch (error) {
      if (!(error instanceof RequestError) || error.code === "connection_lost" || error.code === "closed") {
        return;
      }
      if (error.code === "bad_token" || error.code === "nickname_taken") return this.close();
      this.#link?.close();
    }
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    if (state === "online" || state === "closed") {
      for (const tell of this.#onlineWaiters.splice(0)) tell(state);
    }
    if (state === "offline" || state === "closed") { for (const tell of this.#lostListeners) tell(); }
    this.#options.onState?.(state);
  }
}

/** What is opened too late is closed. */
async function openWithin(ms: number, opening: Promise<Link>): Promise<Link> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      opening.then((link) => link.close(), () => {});
      reject(new RequestError("connection_lost", "Cannot connect: nobody answers in time"));
    }, ms);
  });
  return await Promise.race([opening, late]).finally(() => clearTimeout(timer));
}
