/**
 * Who is here. A person is a nickname that is online, an account's or a guest's; a session is one of its
 * signed-in connections. A person is here as long as one session is. Knows no connection and nothing stored.
 */
import { looksOf } from "../accounts/look_alike.ts";
import { LIMITS } from "../shared/limits.ts";
import { type Journal, OrderedSet } from "./journal.ts";
import type { Room } from "./rooms.ts";
import { type NameKey, nameKey } from "../shared/names.ts";

/** Somebody online. */
export class Person {
  nickname!: string;
  key!: NameKey;
  looks!: readonly string[];
  readonly sessions: OrderedSet<Session> = new OrderedSet();
  /** The rooms they are in, in the order of entering. */
  readonly rooms: OrderedSet<Room> = new OrderedSet();
  /** When the last session was lost of somebody whose membership is kept for a while; milliseconds. */
  lostAt?: number | undefined;

  constructor(readonly id: string, nickname: string, readonly guest: boolean) {
    this.call(nickname);
  }

  /** Names them so; see {@link Presence.rename}, which finds them by it afterwards. */
  call(nickname: string): void {
    this.nickname = nickname;
    this.key = nameKey(nickname);
    this.looks = looksOf(nickname);
  }

  /** What an event about them says besides the nickname. */
  get mark(): { guest?: true } {
    return this.guest ? { guest: true } : {};
  }

  /** What an event of their doing says besides, to those who ask. The same each time: there are many events. */
  get deed(): { ofAccount: () => boolean } {
    return this.guest ? OF_GUEST : OF_ACCOUNT;
  }

  /** Whether anybody would hear what they are told: not so while their place is merely kept, or the last session is ending. */
  get hears(): boolean {
    for (const { signedOff } of this.sessions) if (!signedOff) return true;
    return false;
  }
}

const OF_ACCOUNT = { ofAccount: () => true };
const OF_GUEST = { ofAccount: () => false };

/** Private messages that waited and were delivered at sign-in. */
export interface OfflineDelivery {
  /** Everything that waited up to this `seq` has been told. */
  readonly upTo: number;
  /** More waits, up to this `seq`: it is told next. */
  readonly restUpTo?: number;
}

/** How far a session has caught up with what it missed. */
interface CatchUp {
  /** What it had seen when it came back; what waited in private from before then is told up to `waitedUpTo`. */
  readonly since: number;
  readonly waitedUpTo: number;
  /** What came after that is told up to this `seq`. */
  readonly after: number;
  /** Also what was said in a room before one came into it, as far as `history` has it. */
  readonly readable: boolean;
}

/** One signed-in connection. */
export class Session {
  /** It has yet to ask for what it missed; until then it is told nothing. */
  behind: CatchUp | undefined = undefined;
  /** What waited and was delivered; the next command shows that it arrived. */
  delivered: OfflineDelivery | undefined = undefined;
  /** It was ended, and does not come back: see leaving.ts. */
  signedOff = false;

  /** `node`: which has the connection. */
  constructor(
    readonly id: string,
    readonly person: Person,
    readonly tokenHash: string,
    readonly node: string,
  ) {}
}

/** A person as they are kept for a restart of one of several nodes. Places are those of {@link OrderedSet}. */
export interface KeptPerson {
  readonly id: string;
  readonly nickname: string;
  readonly guest: boolean;
  readonly place: number;
  readonly lostAt?: number;
  readonly lostPlace?: number;
  readonly sessions: readonly {
    readonly id: string;
    readonly node: string;
    readonly hash: string;
    readonly off?: true;
  }[];
  /** Room → their place among its members, in the order of entering. */
  readonly rooms: readonly (readonly [room: string, place: number])[];
}

