/**
 * Kicks: putting somebody out of a room that one owns, for a time if need be, seeing who is out, and letting them in
 * again. The lobby is everybody's: a guest only has it lent and can put out guests, not for long.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import type { Person } from "../state/presence.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";
import type { Ban } from "../store/store.ts";
import { depart, noConsequences } from "./membership.ts";
import { isLobby, type Room } from "../state/rooms.ts";
import { memberRoom } from "./rooms.ts";

/** Puts somebody else out of a room, which only its owner may. */
export function kick(core: Core, caller: Caller, asked: Command<"kick">): Prepared<Answer<"kick">> {
  const { id: session } = sessionOf(caller);
  const { room, nickname, minutes = 0 } = asked;
  return { proposal: { kind: "room.kick", at: core.clock(), session, room, nickname, minutes } };
}

/** @throws unknown_room not_member not_owner account_needed bad_request */
export function applyKick(state: State, p: Proposal<"room.kick">): Outcome<Answer<"kick">> {
  const session = sessionIn(state, p.session);
  const { person: owner } = session;
  const { at, minutes } = p;
  const room = memberRoom(state, owner, p.room, "kick from");
  const target = targetOf(state, room, owner, p.nickname);
  checkMayKick(room, owner, target, minutes);
  const seq = state.sequence.next();
  const lasts = minutes > 0;
  const told = { seq, at, room: room.name, nickname: target.nickname, by: owner.nickname };
  state.store.write({ kind: "membership.remove", person: target.id, room: room.id });
  state.store.write({
    kind: "room.event",
    event: { ...told, room: room.id, kind: "kicked", subject: target.id, minutes: lasts ? minutes : null },
  });
  if (lasts) {
    const ban = banOf(state, room, target, owner, { at, until: at + minutes * 60_000 });
    state.store.write({ kind: "ban.add", ban });
    state.bans.add(ban);
  }
  const consequences = noConsequences();
  depart(state, room, target, at, consequences);
  const event = { event: "kicked", ...told, ...(lasts && { minutes }) } as const;
  return {
    reply: {},
    tell: [
      { to: { room: room.id }, event, by: session.id },
      { to: { person: target.id }, event, by: session.id },
      ...consequences.tell,
    ],
    gone: consequences.gone,
  };
}

/** @throws not_owner not_member bad_request */
function targetOf(state: State, room: Room, owner: Person, nickname: string): Person {
  if (room.owner !== owner) {
    throw new Fault(
      "not_owner",
      `Cannot kick ${quote(nickname)}: only the owner of ${quote(room.name)} may`,
    );
  }
  const target = state.presence.byNickname(nameKey(nickname));
  if (!target || !room.members.has(target)) {
    throw new Fault(
      "not_member",
      `Cannot kick ${quote(nickname)}: nobody of this name is in ${quote(room.name)}`,
    );
  }
  if (target === owner) {
    throw new Fault("bad_request", 'Cannot kick yourself: "leave" takes you out of a room');
  }
  return target;
}

/** @throws account_needed bad_request */
function checkMayKick(room: Room, owner: Person, target: Person, minutes: number): void {
  const isLent = isLobby(room) && owner.guest;
  if (isLent && !target.guest) {
    throw new Fault(
      "account_needed",
      `Cannot kick ${quote(target.nickname)} from ${quote(room.name)}: a guest can put out guests only`,
    );
  }
  const max = isLent ? LIMITS.guestKickMinutesMax : LIMITS.kickMinutesMax;
  if (minutes >= 0 && minutes <= max) return;
  throw new Fault("bad_request", `Cannot kick for ${minutes} minutes: 0 to ${max} are possible`);
}

function banOf(
  state: State,
  room: Room,
  target: Person,
  owner: Person,
  { at, until }: { at: number; until: number },
): Ban {
  const address = target.guest ? state.store.tokensOf(target.id)[0]?.address ?? null : null;
  return {
    room: room.id,
    person: target.id,
    nickname: target.nickname,
    until,
    by: owner.nickname,
    byGuest: owner.guest,
    network: address === null ? null : state.networkOf(address),
    networkUntil: Math.min(until, at + LIMITS.kickedNetworkMs),
  };
}

/** Who may not come into a room that one owns, the one who is out for longest first. @throws unknown_room not_member not_owner */
export function kicks(core: Core, caller: Caller, asked: Command<"kicks">): Answered<Answer<"kicks">> {
  const { person } = sessionOf(caller);
  return { reply: { kicks: listed(core, ownRoom(core, person, asked.room, "see who was kicked from")) } };
}

/** The bans of a room as its owner, or an operator, sees them. */
export function listed(core: Core, room: Room): Answer<"kicks">["kicks"] {
  return core.bans.of(room.id, core.clock()).slice(0, LIMITS.kicksListedMax)
    .map(({ nickname, by, until }) => ({ nickname, by, until }));
}

/** Lets somebody in again before their time. */
export function liftKick(
  core: Core,
  caller: Caller,
  { room, nickname }: Command<"kick.lift">,
): Prepared<Answer<"kick.lift">> {
  const { id: session } = sessionOf(caller);
  return { proposal: { kind: "room.lift", at: core.clock(), session, room, nickname } };
}

/** @throws unknown_room not_member not_owner unknown_nickname account_needed */
export function applyLift(state: State, p: Proposal<"room.lift">): Outcome<Answer<"kick.lift">> {
  const { person } = sessionIn(state, p.session);
  const room = ownRoom(state, person, p.room, "let anybody in again to");
  const ban = banNamed(state, room, p.nickname, p.at);
  if (isLobby(room) && person.guest && !ban.byGuest) {
    throw new Fault(
      "account_needed",
      `Cannot let ${quote(ban.nickname)} in again: somebody with an account put them out of ${
        quote(room.name)
      }`,
    );
  }
  lift(state, ban);
  return { reply: {} };
}

/** The ban of somebody in a room. @throws unknown_nickname */
export function banNamed({ bans }: State, room: Room, nickname: string, now: number): Ban {
  const ban = bans.named(room.id, nameKey(nickname), now);
  if (ban) return ban;
  throw new Fault(
    "unknown_nickname",
    `Cannot let ${quote(nickname)} in again: nobody of this name is kept out of ${quote(room.name)}`,
  );
}

/** Lifts a ban. */
export function lift(state: State, { room, nickname }: Ban): void {
  state.store.write({ kind: "ban.remove", room, nickname: nameKey(nickname) });
  state.bans.lift(room, nameKey(nickname));
}

/** A room of one's own. @throws unknown_room not_member not_owner */
function ownRoom(state: State, person: Person, name: string, action: string): Room {
  const room = memberRoom(state, person, name, action);
  if (room.owner === person) return room;
  throw new Fault("not_owner", `Cannot ${action} ${quote(room.name)}: only its owner may`);
}
