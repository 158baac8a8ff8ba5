/**
 * Membership: who comes into a room, who goes or is put out, whose it is. A room's members are in the order of their
 * coming.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Person } from "../state/presence.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";
import { checkRoomName } from "../accounts/names.ts";
import { checkNotBanned } from "./ban_rules.ts";
import { isLobby, LOBBY, Room } from "../state/rooms.ts";
import { memberRoom, newRoom } from "./rooms.ts";

/** What follows from somebody coming or going. */
interface Consequences {
  /** Told after all that is told of the cause. */
  readonly tell: Delivery[];
  /** Files whose bytes go. */
  readonly gone: string[];
}

/** Nothing so far. */
export function noConsequences(): Consequences {
  return { tell: [], gone: [] };
}

/** Comes into a room, making it if it is new. @throws bad_room */
export function enter(core: Core, caller: Caller, asked: Command<"enter">): Prepared<Answer<"enter">> {
  const { id: session } = sessionOf(caller);
  checkRoomName(asked.room);
  return {
    proposal: {
      kind: "room.enter",
      at: core.clock(),
      session,
      id: core.newId(),
      room: asked.room,
      ephemeral: asked.ephemeral ?? false,
      network: core.networkOf(caller.address),
    },
  };
}

/** @throws bad_room room_full too_many_rooms kicked */
export function applyEnter(state: State, p: Proposal<"room.enter">): Outcome<Answer<"enter">> {
  const session = sessionIn(state, p.session);
  const { person } = session;
  const existing = state.rooms.named(nameKey(p.room));
  if (existing?.members.has(person)) return { reply: existing.state() };
  if (existing) checkMayEnter(state, existing, person, p.at);
  else checkLooks(state, p.room);
  if (person.rooms.size >= LIMITS.roomsPerPersonMax) {
    throw new Fault(
      "too_many_rooms",
      `Cannot enter ${quote(p.room)}: leave one of your ${person.rooms.size} rooms first`,
    );
  }
  const room = existing ?? make(state, p, person);
  state.store.write({ kind: "membership.add", person: person.id, room: room.id, since: state.sequence.last });
  const consequences = noConsequences();
  join(state, room, person, p.at, consequences);
  const event = { event: "entered", room: room.name, nickname: person.nickname, ...person.mark } as const;
  const entered: Delivery = { to: { room: room.id }, event, by: session.id };
  return { reply: room.state(), tell: [entered, ...consequences.tell], gone: consequences.gone };
}

/** @throws too_many_rooms */
function make(
  state: State,
  { id, at, room: name, ephemeral, network }: Proposal<"room.enter">,
  person: Person,
): Room {
  state.rooms.checkMayMake(name, person, network);
  const stored = newRoom({ id, at, name, ephemeral }, { person, network });
  state.store.write({ kind: "room.add", room: stored });
  const room = new Room(stored);
  state.rooms.add(room);
  return room;
}

/** Goes out of a room. */
export function leave(core: Core, caller: Caller, asked: Command<"leave">): Prepared<Answer<"leave">> {
  const { id: session } = sessionOf(caller);
  return { proposal: { kind: "room.leave", at: core.clock(), session, room: asked.room } };
}

/** @throws unknown_room not_member */
export function applyLeave(state: State, p: Proposal<"room.leave">): Outcome<Answer<"leave">> {
  const session = sessionIn(state, p.session);
  const { person } = session;
  const room = memberRoom(state, person, p.room, "leave");
  state.store.write({ kind: "membership.remove", person: person.id, room: room.id });
  const event = { event: "left", room: room.name, nickname: person.nickname } as const;
  const consequences = noConsequences();
  depart(state, room, person, p.at, consequences);
  return {
    reply: {},
    tell: [
      { to: { room: room.id }, event, by: session.id },
      { to: { person: person.id }, event, by: session.id },
      ...consequences.tell,
    ],
    gone: consequences.gone,
  };
}

/** Puts a person into the lobby and into the rooms that they had not left; what is told of it. */
export function joinRemembered(
  state: State,
  person: Person,
  now: number,
  consequences: Consequences,
): Delivery[] {
  const tell: Delivery[] = [];
  const lobby = state.rooms.named(nameKey(LOBBY))!;
  const remembered = state.store.membershipsOf(person.id).map((place) => state.rooms.byId(place.room));
  for (const room of new Set([lobby, ...remembered])) {
    if (!room || room.members.has(person)) continue;
    if (room === lobby ? isBanned(state, room, person, now) : !mayEnter(state, room, person, now)) continue;
    if (room === lobby) {
      state.store.write({
        kind: "membership.add",
        person: person.id,
        room: room.id,
        since: state.sequence.last,
      });
    }
    join(state, room, person, now, consequences);
    tell.push({
      to: { room: room.id },
      event: { event: "entered", room: room.name, nickname: person.nickname, ...person.mark },
    });
  }
  return tell;
}

/** Takes a person out of a room and sees to its ownership and its end. */
export function depart(
  state: State,
  room: Room,
  person: Person,
  now: number,
  consequences: Consequences,
): void {
  state.presence.leave(room, person);
  state.journal.assign(room, { lastAt: now });
  if (room.members.size === 0 && room.passing) dissolve(state, room, consequences);
  else if (room.owner === person) pass(state, room, longestPresent(room), now, consequences);
}

