/**
 * Kicks that last: who may not come into which room, and until when. A ban is about a person and about the nickname
 * that they had. A guest makes new ones at will, so a guest's ban passes on to whoever comes as a new guest with their
 * token, or for a while from their network: the newcomer gets a ban of their own, and nobody is judged by an address
 * again. Who is here already, comes back with a token of their own or has an account is never touched by it.
 */
import type { Caller, Core } from "../core.ts";
import { Fault, quote } from "../shared/faults.ts";
import type { Person } from "../sessions/presence.ts";
import type { Room } from "./rooms.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import type { Ban } from "../store.ts";

/** Who it is that may be banned. */
type Subject = Pick<Person, "id" | "key">;

/** Every ban that counts. */
export class Bans {
  readonly #byRoom = new Map<string, Map<NameKey, Ban>>();

  constructor(bans: readonly Ban[]) {
    for (const ban of bans) this.add(ban);
  }

  add(ban: Ban): void {
    const here = this.#byRoom.get(ban.room) ?? new Map<NameKey, Ban>();
    this.#byRoom.set(ban.room, here.set(nameKey(ban.nickname), ban));
  }

  lift(room: string, key: NameKey): void {
    this.#byRoom.get(room)?.delete(key);
  }

  drop(room: string): void {
    this.#byRoom.delete(room);
  }

  expire(now: number): void {
    for (const [room, here] of this.#byRoom) {
      for (const [key, ban] of here) if (ban.until <= now) here.delete(key);
      if (here.size === 0) this.#byRoom.delete(room);
    }
  }

  /** Those that still count in a room, the one that ends last first. */
  of(room: string, now: number): Ban[] {
    return Array.from(this.#byRoom.get(room)?.values() ?? []).filter((ban) => ban.until > now)
      .sort((a, b) => b.until - a.until);
  }

  named(room: string, key: NameKey, now: number): Ban | undefined {
    const ban = this.#byRoom.get(room)?.get(key);
    return ban && ban.until > now ? ban : undefined;
  }

  /** Until when somebody may not come into a room; undefined when they may. */
  until(room: string, { id, key }: Subject, now: number): number | undefined {
    const all = this.of(room, now);
    return all.find((ban) => ban.person === id || nameKey(ban.nickname) === key)?.until;
  }

  /** Those that count for a new guest with this token's person, from this network. */
  inherited({ person, network }: { person?: string; network: string }, now: number): Ban[] {
    const found: Ban[] = [];
    for (const room of this.#byRoom.keys()) {
      const heirs = this.of(room, now).filter((ban) => ban.network !== null).map((ban) =>
        ban.person === person ? ban : { ...ban, until: ban.network === network ? ban.networkUntil : 0 }
      );
      const longest = heirs.filter(({ until }) => until > now).sort((a, b) => b.until - a.until)[0];
      if (longest) found.push(longest);
    }
    return found;
  }
}

/** The bans that a new guest comes with. */
export function inheritedBans(
  core: Core,
  caller: Caller,
  { person, nickname }: { person: string; nickname: string },
): Ban[] {
  const { credential, address } = caller;
  const before = credential === undefined ? undefined : core.store.token(core.secrets.digest(credential));
  const from = { ...(before && { person: before.person }), network: core.networkOf(address) };
  const now = core.clock();
  return core.bans.inherited(from, now).map((ban) => {
    const own = core.bans.named(ban.room, nameKey(nickname), now);
    const longer = own && own.until >= ban.until ? own : { ...ban, networkUntil: 0 };
    return { ...longer, person, nickname };
  });
}

/** Refuses whoever may not come into a room yet. @throws kicked */
export function checkNotBanned(core: Core, room: Room, person: Subject, action: string): void {
  const now = core.clock();
  const until = core.bans.until(room.id, person, now);
  if (until === undefined) return;
  const minutes = Math.ceil((until - now) / 60_000);
  throw new Fault(
    "kicked",
    `Cannot ${action}: you were kicked from ${quote(room.name)}, come back in ${minutes} min`,
    { retryAfterMs: until - now },
  );
}
