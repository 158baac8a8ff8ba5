/**
 * Membership: who comes into a room, who goes or is put out, whose it is. A room's members are in the order of their
 * coming.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Person, Session } from "../state/presence.ts";
import type { Answer, Command, RoomState } from "../shared/commands.ts";
import type { Event } from "../shared/events.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import { type Profile, profileAt } from "../shared/profile.ts";
import type { Role } from "../shared/room_settings.ts";
import type { State } from "../state/state.ts";
import type { StoredRoomEvent } from "../store/store.ts";
import { checkRoomName } from "../accounts/names.ts";
import { checkNotBanned } from "./ban_rules.ts";
import { isLobby, LOBBY, Room } from "../state/rooms.ts";
import { endInvite, endInvites } from "./invitees.ts";
import { roomEventOf } from "./room_events.ts";
import { givenReason, reasonOf } from "./reasons.ts";
import { mayWrite, ownershipOf } from "./rights.ts";
import { memberRoom, newRoom, stateOf } from "./rooms.ts";

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
      private: asked.private ?? false,
      make: asked.make ?? true,
      ...(asked.follow && { follow: true }),
      network: core.networkOf(caller.address),
    },
  };
}

/** @throws bad_room room_full too_many_rooms kicked account_needed */
export function applyEnter(state: State, p: Proposal<"room.enter">): Outcome<Answer<"enter">> {
  const session = sessionIn(state, p.session);
  const { person } = session;
  const key = nameKey(p.room);
  const own = state.rooms.named(key, person);
  const invited = state.rooms.invitedTo(key, person.id);
  if (own && person.rooms.has(own) && (own.settings.private || !p.private)) {
    return { reply: stateOf(state, own, person, p.at) };
  }
  const existing = invited ?? (p.private ? undefined : state.rooms.named(key));
  const renamed = p.follow && !invited ? renamedSince(state, person, key, existing !== undefined) : undefined;
  if (renamed) return { reply: stateOf(state, renamed, person, p.at) };
  if (existing) checkMayEnter(state, existing, person, p.at);
  else if (!p.make) throw noSuchRoom(p.room);
  else if (p.private) checkMayMakePrivate(p.room, person);
  else checkLooks(state, p.room);
  checkMayHaveMore(person, p.room);
  return enterRoom(state, session, existing ?? make(state, p, person), p.at);
}

/**
 * A room that somebody is in and that was called so before. Of a private one that goes before an open one that has the name now: what
 * they have to say there is not for everybody.
 */
function renamedSince(state: State, person: Person, key: NameKey, taken: boolean): Room | undefined {
  return Array.from(person.rooms).find((room) =>
    (room.settings.private || !taken) &&
    state.store.namesBefore(room.id).some((name) => nameKey(name) === key)
  );
}

function noSuchRoom(name: string): Fault {
  return new Fault("unknown_room", `Cannot enter ${quote(name)}: there is no such room`);
}

/** Puts somebody who may into a room, as a member. */
export function enterRoom(state: State, session: Session, room: Room, at: number): Outcome<RoomState> {
  const { person } = session;
  const taken = endInvite(state, room, person.id, at).map((told) => ({ ...told, by: session.id }));
  state.store.write({ kind: "membership.add", person: person.id, room: room.id, since: state.sequence.last });
  if (room.settings.private && room.roles.size === 0) appoint(state, room, person.id, "owner");
  const consequences = noConsequences();
  join(state, room, person, at, consequences);
  const told: Delivery = { to: { room: room.id }, event: entered(state, room, person, at), by: session.id };
  return {
    reply: stateOf(state, room, person, at),
    tell: [told, ...taken, ...consequences.tell],
    gone: consequences.gone,
  };
}

/** That somebody has come in, with what they show, which is looked up if anybody asks. */
function entered({ store }: State, room: Room, person: Person, at: number): Event<"entered"> {
  let shown: Profile | undefined;
  const profile = () => shown ??= profileAt(store.people.profile(person.id), at);
  return {
    event: "entered",
    room: room.name,
    nickname: person.nickname,
    ...(person.guest ? { guest: true } : { profile }),
  };
}

