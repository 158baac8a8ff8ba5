/**
 * A peer, whatever socket it has: what it sends goes through its dialect to the dispatcher, what it is told waits in its outbox, and its
 * life ends with a word of why. It knows no socket (see the adapters in tcp.ts and websocket.ts) and no meaning. Of a program on several
 * connections (channel_group.ts) it is one channel.
 */
import type { Caller } from "../../core/caller.ts";
import type { Event } from "../../core/shared/events.ts";
import type { Stream } from "../../core/outcome.ts";
import type { Fault } from "../../core/shared/faults.ts";
import { LIMITS } from "../../core/shared/limits.ts";
import type { Session } from "../../core/state/presence.ts";
import {
  type Dialect,
  type Form,
  type Inbound,
  type Output,
  type PeerCodec,
  PER_PEER,
  type Result,
} from "../../protocol/dialect.ts";
import type { Asker, Dispatcher } from "../../protocol/dispatcher.ts";
import type { Listener } from "../../protocol/hub.ts";
import { Buckets } from "../../protocol/rates.ts";
import { ProtocolDetector } from "../../protocol/protocol_detection.ts";
import { IdleTimer, InboundBackpressure, MalformedInputCounter, Unauthenticated } from "./inbound_limits.ts";
import { HELP, OVERRUN, silent, SLOW_READER, UNFINISHED } from "./disconnect_reasons.ts";
import { Outbox } from "./outbox.ts";
import { ChannelGroup, type PendingChannels } from "./channel_group.ts";
import { Streams } from "./stream_sender.ts";
import { EventBuffer, type Words } from "./event_buffer.ts";
import type { Peers } from "./peers.ts";
import type { WireLimits } from "../wire_limits.ts";

