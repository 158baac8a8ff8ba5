/** Who was invited into a room and has not come: how that is told, and how it ends. Inviting: invites.ts. */
import type { Delivery } from "../outcome.ts";
import type { Event } from "../shared/events.ts";
import type { Room } from "../state/rooms.ts";
import type { State } from "../state/state.ts";
import type { StoredInvite } from "../store/store.ts";

/** What whoever is invited is told, or told that it is over. */
export function invitedEvent(room: Room, { by }: StoredInvite, at: number, on: boolean): Event<"invited"> {
  return { event: "invited", room: room.name, ...markOf(room), by, at, on };
}

/** Whether it is a private room that somebody is invited to. */
export function markOf({ settings }: Room): { private?: true } {
  return settings.private ? { private: true } : {};
}

/** An invitation is taken up, or taken back; of one that they don't know of whoever is invited is told nothing. */
export function endInvite(state: State, room: Room, person: string, at: number): Delivery[] {
  const invite = room.invited.get(person);
  if (!invite) return [];
  state.store.write({ kind: "invite.remove", room: room.id, person });
  state.rooms.endInvite(room, person);
  if (invite.hidden) return [];
  return [{ to: { person }, event: invitedEvent(room, invite, at, false) }];
}

/** All invitations of somebody who may not invite any more, or of everybody where the room ends. */
export function endInvites(state: State, room: Room, at: number, by?: string): Delivery[] {
  const ending = Array.from(room.invited.values()).filter(({ byId }) => by === undefined || byId === by);
  return ending.flatMap(({ person }) => endInvite(state, room, person, at));
}
