/**
 * The end of an account, and its suspension: everybody who is signed in with it is out, and no private room is left without
 * an owner.
 */
import type { Outcome } from "../outcome.ts";
import { endInvite, endInvites } from "../rooms/invitees.ts";
import { endMembership, keepOwned, noConsequences } from "../rooms/membership.ts";
import { closed } from "../sessions/leaving.ts";
import { DELETED_NAME } from "../shared/names.ts";
import type { Room } from "../state/rooms.ts";
import type { State } from "../state/state.ts";

/** What it means for others. */
type Closing = Omit<Outcome, "reply">;

/**
 * An account is gone for good, and everybody who is signed in with it, whoever ends it. What it wrote is gone through
 * afterwards, a little at a time (people/deletion.ts).
 */
export function endAccount(state: State, account: string, at: number, message: string): Closing {
  const rooms = roomsOf(state, account);
  // Nobody is to be told that they are a member still.
  state.store.write({ kind: "membership.clear", person: account });
  const left = closed(state, account, at, message);
  const removes = state.settings.get("deleted_messages") === "remove";
  const upTo = state.sequence.last;
  // Else a node has them until it is started again: nobody could take them back, and they would count.
  for (const { room: id } of state.store.invitesOf(account)) {
    const room = state.rooms.byId(id);
    if (room) endInvite(state, room, account, at);
  }
  state.store.write({ kind: "deletion.add", account, removes, upTo, name: DELETED_NAME });
  state.store.write({ kind: "account.remove", account });
  // Without the account its memberships are nobody's, and a private room of its own goes to somebody else.
  const consequences = noConsequences();
  for (const room of rooms) endMembership(state, room, account, at, consequences);
  return together(left, consequences);
}

/** Nobody signs in with an account any more; its memberships stay, and whom it invited into rooms is invited no more. */
export function suspendAccount(state: State, account: string, at: number, message: string): Closing {
  state.store.write({ kind: "account.disable", account, at });
  state.store.write({ kind: "token.clear", person: account, except: null });
  const left = closed(state, account, at, message, "account_suspended");
  const consequences = noConsequences();
  for (const room of roomsOf(state, account)) {
    consequences.tell.push(...endInvites(state, room, at, account));
    if (room.settings.private) keepOwned(state, room, at, consequences);
  }
  return together(left, consequences);
}

function roomsOf({ store, rooms }: State, account: string): Room[] {
  return store.membershipsOf(account).map(({ room }) => rooms.byId(room)).filter((room) =>
    room !== undefined
  );
}

function together(
  { end = [], tell = [], gone = [] }: Closing,
  more: Required<Pick<Outcome, "tell" | "gone">>,
): Closing {
  return { end, tell: [...tell, ...more.tell], gone: [...gone, ...more.gone] };
}
