/**
 * Who is here. A person is a nickname that is online, an account's or a guest's; a session is one of its
 * signed-in connections. A person is here as long as one session is. Knows no connection and nothing stored.
 */
import { looksOf } from "../accounts/look_alike.ts";
import type { NameKey } from "../shared/names.ts";
import { nameKey } from "../shared/names.ts";
import type { Room } from "../rooms/rooms.ts";

/** Somebody online. */
export class Person {
  readonly key: NameKey;
  readonly looks: readonly string[];
  readonly sessions: Set<Session> = new Set();
  /** The rooms they are in, in the order of entering. */
  readonly rooms: Set<Room> = new Set();
  /** When the last session was lost of somebody whose place is kept for a while; milliseconds. */
  lostAt?: number;

  constructor(readonly id: string, readonly nickname: string, readonly guest: boolean) {
    this.key = nameKey(nickname);
    this.looks = looksOf(nickname);
  }

  /** What an event about them says besides the nickname. */
  get mark(): { guest?: true } {
    return this.guest ? { guest: true } : {};
  }

  /** Whether anybody would hear what they are told: not so while their place is merely kept. */
  get hears(): boolean {
    return this.sessions.size > 0;
  }
}

/** Private messages handed over at sign-in. */
export interface HandOver {
  /** Everything that waited up to this `seq` has been told. */
  readonly upTo: number;
  /** More waits, up to this `seq`: it is told next. */
  readonly restUpTo?: number;
}

/** How far a session has been told what it missed. */
export interface Behind {
  /** What it had seen when it came back; what waited in private from before then is told up to `waitedUpTo`. */
  readonly since: number;
  waitedUpTo: number;
  /** What came after that is told up to this `seq`. */
  after: number;
}

/** One signed-in connection. */
export class Session {
  /** It has yet to ask for what it missed; until then it is told nothing. */
  behind: Behind | undefined = undefined;
  /** What waited and was handed over; the next command shows that it arrived. */
  handedOver?: HandOver;
  /** It was ended, and does not come back: see leaving.ts. */
  signedOff?: true;

  constructor(readonly person: Person, readonly tokenHash: string) {}
}

/** Everybody online, by nickname. */
export class Presence {
  readonly #byKey = new Map<NameKey, Person>();
  readonly #byId = new Map<string, Person>();
  readonly #byLook = new Map<string, Set<Person>>();
  /** Those without a session whose place is kept, the longest lost first. */
  readonly #lost = new Set<Person>();
  /** Grows whenever anybody comes, goes, enters or leaves: what was looked up before may be out of date. */
  version = 0;

  get size(): number {
    return this.#byKey.size;
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

  /** Everybody online, the longest-present first. */
  all(): Iterable<Person> {
    return this.#byKey.values();
  }

  /** Adds a session, and its person if they were not here. */
  attach(
    id: string,
    nickname: string,
    guest: boolean,
    tokenHash: string,
  ): { session: Session; arrived: boolean } {
    let person = this.#byId.get(id);
    const arrived = person === undefined;
    if (!person) {
      person = new Person(id, nickname, guest);
      this.#byId.set(id, person);
      this.#byKey.set(person.key, person);
      for (const look of person.looks) {
        this.#byLook.set(look, (this.#byLook.get(look) ?? new Set()).add(person));
      }
    }
    delete person.lostAt;
    this.#lost.delete(person);
    this.version++;
    const session = new Session(person, tokenHash);
    person.sessions.add(session);
    return { session, arrived };
  }

  /** Removes a session; true when its person is gone with it. `keepAt`: their place is kept from then on. */
  detach(session: Session, keepAt?: number): boolean {
    const { person } = session;
    this.version++;
    if (!person.sessions.delete(session) || person.hears) return false;
    if (keepAt !== undefined) {
      person.lostAt = keepAt;
      this.#lost.add(person);
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
    if (!this.#lost.has(person)) return false;
    this.#remove(person);
    return true;
  }

  #remove(person: Person): void {
    this.version++;
    this.#lost.delete(person);
    this.#byId.delete(person.id);
    this.#byKey.delete(person.key);
    for (const look of person.looks) {
      const alike = this.#byLook.get(look)!;
      alike.delete(person);
      if (alike.size === 0) this.#byLook.delete(look);
    }
  }
}
