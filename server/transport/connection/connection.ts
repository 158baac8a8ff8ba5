/**
 * A peer, whatever carries it: what it says goes through its dialect to the dispatcher, what it is told waits in
 * its outbox, and its life ends with a word of why. It knows no socket (see the carriers in tcp.ts and
 * websocket.ts) and no meaning. Of a program on several lines (channel_group.ts) it is one line.
 */
import type { Caller } from "../../core/core.ts";
import type { Event } from "../../core/shared/events.ts";
import type { Stream } from "../../core/decision.ts";
import type { Fault } from "../../core/shared/faults.ts";
import { LIMITS } from "../../core/shared/limits.ts";
import type { Session } from "../../core/sessions/presence.ts";
import { PER_PEER } from "../../protocol/dialect.ts";
import type { Dialect, Form, Inbound, Output, PeerCodec, Result } from "../../protocol/dialect.ts";
import type { Asker } from "../../protocol/dispatcher.ts";
import type { Listener } from "../../protocol/hub.ts";
import { Buckets } from "../../protocol/rates.ts";
import { Recogniser } from "../../protocol/protocol_detection.ts";
import { Backlog } from "./backpressure.ts";
import type { ConnectionOptions } from "./connection_options.ts";
import { HELP, OVERRUN, silent, SLOW_READER, UNFINISHED } from "./disconnect_reasons.ts";
import { Lull } from "./idle_timer.ts";
import { Nonsense } from "./malformed_input.ts";
import { Outbox } from "./outbox.ts";
import { Party } from "./channel_group.ts";
import { Stranger } from "./unauthenticated.ts";
import { Streams } from "./stream_sender.ts";
import { Telling, type Words } from "./event_buffer.ts";

