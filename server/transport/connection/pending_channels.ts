/**
 * Programs that have signed in on one port and may open further lines on others. Nothing but the address tells whose such a line is:
 * it belongs to the program of that address that has waited longest for a line of its name.
 */
import type { Party } from "./channel_group.ts";

/** Those who wait at one group of ports. */
export class AwaitedLines {
  /** Name and address → who waits, the longest first. */
  readonly #waiting = new Map<string, Set<Party>>();
  /** Name and address → whose the last one was. */
  readonly #taken = new Map<string, Party>();

  /** A program waits for a line. */
  add(address: string, name: string, party: Party): void {
    const key = keyOf(address, name);
    const parties = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, parties.add(party));
  }

  /** It does so no more. */
  remove(address: string, name: string, party: Party): void {
    const key = keyOf(address, name);
    const parties = this.#waiting.get(key);
    if (parties?.delete(party) && parties.size === 0) this.#waiting.delete(key);
  }

  /** Whether a program of this address waits for a line. */
  has(address: string, name: string): boolean {
    return this.#waiting.has(keyOf(address, name));
  }

  /** Whose a line is that has come; undefined: nobody waits for it. */
  take(address: string, name: string): Party | undefined {
    const [party] = this.#waiting.get(keyOf(address, name)) ?? [];
    if (party) {
      this.remove(address, name, party);
      this.#taken.set(keyOf(address, name), party);
    }
    return party;
  }

  /** Whose a line has become within its time, for which another one has come now: one of the two is not theirs. */
  claimed(address: string, name: string): Party | undefined {
    const party = this.#taken.get(keyOf(address, name));
    return party?.isComing(name) ? party : undefined;
  }

  /** A program is gone, and whatever was its own is nobody's. */
  forget(address: string, name: string, party: Party): void {
    this.remove(address, name, party);
    const key = keyOf(address, name);
    if (this.#taken.get(key) === party) this.#taken.delete(key);
  }
}

function keyOf(address: string, name: string): string {
  return `${name} ${address}`;
}
