/**
 * Programs that have signed in on one port and may open further lines on others. Nothing but the address tells whose such a line is:
 * it belongs to the program of that address that has waited longest for a line of its name.
 */
import type { ChannelGroup } from "./channel_group.ts";

/** Those who wait at one group of ports. */
export class PendingChannels {
  /** Name and address → who waits, the longest first. */
  readonly #waiting = new Map<string, Set<ChannelGroup>>();
  /** Name and address → whose the last one was. */
  readonly #taken = new Map<string, ChannelGroup>();

  /** A program waits for a line. */
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

  /** Whether a program of this address waits for a line. */
  has(address: string, name: string): boolean {
    return this.#waiting.has(keyOf(address, name));
  }

  /** Whose a line is that has come; undefined: nobody waits for it. */
  take(address: string, name: string): ChannelGroup | undefined {
    const [group] = this.#waiting.get(keyOf(address, name)) ?? [];
    if (group) {
      this.remove(address, name, group);
      this.#taken.set(keyOf(address, name), group);
    }
    return group;
  }

  /** Whose a line has become within its time, for which another one has come now: one of the two is not theirs. */
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
