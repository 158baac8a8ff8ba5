/** Rooms as people see them: which there are, who is in one, and how one is made. How people come in and go: membership.ts. */
import { checkRoomName } from "../accounts/names.ts";
import { type Caller, sessionOf } from "../caller.ts";
import type { Core } from "../core.ts";
import type { Answered } from "../outcome.ts";
import { pageSize } from "../sessions/paging.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import { LOBBY, Room } from "../state/rooms.ts";
import type { Person } from "../state/presence.ts";
import type { State } from "../state/state.ts";
import type { StoredRoom } from "../store/store.ts";

/** A page of rooms, the fullest first. @throws bad_request */
export function listRooms(core: Core, _caller: Caller, asked: Command<"rooms">): Answered<Answer<"rooms">> {
  const text = nameKey((asked.text ?? "").trim());
  const limit = pageSize(asked.limit ?? LIMITS.roomsListedMax, LIMITS.roomsListedMax);
  const after = asked.after === undefined ? undefined : placeInList(asked.after, text);
  const wanted = Array.from(core.rooms.all()).filter((room) => room.key.includes(text))
    .map((room) => ({ room, ...placeOf(room, text) })).sort(inOrder)
    .filter((each) => after === undefined || inOrder(after, each) < 0);
  const page = wanted.slice(0, limit);
  const last = page.at(-1);
  const more = wanted.length > page.length;
  const rooms = page.map(({ room }) => room.summary());
  return { reply: { rooms, more, next: more && last ? `${last.members}/${last.key}` : null } };
}

/** Where a room stands in a list. */
interface ListPosition {
  /** Whether it is called just as was asked. */
  exact: boolean;
  members: number;
  key: string;
}

function placeOf(room: Room, text: NameKey): ListPosition {
  return { exact: room.key === text, members: room.members.size, key: room.key };
}

function inOrder(a: ListPosition, b: ListPosition): number {
  return Number(b.exact) - Number(a.exact) || b.members - a.members ||
    (a.key < b.key ? -1 : Number(a.key > b.key));
}

/** Where a page ended. @throws bad_request */
function placeInList(next: string, text: NameKey): ListPosition {
  const [, members, key] = /^(\d{1,9})\/(.+)$/s.exec(next) ?? [];
  if (members !== undefined && key !== undefined) {
    return { exact: key === text, members: Number(members), key };
  }
  throw new Fault("bad_request", `Cannot page after ${quote(next)}: take "next" of the page before`);
}

/** Who is in a room that the asker is in. @throws unknown_room not_member */
export function members(core: Core, caller: Caller, asked: Command<"members">): Answered<Answer<"members">> {
  const { person } = sessionOf(caller);
  return { reply: memberRoom(core, person, asked.room, "list").state() };
}

/** The room of this name that the person is in. @throws unknown_room not_member */
export function memberRoom(
  { rooms }: Pick<State, "rooms">,
  person: Person,
  name: string,
  action: string,
): Room {
  const room = rooms.named(nameKey(name));
  if (!room) {
    throw new Fault(
      "unknown_room",
      `Cannot ${action} ${quote(name)}: there is no such room; "enter" makes it`,
    );
  }
  if (!person.rooms.has(room)) {
    throw new Fault("not_member", `Cannot ${action} ${quote(name)}: enter it first`);
  }
  return room;
}

/** A room as it is first kept. `by`: who makes it, and the network they are in. */
export function newRoom(
  { id, at, name, ephemeral }: { id: string; at: number; name: string; ephemeral: boolean },
  by?: { person: Person; network: string },
): StoredRoom {
  return {
    id,
    name,
    ephemeral,
    owner: null,
    createdAt: at,
    spoken: false,
    lasting: false,
    lastAt: at,
    maker: by?.person.id ?? null,
    network: by?.network ?? null,
  };
}

/** Makes the lobby where a new database has none. It belongs before everything else. */
export function openLobby(state: State, { id, at }: { id: string; at: number }): void {
  if (state.rooms.named(nameKey(LOBBY))) return;
  const room = newRoom({ id, at, name: checkRoomName(LOBBY), ephemeral: false });
  state.store.transact(() => state.store.write({ kind: "room.add", room }));
  state.rooms.add(new Room(room));
  state.journal.keep();
}
