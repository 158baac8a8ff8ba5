/**
 * Who should have been told what, found out from what is stored and who is where, not from what `apply` says: for each
 * session the numbers of the events that it is to hear, each once and in this order.
 */
import type { State } from "../../server/core/state/state.ts";
import type { MemoryState } from "../support/memory_state.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

/** What a session is to hear. */
interface Expected {
  readonly person: string;
  /** How it began: anew, with all that was missed, or with what was missed still to be asked for. */
  readonly began: "anew" | "recovered" | "behind";
  /** What was told when it began has numbers up to this. */
  readonly boundary: number;
  /** At the beginning: what waited, some of it later; or all that was missed. */
  readonly early: readonly number[];
  /** What was told later, and by which entry of the log. */
  readonly live: { readonly at: number; readonly seq: number }[];
}

/** What a session has heard. */
interface Heard {
  readonly session: string;
  readonly heard: readonly number[];
  /** It is told what entries after this one bring. */
  readonly liveAfter: number;
}

/** The numbers that some sessions should hear. */
export class Expectations {
  readonly #sessions = new Map<string, Expected>();
  /** Person → what any of their connections was to hear, and where it happened. */
  readonly #told = new Map<string, { readonly seq: number; readonly room: string | null }[]>();
  /** Person and room → the last number when they left it for good. */
  readonly #left = new Map<string, number>();
  /** Person → what any of their connections has heard. */
  readonly #heardBy = new Map<string, Set<number>>();

  of(session: string): Expected {
    const found = this.#sessions.get(session);
    assertTrue(found !== undefined, `session ${session} was opened by the log`);
    return found!;
  }

  begin(session: string, expected: Expected): void {
    this.#sessions.set(session, expected);
  }

  /** An entry of the log has brought this event: everybody whom it concerns is to hear it, and whoever brought it about. */
  tell(
    state: State,
    { seq, at, people, by }: { seq: number; at: number; people: Iterable<string>; by: string | undefined },
  ): void {
    const sessions = new Set<string>(by === undefined ? [] : [by]);
    for (const id of people) {
      for (const session of state.presence.byId(id)?.sessions ?? []) sessions.add(session.id);
    }
    for (const session of sessions) {
      const expected = this.of(session);
      if (seq > expected.boundary) expected.live.push({ at, seq });
    }
  }

  /** Somebody was told something because of where they are, or who they are (null). */
  note(people: Iterable<string>, seq: number, room: string | null): void {
    for (const person of people) {
      const told = this.#told.get(person);
      if (told) told.push({ seq, room });
      else this.#told.set(person, [{ seq, room }]);
    }
  }

  /** Somebody is no member any more; what was said there before is told them no more. */
  leave(person: string, room: string, last: number): void {
    this.#left.set(`${person} ${room}`, last);
  }

  /** What somebody who comes back was to hear after a number, whether it was heard or not, and is to be told now. */
  owed(person: string, after: number): number[] {
    return (this.#told.get(person) ?? []).filter(({ seq, room }) =>
      seq > after && (room === null || (this.#left.get(`${person} ${room}`) ?? -1) < seq)
    ).map(({ seq }) => seq);
  }

  hears(person: string, seq: number): void {
    let heard = this.#heardBy.get(person);
    if (!heard) this.#heardBy.set(person, heard = new Set());
    heard.add(seq);
  }

  hasHeard(person: string, seq: number): boolean {
    return this.#heardBy.get(person)?.has(seq) ?? false;
  }

  /** A session whose node has applied everything up to an entry has heard what it should, and nothing else. */
  check({ session, heard, liveAfter }: Heard, upTo: number): void {
    const { began, boundary, early, live } = this.of(session);
    const told = live.filter(({ at }) => at > liveAfter && at <= upTo).map(({ seq }) => seq);
    const first = heard.filter((seq) => seq <= boundary);
    assertEquals(heard.filter((seq) => seq > boundary), told, `what session ${session} hears`);
    if (began !== "anew") {
      return assertEquals(first, early, `what session ${session} hears of what it missed`);
    }
    const inOrder = first.every((seq, index) =>
      early.includes(seq) && (index === 0 || seq > first[index - 1]!)
    );
    assertTrue(inOrder, `session ${session} was told ${first} of ${early}, which waited`);
  }
}

/** The private messages that wait for somebody. */
export function waitingFor({ waiting }: MemoryState, person: string, upTo = Infinity): number[] {
  return waiting.filter((each) => each.person === person && each.seq <= upTo).map(({ seq }) => seq).sort(
    inOrder,
  );
}

/** What somebody may be told again of what came after one number and up to another. */
export function visibleTo(
  state: State,
  tables: MemoryState,
  person: string,
  { after, upTo }: { after: number; upTo: number },
): number[] {
  const present = new Set(Array.from(state.presence.byId(person)?.rooms ?? [], ({ id }) => id));
  const since = new Map(
    tables.places.filter((each) => each.person === person).map((each) => [each.room, each.since]),
  );
  const here = (room: string, seq: number) => present.has(room) && (since.get(room) ?? Infinity) < seq;
  return storedAfter(tables, after).filter(({ seq }) => seq <= upTo).filter(({ seq, room, people }) =>
    room === null ? people.includes(person) : here(room, seq) || people.includes(person)
  ).map(({ seq }) => seq);
}

/** Everything with a number that came after one, in order: in which room, or between whom. */
export function storedAfter(
  tables: MemoryState,
  after: number,
): { seq: number; room: string | null; people: readonly string[] }[] {
  const { messages, changes, answers, roomEvents, recipients } = tables;
  const placeOf = (message: number) => {
    const { seq, room, author } = messages.find((each) => each.seq === message)!;
    const to = recipients.filter((each) => each.seq === seq).map(({ person }) => person);
    return { room, people: room === null ? [author, ...to] : [] };
  };
  return [
    ...messages.filter(({ seq }) => seq > after).map(({ seq }) => ({ seq, ...placeOf(seq) })),
    ...[...changes, ...answers].filter(({ seq }) => seq > after)
      .map(({ seq, message }) => ({ seq, ...placeOf(message) })),
    ...roomEvents.filter(({ seq }) => seq > after)
      .map(({ seq, room, kind, subject }) => ({
        seq,
        room,
        people: kind === "kicked" ? [subject ?? ""] : [],
      })),
  ].sort((a, b) => a.seq - b.seq);
}

function inOrder(a: number, b: number): number {
  return a - b;
}
