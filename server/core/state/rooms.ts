/** Rooms: what they are, and which there are. Who is in them is in memory; what was said in them is the store's. */
import { looksOf } from "../accounts/look_alike.ts";
import { Fault, type FaultReason, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import type { Role, RoomSettings } from "../shared/room_settings.ts";
import type { Store, StoredInvite, StoredRoom } from "../store/store.ts";
import { type Journal, OrderedSet } from "./journal.ts";
import type { Person } from "./presence.ts";
import type { State } from "./state.ts";

/** The room that everyone enters at sign-in. */
export const LOBBY = "lobby";

/** Whether it is that one. */
export function isLobby(room: Pick<Room, "key">): boolean {
  return room.key === nameKey(LOBBY);
}

const NONE: Room[] = [];

/** A place to talk. */
export class Room {
  readonly id: string;
  name: string;
  key: NameKey;
  looks: readonly string[];
  readonly ephemeral: boolean;
  settings: Readonly<RoomSettings>;
  /** Who is in it and online, the longest-present first. */
  readonly members: OrderedSet<Person> = new OrderedSet();
  /** Of an open room: the first of those present to whom it fell. A private one is its owners', online or not. */
  owner: Person | null = null;
  /** Person → their place, where it is more than a member's. */
  readonly roles: Map<string, Exclude<Role, "member">> = new Map();
  /** Person → who let them come in, and when; with those that whoever is invited does not know of. */
  readonly invited: Map<string, StoredInvite> = new Map();
  /** Whether anything was ever said here, and whether by somebody with an account. */
  spoken: boolean;
  lasting: boolean;
  /** When somebody was last here or spoke here, as far as that is known. */
  lastAt: number;
  readonly maker: string | null;
  readonly network: string | null;
  readonly createdAt: number;
  /** Who gave it its topic, by id, and when. */
  topicSet: StoredRoom["topicSet"];
  /** Whose it was when the server last stopped, and until when it waits for them. */
  held: { person: string | null; until: number } | null = null;

  constructor(stored: StoredRoom) {
    this.id = stored.id;
    this.name = stored.name;
    this.key = nameKey(stored.name);
    this.looks = looksOf(stored.name);
    this.ephemeral = stored.ephemeral;
    this.settings = stored.settings;
    this.spoken = stored.spoken;
    this.lasting = stored.lasting;
    this.lastAt = stored.lastAt;
    this.maker = stored.maker;
    this.network = stored.network;
    this.createdAt = stored.createdAt;
    this.topicSet = stored.topicSet;
  }

  /** Whether it goes when nobody is in it. A private one goes with its last member. */
  get passing(): boolean {
    return (this.ephemeral || !this.spoken) && !isLobby(this) && !this.settings.private;
  }

  /** Whether it goes by itself now: nobody with an account ever spoke in it, and nobody was in it for long. */
  isForgotten(now: number): boolean {
    return this.members.size === 0 && !this.lasting && !isLobby(this) && !this.held &&
      !this.settings.private &&
      this.lastAt <= now - LIMITS.emptyRoomLifeMs;
  }
}

/** Every room there is. */
export class Rooms {
  /** The open ones. */
  readonly #byKey = new Map<NameKey, Room>();
  readonly #privateByKey = new Map<NameKey, Room[]>();
  readonly #byId = new Map<string, Room>();
  /** Several may look alike: private ones that became open, and older ones. */
  readonly #byLook = new Map<string, Set<Room>>();
  /** Person, or network → how many rooms they made that are there. */
  readonly #madeBy = new Map<string, number>();
  readonly #networksOf: State["networksOf"];
  readonly #journal: Journal;

  constructor(
    store: Pick<Store, "rooms" | "roles" | "invites">,
    now: number,
    networksOf: State["networksOf"],
    journal: Journal,
  ) {
    this.#networksOf = networksOf;
    this.#journal = journal;
    for (const each of store.rooms()) {
      const room = new Room(each);
      this.#index(room);
      if (!room.settings.private) room.held = { person: each.owner, until: now + LIMITS.ownerReturnMs };
    }
    for (const { room, person, role } of store.roles()) {
      if (role !== "member") this.#byId.get(room)?.roles.set(person, role);
    }
    for (const invite of store.invites()) this.#byId.get(invite.room)?.invited.set(invite.person, invite);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** How many are not private. */
  get openSize(): number {
    return this.#byKey.size;
  }

  /** What somebody means by a name: a private room that they are in, or else the open room. */
  named(key: NameKey, person?: Person): Room | undefined {
    const own = person && this.#private(key).find((room) => person.rooms.has(room));
    return own ?? this.#byKey.get(key);
  }

  /** A room of this name to which somebody was invited, as far as they know. */
  invitedTo(key: NameKey, person: string): Room | undefined {
    return this.called(key).find(({ invited }) => invited.get(person)?.hidden === false);
  }

  /** Private rooms of this name: several may have it, for nobody outside of one is to find that it is taken. */
  #private(key: NameKey): Room[] {
    return this.#privateByKey.get(key) ?? NONE;
  }

  /** Every room of this name, whosever it is. */
  called(key: NameKey): Room[] {
    const open = this.#byKey.get(key);
    return open ? [...this.#private(key), open] : this.#private(key);
  }

  /** For whoever runs the server: a room by its id, or by its name if no other is called so. */
  find(name: string): Room | undefined {
    const all = this.called(nameKey(name));
    return this.#byId.get(name) ?? (all.length === 1 ? all[0] : undefined);
  }

  /** An open room whose name looks like this one: of several the oldest, on every node. */
  looking(name: string): Room | undefined {
    const alike = looksOf(name).flatMap((look) => Array.from(this.#byLook.get(look) ?? []));
    return alike.sort((a, b) => a.id < b.id ? -1 : 1)[0];
  }

  byId(id: string): Room | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<Room> {
    return this.#byId.values();
  }

  /** Changes how a room is called and set. */
  set(room: Room, name: string, settings: RoomSettings, topicSet: StoredRoom["topicSet"]): void {
    this.#journal.touch(room);
    this.#unindex(room);
    this.#journal.note(() => this.#index(room));
    this.#journal.assign(room, { name, key: nameKey(name), looks: looksOf(name), settings, topicSet });
    this.#index(room);
    this.#journal.note(() => this.#unindex(room));
  }

  /** Gives somebody a place in a room. */
  appoint(room: Room, person: string, role: Role): void {
    this.#put(room.roles, person, role === "member" ? undefined : role);
  }

  invite(room: Room, invite: StoredInvite): void {
    this.#put(room.invited, invite.person, invite);
  }

  endInvite(room: Room, person: string): void {
    this.#put(room.invited, person, undefined);
  }

  #put<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
    const before = map.get(key);
    const put = (what: Value | undefined) => what === undefined ? map.delete(key) : map.set(key, what);
    put(value);
    this.#journal.note(() => put(before));
  }

  add(room: Room): void {
    this.#journal.touch(room);
    this.#index(room);
    this.#journal.note(() => this.#unindex(room));
  }

  drop(room: Room): void {
    this.#journal.touch(room);
    this.#unindex(room);
    this.#journal.note(() => this.#index(room));
  }

  #index(room: Room): void {
    this.#count(room, 1);
    this.#byId.set(room.id, room);
    if (room.settings.private) {
      // In the order of their ids, so that it is the same on every node.
      const all = [...this.#private(room.key), room].sort((a, b) => a.id < b.id ? -1 : 1);
      this.#privateByKey.set(room.key, all);
      return;
    }
    this.#byKey.set(room.key, room);
    for (const look of room.looks) {
      this.#byLook.set(look, (this.#byLook.get(look) ?? new Set()).add(room));
    }
  }

  #unindex(room: Room): void {
    this.#count(room, -1);
    this.#byId.delete(room.id);
    if (room.settings.private) {
      const others = this.#private(room.key).filter((each) => each !== room);
      if (others.length > 0) this.#privateByKey.set(room.key, others);
      else this.#privateByKey.delete(room.key);
      return;
    }
    this.#byKey.delete(room.key);
    for (const look of room.looks) {
      const alike = this.#byLook.get(look);
      alike?.delete(room);
      if (alike?.size === 0) this.#byLook.delete(look);
    }
  }

  /** The most that were made by one person, or from one network, and are there. */
  get mostOfOneMaker(): number {
    return Math.max(0, ...this.#madeBy.values());
  }

  /** Whether somebody may make another room, from this network. @throws too_many_rooms */
  checkMayMake(name: string, person: Person, network: string): void {
    const refuse = (reason: FaultReason, why: string) =>
      new Fault("too_many_rooms", `Cannot make ${quote(name)}: ${why}`, { reason });
    const { roomsMax, roomsMadePerPersonMax, roomsMadePerAddressMax } = LIMITS;
    if (this.size >= roomsMax) {
      throw refuse("server_limit", `the server has all ${roomsMax} rooms that it may`);
    }
    if ((this.#madeBy.get(person.id) ?? 0) >= roomsMadePerPersonMax) {
      throw refuse("own_limit", `you have made ${roomsMadePerPersonMax} rooms that are still there`);
    }
    const isFull = this.#networksOf(network).some((each) =>
      (this.#madeBy.get(each.name) ?? 0) >= roomsMadePerAddressMax * each.times
    );
    if (isFull) {
      const why = `from your address ${roomsMadePerAddressMax} rooms were made that are still there`;
      throw refuse("address_limit", why);
    }
  }

  #count({ maker, network }: Room, by: 1 | -1): void {
    const makers = [
      ...(maker === null ? [] : [maker]),
      ...(network === null ? [] : this.#networksOf(network).map(({ name }) => name)),
    ];
    for (const each of makers) {
      const made = (this.#madeBy.get(each) ?? 0) + by;
      if (made > 0) this.#madeBy.set(each, made);
      else this.#madeBy.delete(each);
    }
  }
}