/** One peer, or one channel of it. */
export class Connection implements Asker, Listener {
  readonly caller: Caller;
  readonly buckets: Buckets;
  dialect: Dialect;
  /** Events on their way to the peer. */
  readonly events: EventBuffer;
  readonly #options: ConnectionOptions;
  #codec: PeerCodec | undefined;
  readonly #detector: ProtocolDetector;
  readonly #outbox: Outbox;
  readonly #malformed = new MalformedInputCounter();
  readonly #unauthenticated: Unauthenticated;
  /** How long it may take to read its last words. */
  #lingering: ReturnType<typeof setTimeout> | undefined;
  readonly #backpressure: InboundBackpressure;
  readonly #idle = new IdleTimer();
  readonly #streams: Streams = new Streams({
    room: () => this.#outbox.room(LIMITS.downloadAheadBytes),
    sent: () => this.#outbox.room(0),
    ended: () => this.#ending,
    piece: (event, data) => this.#piece(event, data),
    streamed: (stream) => this.#options.dispatcher.streamed(this, stream),
    over: () => this.flush(),
  });
  /** The program of which this is one channel of several. */
  #group: ChannelGroup | undefined;
  /** Nothing more is read: it can't be, the other side has said all, or this is ending. */
  #deaf = false;
  /** The other side has said all that it will; it still gets its answers. */
  #heardAll = false;
  /** Nothing more is queued; what is queued is still written. */
  #ending = false;
  #gone = false;
  /** Nobody is signed in here any more, nor will be. */
  #left = false;
  /** Bytes that have come since the last request was whole. */
  #unfinished = 0;

  constructor(options: ConnectionOptions) {
    const { adapter, dialects, peers, caller, limits, joins } = options;
    this.#options = options;
    this.#group = joins?.group;
    this.dialect = dialects.at(-1)!;
    this.caller = caller;
    this.buckets = this.#group?.lead.buckets ?? new Buckets();
    this.#backpressure = new InboundBackpressure(adapter);
    this.#outbox = new Outbox((...write) => adapter.write(...write), limits.outboxBytesMax);
    this.events = new EventBuffer({
      bytesMax: limits.outboxBytesMax,
      behind: () => this.#outbox.behind,
      queue: (words) => this.#queue(words),
      overflow: () => this.end(SLOW_READER),
    });
    this.#detector = new ProtocolDetector(dialects);
    this.#unauthenticated = new Unauthenticated({
      peers,
      address: caller.address,
      silenceMs: () =>
        this.#silence === undefined ? limits.silenceMs : Math.max(limits.silenceMs, limits.longSilenceMs),
      mayWaitOn: () => {
        const few = peers.unauthenticatedOf(caller.address) <= limits.endlessSilencesPerAddressMax;
        return this.#silence === "endless" && dialects.length === 1 && few;
      },
      onSilent: (ms) => this.end(silent(ms)),
    });
    if (dialects.length === 1) this.#speak(this.dialect);
    if (joins) joins.group.join(joins.name, this);
    else this.#unauthenticated.be(true);
    if (dialects.length > 1 || this.dialect.greeting === undefined) return;
    this.#queue(this.dialect.greeting);
    this.flush();
  }

  /** Where what happens is told. */
  get listener(): Connection {
    return this.#group?.lead ?? this;
  }

  get session(): Session | undefined {
    return this.caller.session;
  }

  get variant(): string | undefined {
    return this.#codec?.variant;
  }

  /** Nobody is signed in, and nothing that was asked could change that. */
  get isUnauthenticated(): boolean {
    return this.session === undefined && this.#backpressure.empty;
  }

  /** Bytes that wait for the peer. */
  get queuedBytes(): number {
    return this.#outbox.size + this.events.size;
  }

  /** Bytes that are held of what the peer has sent and not finished, at the most. */
  get unfinishedBytes(): number {
    return this.#unfinished;
  }

  /** Bytes of a message that has come in part; 0: it is whole. For transports that have messages. */
  messageGrew(bytes: number): void {
    this.#unfinished = bytes === 0 ? 0 : this.#unfinished + bytes;
  }

  /** Ends a peer that does not take what is written to it. `now`: milliseconds. */
  sweep(now: number): void {
    if (this.#outbox.isStuck(now, this.#options.limits.writeMs)) this.#endAtOnce(SLOW_READER);
  }

  /** All peers together hold too much, and this one most of it. */
  shed(): void {
    this.#endAtOnce(this.#unfinished > this.queuedBytes ? UNFINISHED : SLOW_READER);
  }

  /** The codec of another channel of the same program. */
  codecOf(channel: string): PeerCodec {
    return this.#codec!.channel!(channel);
  }

  /** Takes what arrived. */
  receive(chunk: Uint8Array, form: Form): void {
    if (this.#deaf) return;
    const input = this.#codec ? chunk : this.#detect(chunk, form);
    if (form === "stream") this.#unfinished += chunk.length;
    if (!this.#codec || !input) return;
    if (this.#takeAll(this.#codec.receive(input, form))) {
      // What stands behind the last whole request is no more than this.
      this.#unfinished = form === "stream" ? chunk.length : 0;
    }
    this.#idle.start(
      this.#codec.idleMs,
      () => this.#backpressure.paused || this.#takeAll(this.#codec?.onIdle?.() ?? []),
    );
  }

  /** Takes something malformed that a transport has found. `fatal`: nothing after it can be read either. */
  receiveMalformed(fault: Fault, fatal: boolean): void {
    if (!this.#deaf) this.#take({ tag: null, fault, fatal });
  }

  /** The other side will say no more: it gets the answers and files that are under way, then this ends. */
  heardAll(): void {
    if (this.#codec?.idleMs !== undefined) this.#takeAll(this.#codec.onIdle?.() ?? []);
    this.#deaf = true;
    this.#heardAll = true;
    this.flush();
  }

  /** The other side is gone, or was cut off. */
  closed(): void {
    if (this.#gone) return;
    const { peers, dispatcher } = this.#options;
    this.#gone = true;
    this.#deaf = true;
    this.#ending = true;
    this.#outbox.abandon();
    this.#unauthenticated.be(false);
    clearTimeout(this.#lingering);
    this.#idle.stop();
    peers.remove(this);
    if (this.listener === this) this.#leave();
    else dispatcher.left(this);
    this.#group?.left(this);
  }

  answer(inbound: Inbound, result: Result): void {
    this.#signedIn(this.caller.session !== undefined);
    if (this.#codec) this.say(this.#codec.answer(inbound, result));
    const bye = "fault" in inbound ? this.#malformed.count(inbound.fatal === true) : undefined;
    if (bye) this.end(bye);
    else if ("command" in inbound && !this.#ending) this.#unauthenticated.wait();
    this.#backpressure.answered(inbound, this.#ending);
  }

  told(asked: Inbound): void {
    if (this.#codec?.told) this.say(this.#codec.told(asked), (words) => this.events.push(words));
  }

  room(): Promise<void> | undefined {
    return this.#outbox.below(LIMITS.answersWaitingBytes);
  }

  stream(stream: Stream): void {
    this.#streams.begin(stream);
  }

  hear(event: Event, own: boolean): void {
    this.say(this.#codec?.hear?.(event, own) ?? {}, (words) => this.events.push(words));
  }

  push(words: string | Uint8Array, transient: boolean): void {
    this.events.push(words, transient);
  }

  /** Says something on this channel, or on another one in its stead. */
  say(
    { words, raw, ask = [], end, channel, cork: holds, and }: Output,
    here = (words: string) => this.#queue(words),
  ): void {
    const { events } = this.listener;
    if (holds === true) events.cork("words");
    if (holds === false) events.uncork("words", words);
    else if (words !== undefined && channel !== undefined && this.#group) this.#group.say(channel, words);
    else if (words !== undefined) here(words);
    if (raw && !this.#ending) this.#outbox.pushRaw(raw);
    for (const inbound of ask) this.#take(inbound);
    if (and) this.say(and);
    if (!end) return;
    // Whoever says goodbye is gone from then on, though the bytes take a while: what is told here now would reach nobody.
    if (this.listener === this) this.#leave();
    this.finish();
  }

  flush(): void {
    this.#outbox.flush();
    const owing = !this.#backpressure.empty || this.#streams.busy;
    if (this.#heardAll && !owing) this.finish();
    if (this.listener === this) this.#group?.others((channel) => channel.flush());
  }

  end(last: Event<"bye">, lingerMs?: number): void {
    if (this.#ending) return;
    const { onDrop, otherNodes: nodes } = this.#options.peers;
    onDrop(last.code);
    const bye = last.code === "shutting_down" && nodes.length > 0 ? { nodes, ...last } : last;
    this.events.uncorkAll();
    const words = this.dialect.encode(bye, false);
    if (words === PER_PEER) this.hear(bye, false);
    this.#end(typeof words === "string" ? words : undefined, lingerMs);
    if (this.listener === this) this.#group?.others((channel) => channel.end(bye, lingerMs));
  }

  /** Ends once everything queued is written. */
  finish(): void {
    if (!this.#ending) this.#end(undefined);
  }

  overrun(): void {
    this.end(OVERRUN);
  }

  /** How long whoever speaks this language may be silent; the language must be clear. */
  get #silence(): Dialect["silence"] {
    return this.#codec && this.dialect.silence;
  }

  /** Its session ends. */
  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#options.dispatcher.gone(this);
  }

  /** Takes each; whether there were any. */
  #takeAll(all: Iterable<Inbound>): boolean {
    let any = false;
    for (const inbound of all) {
      if (this.#deaf) return any;
      any = true;
      if (this.#codec?.alone && this.listener === this) this.#group?.keepsToOne();
      this.#take(inbound);
    }
    return any;
  }

  #take(inbound: Inbound): void {
    if ("fault" in inbound && inbound.fatal) this.#deaf = true;
    this.#backpressure.take(inbound, this.#ending);
    this.#options.dispatcher.dispatch(this, inbound);
  }

  #piece(event: Event<"chunk">, data: Uint8Array): void {
    this.say(this.#codec?.piece?.(event, data) ?? {});
    this.flush();
  }

  /** Finds the language out; gives all that has been said so far once it is clear. */
  #detect(chunk: Uint8Array, form: Form): Uint8Array | undefined {
    const detected = this.#detector.push(chunk, form !== "stream");
    if (detected === "none") this.#end(HELP);
    if (typeof detected === "string") return undefined;
    this.#speak(detected.dialect);
    return detected.head;
  }

  #speak(dialect: Dialect): void {
    const { joins, peers } = this.#options;
    this.dialect = dialect;
    this.#codec = joins ? joins.group.codec(joins.name) : dialect.codec();
    const { pack } = this.#codec;
    this.#outbox.packWith(pack && ((waiting) => this.#codec!.pack!(waiting)), dialect.reads?.gapMs);
    this.#unauthenticated.wait();
    peers.detected(this);
  }

  /** Whoever has signed in may open their program's other channels; who is not any more has none. */
  #signedIn(here: boolean): void {
    const { pendingChannels, joins, limits, dispatcher } = this.#options;
    if (!joins) this.#unauthenticated.be(!here);
    if (!here) this.#group?.over();
    const names = this.dialect.channels;
    if (!here || this.#group || !pendingChannels || !names) return;
    this.#group = new ChannelGroup(this, {
      names,
      pending: pendingChannels,
      limits,
      onLead: (lead) => dispatcher.moved(lead),
    });
  }

  #queue(words: Words): void {
    if (!this.#ending && !this.#outbox.push(words)) this.#endAtOnce(SLOW_READER);
  }

  /** Ends without what waits. */
  #endAtOnce(bye: Event<"bye">): void {
    this.events.drop();
    this.#outbox.clear();
    this.end(bye);
  }

  /** Writes what is queued and the last words, then ends; with a peer that does not read them, soon. */
  #end(lastWords: string | undefined, lingerMs: number = this.#options.limits.lingerMs): void {
    this.#deaf = true;
    this.#ending = true;
    const { adapter } = this.#options;
    if (lastWords !== undefined) this.#outbox.pushLast(lastWords);
    this.#outbox.flush();
    this.#unauthenticated.stop();
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(() => adapter.destroy(), lingerMs);
    this.#outbox.whenEmpty(() => adapter.close());
  }
}

/** The peer, and the server around it. */
interface ConnectionOptions {
  adapter: SocketAdapter;
  /** The languages it may speak; what it says first decides, and until then the last is spoken. */
  dialects: readonly Dialect[];
  dispatcher: Dispatcher;
  peers: Peers;
  limits: WireLimits;
  /** Who asks, as far as the way here tells; all channels of a program are one. */
  caller: Caller;
  /** Where its program's other channels are looked for once it has signed in, at ports that have such. */
  pendingChannels?: PendingChannels;
  /** Whose channel it is, and which. */
  joins?: { readonly group: ChannelGroup; readonly name: string };
}

/** What a connection's bytes go through: a TCP socket (tcp.ts) or a WebSocket (websocket.ts). */
export interface SocketAdapter {
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
