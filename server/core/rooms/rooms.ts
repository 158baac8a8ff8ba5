/** Rooms as people see them: which there are, who is in one, and how one is made. How people come in and go: membership.ts. */
import { checkRoomName } from "../accounts/names.ts";
import { type Caller, sessionOf } from "../caller.ts";
import type { Core } from "../core.ts";
import type { Answered } from "../outcome.ts";
import { daysIn } from "../retention/retention.ts";
import { pageSize } from "../sessions/paging.ts";
import type { Answer, Command, RoomState, RoomSummary } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import { NEW_ROOM, type Role, type RoomSettings } from "../shared/room_settings.ts";
import { LOBBY, Room } from "../state/rooms.ts";
import type { Person } from "../state/presence.ts";
import type { State } from "../state/state.ts";
import type { StoredRoom } from "../store/store.ts";
import { ownershipOf, roleOf } from "./rights.ts";

/** A page of rooms, the fullest first. @throws bad_request */
export function listRooms(core: Core, caller: Caller, asked: Command<"rooms">): Answered<Answer<"rooms">> {
  const { person } = sessionOf(caller);
  const text = nameKey((asked.text ?? "").trim());
  const limit = pageSize(asked.limit ?? LIMITS.roomsListedMax, LIMITS.roomsListedMax);
  const after = asked.after === undefined ? undefined : placeInList(asked.after, text);
  const wanted = Array.from(core.rooms.all())
    .filter((room) => room.key.includes(text) && (!room.settings.private || person.rooms.has(room)))
    .map((room) => ({ room, ...placeOf(room, text) }))
    .filter((each) => after === undefined || inOrder(after, each) < 0)
    .sort(inOrder);
  const page = wanted.slice(0, limit);
  const last = page.at(-1);
  const more = wanted.length > page.length;
  const rooms = page.map(({ room }) => summaryOf(core, room));
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

/** How a room is set that the asker is in. @throws unknown_room not_member */
export function lookAtRoom(core: Core, caller: Caller, asked: Command<"room">): Answered<Answer<"room">> {
  const { person } = sessionOf(caller);
  const room = memberRoom(core, person, asked.room, "look at");
  const { name, createdAt, settings } = room;
  return {
    reply: { room: name, createdAt, topicSet: () => topicSet(core, room), ...settingsShown(settings) },
  };
}

/** Who is in a room that the asker is in. @throws unknown_room not_member */
export function members(core: Core, caller: Caller, asked: Command<"members">): Answered<Answer<"members">> {
  const { person } = sessionOf(caller);
  return { reply: stateOf(core, memberRoom(core, person, asked.room, "list"), person, core.clock()) };
}

/** How many are in a room and whose it is. */
export function summaryOf(state: State, room: Room): RoomSummary {
  const { topic } = room.settings;
  return {
    room: room.name,
    members: room.members.size,
    owner: ownerOf(state, room),
    ephemeral: room.ephemeral,
    ...(topic !== "" && { topic }),
    ...marksOf(room),
  };
}

/** What a list says of how a room is set. */
export function marksOf(
  { settings: { private: isPrivate, archived, writing } }: Room,
): Pick<RoomSummary, "private" | "archived" | "writing"> {
  return {
    ...(isPrivate && { private: true }),
    ...(archived && { archived: true }),
    ...(writing === "moderators" && { writing }),
  };
}

/** Who is in a room, and how it is set, as one of its members sees it. */
export function stateOf(state: State, room: Room, person: Person, now: number): RoomState {
  const present = Array.from(room.members);
  const here = new Set(present.map(({ id }) => id));
  const { absentListedMax } = LIMITS;
  const kept = state.store.membersOf(room.id, absentListedMax + present.length);
  const away = kept.filter((member) => !here.has(member.person));
  const absent = away.slice(0, absentListedMax);
  const isAll = kept.length < absentListedMax + present.length;
  const others = isAll
    ? away.length - absent.length
    : state.store.memberCount(room.id) - present.filter(({ guest }) => !guest).length - absent.length;
  const [owners, moderators] = [appointed(state, room, "owner"), appointed(state, room, "moderator")];
  const role = roleOf(state, room, person);
  const muted = state.mutes.until(room.id, person, now);
  const days = daysIn(state, room.id);
  return {
    room: room.name,
    members: present.map(({ nickname }) => nickname),
    guests: present.filter(({ guest }) => guest).map(({ nickname }) => nickname),
    owner: ownerOf(state, room),
    ownership: () => ownershipOf(state, room),
    maker: () => makerOf(state, room),
    readAt: () => readAt(state, room, person),
    topicSet: () => topicSet(state, room),
    ephemeral: room.ephemeral,
    ...(absent.length > 0 && { absent: absent.map(({ nickname }) => nickname) }),
    ...(others > 0 && { more_absent: others }),
    ...(owners.length > 0 && { owners }),
    ...(moderators.length > 0 && { moderators }),
    ...(role !== "member" && { role }),
    ...invitedOf(state, room, role),
    ...(muted !== undefined && { muted }),
    ...(state.settings.get("room_mentions") === "everybody" && { calls: "everybody" as const }),
    ...(days > 0 && { kept_days: days }),
    ...settingsShown(room.settings),
  };
}

/** Of an open room: what whoever made it is called. */
function makerOf({ store }: State, { maker, settings }: Room): string | undefined {
  return settings.private || maker === null ? undefined : store.accountById(maker)?.nickname;
}

function topicSet({ store }: State, { topicSet }: Room): { by: string; at: number } | null {
  const account = topicSet && store.accountById(topicSet.by);
  return account ? { by: account.nickname, at: topicSet!.at } : null;
}

function readAt({ store }: State, room: Room, person: Person): number | null {
  const mark = store.readCursor(person.id, room.id);
  return store.message(mark?.id ?? "")?.at ?? null;
}

/** Who was invited and has not come, for those who may invite. */
function invitedOf({ store }: State, room: Room, role: Role): { invited?: string[] } {
  if (role === "member" || room.invited.size === 0) return {};
  const names = Array.from(room.invited.keys(), (person) => store.accountById(person)?.nickname);
  return { invited: names.filter((name) => name !== undefined) };
}

/** How a room is set, where that is not as with a new one. */
function settingsShown(settings: RoomSettings): Partial<RoomSettings> {
  const keys = Object.keys(settings) as (keyof RoomSettings)[];
  const set = keys.filter((key) => settings[key] !== NEW_ROOM[key]);
  return Object.fromEntries(set.map((key) => [key, settings[key]]));
}

/** Whose a room is: of a private one the owner whose account is the oldest. */
function ownerOf(state: State, room: Room): string | null {
  return room.settings.private ? appointed(state, room, "owner")[0] ?? null : room.owner?.nickname ?? null;
}

/** The nicknames of those who were given a place, the oldest account first: on every node the same, after a restart too. */
function appointed({ store }: State, room: Room, place: Role): string[] {
  const people = Array.from(room.roles).flatMap(([person, role]) => role === place ? [person] : []);
  return people.sort().map((person) => store.accountById(person)?.nickname).filter((nickname) =>
    nickname !== undefined
  );
}

/** The room of this name that the person is in. @throws unknown_room not_member */
export function memberRoom(
  { rooms }: Pick<State, "rooms">,
  person: Person,
  name: string,
  action: string,
): Room {
  const room = rooms.named(nameKey(name), person);
  if (!room) {
    throw new Fault(
      "unknown_room",
      `Cannot ${action} ${quote(name)}: there is no such room; "enter" makes it`,
      { way: "enter" },
    );
  }
  if (!person.rooms.has(room)) {
    throw new Fault("not_member", `Cannot ${action} ${quote(name)}: enter it first`);
  }
  return room;
}

/** A room as it is first kept. `by`: who makes it, and the network they are in. */
export function newRoom(
  { id, at, name, ephemeral, private: isPrivate = false }: {
    id: string;
    at: number;
    name: string;
    ephemeral: boolean;
    private?: boolean;
  },
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
    topicSet: null,
    settings: { ...NEW_ROOM, private: isPrivate },
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
