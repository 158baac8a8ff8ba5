/** A state as text: equal states have equal texts. */
import { SETTING_NAMES } from "../../server/core/shared/settings.ts";
import type { State } from "../../server/core/state/state.ts";
import type { MemoryStore } from "../support/memory_store.ts";

/**
 * All that is in memory. How far a session has caught up is left out: it belongs to the connection, and only the node that
 * has it knows of it.
 */
export function memoryText({ presence, rooms, bans, mutes, settings, sequence }: State): string {
  return JSON.stringify({
    people: Array.from(presence.all(), (person) => ({
      ...{ id: person.id, nickname: person.nickname, guest: person.guest, lostAt: person.lostAt },
      sessions: Array.from(person.sessions, ({ id, node, tokenHash, signedOff }) => [
        ...[id, node, tokenHash, signedOff],
        presence.session(id)?.person.id,
      ]),
      rooms: Array.from(person.rooms, ({ id }) => id),
      found: [presence.byId(person.id) === person, presence.byNickname(person.key) === person],
    })),
    lost: presence.lostBefore(Infinity).map(({ id }) => id),
    rooms: Array.from(rooms.all()).sort((a, b) => a.id < b.id ? -1 : 1).map((room) => ({
      ...{ id: room.id, name: room.name, owner: room.owner?.id, held: room.held },
      ...{ spoken: room.spoken, lasting: room.lasting, lastAt: room.lastAt, topicSet: room.topicSet },
      members: Array.from(room.members, ({ id }) => id),
      bans: [bans.of(room.id, 0), mutes.of(room.id, 0)],
      settings: room.settings,
      // A place, and an invitation, has no order.
      places: [Array.from(room.roles).sort(), Array.from(room.invited.values()).sort(byPerson)],
      found: [rooms.byId(room.id) === room, rooms.called(room.key).includes(room)],
    })),
    made: rooms.mostOfOneMaker,
    settings: SETTING_NAMES.map((name) => settings.row(name)),
    last: sequence.last,
  });
}

/** Tables and rows that don't change → their text. */
const texts = new WeakMap<object, string>();

/** All that is stored. What a node keeps of its memory is left out: of what is there, only the order means anything. */
export function storeText(store: MemoryStore): string {
  return Object.entries(store.snapshot()).filter(([name]) => name !== "memory").map(([name, table]) =>
    `${name}: ${Array.isArray(table) ? tableText(table) : table}`
  ).join("\n");
}

function tableText(table: readonly object[]): string {
  let text = texts.get(table);
  if (text === undefined) texts.set(table, text = table.map(rowText).join(" "));
  return text;
}

function rowText(row: object): string {
  let text = texts.get(row);
  if (text === undefined) texts.set(row, text = JSON.stringify(row));
  return text;
}

function byPerson(one: { person: string }, other: { person: string }): number {
  return one.person < other.person ? -1 : 1;
}