/** One peer, or one line of it. */
export class Connection implements Asker, Listener {
  readonly caller: Caller;
  readonly buckets: Buckets;
  dialect: Dialect;
  /** Tells what happens. */
  readonly telling: Telling;
  readonly #options: ConnectionOptions;
  #speaker: PeerCodec | undefined;
  readonly #recogniser: Recogniser;
  readonly #outbox: Outbox;
  readonly #nonsense = new Nonsense();
  readonly #stranger: Stranger;
  /** How long it may take to read its farewell. */
  #lingering: ReturnType<typeof setTimeout> | undefined;
  readonly #backlog: Backlog;
  readonly #lull = new Lull();
  readonly #streams: Streams = new Streams({
    room: () => this.#outbox.room(LIMITS.downloadAheadBytes),
    sent: () => this.#outbox.room(0),
    ended: () => this.#ending,
    piece: (event, data) => this.#piece(event, data),
    streamed: (stream) => this.#options.dispatcher.streamed(this, stream),
    over: () => this.flush(),
  });
  /** The program of which this is one line of several. */
  #party: Party | undefined;
  /** Nothing more is read: it can't be, the other side has said all, or this is ending. */
  #deaf = false;
  /** The other side has said all that it will; it still gets its answers. */
  #heardAll = false;
  /** Nothing more is queued; what is queued is still written. */
  #ending = false;
  #gone = false;
  /** Bytes that have come since the last request was whole. */
  #unfinished = 0;

  constructor(options: ConnectionOptions) {
    const { carrier, dialects, peers, caller, limits, joins } = options;
    this.#options = options;
    this.#party = joins?.party;
    this.dialect = dialects.at(-1)!;
    this.caller = caller;
    this.buckets = this.#party?.lead.buckets ?? new Buckets();
    this.#backlog = new Backlog(carrier);
    this.#outbox = new Outbox((...write) => carrier.write(...write), limits.outboxBytesMax);
    this.telling = new Telling({
      bytesMax: limits.outboxBytesMax,
      behind: () => this.#outbox.behind,
      queue: (words) => this.#queue(words),
      overflow: () => this.end(SLOW_READER),
    });
    this.#recogniser = new Recogniser(dialects);
    this.#stranger = new Stranger({
      peers,
      address: caller.address,
      silenceMs: () =>
        this.#silence === undefined ? limits.silenceMs : Math.max(limits.silenceMs, limits.longSilenceMs),
      mayWaitOn: () => {
        const few = peers.strangersOf(caller.address) <= limits.endlessSilencesPerAddressMax;
        return this.#silence === "endless" && dialects.length === 1 && few;
      },
      onSilent: (ms) => this.end(silent(ms)),
    });
    if (dialects.length === 1) this.#speak(this.dialect);
    if (joins) joins.party.join(joins.name, this);
    else this.#stranger.be(true);
    if (dialects.length > 1 || this.dialect.greeting === undefined) return;
    this.#queue(this.dialect.greeting);
    this.flush();
  }

  /** Where what happens is told. */
  get listener(): Connection {
    return this.#party?.lead ?? this;
  }

  get session(): Session | undefined {
    return this.caller.session;
  }

  /** Nobody is signed in, and nothing that was asked could change that. */
  get unknown(): boolean {
    return this.session === undefined && this.#backlog.empty;
  }

  /** Bytes that wait for the peer. */
  get queuedBytes(): number {
    return this.#outbox.size + this.telling.size;
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

  /** What speaks on another line of the same program. */
  speakerOf(line: string): PeerCodec {
    return this.#speaker!.line!(line);
  }

  /** Takes what arrived. */
  receive(chunk: Uint8Array, form: Form): void {
    if (this.#deaf) return;
    const input = this.#speaker ? chunk : this.#recognise(chunk, form);
    if (form === "stream") this.#unfinished += chunk.length;
    if (!this.#speaker || !input) return;
    if (this.#takeAll(this.#speaker.receive(input, form))) {
      // What stands behind the last whole request is no more than this.
      this.#unfinished = form === "stream" ? chunk.length : 0;
    }
    this.#lull.begin(
      this.#speaker.settleMs,
      () => this.#backlog.paused || this.#takeAll(this.#speaker?.quiet?.() ?? []),
    );
  }

  /** Takes the news of something that no dialect can read. `fatal`: nor anything after it. */
  receiveNonsense(fault: Fault, fatal: boolean): void {
    if (!this.#deaf) this.#take({ tag: null, fault, fatal });
  }

  /** The other side will say no more: it gets the answers and files that are under way, then this ends. */
  heardAll(): void {
    if (this.#speaker?.settleMs !== undefined) this.#takeAll(this.#speaker.quiet?.() ?? []);
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
    this.#stranger.be(false);
    clearTimeout(this.#lingering);
    this.#lull.stop();
    peers.remove(this);
    if (this.listener === this) dispatcher.gone(this);
    else dispatcher.left(this);
    this.#party?.left(this);
  }

  answer(asked: Inbound, result: Result): void {
    this.#signedIn(this.caller.session !== undefined);
    if (this.#speaker) this.say(this.#speaker.answer(asked, result));
    const bye = "fault" in asked ? this.#nonsense.count(asked.fatal === true) : undefined;
    if (bye) this.end(bye);
    else if ("command" in asked && !this.#ending) this.#stranger.wait();
    this.#backlog.answered(asked, this.#ending);
  }

  room(): Promise<void> | undefined {
    return this.#outbox.below(LIMITS.answersWaitingBytes);
  }

  stream(stream: Stream): void {
    this.#streams.begin(stream);
  }

  hear(event: Event): void {
    this.say(this.#speaker?.hear?.(event) ?? {}, (words) => this.telling.tell(words));
  }

  push(words: string | Uint8Array, transient: boolean): void {
    this.telling.tell(words, transient);
  }

  /** What is said on this line, or on another one in its stead. */
  say(
    { words, raw, ask = [], end, line, holds, and }: Output,
    here = (words: string) => this.#queue(words),
  ): void {
    const { telling } = this.listener;
    if (holds === true) telling.wait("words");
    if (holds === false) telling.ready("words", words);
    else if (words !== undefined && line !== undefined && this.#party) this.#party.say(line, words);
    else if (words !== undefined) here(words);
    if (raw && !this.#ending) this.#outbox.pushRaw(raw);
    for (const asked of ask) this.#take(asked);
    if (and) this.say(and);
    if (end) this.finish();
  }

  flush(): void {
    this.#outbox.flush();
    const owing = !this.#backlog.empty || this.#streams.busy;
    if (this.#heardAll && !owing) this.finish();
    if (this.listener === this) this.#party?.others((line) => line.flush());
  }

  end(bye: Event<"bye">, lingerMs?: number): void {
    if (this.#ending) return;
    this.#options.peers.onDrop(bye.code);
    this.telling.finish();
    const words = this.dialect.encode(bye, false);
    if (words === PER_PEER) this.hear(bye);
    this.#end(typeof words === "string" ? words : undefined, lingerMs);
    if (this.listener === this) this.#party?.others((line) => line.end(bye, lingerMs));
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
    return this.#speaker && this.dialect.silence;
  }

  /** Takes each; whether there were any. */
  #takeAll(all: Iterable<Inbound>): boolean {
    let any = false;
    for (const asked of all) {
      if (this.#deaf) return any;
      any = true;
      if (this.#speaker?.alone && this.listener === this) this.#party?.keepsToOne();
      this.#take(asked);
    }
    return any;
  }

  #take(asked: Inbound): void {
    if ("fault" in asked && asked.fatal) this.#deaf = true;
    this.#backlog.take(asked, this.#ending);
    this.#options.dispatcher.dispatch(this, asked);
  }

  #piece(event: Event<"chunk">, data: Uint8Array): void {
    this.say(this.#speaker?.piece?.(event, data) ?? {});
    this.flush();
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
    const { joins, peers } = this.#options;
    this.dialect = dialect;
    this.#speaker = joins ? joins.party.speaker(joins.name) : dialect.codec();
    const { pack } = this.#speaker;
    this.#outbox.packWith(pack && ((waiting) => this.#speaker!.pack!(waiting)), dialect.reads?.gapMs);
    this.#stranger.wait();
    peers.recognised(this);
  }

  /** Whoever has signed in is no stranger, and may open its program's other lines; who is not any more has none. */
  #signedIn(here: boolean): void {
    const { awaits, joins, limits, dispatcher } = this.#options;
    if (!joins) this.#stranger.be(!here);
    if (!here) this.#party?.over();
    const names = this.dialect.lines;
    if (!here || this.#party || !awaits || !names) return;
    this.#party = new Party(this, {
      names,
      awaited: awaits,
      limits,
      onLead: (lead) => dispatcher.moved(lead),
    });
  }

  #queue(words: Words): void {
    if (!this.#ending && !this.#outbox.push(words)) this.#endAtOnce(SLOW_READER);
  }

  /** Ends without what waits. */
  #endAtOnce(bye: Event<"bye">): void {
    this.telling.drop();
    this.#outbox.clear();
    this.end(bye);
  }

  /** Writes what is queued and the last words, then ends; with a peer that does not read them, soon. */
  #end(lastWords: string | undefined, lingerMs: number = this.#options.limits.lingerMs): void {
    this.#deaf = true;
    this.#ending = true;
    const { carrier } = this.#options;
    if (lastWords !== undefined) this.#outbox.pushLast(lastWords);
    this.#outbox.flush();
    this.#stranger.stop();
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(() => carrier.destroy(), lingerMs);
    this.#outbox.whenEmpty(() => carrier.close());
  }
}
