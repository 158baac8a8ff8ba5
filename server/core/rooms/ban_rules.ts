/** Whom a ban keeps out, and which bans a new guest comes with. */
import { Fault, quote } from "../shared/faults.ts";
import { nameKey } from "../shared/names.ts";
import type { Ban, BanKind } from "../store/store.ts";
import type { Person } from "../state/presence.ts";
import type { Room } from "../state/rooms.ts";
import type { State } from "../state/state.ts";

/** The bans that a new guest comes with, who had this token before and comes from this address. */
export function inheritedBans(
  state: State,
  of: BanKind,
  { person, nickname, credential, address, now }: {
    person: string;
    nickname: string;
    /** The hash of the token that came along. */
    credential: string | undefined;
    address: string;
    now: number;
  },
): Ban[] {
  const before = credential === undefined ? undefined : state.store.token(credential);
  const from = { ...(before && { person: before.person }), network: state.networkOf(address) };
  return state[of].inherited(from, now).map((ban) => {
    const own = state[of].named(ban.room, nameKey(nickname), now);
    const longer = own && own.until >= ban.until ? own : { ...ban, networkUntil: 0 };
    return { ...longer, person, nickname };
  });
}

/** Refuses whoever may not come into a room yet. @throws kicked */
export function checkNotBanned(
  { bans }: Pick<State, "bans">,
  room: Room,
  person: Pick<Person, "id" | "key">,
  { action, now }: { action: string; now: number },
): void {
  const until = bans.until(room.id, person, now);
  if (until === undefined) return;
  const minutes = Math.ceil((until - now) / 60_000);
  throw new Fault(
    "kicked",
    `Cannot ${action}: you are kept out of ${quote(room.name)}, come back in ${minutes} min`,
    { reason: "not_yet", retryAfterMs: until - now },
  );
}
