/** Rooms in the hands of whoever runs the server. */
import type { Core, Prepared } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { banNamed, lift, listed } from "../rooms/kicks.ts";
import { closeRoom } from "../rooms/membership.ts";
import { summaryOf } from "../rooms/rooms.ts";
import { pageSize } from "../sessions/paging.ts";
import { isLobby, type Room } from "../state/rooms.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";
import type { By } from "./by.ts";
import type { AdminAnswer, AdminCommand } from "../shared/admin_commands.ts";

/** A page of rooms, by name; an administrator sees the open ones. @throws bad_request */
export function listAllRooms(
  core: Core,
  asked: AdminCommand<"room.list">,
  by: By,
): Answered<AdminAnswer<"room.list">> {
  const after = asked.after === undefined ? undefined : placeOf(asked.after);
  const text = nameKey((asked.text ?? "").trim());
  const limit = pageSize(asked.limit ?? LIMITS.roomsListedMax, LIMITS.roomsListedMax);
  const all = Array.from(core.rooms.all())
    .filter(({ key, settings }) => key.includes(text) && !(by && settings.private))
    .filter((room) => after === undefined || inOrder(after, room) < 0).sort(inOrder);
  const rooms = all.slice(0, limit).map((room) => ({
    ...summaryOf(core, room),
    id: room.id,
    spoken: room.spoken,
  }));
  return { reply: { rooms, more: all.length > rooms.length } };
}

/** Where a room stands in the list. */
type ListPosition = Pick<Room, "key" | "id">;

function inOrder(a: ListPosition, b: ListPosition): number {
  const [one, other] = a.key === b.key ? [a.id, b.id] : [a.key, b.key];
  return one < other ? -1 : Number(one > other);
}

/** Where a page ended. A name may have a slash, an id has none. @throws bad_request */
function placeOf(after: string): ListPosition {
  const slash = after.lastIndexOf("/");
  if (slash > 0) return { key: nameKey(after.slice(0, slash)), id: after.slice(slash + 1) };
  throw new Fault("bad_request", `Cannot page after ${quote(after)}: it is NAME/ID of the last room`);
}

/** Ends a room with everything said and sent in it. Whoever is in it is told and is out. */
export function deleteRoom(
  core: Core,
  { room }: AdminCommand<"room.delete">,
): Prepared<AdminAnswer<"room.delete">> {
  return { proposal: { kind: "admin.room.delete", at: core.clock(), room } };
}

/** @throws unknown_room bad_room */
export function applyRoomDelete(
  state: State,
  p: Proposal<"admin.room.delete">,
): Outcome<AdminAnswer<"room.delete">> {
  const room = roomNamed(state, p.room, "delete", p.admin !== undefined);
  if (isLobby(room)) {
    throw new Fault("bad_room", `Cannot delete ${quote(room.name)}: everybody comes in there`, {
      reason: "lobby",
    });
  }
  const members = membersIn(state, room);
  const { id, name, settings } = room;
  const text = `The room ${quote(room.name)} was closed with everything in it by whoever runs this server.`;
  const reply = { room: name, id, members, ...(settings.private && { private: true as const }) };
  return { reply, ...closeRoom(state, room, p.at, text) };
}

/** Members with accounts, there or not, and the guests who are there. */
function membersIn({ store }: State, room: Room): number {
  return store.memberCount(room.id) + Array.from(room.members).filter(({ guest }) => guest).length;
}

/** Who may not come into a room, and until when. @throws unknown_room */
export function listKicks(
  core: Core,
  asked: AdminCommand<"room.kicks">,
  by: By,
): Answered<AdminAnswer<"room.kicks">> {
  const room = roomNamed(core, asked.room, "see who was kicked from", by !== undefined);
  return { reply: { kicks: listed(core, "bans", room) } };
}

/** Lets somebody in again before their time. */
export function unkick(
  core: Core,
  { room, nickname }: AdminCommand<"room.unkick">,
): Prepared<AdminAnswer<"room.unkick">> {
  return { proposal: { kind: "admin.room.lift", at: core.clock(), room, nickname } };
}

/** @throws unknown_room unknown_nickname */
export function applyUnkick(
  state: State,
  p: Proposal<"admin.room.lift">,
): Outcome<AdminAnswer<"room.unkick">> {
  const room = roomNamed(state, p.room, "let anybody in again to", p.admin !== undefined);
  const ban = banNamed(state, "bans", room, p.nickname, p.at);
  lift(state, "bans", ban);
  return { reply: { room: room.name, nickname: ban.nickname } };
}

/**
 * The operator names one by its id where several are called the same; for an administrator a private room is not there.
 * @throws unknown_room bad_room
 */
function roomNamed({ rooms }: State, name: string, action: string, openOnly: boolean): Room {
  const room = openOnly ? rooms.named(nameKey(name)) : rooms.find(name);
  if (room) return room;
  const several = openOnly ? [] : rooms.called(nameKey(name));
  if (several.length > 0) {
    const ids = several.map(({ id, settings }) => settings.private ? `${id} (private)` : id).join(", ");
    throw new Fault(
      "bad_room",
      `Cannot ${action} ${quote(name)}: ${several.length} rooms are called so, name one by its id: ${ids}`,
    );
  }
  throw new Fault("unknown_room", `Cannot ${action} ${quote(name)}: there is no such room`);
}
