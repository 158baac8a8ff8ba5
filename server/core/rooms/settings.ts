/** How a room is called and set, who has which place in it, and its end by its owner's hand. */
import { checkLine, checkRoomName, checkWords } from "../accounts/names.ts";
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, type FaultCode, type FaultReason, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import {
  HISTORIES,
  NOTIFICATION_LEVELS,
  ROLES,
  type RoomSettings,
  WRITERS,
} from "../shared/room_settings.ts";
import { isLobby, type Room } from "../state/rooms.ts";
import type { State } from "../state/state.ts";
import { endInvites } from "./invitees.ts";
import { memberNamed } from "./kicks.ts";
import { appoint, closeRoom, noConsequences, pass, tellRoom } from "./membership.ts";
import { checkRight } from "./rights.ts";
import { memberRoom } from "./rooms.ts";

/** Sets what is named of a room. @throws bad_room bad_text bad_request */
export function setRoom(
  core: Core,
  caller: Caller,
  asked: Command<"room.set">,
): Prepared<Answer<"room.set">> {
  const { id: session } = sessionOf(caller);
  const { op: _, room, name, ...settings } = asked;
  if (name !== undefined) checkRoomName(name);
  checkSettings(settings);
  return {
    proposal: {
      kind: "room.set",
      at: core.clock(),
      session,
      room,
      ...(name !== undefined && { name }),
      settings,
    },
  };
}

/** @throws unknown_room not_member forbidden bad_room bad_request */
export function applySetRoom(state: State, p: Proposal<"room.set">): Outcome<Answer<"room.set">> {
  const { id: by, person } = sessionIn(state, p.session);
  const room = memberRoom(state, person, p.room, "set");
  const settings: RoomSettings = { ...room.settings, ...p.settings };
  const name = p.name ?? room.name;
  const changed = (Object.keys(settings) as (keyof RoomSettings)[])
    .filter((key) => settings[key] !== room.settings[key]) as string[];
  if (name !== room.name) changed.push("name");
  const right = changed.every((key) => key === "topic") ? "topic" : "settings";
  checkRight(state, room, person, right, `set ${quote(room.name)}`);
  if (changed.length === 0) return { reply: { room: name, ...settings } };
  checkStaysLobby(room, name, settings);
  if (name !== room.name || settings.private !== room.settings.private) {
    checkNameFits(state, room, name, settings.private);
  }
  if (settings.private && !room.settings.private) takeInto(state, room, person.id);
  lasts(state, room);
  const { name: was, settings: before } = room;
  const given = settings.topic === "" ? null : { by: person.id, at: p.at };
  const topicSet = changed.includes("topic") ? given : room.topicSet;
  state.store.write({ kind: "room.set", room: room.id, name, settings, topicSet });
  state.rooms.set(room, name, settings, topicSet);
  const event = tellRoom(state, room, {
    ...{ kind: "room", at: p.at, subject: null, nickname: null, by: person.nickname, minutes: null },
    detail: { changed, settings, ...(was !== name && { was }) },
  }, person);
  const consequences = noConsequences();
  // An open room is somebody's who is there.
  if (before.private && !settings.private) pass(state, room, person, p.at, consequences);
  return { reply: { room: name, ...settings }, tell: [{ ...event, by }, ...consequences.tell] };
}

/** @throws bad_text bad_request */
function checkSettings(
  { topic, description, writing, history, keep_days: days }: Partial<RoomSettings>,
): void {
  const { topicCharsMax, descriptionCharsMax, keepDaysMax } = LIMITS;
  checkLine(topic ?? "", "Cannot set the topic", topicCharsMax);
  checkWords(description ?? "", "Cannot set the description", descriptionCharsMax);
  const isOne = (all: readonly string[], value: string | undefined) =>
    value === undefined || all.includes(value);
  if (!isOne(WRITERS, writing) || !isOne(HISTORIES, history)) {
    throw new Fault(
      "bad_request",
      `Cannot set the room: "writing" is one of ${WRITERS.join(", ")}, "history" one of ${
        HISTORIES.join(", ")
      }`,
    );
  }
  if (days === undefined || (Number.isInteger(days) && days >= 0 && days <= keepDaysMax)) return;
  throw new Fault("bad_request", `Cannot keep messages for ${days} days: 0 to ${keepDaysMax} are possible`);
}

/** The lobby is where everybody comes in. @throws bad_room */
function checkStaysLobby(room: Room, name: string, { private: isPrivate, archived }: RoomSettings): void {
  if (!isLobby(room) || (nameKey(name) === room.key && !isPrivate && !archived)) return;
  throw new Fault(
    "bad_room",
    `Cannot set ${quote(room.name)} so: everybody comes in there; it keeps its name, and stays open`,
    { reason: "lobby" },
  );
}

/** Whether a room can have this name: open rooms have one each, and nobody is in two rooms that are called the same. @throws bad_room */
function checkNameFits(state: State, room: Room, name: string, isPrivate: boolean): void {
  const key = nameKey(name);
  const refuse = (reason: FaultReason, why: string) =>
    new Fault("bad_room", `Cannot call the room ${quote(name)}: ${why}`, { reason });
  if (!isPrivate) {
    const other = state.rooms.named(key);
    if (other && other !== room) throw refuse("taken", "another open room has this name");
    const alike = state.rooms.looking(name);
    if (alike && alike !== room) throw refuse("looks_alike", `it looks like ${quote(alike.name)}`);
  }
  const others = state.rooms.called(key).filter((each) => each !== room);
  const isInBoth = others.some((other) =>
    state.store.sharesMember(room.id, other.id) ||
    Array.from(room.members).some((person) => person.rooms.has(other))
  );
  if (isInBoth) throw refuse("taken", "somebody here is in another room of this name");
}