/** Everybody online, by nickname. */
export class Presence {
  readonly #journal: Journal;
  readonly #everybody = new OrderedSet<Person>();
  readonly #byKey = new Map<NameKey, Person>();
  readonly #byId = new Map<string, Person>();
  readonly #byLook = new Map<string, Set<Person>>();
  readonly #sessions = new Map<string, Session>();
  /** Those without a session whose place is kept, the longest lost first. */
  readonly #lost = new OrderedSet<Person>();
  readonly #lostNodes = new OrderedSet<string>();
  /** Grows whenever anybody comes, goes, enters or leaves: what was looked up before may be out of date. */
  version = 0;
  #most = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get size(): number {
    return this.#everybody.size;
  }

  /** The most who were here at a time since this state began. */
  get most(): number {
    return Math.max(this.#most, this.size);
  }

  byNickname(key: NameKey): Person | undefined {
    return this.#byKey.get(key);
  }

  /** Anybody whose nickname looks so: see look_alike.ts. */
  looking(looks: readonly string[]): Iterable<Person> {
    return looks.flatMap((look) => [...this.#byLook.get(look) ?? []]);
  }

  byId(id: string): Person | undefined {
    return this.#byId.get(id);
  }

  session(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** Everybody online, the longest-present first. */
  all(): Iterable<Person> {
    return this.#everybody;
  }

  /** Whether a node was declared lost: what it still proposes opens nothing. */
  hasLost(node: string): boolean {
    return this.#lostNodes.has(node);
  }

  /** Declares a node lost; gives the sessions whose connections it had. */
  loseNode(node: string): Session[] {
    this.#journal.touch(this);
    this.#lostNodes.add(node, this.#journal);
    const [oldest] = this.#lostNodes;
    if (this.#lostNodes.size > LIMITS.lostNodesMax) this.#lostNodes.delete(oldest!, this.#journal);
    return this.#sessionsOn(node);
  }

  /** Nodes that were declared lost, the last one last. */
  lostNodes(): string[] {
    return Array.from(this.#lostNodes);
  }

  /** Every node that has a session. */
  nodes(): Set<string> {
    const found = new Set<string>();
    for (const { node } of this.#sessions.values()) found.add(node);
    return found;
  }

  #sessionsOn(node: string): Session[] {
    const all = Array.from(this.#everybody, ({ sessions }) => Array.from(sessions)).flat();
    return all.filter((session) => session.node === node);
  }

  /** Adds a session, and its person if they were not here. */
  attach(
    { session: id, node }: { session: string; node: string },
    { person: personId, nickname, guest, hash }: {
      person: string;
      nickname: string;
      guest: boolean;
      hash: string;
    },
  ): { session: Session; arrived: boolean } {
    const known = this.#byId.get(personId);
    const person = known ?? this.#add(new Person(personId, nickname, guest));
    this.#journal.touch(person);
    if (person.lostAt !== undefined) {
      this.#journal.assign(person, { lostAt: undefined });
      this.#lost.delete(person, this.#journal);
    }
    const session = new Session(id, person, hash, node);
    this.#sessions.set(id, session);
    this.#changed(() => this.#sessions.delete(id));
    person.sessions.add(session, this.#journal);
    return { session, arrived: known === undefined };
  }

  /** Removes a session; true when its person is gone with it. `keepAt`: their place is kept from then on. */
  detach(session: Session, keepAt?: number): boolean {
    const { id, person } = session;
    if (!person.sessions.delete(session, this.#journal)) return false;
    this.#journal.touch(person);
    this.#sessions.delete(id);
    this.#changed(() => this.#sessions.set(id, session));
    if (person.sessions.size > 0) return false;
    if (keepAt !== undefined) {
      this.#journal.assign(person, { lostAt: keepAt });
      this.#lost.add(person, this.#journal);
      return false;
    }
    this.#remove(person);
    return true;
  }

  /** Those who were lost at that time or before, and have not come back. */
  lostBefore(time: number): Person[] {
    return Array.from(this.#lost).filter((person) => person.lostAt! <= time);
  }

  /** Keeps somebody's place no longer; true when they are gone with that. */
  giveUp(person: Person): boolean {
    if (!this.#lost.delete(person, this.#journal)) return false;
    this.#remove(person);
    return true;
  }

  /** Whether somebody online of this nickname is in a room with somebody else. */
  meets({ rooms }: Person, nickname: string): boolean {
    const other = this.byNickname(nameKey(nickname));
    if (!other) return false;
    for (const room of rooms) if (other.rooms.has(room)) return true;
    return false;
  }

  /** Puts somebody into a room, or takes them out. */
  enter(room: Room, person: Person): void {
    this.#journal.touch(person);
    room.members.add(person, this.#journal);
    person.rooms.add(room, this.#journal);
    this.#changed(() => {});
  }

  leave(room: Room, person: Person): void {
    this.#journal.touch(person);
    room.members.delete(person, this.#journal);
    person.rooms.delete(room, this.#journal);
    this.#changed(() => {});
  }

  /** Somebody has another nickname from now on. */
  rename(person: Person, nickname: string): void {
    const before = person.nickname;
    this.#journal.touch(person);
    const call = (name: string) => {
      this.#unindex(person);
      person.call(name);
      this.#index(person);
    };
    call(nickname);
    this.#changed(() => call(before));
  }

  /** A person as they are to be kept; undefined: they are not here. */
  keptOf(id: string): KeptPerson | undefined {
    const person = this.#byId.get(id);
    if (!person) return undefined;
    const { nickname, guest, lostAt } = person;
    const lostPlace = this.#lost.placeOf(person);
    return {
      ...{ id, nickname, guest, place: this.#everybody.placeOf(person)! },
      ...(lostAt !== undefined && { lostAt }),
      ...(lostPlace !== undefined && { lostPlace }),
      sessions: Array.from(person.sessions, ({ id, node, tokenHash: hash, signedOff }) => ({
        ...{ id, node, hash },
        ...(signedOff && { off: true as const }),
      })),
      rooms: Array.from(person.rooms, (room) => [room.id, room.members.placeOf(person)!]),
    };
  }

  /** Puts back who was here, before anything else. */
  restore(
    people: readonly KeptPerson[],
    lostNodes: readonly string[],
    rooms: { byId(id: string): Room | undefined },
  ): void {
    const members: { room: Room; person: Person; place: number }[] = [];
    const lost: { person: Person; place: number }[] = [];
    for (const kept of Array.from(people).sort((a, b) => a.place - b.place)) {
      const person = new Person(kept.id, kept.nickname, kept.guest);
      person.lostAt = kept.lostAt;
      this.#everybody.restore(person, kept.place);
      this.#index(person);
      for (const { id, node, hash, off = false } of kept.sessions) {
        const session = new Session(id, person, hash, node);
        session.signedOff = off;
        person.sessions.add(session, this.#journal);
        this.#sessions.set(id, session);
      }
      for (const [id, place] of kept.rooms) {
        const room = rooms.byId(id)!;
        person.rooms.add(room, this.#journal);
        members.push({ room, person, place });
      }
      if (kept.lostPlace !== undefined) lost.push({ person, place: kept.lostPlace });
    }
    const inOrder = (a: { place: number }, b: { place: number }) => a.place - b.place;
    for (const { person, place } of lost.sort(inOrder)) this.#lost.restore(person, place);
    for (const { room, person, place } of members.sort(inOrder)) room.members.restore(person, place);
    for (const node of lostNodes) this.#lostNodes.add(node, this.#journal);
    this.version++;
  }

  #add(person: Person): Person {
    this.#everybody.add(person, this.#journal);
    this.#most = this.most;
    this.#index(person);
    this.#changed(() => this.#unindex(person));
    return person;
  }

  #remove(person: Person): void {
    this.#journal.touch(person);
    this.#everybody.delete(person, this.#journal);
    this.#lost.delete(person, this.#journal);
    this.#unindex(person);
    this.#changed(() => this.#index(person));
  }

  #index(person: Person): void {
    this.#byId.set(person.id, person);
    this.#byKey.set(person.key, person);
    for (const look of person.looks) {
      this.#byLook.set(look, (this.#byLook.get(look) ?? new Set()).add(person));
    }
  }

  #unindex(person: Person): void {
    this.#byId.delete(person.id);
    this.#byKey.delete(person.key);
    for (const look of person.looks) {
      const alike = this.#byLook.get(look)!;
      alike.delete(person);
      if (alike.size === 0) this.#byLook.delete(look);
    }
  }

  #changed(undo: () => void): void {
    this.version++;
    this.#journal.note(() => {
      this.version++;
      undo();
    });
  }
}
