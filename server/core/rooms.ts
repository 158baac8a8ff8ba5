/**
 * Rooms: what they are, and what people see of them. A room lives in memory for as long as the server runs; what was
 * said in it is the store's. How people come in and go: membership.ts.
 */
import type { Caller, Core } from "./core.ts";
import { sessionOf } from "./core.ts";
import type { Answer, Command, RoomState, RoomSummary } from "./commands.ts";
import type { Decision } from "./decision.ts";
import { Fault, quote } from "./faults.ts";
import { LIMITS } from "./limits.ts";
import { looksOf } from "./look_alike.ts";
import { type NameKey, nameKey } from "./shared/names.ts";
import { pageSize } from "./portion.ts";
import type { Person } from "./presence.ts";
import type { StoredRoom } from "./store.ts";

/** The room that everyone enters at sign-in. */
export const LOBBY = "lobby";

/** Whether it is that one. */
export function isLobby(room: Pick<Room, "key">): boolean {
  return room.key === nameKey(LOBBY);
}

/** A place to talk. */
export class Room {
  readonly id: string;
  readonly name: string;
  readonly key: NameKey;
  readonly looks: readonly string[];
  readonly ephemeral: boolean;
  /** The longest-present first. */
  readonly members: Set<Person> = new Set();
  owner: Person | null = null;
  /** Whether anything was ever said here. */
  spoken: boolean;
  /** Whose it was when the server last stopped, and until when it waits for them. */
  held: { person: string | null; until: number } | null = null;

  constructor(stored: StoredRoom) {
    this.id = stored.id;
    this.name = stored.name;
    this.key = nameKey(stored.name);
    this.looks = looksOf(stored.name);
    this.ephemeral = stored.ephemeral;
    this.spoken = stored.spoken;
  }

  /** Whether it goes when nobody is in it. */
  get passing(): boolean {
    return (this.ephemeral || !this.spoken) && !isLobby(this);
  }

  /** How many are here and whose it is. */
  summary(): RoomSummary {
    const { members, name: room, owner, ephemeral } = this;
    return { room, members: members.size, owner: owner?.nickname ?? null, ephemeral };
  }

  /** Who is here and whose it is. */
  state(): RoomState {
    return {
      room: this.name,
      members: Array.from(this.members, (person) => person.nickname),
      guests: Array.from(this.members).filter(({ guest }) => guest).map(({ nickname }) => nickname),
      owner: this.owner?.nickname ?? null,
      ephemeral: this.ephemeral,
    };
  }
}

/** Every room there is. */
export class Rooms {
  readonly #byKey = new Map<NameKey, Room>();
  readonly #byId = new Map<string, Room>();
  /** Of several that look alike, which older ones may, the last. */
  readonly #byLook = new Map<string, Room>();

  constructor(stored: readonly StoredRoom[], now: number) {
    for (const each of stored) {
      const room = this.add(new Room(each));
      room.held = { person: each.owner, until: now + LIMITS.ownerReturnMs };
    }
  }

  get size(): number {
    return this.#byKey.size;
  }

  named(key: NameKey): Room | undefined {
    return this.#byKey.get(key);
  }

  /** A room whose name looks like this one. */
  looking(name: string): Room | undefined {
    return looksOf(name).map((look) => this.#byLook.get(look)).find((room) => room !== undefined);
  }

  byId(id: string): Room | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<Room> {
    return this.#byKey.values();
  }

  add(room: Room): Room {
    this.#byKey.set(room.key, room);
    this.#byId.set(room.id, room);
    for (const look of room.looks) this.#byLook.set(look, room);
    return room;
  }

  drop(room: Room): void {
    this.#byKey.delete(room.key);
    this.#byId.delete(room.id);
    for (const look of room.looks) if (this.#byLook.get(look) === room) this.#byLook.delete(look);
  }
}

/** A page of rooms, the fullest first. @throws bad_request */
export function listRooms(core: Core, _caller: Caller, asked: Command<"rooms">): Decision<Answer<"rooms">> {
  const text = nameKey((asked.text ?? "").trim());
  const limit = pageSize(asked.limit ?? LIMITS.roomsListedMax, LIMITS.roomsListedMax);
  const after = asked.after === undefined ? undefined : placeInList(asked.after, text);
  return {
    settle() {
      const wanted = Array.from(core.rooms.all()).filter((room) => room.key.includes(text))
        .map((room) => ({ room, ...placeOf(room, text) })).sort(inOrder)
        .filter((each) => after === undefined || inOrder(after, each) < 0);
      const page = wanted.slice(0, limit);
      const last = page.at(-1);
      const more = wanted.length > page.length;
      const rooms = page.map(({ room }) => room.summary());
      return { reply: { rooms, more, next: more && last ? `${last.members}/${last.key}` : null } };
    },
  };
}

/** Where a room stands in a list. */
interface ListPlace {
  /** Whether it is called just as was asked. */
  exact: boolean;
  members: number;
  key: string;
}

function placeOf(room: Room, text: NameKey): ListPlace {
  return { exact: room.key === text, members: room.members.size, key: room.key };
}

function inOrder(a: ListPlace, b: ListPlace): number {
  return Number(b.exact) - Number(a.exact) || b.members - a.members ||
    (a.key < b.key ? -1 : Number(a.key > b.key));
}

/** Where a page ended. @throws bad_request */
function placeInList(next: string, text: NameKey): ListPlace {
  const [, members, key] = /^(\d{1,9})\/(.+)$/s.exec(next) ?? [];
  if (members !== undefined && key !== undefined) {
    return { exact: key === text, members: Number(members), key };
  }
  throw new Fault("bad_request", `Cannot page after ${quote(next)}: take "next" of the page before`);
}

/** Who is in a room that the asker is in. @throws unknown_room not_member */
export function members(core: Core, caller: Caller, asked: Command<"members">): Decision<Answer<"members">> {
  const { person } = sessionOf(caller);
  return { settle: () => ({ reply: memberRoom(core, person, asked.room, "list").state() }) };
}

/** The room of this name that the person is in. @throws unknown_room not_member */
export function memberRoom(core: Core, person: Person, name: string, action: string): Room {
  const room = core.rooms.named(nameKey(name));
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

/** A room as it is first kept. */
export function newRoom(core: Core, name: string, ephemeral: boolean): StoredRoom {
  return { id: core.newId(), name, ephemeral, owner: null, createdAt: core.clock(), spoken: false };
}
