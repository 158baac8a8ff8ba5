/**
 * Kicks that last: who may not come into which room, and until when. A ban is about a person and about the nickname
 * that they had. A guest makes new ones at will, so a guest's ban passes on to whoever comes as a new guest with their
 * token, or for a while from their network: the newcomer gets a ban of their own, and nobody is judged by an address
 * again. Who is here already, comes back with a token of their own or has an account is never touched by it.
 */
import type { Journal } from "./journal.ts";
import type { Person } from "./presence.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import type { Ban } from "../store/store.ts";

/** Who it is that may be banned. */
type Subject = Pick<Person, "id" | "key">;

/** Every ban that counts. */
export class Bans {
  readonly #byRoom = new Map<string, Map<NameKey, Ban>>();

  readonly #journal: Journal;

  constructor(bans: readonly Ban[], journal: Journal) {
    this.#journal = journal;
    for (const ban of bans) this.#of(ban.room).set(nameKey(ban.nickname), ban);
  }

  add(ban: Ban): void {
    this.#put(ban.room, nameKey(ban.nickname), ban);
  }

  lift(room: string, key: NameKey): void {
    this.#put(room, key, undefined);
  }

  /** Somebody has another nickname: what is kept about them follows; gives each as it was and as it is now. */
  rename(person: string, nickname: string, now: number): [Ban, Ban][] {
    const changed: [Ban, Ban][] = [];
    for (const [room, here] of Array.from(this.#byRoom).sort(([a], [b]) => a < b ? -1 : 1)) {
      // One that is over may be forgotten, or not yet: it is as if it were.
      const before = Array.from(here.values()).find((ban) => ban.person === person && ban.until > now);
      if (!before) continue;
      // Somebody else of this name may be kept out as well; whoever is out for longest decides for both.
      const until = Math.max(before.until, here.get(nameKey(nickname))?.until ?? 0);
      const renamed = { ...before, nickname, until };
      this.lift(room, nameKey(before.nickname));
      this.add(renamed);
      changed.push([before, renamed]);
    }
    return changed;
  }

  drop(room: string): void {
    const here = this.#byRoom.get(room);
    if (!here) return;
    this.#byRoom.delete(room);
    this.#journal.note(() => this.#byRoom.set(room, here));
  }

  /** Forgets those that are over. */
  expire(now: number): void {
    for (const [room, here] of this.#byRoom) {
      for (const [key, ban] of here) if (ban.until <= now) this.#put(room, key, undefined);
      if (here.size === 0) this.drop(room);
    }
  }

  #put(room: string, key: NameKey, ban: Ban | undefined): void {
    const here = this.#of(room);
    const before = here.get(key);
    const put = (value: Ban | undefined) => value ? here.set(key, value) : here.delete(key);
    put(ban);
    this.#journal.note(() => put(before));
  }

  #of(room: string): Map<NameKey, Ban> {
    let here = this.#byRoom.get(room);
    if (!here) this.#byRoom.set(room, here = new Map());
    return here;
  }

  /** Those that still count in a room, the one that ends last first. The order is the same however they came there. */
  of(room: string, now: number): Ban[] {
    return Array.from(this.#byRoom.get(room)?.values() ?? []).filter((ban) => ban.until > now)
      .sort((a, b) => b.until - a.until || (a.nickname < b.nickname ? -1 : 1));
  }

  named(room: string, key: NameKey, now: number): Ban | undefined {
    const ban = this.#byRoom.get(room)?.get(key);
    return ban && ban.until > now ? ban : undefined;
  }

  /** Until when somebody may not come into a room; undefined when they may. */
  until(room: string, { id, key }: Subject, now: number): number | undefined {
    let last = now;
    for (const [named, { person, until }] of this.#byRoom.get(room) ?? []) {
      if ((person === id || named === key) && until > last) last = until;
    }
    return last > now ? last : undefined;
  }

  /** Those that count for a new guest with this token's person, from this network. */
  inherited({ person, network }: { person?: string; network: string }, now: number): Ban[] {
    const found: Ban[] = [];
    for (const room of Array.from(this.#byRoom.keys()).sort()) {
      const heirs = this.of(room, now).filter((ban) => ban.network !== null).map((ban) =>
        ban.person === person ? ban : { ...ban, until: ban.network === network ? ban.networkUntil : 0 }
      );
      const longest = heirs.filter(({ until }) => until > now).sort((a, b) => b.until - a.until)[0];
      if (longest) found.push(longest);
    }
    return found;
  }
}
