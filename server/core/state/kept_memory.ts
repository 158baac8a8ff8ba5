/**
 * What is in memory alone, kept for one of several nodes: it goes on in the middle of a log after a restart, and has to
 * know who is connected where, also to others. A server that is alone keeps nothing of it: with it everybody was gone.
 */
import type { KeptMemory, Write } from "../store/store.ts";
import { type KeptPerson, Person, Presence, Session } from "./presence.ts";
import { Room } from "./rooms.ts";
import type { State } from "./state.ts";

/** What of a room is in memory alone. */
interface KeptRoom {
  readonly owner: string | null;
  readonly held: Room["held"];
  readonly spoken: boolean;
  readonly lasting: boolean;
  readonly lastAt: number;
}

/** The one row that says which nodes were lost. */
const LOST_NODES = "lost";

/** From now on what changes is noted, so that it can be kept. */
export function watchMemory({ journal }: Pick<State, "journal">): void {
  journal.touched = new Set();
}

/** Keeps what was changed since the last commit, within its transaction. */
export function keepMemory(state: State): void {
  for (const write of changedMemory(state, state.journal.touched ?? [])) state.store.write(write);
}

/** Keeps all of it, as it has to be where nothing was kept before; within a transaction. */
export function keepAllMemory(state: State): void {
  for (const write of changedMemory(state, [...state.rooms.all(), ...state.presence.all()])) {
    state.store.write(write);
  }
}

function changedMemory(state: State, touched: Iterable<object>): Write[] {
  const writes = new Map<string, Write>();
  const put = (of: KeptMemory["of"], id: string, value: object | undefined) => {
    const text = value === undefined ? null : JSON.stringify(value);
    writes.set(`${of} ${id}`, { kind: "memory.put", of, id, value: text });
  };
  for (const thing of touched) {
    if (thing instanceof Room) put("room", thing.id, keptRoom(state, thing));
    else if (thing instanceof Presence) put("nodes", LOST_NODES, thing.lostNodes());
    else {
      const person = thing instanceof Session ? thing.person : thing;
      if (person instanceof Person) put("person", person.id, state.presence.keptOf(person.id));
    }
  }
  return Array.from(writes.values());
}

function keptRoom({ rooms }: State, room: Room): KeptRoom | undefined {
  if (rooms.byId(room.id) !== room) return undefined;
  const { owner, held, spoken, lasting, lastAt } = room;
  return { owner: owner?.id ?? null, held, spoken, lasting, lastAt };
}

/** Puts it back, into a state that was just woken. */
export function restoreMemory(state: State, rows: readonly KeptMemory[]): void {
  const of = (kind: KeptMemory["of"]) => rows.filter((row) => row.of === kind);
  const people = of("person").map(({ value }) => JSON.parse(value) as KeptPerson);
  const lost = of("nodes").flatMap(({ value }) => JSON.parse(value) as string[]);
  state.presence.restore(people, lost, state.rooms);
  for (const { id, value } of of("room")) {
    const room = state.rooms.byId(id);
    if (!room) continue;
    const { owner, ...kept } = JSON.parse(value) as KeptRoom;
    Object.assign(room, kept, { owner: owner === null ? null : state.presence.byId(owner) ?? null });
  }
  state.journal.keep();
}
