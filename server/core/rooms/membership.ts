/**
 * Membership: who comes into a room, who goes or is put out, whose it is. A room's members are in the order of their
 * coming, and all changes here happen in `settle`, in the one order that everybody sees.
 */
import { checkNotBanned } from "./bans.ts";
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision, Delivery, Settled } from "../decision.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { checkRoomName } from "../accounts/names.ts";
import { nameKey } from "../shared/names.ts";
import type { Person } from "../sessions/presence.ts";
import { isLobby, LOBBY, memberRoom, newRoom, Room } from "./rooms.ts";
import { Conflict, type Write } from "../store.ts";

/** Comes into a room, making it if it is new. @throws bad_room room_full too_many_rooms kicked */
export function enter(core: Core, caller: Caller, asked: Command<"enter">): Decision<Answer<"enter">> {
  const session = sessionOf(caller);
  const { person } = session;
  const key = nameKey(checkRoomName(asked.room));
  const existing = core.rooms.named(key);
  if (existing?.members.has(person)) return { settle: () => ({ reply: existing.state() }) };
  if (existing) checkMayEnter(core, existing, person);
  else checkLooks(core, asked.room);
  if (person.rooms.size >= LIMITS.roomsPerPersonMax) {
    throw new Fault(
      "too_many_rooms",
      `Cannot enter ${quote(asked.room)}: leave one of your ${person.rooms.size} rooms first`,
    );
  }
  const by = { person, network: core.networkOf(caller.address) };
  if (!existing) core.rooms.checkMayMake(asked.room, person, by.network);
  const made = existing ? undefined : newRoom(core, asked.room, asked.ephemeral ?? false, by);
  const id = existing?.id ?? made!.id;
  const writes: Write[] = [{ kind: "place.add", person: person.id, room: id, since: core.sequence.taken }];
  if (made) writes.unshift({ kind: "room.add", room: made });
  return {
    writes,
    settle() {
      const room = made ? new Room(made) : core.rooms.byId(id);
      if (!room) throw new Conflict("the room went while somebody entered it");
      if (core.presence.byId(person.id) !== person) {
        return {
          reply: room.state(),
          then: made ? [{ writes: [{ kind: "room.remove", room: id }], settle: nothing }] : [],
        };
      }
      if (room.members.has(person)) return { reply: room.state() }; // by another connection of theirs
      if (made) core.rooms.add(room);
      const then = join(core, room, person);
      const event = { event: "entered", room: room.name, nickname: person.nickname, ...person.mark } as const;
      return { reply: room.state(), tell: [{ to: { room }, event, by: session }], then };
    },
  };
}

/** Goes out of a room. @throws unknown_room not_member */
export function leave(core: Core, caller: Caller, asked: Command<"leave">): Decision<Answer<"leave">> {
  const session = sessionOf(caller);
  const { person } = session;
  const room = memberRoom(core, person, asked.room, "leave");
  return {
    writes: [{ kind: "place.remove", person: person.id, room: room.id }],
    settle() {
      if (!room.members.has(person)) return { reply: {} };
      const left: Delivery = {
        to: { room },
        event: { event: "left", room: room.name, nickname: person.nickname },
        by: session,
      };
      const own: Delivery = { to: { person }, event: left.event, by: session };
      return { reply: {}, tell: [left, own], then: depart(core, room, person) };
    },
  };
}

/** Puts a person into the lobby and into the rooms that they had not left; in `settle` only. */
export function joinRemembered(core: Core, person: Person): { tell: Delivery[]; then: Decision[] } {
  const tell: Delivery[] = [];
  const then: Decision[] = [];
  const lobby = core.rooms.named(nameKey(LOBBY))!;
  const remembered = core.store.placesOf(person.id).map((place) => core.rooms.byId(place.room));
  for (const room of new Set([lobby, ...remembered])) {
    if (!room || room.members.has(person)) continue;
    if (room === lobby ? isBanned(core, room, person) : !mayEnter(core, room, person)) continue;
    then.push(...join(core, room, person));
    if (room === lobby) {
      then.push({
        writes: [{ kind: "place.add", person: person.id, room: room.id, since: core.sequence.settled }],
        settle: nothing,
      });
    }
    tell.push({
      to: { room },
      event: { event: "entered", room: room.name, nickname: person.nickname, ...person.mark },
    });
  }
  return { tell, then };
}

/** Takes a person out of a room and sees to its ownership and its end; in `settle` only. */
export function depart(core: Core, room: Room, person: Person): Decision[] {
  room.members.delete(person);
  room.lastAt = core.clock();
  person.rooms.delete(room);
  core.presence.version++;
  if (room.members.size === 0 && room.passing) return [dissolve(core, room)];
  return room.owner === person ? [pass(core, room)] : [];
}

