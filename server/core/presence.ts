/**
 * Who is here. A person is a nickname that is online, an account's or a guest's; a session is one of its
 * signed-in connections. A person is here as long as one session is. Knows no connection and nothing stored.
 */
import type { NameKey } from "./names.ts";
import { nameKey } from "./names.ts";
import type { Room } from "./rooms.ts";

/** Somebody online. */
export class Person {
  readonly key: NameKey;
  readonly sessions: Set<Session> = new Set();
  /** The rooms they are in, in the order of entering. */
  readonly rooms: Set<Room> = new Set();

  constructor(readonly id: string, readonly nickname: string, readonly guest: boolean) {
    this.key = nameKey(nickname);
  }
}

/** Private messages handed over at sign-in. */
export interface HandOver {
  /** Everything that waited up to this `seq` has been told. */
  readonly upTo: number;
  /** More waits, up to this `seq`: it is told next. */
  readonly restUpTo?: number;
}

/** One signed-in connection. */
export class Session {
  /** What waited and was handed over; the next command shows that it arrived. */
  handedOver?: HandOver;

  constructor(readonly person: Person, readonly tokenHash: string) {}
}

/** Everybody online, by nickname. */
export class Presence {
  readonly #byKey = new Map<NameKey, Person>();
  readonly #byId = new Map<string, Person>();
  /** Grows whenever anybody comes, goes, enters or leaves: what was looked up before may be out of date. */
  version = 0;

  get size(): number {
    return this.#byKey.size;
  }

  byNickname(key: NameKey): Person | undefined {
    return this.#byKey.get(key);
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
    }
    this.version++;
    const session = new Session(person, tokenHash);
    person.sessions.add(session);
    return { session, arrived };
  }

  /** Removes a session; true when its person is gone with it. */
  detach(session: Session): boolean {
    const { person } = session;
    this.version++;
    if (!person.sessions.delete(session) || person.sessions.size > 0) return false;
    this.#byId.delete(person.id);
    this.#byKey.delete(person.key);
    return true;
  }
}