/** @throws account_needed bad_room */
function checkMayMakePrivate(name: string, person: Person): void {
  if (person.guest) {
    throw new Fault(
      "account_needed",
      `Cannot make ${quote(name)}: private rooms are for people with accounts`,
    );
  }
  checkNoNamesake(nameKey(name), person);
  if (nameKey(name) !== nameKey(LOBBY)) return;
  throw new Fault(
    "bad_room",
    `Cannot make ${quote(name)}: this is what the room is called where everybody is`,
    { reason: "lobby" },
  );
}

/** @throws too_many_rooms */
function make(
  state: State,
  { id, at, room: name, ephemeral, private: isPrivate, network }: Proposal<"room.enter">,
  person: Person,
): Room {
  state.rooms.checkMayMake(name, person, network);
  const stored = newRoom({ id, at, name, ephemeral: ephemeral && !isPrivate, private: isPrivate }, {
    person,
    network,
  });
  state.store.write({ kind: "room.add", room: stored });
  const room = new Room(stored);
  state.rooms.add(room);
  return room;
}

/** Gives somebody a place in a room, in memory and in the store. */
export function appoint(state: State, room: Room, person: string, role: Role): void {
  state.store.write({ kind: "membership.role", person, room: room.id, role });
  state.rooms.appoint(room, person, role);
}

/** Goes out of a room. @throws bad_text */
export function leave(core: Core, caller: Caller, asked: Command<"leave">): Prepared<Answer<"leave">> {
  const { id: session } = sessionOf(caller);
  const why = givenReason(asked, "leave");
  return { proposal: { kind: "room.leave", at: core.clock(), session, room: asked.room, ...why } };
}