/** What time alone brings about: owners who did not return after a restart, and rooms to which nobody did. */
export function settleRooms(core: Core): Decision[] {
  const now = core.clock();
  const due: Decision[] = [];
  core.bans.expire(now);
  for (const room of core.rooms.all()) {
    if (!room.held || room.held.until > now) continue;
    const { person } = room.held;
    room.held = null;
    if (room.members.size === 0 && room.passing) due.push(dissolve(core, room));
    else if (!room.owner && person !== null) due.push(pass(core, room));
  }
  return due;
}

/**
 * Rooms in which nobody with an account ever spoke and nobody is go after a while, a few at a time. Their oldest messages
 * go first, so that no step is long; whoever enters one meanwhile keeps it, with what is left.
 */
export function endForgotten(core: Core): Decision[] {
  const now = core.clock();
  const due: Decision[] = [];
  for (const room of core.rooms.all()) {
    if (due.length >= LIMITS.roomsEndedAtOnceMax) break;
    if (!room.isForgotten(now)) continue;
    const { messages } = core.store.page({ room: room.id, limit: 1, upTo: core.sequence.settled }, "");
    due.push(
      messages.length === 0 ? dissolve(core, room) : {
        writes: [{ kind: "room.thin", room: room.id, atMost: LIMITS.messagesEndedAtOnceMax }],
        settle: nothing,
      },
    );
  }
  return due;
}

function join(core: Core, room: Room, person: Person): Decision[] {
  room.members.add(person);
  person.rooms.add(room);
  core.presence.version++;
  if (room.owner) return goesBefore(room, person) ? [pass(core, room, person)] : [];
  const held = room.held && room.held.until > core.clock() ? room.held.person : null;
  // An account does not wait for a guest to come back to the lobby.
  const isLent = isLobby(room) && held !== null && !core.store.accountById(held);
  const awaited = isLent && !person.guest ? null : held;
  if (awaited !== null && awaited !== person.id) return [];
  room.held = null;
  if (room.members.size > 1) return [awaited === null ? pass(core, room) : pass(core, room, person)];
  room.owner = person;
  return [{ writes: [{ kind: "room.owner", room: room.id, owner: person.id }], settle: nothing }];
}

/** Ends a room with everything in it. */
function dissolve(core: Core, room: Room): Decision {
  core.rooms.drop(room);
  core.bans.drop(room.id);
  const files = core.store.files.idsOfRoom(room.id);
  return {
    writes: [{ kind: "room.remove", room: room.id }],
    settle() {
      void core.uploads.drop(core, [...files, ...core.uploads.idsIn(room.id)]);
      return { reply: undefined };
    },
  };
}

/** Gives a room to its longest-present member, to another one, or to nobody. */
function pass(core: Core, room: Room, heir: Person | undefined = longestPresent(room)): Decision {
  room.owner = heir ?? null;
  const owner: Write = { kind: "room.owner", room: room.id, owner: heir?.id ?? null };
  if (!heir) return { writes: [owner], settle: nothing };
  const seq = core.sequence.next();
  const at = core.clock();
  const event = { event: "owner", seq, at, room: room.name, nickname: heir.nickname } as const;
  const stored = {
    seq,
    at,
    room: room.id,
    kind: "owner",
    subject: heir.id,
    nickname: heir.nickname,
    by: null,
    minutes: null,
  } as const;
  return {
    seq,
    writes: [owner, { kind: "room.event", event: stored }],
    settle: () => ({ reply: undefined, tell: [{ to: { room }, event }] }),
  };
}

/** The lobby is everybody's: there an account goes before a guest. */
function goesBefore(room: Room, person: Person): boolean {
  return isLobby(room) && room.owner?.guest === true && !person.guest;
}

function longestPresent(room: Room): Person | undefined {
  const [first] = room.members;
  if (!isLobby(room) || !first?.guest) return first;
  for (const member of room.members) if (!member.guest) return member;
  return first;
}

/** Nobody is to take a new room for another one. @throws bad_room */
function checkLooks(core: Core, name: string): void {
  const other = core.rooms.looking(name);
  if (!other) return;
  throw new Fault("bad_room", `Cannot make ${quote(name)}: it looks like ${quote(other.name)}`);
}

function checkMayEnter(core: Core, room: Room, person: Person): void {
  checkNotBanned(core, room, person, `enter ${quote(room.name)}`);
  if (room.members.size >= LIMITS.roomMembersMax) {
    throw new Fault(
      "room_full",
      `Cannot enter ${quote(room.name)}: it is full (${LIMITS.roomMembersMax} members)`,
    );
  }
}

function mayEnter(core: Core, room: Room, person: Person): boolean {
  return !isBanned(core, room, person) && room.members.size < LIMITS.roomMembersMax &&
    person.rooms.size < LIMITS.roomsPerPersonMax;
}

function isBanned(core: Core, room: Room, person: Person): boolean {
  return core.bans.until(room.id, person, core.clock()) !== undefined;
}

function nothing(): Settled<undefined> {
  return { reply: undefined };
}
