/** Rooms in the hands of whoever runs the server. */
import { banNamed, liftOf, listed, settleLift } from "../rooms/kicks.ts";
import type { Core } from "../core.ts";
import type { Decision, Delivery } from "../decision.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { OperatorAnswer, OperatorCommand } from "./admin_commands.ts";
import type { Person } from "../sessions/presence.ts";
import { isLobby, type Room } from "../rooms/rooms.ts";
import { Conflict } from "../store.ts";

/** A page of rooms, by name. */
export function listAllRooms(
  core: Core,
  asked: OperatorCommand<"room.list">,
): Decision<OperatorAnswer<"room.list">> {
  return {
    settle() {
      const after = asked.after === undefined ? "" : nameKey(asked.after);
      const all = Array.from(core.rooms.all()).filter((room) => room.key > after)
        .sort((a, b) => a.key < b.key ? -1 : 1);
      const rooms = all.slice(0, LIMITS.roomsListedMax).map((room) => ({
        ...room.summary(),
        spoken: room.spoken,
      }));
      return { reply: { rooms, more: all.length > rooms.length } };
    },
  };
}

/** Ends a room with everything said and sent in it. Whoever is in it is told and is out. @throws unknown_room bad_room */
export function deleteRoom(
  core: Core,
  asked: OperatorCommand<"room.delete">,
): Decision<OperatorAnswer<"room.delete">> {
  const room = roomNamed(core, asked.room, "delete");
  if (isLobby(room)) {
    throw new Fault("bad_room", `Cannot delete ${quote(room.name)}: everybody comes in there`);
  }
  const files = core.store.files.idsOfRoom(room.id);
  return {
    writes: [{ kind: "room.remove", room: room.id }],
    settle() {
      if (core.rooms.byId(room.id) !== room) throw new Conflict("the room went by itself");
      const people = Array.from(room.members);
      for (const person of people) person.rooms.delete(room);
      room.members.clear();
      core.presence.version++;
      core.rooms.drop(room);
      core.bans.drop(room.id);
      void core.uploads.drop(core, [...files, ...core.uploads.idsIn(room.id)]);
      return {
        reply: { room: room.name, members: people.length },
        tell: people.flatMap((person) => farewell(room, person)),
      };
    },
  };
}

/** Who may not come into a room, and until when. @throws unknown_room */
export function listKicks(
  core: Core,
  asked: OperatorCommand<"room.kicks">,
): Decision<OperatorAnswer<"room.kicks">> {
  const room = roomNamed(core, asked.room, "see who was kicked from");
  return { settle: () => ({ reply: { kicks: listed(core, room) } }) };
}

/** Lets somebody in again before their time. @throws unknown_room unknown_nickname */
export function unkick(
  core: Core,
  asked: OperatorCommand<"room.unkick">,
): Decision<OperatorAnswer<"room.unkick">> {
  const room = roomNamed(core, asked.room, "let anybody in again to");
  const ban = banNamed(core, room, asked.nickname);
  return {
    writes: [liftOf(ban)],
    settle: () => ({ reply: { ...settleLift(core, ban), room: room.name, nickname: ban.nickname } }),
  };
}

function roomNamed(core: Core, name: string, action: string): Room {
  const room = core.rooms.named(nameKey(name));
  if (room) return room;
  throw new Fault("unknown_room", `Cannot ${action} ${quote(name)}: there is no such room`);
}

function farewell(room: Room, person: Person): Delivery[] {
  const to = { person };
  const text = `The room ${quote(room.name)} was closed with everything in it by whoever runs this server.`;
  return [
    { to, event: { event: "notice", text } },
    { to, event: { event: "left", room: room.name, nickname: person.nickname } },
  ];
}
