/**
 * One program on several connections, its channels. It signs in on the first; the others come to ports of their own within a moment,
 * silent. Events go to the channel that leads: the first one, until the one that its dialect names first has come. The program is there
 * as long as the leading channel is; each other channel comes and goes by itself.
 */
import type { PeerCodec } from "../../protocol/dialect.ts";
import type { Connection } from "./connection.ts";
import { CONTESTED, SLOW_READER } from "./disconnect_reasons.ts";
import { EventBuffer } from "./event_buffer.ts";
import type { WireLimits } from "../wire_limits.ts";

/** What a program that has just signed in may still open. */
interface ChannelGroupOptions {
  /** The names of the other channels; the one that will lead first. */
  readonly names: readonly string[];
  readonly pending: PendingChannels;
  readonly limits: WireLimits;
  /** Told when another channel leads. */
  readonly onLead: (lead: Connection) => void;
}

/** The channels of one program. */
export class ChannelGroup {
  readonly #options: ChannelGroupOptions;
  readonly #first: Connection;
  #lead: Connection;
  readonly #all = new Set<Connection>();
  /** Channels that have come. */
  readonly #channels = new Map<string, Connection>();
  /** Channels that may still come → what is to be said there. */
  readonly #pending: Map<string, EventBuffer>;
  readonly #timers: readonly ReturnType<typeof setTimeout>[];
  /** Until when its channels may come; as `performance.now()`. */
  readonly #until: number;

  constructor(first: Connection, options: ChannelGroupOptions) {
    const { names, pending, limits } = options;
    this.#options = options;
    this.#first = first;
    this.#lead = first;
    this.#all.add(first);
    this.#pending = new Map(names.map((name) => [name, this.#eventBuffer()]));
    for (const name of names) pending.add(first.caller.address, name, this);
    first.events.cork("channel");
    this.#until = performance.now() + limits.channelsPendingMs;
    this.#timers = [
      setTimeout(() => this.#lead === first && this.#uncork(), limits.channelsCorkMs),
      setTimeout(() => this.keepsToOne(), limits.channelsPendingMs),
    ];
  }

  /** The channel that events go to. */
  get lead(): Connection {
    return this.#lead;
  }

  /** Whether a channel is there, and the time is not over in which it comes. */
  isComing(name: string): boolean {
    return this.#channels.has(name) && performance.now() < this.#until;
  }

  /** Somebody else has come for one of its channels: as nobody can tell which is which, all of it ends. */
  contest(): void {
    this.#lead.end(CONTESTED);
  }

  /** The codec of one of its channels. */
  codec(name: string): PeerCodec {
    return this.#first.codecOf(name);
  }

  /** A channel has come. */
  join(name: string, channel: Connection): void {
    const buffered = this.#pending.get(name);
    const late = !(name === this.#leading ? this.#lead.events : buffered)?.corked;
    this.#pending.delete(name);
    this.#channels.set(name, channel);
    this.#all.add(channel);
    if (name === this.#leading) this.#leadOn(channel);
    buffered?.moveTo(channel.events);
    if (late) channel.say(this.codec(name).begins?.() ?? {});
    channel.events.uncork("channel");
    if (this.#pending.size === 0) this.#stopWaiting();
    channel.flush();
  }

  /** Says something on a channel, at the latest when it has come; on the leading one where it will not. */
  say(name: string, words: string): void {
    const pending = name === this.#leading ? undefined : this.#pending.get(name);
    (this.#channels.get(name)?.events ?? pending ?? this.#lead.events).push(words);
  }

  /** The program shows that it opens no other channel, or has not opened it in time. */
  keepsToOne(): void {
    if (this.#pending.size === 0) return;
    this.#uncork();
    this.#stopWaiting();
  }

  /** Does something with every channel but the leading one. */
  others(action: (channel: Connection) => void): void {
    for (const channel of Array.from(this.#all)) if (channel !== this.#lead) action(channel);
  }

  /** Nobody is signed in here any more. */
  over(): void {
    for (const channel of Array.from(this.#all)) channel.finish();
  }

  /** A channel is gone. With the leading one all are. */
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

  /** What was kept for channels that may come goes to the leading one. */
  #uncork(): void {
    for (const buffered of this.#pending.values()) buffered.moveTo(this.#lead.events);
    this.#lead.events.uncork("channel");
    this.#lead.flush();
  }

  #stopWaiting(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const name of this.#pending.keys()) {
      this.#options.pending.remove(this.#first.caller.address, name, this);
    }
    this.#pending.clear();
  }

  /** For a channel that is not there yet. */
  #eventBuffer(): EventBuffer {
    const buffer = new EventBuffer({
      bytesMax: this.#options.limits.outboxBytesMax,
      behind: () => false,
      queue: (words) => this.#lead.events.push(words),
      overflow: () => this.#lead.end(SLOW_READER),
    });
    buffer.cork("channel");
    return buffer;
  }
}

/**
 * The programs that wait at one group of ports. Nothing but the address tells whose a channel is: it belongs to the program of that
 * address that has waited longest for a channel of its name.
 */
export class PendingChannels {
  /** Name and address → who waits, the longest first. */
  readonly #waiting = new Map<string, Set<ChannelGroup>>();
  /** Name and address → whose the last one was. */
  readonly #taken = new Map<string, ChannelGroup>();

  /** A program waits for a channel. */
  add(address: string, name: string, group: ChannelGroup): void {
    const key = keyOf(address, name);
    const groups = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, groups.add(group));
  }

  /** It does so no more. */
  remove(address: string, name: string, group: ChannelGroup): void {
    const key = keyOf(address, name);
    const groups = this.#waiting.get(key);
    if (groups?.delete(group) && groups.size === 0) this.#waiting.delete(key);
  }

  /** Whether a program of this address waits for a channel. */
  has(address: string, name: string): boolean {
    return this.#waiting.has(keyOf(address, name));
  }

  /** Whose a channel is that has come; undefined: nobody waits for it. */
  take(address: string, name: string): ChannelGroup | undefined {
    const [group] = this.#waiting.get(keyOf(address, name)) ?? [];
    if (group) {
      this.remove(address, name, group);
      this.#taken.set(keyOf(address, name), group);
    }
    return group;
  }

  /** Whose a channel has become within its time, for which another one has come now: one of the two is not theirs. */
  claimed(address: string, name: string): ChannelGroup | undefined {
    const group = this.#taken.get(keyOf(address, name));
    return group?.isComing(name) ? group : undefined;
  }

  /** A program is gone, and whatever was its own is nobody's. */
  forget(address: string, name: string, group: ChannelGroup): void {
    this.remove(address, name, group);
    const key = keyOf(address, name);
    if (this.#taken.get(key) === group) this.#taken.delete(key);
  }
}

function keyOf(address: string, name: string): string {
  return `${name} ${address}`;
}