/**
 * A room that becomes private is its setter's, and keeps those of its members who have accounts. Guests who are in it have
 * to go first; those who would come back into it are forgotten. @throws bad_request
 */
function takeInto(state: State, room: Room, owner: string): void {
  if (Array.from(room.members).some(({ guest }) => guest)) {
    throw new Fault(
      "bad_request",
      `Cannot make ${
        quote(room.name)
      } private: guests are in it, and private rooms are for people with accounts`,
      { reason: "guests_inside" },
    );
  }
  state.store.write({ kind: "membership.guests", room: room.id });
  state.journal.assign(room, { owner: null, held: null });
  state.store.write({ kind: "room.owner", room: room.id, owner: null });
  if (!Array.from(room.roles.values()).includes("owner")) appoint(state, room, owner, "owner");
}

/** Somebody with an account has made something of it: it does not go because nobody has spoken. */
function lasts(state: State, room: Room): void {
  if (room.lasting) return;
  state.journal.assign(room, { lasting: true });
  state.store.write({ kind: "room.lasts", room: room.id });
}

/** Gives somebody a place in a room. */
export function setRole(
  core: Core,
  caller: Caller,
  asked: Command<"room.role">,
): Prepared<Answer<"room.role">> {
  const { id: session } = sessionOf(caller);
  const { room, nickname, role } = asked;
  if (!ROLES.includes(role)) {
    throw new Fault("bad_request", `Cannot give that place: "role" is one of ${ROLES.join(", ")}`);
  }
  return { proposal: { kind: "room.role", at: core.clock(), session, room, nickname, role } };
}

/** @throws unknown_room not_member forbidden account_needed bad_request */
export function applySetRole(state: State, p: Proposal<"room.role">): Outcome<Answer<"room.role">> {
  const { id: by, person } = sessionIn(state, p.session);
  const room = memberRoom(state, person, p.room, "give places in");
  checkRight(state, room, person, "roles", `give places in ${quote(room.name)}`);
  const target = memberNamed(state, room, p.nickname);
  const refuse = (code: FaultCode, why: string, reason?: FaultReason) =>
    new Fault(code, `Cannot give ${quote(p.nickname)} a place: ${why}`, { reason });
  if (!target) throw refuse("not_member", `nobody of this name is in ${quote(room.name)}`);
  if (target.guest) throw refuse("account_needed", "guests have none; an account is kept");
  const before = room.roles.get(target.id) ?? "member";
  if (before === p.role) return { reply: {} };
  const owners = Array.from(room.roles).filter(([, role]) => role === "owner").map(([id]) => id);
  if (room.settings.private && owners.length === 1 && owners[0] === target.id) {
    const why = `${quote(room.name)} would have no owner; make somebody else one first`;
    throw refuse("bad_request", why, "last_owner");
  }
  appoint(state, room, target.id, p.role);
  lasts(state, room);
  const ended = p.role === "member" ? endInvites(state, room, p.at, target.id) : [];
  const event = tellRoom(state, room, {
    ...{ kind: "role", at: p.at, subject: target.id, nickname: target.nickname, by: person.nickname },
    minutes: null,
    detail: { role: p.role },
  }, person);
  return { reply: {}, tell: [{ ...event, by }, ...ended] };
}

/** Ends a room with everything said and sent in it. */
export function deleteOwnRoom(
  core: Core,
  caller: Caller,
  asked: Command<"room.delete">,
): Prepared<Answer<"room.delete">> {
  const { id: session } = sessionOf(caller);
  return { proposal: { kind: "room.delete", at: core.clock(), session, room: asked.room } };
}

/** @throws unknown_room not_member forbidden bad_room */
export function applyDeleteOwnRoom(
  state: State,
  p: Proposal<"room.delete">,
): Outcome<Answer<"room.delete">> {
  const { person } = sessionIn(state, p.session);
  const room = memberRoom(state, person, p.room, "delete");
  checkRight(state, room, person, "delete", `delete ${quote(room.name)}`);
  if (isLobby(room)) {
    throw new Fault("bad_room", `Cannot delete ${quote(room.name)}: everybody comes in there`, {
      reason: "lobby",
    });
  }
  const text = `The room ${quote(room.name)} was closed with everything in it by ${person.nickname}.`;
  return { reply: {}, ...closeRoom(state, room, p.at, text) };
}

/** Chooses of what one is told in a room. @throws bad_request */
export function setNotify(core: Core, caller: Caller, asked: Command<"notify">): Prepared<Answer<"notify">> {
  const { id: session } = sessionOf(caller);
  const { room, level } = asked;
  if (!NOTIFICATION_LEVELS.includes(level)) {
    throw new Fault("bad_request", `Cannot set it: "level" is one of ${NOTIFICATION_LEVELS.join(", ")}`);
  }
  return { proposal: { kind: "room.notify", at: core.clock(), session, room, level } };
}

/** @throws unknown_room not_member */
export function applySetNotify(state: State, p: Proposal<"room.notify">): Outcome<Answer<"notify">> {
  const { person } = sessionIn(state, p.session);
  const room = memberRoom(state, person, p.room, "set what you are told in");
  state.store.write({ kind: "membership.notify", person: person.id, room: room.id, level: p.level });
  return { reply: {} };
}
