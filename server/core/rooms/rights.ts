/**
 * Who may do what in a room. One table says which place it takes; everything that asks for a right comes through here.
 * A private room has the owners and moderators that were appointed. So has an open one; besides, whoever made it and every
 * administrator of the server have an owner's place there, online or not. While none of those is there, an open room falls
 * to somebody who is: that is no place, and what they may do is in kicks.ts.
 */
import { isAdministrator } from "../accounts/administrators.ts";
import { Fault, quote } from "../shared/faults.ts";
import { isAtLeast, type Ownership, type Role } from "../shared/room_settings.ts";
import type { Person } from "../state/presence.ts";
import type { Room } from "../state/rooms.ts";
import type { State } from "../state/state.ts";

/** What somebody may do → the least place that it takes. */
const RIGHTS = {
  /** In an announcement room. */
  announce: "moderator",
  topic: "moderator",
  pin: "moderator",
  remove: "moderator",
  mute: "moderator",
  kick: "moderator",
  invite: "moderator",
  /** To say something to everybody in it at once. */
  mentionAll: "moderator",
  settings: "owner",
  roles: "owner",
  delete: "owner",
} as const satisfies Record<string, Role>;

/** What takes a place. */
type RoomRight = keyof typeof RIGHTS;

/** Somebody's place in a room that they are in. */
export function roleOf(
  state: Pick<State, "store">,
  room: Room,
  person: Pick<Person, "id" | "guest">,
): Role {
  if (person.guest) return "member";
  const appointed = room.roles.get(person.id) ?? "member";
  if (room.settings.private || appointed === "owner") return appointed;
  return room.maker === person.id || isAdministrator(state, person) ? "owner" : appointed;
}

/** Whether an open room has somebody of its own who keeps order in it, there or not. */
export function hasKeepers({ store }: Pick<State, "store">, { id, maker, roles }: Room): boolean {
  return roles.size > 0 || (maker !== null && store.memberOf(id, maker) !== undefined);
}

/** What comes of owning a room, or of an open one having fallen to somebody. */
export function ownershipOf(state: Pick<State, "store">, room: Room): Ownership {
  if (room.settings.private) return "place";
  if (!room.owner) return "nothing";
  if (roleOf(state, room, room.owner) === "owner") return "place";
  return hasKeepers(state, room) ? "nothing" : "keeps_order";
}

/** Whether somebody's place allows it. */
export function mayIn(
  state: Pick<State, "store">,
  room: Room,
  person: Pick<Person, "id" | "guest">,
  right: RoomRight,
): boolean {
  return isAtLeast(roleOf(state, room, person), RIGHTS[right]);
}

/** Whether what somebody says to everybody in a room at once calls them: in an open hand it is a nuisance. */
export function mayCall(state: Pick<State, "store" | "settings">, room: Room, author: string): boolean {
  if (state.settings.get("room_mentions") === "everybody") return true;
  const guest = state.store.accountById(author) === undefined;
  return mayIn(state, room, { id: author, guest }, "mentionAll");
}

/** @throws forbidden */
export function checkRight(
  state: Pick<State, "store">,
  room: Room,
  person: Person,
  right: RoomRight,
  action: string,
): void {
  if (!mayIn(state, room, person, right)) throw lacksRight(room, right, action);
}

function lacksRight(room: Room, right: RoomRight, action: string): Fault {
  const isOwners = RIGHTS[right] === "owner";
  const who = isOwners ? "only its owners may" : "only its moderators and owners may";
  return new Fault("forbidden", `Cannot ${action}: it takes a place in ${quote(room.name)}, and ${who}`, {
    reason: isOwners ? "owners_only" : "moderators_only",
  });
}

/** Refuses what adds to a room that takes no more, or to one in which this person may not speak. @throws archived muted forbidden */
export function checkMayWrite(state: State, room: Room, person: Person, at: number, action: string): void {
  const fault = writingFault(state, room, person, at, action);
  if (fault) throw fault;
}

/** Whether somebody may write in a room now. */
export function mayWrite(state: State, room: Room, person: Person, at: number): boolean {
  return writingFault(state, room, person, at, "write in") === undefined;
}

/** Why somebody may not write in a room now; undefined: they may. */
function writingFault(
  state: State,
  room: Room,
  person: Person,
  at: number,
  action: string,
): Fault | undefined {
  const { archived, writing } = room.settings;
  const what = `${action} ${quote(room.name)}`;
  if (archived) return new Fault("archived", `Cannot ${what}: it is archived, and can only be read`);
  if (writing === "moderators" && !mayIn(state, room, person, "announce")) {
    return lacksRight(room, "announce", what);
  }
  const until = state.mutes.until(room.id, person, at);
  if (until === undefined) return undefined;
  const minutes = Math.ceil((until - at) / 60_000);
  const words = `Cannot ${what}: you may not speak there yet, but in ${minutes} min`;
  return new Fault("muted", words, { reason: "not_yet", retryAfterMs: until - at });
}

/** The number after which a member may read a room: where newcomers don't see what was before, that of their coming. */
export function visibleFrom({ store }: Pick<State, "store">, room: Room, person: string): number {
  if (room.settings.history === "all") return 0;
  return store.membershipIn(room.id, person)?.since ?? Number.MAX_SAFE_INTEGER;
}
