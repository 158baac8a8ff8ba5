/** Rooms: what they are, and which there are. Who is in them is in memory; what was said in them is the store's. */
import { looksOf } from "../accounts/look_alike.ts";
import type { RoomState, RoomSummary } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import type { StoredRoom } from "../store/store.ts";
import { type Journal, OrderedSet } from "./journal.ts";
import type { Person } from "./presence.ts";
import type { State } from "./state.ts";

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
  readonly members: OrderedSet<Person> = new OrderedSet();
  owner: Person | null = null;
  /** Whether anything was ever said here, and whether by somebody with an account. */
  spoken: boolean;
  lasting: boolean;
  /** When somebody was last here or spoke here, as far as that is known. */
  lastAt: number;
  readonly maker: string | null;
  readonly network: string | null;
  /** Whose it was when the server last stopped, and until when it waits for them. */
  held: { person: string | null; until: number } | null = null;

  constructor(stored: StoredRoom) {
    this.id = stored.id;
    this.name = stored.name;
    this.key = nameKey(stored.name);
    this.looks = looksOf(stored.name);
    this.ephemeral = stored.ephemeral;
    this.spoken = stored.spoken;
    this.lasting = stored.lasting;
    this.lastAt = stored.lastAt;
    this.maker = stored.maker;
    this.network = stored.network;
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

  /** Whether it goes by itself now: nobody with an account ever spoke in it, and nobody was in it for long. */
  isForgotten(now: number): boolean {
    return this.members.size === 0 && !this.lasting && !isLobby(this) && !this.held &&
      this.lastAt <= now - LIMITS.emptyRoomLifeMs;
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
  /** Person, or network → how many rooms they made that are there. */
  readonly #madeBy = new Map<string, number>();
  readonly #networksOf: State["networksOf"];
  readonly #journal: Journal;

  constructor(
    stored: readonly StoredRoom[],
    now: number,
    networksOf: State["networksOf"],
    journal: Journal,
  ) {
    this.#networksOf = networksOf;
    this.#journal = journal;
    for (const each of stored) {
      const room = new Room(each);
      this.#index(room);
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

  add(room: Room): void {
    this.#index(room);
    this.#journal.note(() => this.#unindex(room));
  }

  drop(room: Room): void {
    this.#unindex(room);
    this.#journal.note(() => this.#index(room));
  }

  #index(room: Room): void {
    this.#count(room, 1);
    this.#byKey.set(room.key, room);
    this.#byId.set(room.id, room);
    for (const look of room.looks) this.#byLook.set(look, room);
  }

  #unindex(room: Room): void {
    this.#count(room, -1);
    this.#byKey.delete(room.key);
    this.#byId.delete(room.id);
    for (const look of room.looks) if (this.#byLook.get(look) === room) this.#byLook.delete(look);
  }

  /** The most that were made by one person, or from one network, and are there. */
  get mostOfOneMaker(): number {
    return Math.max(0, ...this.#madeBy.values());
  }

  /** Whether somebody may make another room, from this network. @throws too_many_rooms */
  checkMayMake(name: string, person: Person, network: string): void {
    const refuse = (why: string) => new Fault("too_many_rooms", `Cannot make ${quote(name)}: ${why}`);
    const { roomsMax, roomsMadePerPersonMax, roomsMadePerAddressMax } = LIMITS;
    if (this.size >= roomsMax) throw refuse(`the server has all ${roomsMax} rooms that it may`);
    if ((this.#madeBy.get(person.id) ?? 0) >= roomsMadePerPersonMax) {
      throw refuse(`you have made ${roomsMadePerPersonMax} rooms that are still there`);
    }
    const isFull = this.#networksOf(network).some((each) =>
      (this.#madeBy.get(each.name) ?? 0) >= roomsMadePerAddressMax * each.times
    );
    if (isFull) {
      throw refuse(`from your address ${roomsMadePerAddressMax} rooms were made that are still there`);
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