/** Owners who did not return after a restart, and rooms to which nobody did. */
export function releasable(core: Core, now: number): Proposal<"room.released">[] {
  return Array.from(core.rooms.all())
    .filter(({ held }) => held !== null && held.until <= now)
    .map(({ id }) => ({ kind: "room.released", at: now, room: id }));
}

/** A room waits for its owner no longer. */
export function applyReleased(state: State, { room: id, at }: Proposal<"room.released">): Outcome {
  const room = state.rooms.byId(id);
  if (!room?.held || room.held.until > at) return {};
  const { person } = room.held;
  const consequences = noConsequences();
  state.journal.assign(room, { held: null });
  if (room.members.size === 0 && room.passing) dissolve(state, room, consequences);
  else if (!room.owner && person !== null) pass(state, room, longestPresent(room), at, consequences);
  return consequences;
}

/** Rooms in which nobody with an account ever spoke and nobody is go after a while, a few at a time. */
export function forgotten(core: Core, now: number): Proposal<"room.forgotten">[] {
  const due: Proposal<"room.forgotten">[] = [];
  for (const room of core.rooms.all()) {
    if (due.length >= LIMITS.roomsEndedAtOnceMax) break;
    if (room.isForgotten(now)) due.push({ kind: "room.forgotten", at: now, room: room.id });
  }
  return due;
}

/** Its oldest messages go first, so that no step is long; whoever enters one meanwhile keeps it, with what is left. */
export function applyForgotten(state: State, { room: id, at }: Proposal<"room.forgotten">): Outcome {
  const room = state.rooms.byId(id);
  if (!room?.isForgotten(at)) return {};
  const { messages } = state.store.page({ room: id, limit: 1, upTo: state.sequence.last }, "");
  const consequences = noConsequences();
  if (messages.length === 0) dissolve(state, room, consequences);
  else state.store.write({ kind: "room.thin", room: id, atMost: LIMITS.messagesEndedAtOnceMax });
  return consequences;
}

function join(state: State, room: Room, person: Person, now: number, consequences: Consequences): void {
  state.presence.enter(room, person);
  if (room.owner) {
    if (goesBefore(room, person)) pass(state, room, person, now, consequences);
    return;
  }
  const held = room.held && room.held.until > now ? room.held.person : null;
  // An account does not wait for a guest to come back to the lobby.
  const isLent = isLobby(room) && held !== null && !state.store.accountById(held);
  const awaited = isLent && !person.guest ? null : held;
  if (awaited !== null && awaited !== person.id) return;
  state.journal.assign(room, { held: null });
  if (room.members.size > 1) {
    return pass(state, room, awaited === null ? longestPresent(room) : person, now, consequences);
  }
  own(state, room, person);
}

/** Ends a room with everything in it. */
export function dissolve(state: State, room: Room, consequences: Consequences): Consequences {
  consequences.gone.push(...state.store.files.idsOfRoom(room.id));
  state.rooms.drop(room);
  state.bans.drop(room.id);
  state.store.write({ kind: "room.remove", room: room.id });
  return consequences;
}

/** Gives a room to a member, or to nobody. */
function pass(
  state: State,
  room: Room,
  heir: Person | undefined,
  at: number,
  consequences: Consequences,
): void {
  own(state, room, heir);
  if (!heir) return;
  const seq = state.sequence.next();
  const event = { event: "owner", seq, at, room: room.name, nickname: heir.nickname } as const;
  state.store.write({
    kind: "room.event",
    event: {
      seq,
      at,
      room: room.id,
      kind: "owner",
      subject: heir.id,
      nickname: heir.nickname,
      by: null,
      minutes: null,
    },
  });
  consequences.tell.push({ to: { room: room.id }, event });
}

function own(state: State, room: Room, owner: Person | undefined): void {
  state.journal.assign(room, { owner: owner ?? null });
  state.store.write({ kind: "room.owner", room: room.id, owner: owner?.id ?? null });
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
function checkLooks(state: State, name: string): void {
  const other = state.rooms.looking(name);
  if (!other) return;
  throw new Fault("bad_room", `Cannot make ${quote(name)}: it looks like ${quote(other.name)}`);
}

function checkMayEnter(state: State, room: Room, person: Person, now: number): void {
  checkNotBanned(state, room, person, { action: `enter ${quote(room.name)}`, now });
  if (room.members.size >= LIMITS.roomMembersMax) {
    throw new Fault(
      "room_full",
      `Cannot enter ${quote(room.name)}: it is full (${LIMITS.roomMembersMax} members)`,
    );
  }
}

function mayEnter(state: State, room: Room, person: Person, now: number): boolean {
  return !isBanned(state, room, person, now) && room.members.size < LIMITS.roomMembersMax &&
    person.rooms.size < LIMITS.roomsPerPersonMax;
}

function isBanned({ bans }: State, room: Room, person: Person, now: number): boolean {
  return bans.until(room.id, person, now) !== undefined;
}