/** @throws unknown_room not_member */
export function applyLeave(state: State, p: Proposal<"room.leave">): Outcome<Answer<"leave">> {
  const session = sessionIn(state, p.session);
  const { person } = session;
  const room = memberRoom(state, person, p.room, "leave");
  const why = mayWrite(state, room, person, p.at) && reasonOf(p);
  const event = {
    event: "left",
    room: room.name,
    nickname: person.nickname,
    ...why,
    ...person.deed,
  } as const;
  const consequences = noConsequences();
  endMembership(state, room, person.id, p.at, consequences);
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

/** Somebody is no member any more, online or not; a private room ends with its last one, and is never without an owner. */
export function endMembership(
  state: State,
  room: Room,
  person: string,
  at: number,
  consequences: Consequences,
): void {
  state.store.write({ kind: "membership.remove", person, room: room.id });
  state.rooms.appoint(room, person, "member");
  const present = state.presence.byId(person);
  consequences.tell.push(...endInvites(state, room, at, person));
  if (present?.rooms.has(room)) depart(state, room, present, at, consequences);
  if (!room.settings.private) return;
  if (state.store.memberCount(room.id) === 0) return void dissolve(state, room, at, consequences);
  keepOwned(state, room, at, consequences);
}

/** A private room whose owners are gone, or suspended, falls to a moderator, or to whoever is a member for longest. */
export function keepOwned(state: State, room: Room, at: number, consequences: Consequences): void {
  const owners = Array.from(room.roles).filter(([, role]) => role === "owner").map(([id]) => id);
  if (owners.some((id) => state.store.accountById(id)?.disabledAt === null)) return;
  const heir = state.store.heirOf(room.id);
  if (!heir) return;
  appoint(state, room, heir.person, "owner");
  consequences.tell.push(
    tellRoom(state, room, {
      ...{ kind: "role", at, subject: heir.person, nickname: heir.nickname, by: null, minutes: null },
      detail: { role: "owner" },
    }),
  );
}

/** Keeps an event of a room, and says whom it is told. `actor`: whose doing it is. */
export function tellRoom(
  state: State,
  room: Room,
  what: Omit<StoredRoomEvent, "seq" | "room">,
  actor?: Person,
): Delivery {
  const event: StoredRoomEvent = { ...what, seq: state.sequence.next(), room: room.id };
  state.store.write({ kind: "room.event", event });
  const told = { ...roomEventOf({ ...event, room: room.name }), ...actor?.deed };
  const changes = told.event === "owner" || told.event === "role";
  return {
    to: { room: room.id },
    event: changes ? { ...told, ownership: () => ownershipOf(state, room) } : told,
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
    tell.push({ to: { room: room.id }, event: entered(state, room, person, now) });
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
  if (room.members.size === 0 && passes(state, room)) dissolve(state, room, now, consequences);
  else if (room.owner === person) pass(state, room, longestPresent(room), now, consequences);
}

/** Whether a room goes with the last one in it: nothing was said, and nobody with an account is a member. */
function passes({ store }: State, room: Room): boolean {
  return room.passing && (room.ephemeral || store.memberCount(room.id) === 0);
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
  if (room.members.size === 0 && passes(state, room)) dissolve(state, room, at, consequences);
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
  if (messages.length === 0) dissolve(state, room, at, consequences);
  else state.store.write({ kind: "room.thin", room: id, atMost: LIMITS.messagesEndedAtOnceMax });
  return consequences;
}

function join(state: State, room: Room, person: Person, now: number, consequences: Consequences): void {
  state.presence.enter(room, person);
  if (room.settings.private) return;
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
function dissolve(state: State, room: Room, at: number, consequences: Consequences): Consequences {
  consequences.tell.push(...endInvites(state, room, at));
  consequences.gone.push(...state.store.files.idsOfRoom(room.id));
  state.rooms.drop(room);
  state.bans.drop(room.id);
  state.mutes.drop(room.id);
  state.store.write({ kind: "room.remove", room: room.id });
  return consequences;
}

/** Ends a room while people are in it: they are told so, and are out. */
export function closeRoom(
  state: State,
  room: Room,
  at: number,
  text: string,
): Required<Pick<Outcome, "tell" | "gone">> {
  const people = Array.from(room.members);
  for (const person of people) state.presence.leave(room, person);
  const { gone, tell: ended } = dissolve(state, room, at, noConsequences());
  const tell = people.flatMap(({ id, nickname, deed }): Delivery[] => [
    { to: { person: id }, event: { event: "notice", text } },
    { to: { person: id }, event: { event: "left", room: room.name, nickname, ...deed } },
  ]);
  return { tell: [...tell, ...ended], gone };
}

/** Gives a room to a member, or to nobody. */
export function pass(
  state: State,
  room: Room,
  heir: Person | undefined,
  at: number,
  consequences: Consequences,
): void {
  own(state, room, heir);
  if (!heir) return;
  const { id: subject, nickname } = heir;
  consequences.tell.push(
    tellRoom(state, room, { kind: "owner", at, subject, nickname, by: null, minutes: null }),
  );
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
  const why = `it looks like ${quote(other.name)}`;
  throw new Fault("bad_room", `Cannot make ${quote(name)}: ${why}`, { reason: "looks_alike" });
}

/** @throws too_many_rooms */
export function checkMayHaveMore(person: Person, name: string): void {
  if (person.rooms.size < LIMITS.roomsPerPersonMax) return;
  throw new Fault(
    "too_many_rooms",
    `Cannot enter ${quote(name)}: leave one of your ${person.rooms.size} rooms first`,
    { reason: "own_limit" },
  );
}

/** @throws kicked room_full bad_room */
export function checkMayEnter(state: State, room: Room, person: Person, now: number): void {
  checkNotBanned(state, room, person, { action: `enter ${quote(room.name)}`, now });
  checkNoNamesake(room.key, person);
  if (room.members.size >= LIMITS.roomMembersMax) {
    throw new Fault(
      "room_full",
      `Cannot enter ${quote(room.name)}: it is full (${LIMITS.roomMembersMax} members)`,
    );
  }
}

/** A name is to mean one room to whoever says it. @throws bad_room */
function checkNoNamesake(key: NameKey, person: Person): void {
  const other = Array.from(person.rooms).find((each) => each.key === key);
  if (!other) return;
  throw new Fault(
    "bad_room",
    `Cannot enter ${quote(other.name)}: you are in another room of this name; leave that first`,
    { reason: "taken" },
  );
}

function mayEnter(state: State, room: Room, person: Person, now: number): boolean {
  // In a private room only accounts are members, whatever an older server has remembered.
  if (room.settings.private) return !person.guest;
  return !isBanned(state, room, person, now) && room.members.size < LIMITS.roomMembersMax &&
    person.rooms.size < LIMITS.roomsPerPersonMax;
}

function isBanned({ bans }: State, room: Room, person: Person, now: number): boolean {
  return bans.until(room.id, person, now) !== undefined;
}
