/**
 * One program on several lines. It signs in on the first; the others come to ports of their own within a moment, silent. What happens
 * is told on the line that leads: the first one, until the line that its dialect names first has come. The program is there as long as
 * the leading line is; each other line comes and goes by itself.
 */
import type { PeerCodec } from "../../protocol/dialect.ts";
import type { PendingChannels } from "./pending_channels.ts";
import type { Connection } from "./connection.ts";
import { CONTESTED, SLOW_READER } from "./disconnect_reasons.ts";
import { EventBuffer } from "./event_buffer.ts";
import type { WireLimits } from "./wire_limits.ts";

/** What a program that has just signed in may still open. */
export interface ChannelGroupOptions {
  /** The names of the other lines; the one that will lead first. */
  readonly names: readonly string[];
  readonly pending: PendingChannels;
  readonly limits: WireLimits;
  /** Told when another line leads. */
  readonly onLead: (lead: Connection) => void;
}

/** The lines of one program. */
export class ChannelGroup {
  readonly #options: ChannelGroupOptions;
  readonly #first: Connection;
  #lead: Connection;
  readonly #all = new Set<Connection>();
  /** Lines that have come. */
  readonly #channels = new Map<string, Connection>();
  /** Lines that may still come → what is to be said there. */
  readonly #pending: Map<string, EventBuffer>;
  readonly #timers: readonly ReturnType<typeof setTimeout>[];
  /** Until when its lines may come; as `performance.now()`. */
  readonly #until: number;

  constructor(first: Connection, options: ChannelGroupOptions) {
    const { names, pending, limits } = options;
    this.#options = options;
    this.#first = first;
    this.#lead = first;
    this.#all.add(first);
    this.#pending = new Map(names.map((name) => [name, this.#eventBuffer()]));
    for (const name of names) pending.add(first.caller.address, name, this);
    first.events.cork("line");
    this.#until = performance.now() + limits.channelsPendingMs;
    this.#timers = [
      setTimeout(() => this.#lead === first && this.#uncork(), limits.channelsCorkMs),
      setTimeout(() => this.keepsToOne(), limits.channelsPendingMs),
    ];
  }

  /** The line on which what happens is told. */
  get lead(): Connection {
    return this.#lead;
  }

  /** Whether a line is there, and the time is not over in which it comes. */
  isComing(name: string): boolean {
    return this.#channels.has(name) && performance.now() < this.#until;
  }

  /** Somebody else has come for one of its lines: as nobody can tell which is which, all of it ends. */
  contest(): void {
    this.#lead.end(CONTESTED);
  }

  /** What speaks on a line of this program. */
  codec(name: string): PeerCodec {
    return this.#first.codecOf(name);
  }

  /** A line has come. */
  join(name: string, channel: Connection): void {
    const buffered = this.#pending.get(name);
    const late = !(name === this.#leading ? this.#lead.events : buffered)?.corked;
    this.#pending.delete(name);
    this.#channels.set(name, channel);
    this.#all.add(channel);
    if (name === this.#leading) this.#leadOn(channel);
    buffered?.moveTo(channel.events);
    if (late) channel.say(this.codec(name).begins?.() ?? {});
    channel.events.uncork("line");
    if (this.#pending.size === 0) this.#stopWaiting();
    channel.flush();
  }

  /** Says something on a line, at the latest when it has come; on the leading one where it will not. */
  say(name: string, words: string): void {
    const pending = name === this.#leading ? undefined : this.#pending.get(name);
    (this.#channels.get(name)?.events ?? pending ?? this.#lead.events).push(words);
  }

  /** The program shows that it opens no other line, or has not opened it in time. */
  keepsToOne(): void {
    if (this.#pending.size === 0) return;
    this.#uncork();
    this.#stopWaiting();
  }

  /** Does something with every line but the leading one. */
  others(action: (line: Connection) => void): void {
    for (const line of Array.from(this.#all)) if (line !== this.#lead) action(line);
  }

  /** Nobody is signed in here any more. */
  over(): void {
    for (const line of Array.from(this.#all)) line.finish();
  }

  /** A line is gone. With the leading one all are. */
  left(channel: Connection): void {
    this.#all.delete(channel);
    for (const [name, each] of this.#channels) if (each === channel) this.#channels.delete(name);
    if (channel !== this.#lead) return;
    this.#stopWaiting();
    for (const name of this.#options.names) {
      this.#options.pending.forget(this.#first.caller.address, name, this);
    }
    this.over();
  }

  get #leading(): string | undefined {
    return this.#options.names[0];
  }

  #leadOn(channel: Connection): void {
    this.#lead.events.moveTo(channel.events);
    this.#lead = channel;
    this.#options.onLead(channel);
  }

  /** What was kept for lines that may come is told on the leading one. */
  #uncork(): void {
    for (const buffered of this.#pending.values()) buffered.moveTo(this.#lead.events);
    this.#lead.events.uncork("line");
    this.#lead.flush();
  }

  #stopWaiting(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const name of this.#pending.keys()) {
      this.#options.pending.remove(this.#first.caller.address, name, this);
    }
    this.#pending.clear();
  }

  /** For a line that is not there yet. */
  #eventBuffer(): EventBuffer {
    const buffer = new EventBuffer({
      bytesMax: this.#options.limits.outboxBytesMax,
      behind: () => false,
      queue: (words) => this.#lead.events.push(words),
      overflow: () => this.#lead.end(SLOW_READER),
    });
    buffer.cork("line");
    return buffer;
  }
}
