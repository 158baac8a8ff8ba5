/**
 * Keeping order in a room: putting somebody out, for a time if need be, or not letting them speak for a time, seeing whom
 * that is about, and lifting it again. It takes a moderator's place; in an open room that has nobody for it, whoever it fell
 * to may put others out. The lobby is everybody's: whom it only fell to can put out guests, a guest not for long; with an
 * account others too, as long as the server has no administrator who could.
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
import { isAtLeast, type Role } from "../shared/room_settings.ts";
import type { State } from "../state/state.ts";
import type { Ban, BanKind } from "../store/store.ts";
import { endInvite } from "./invitees.ts";
import { endMembership, noConsequences, tellRoom } from "./membership.ts";
import { isLobby, type Room } from "../state/rooms.ts";
import { givenReason, reasonOf } from "./reasons.ts";
import { checkRight, hasKeepers, mayIn, roleOf } from "./rights.ts";
import { memberRoom } from "./rooms.ts";
import { isAdministrator } from "../accounts/administrators.ts";

/** Whom it is about. */
interface Target {
  readonly id: string;
  readonly nickname: string;
  readonly guest: boolean;
  /** In the room, or a member of it who is not online. */
  readonly inside: boolean;
  readonly role: Role;
}

/** Puts somebody else out of a room, or keeps out somebody who is not there. @throws not_signed_in bad_text */
export function kick(core: Core, caller: Caller, asked: Command<"kick">): Prepared<Answer<"kick">> {
  const { id: session } = sessionOf(caller);
  const { room, nickname, minutes = 0 } = asked;
  const why = givenReason(asked, "kick");
  return { proposal: { kind: "room.kick", at: core.clock(), session, room, nickname, minutes, ...why } };
}

/** @throws unknown_room not_member unknown_nickname not_owner forbidden account_needed bad_request */
export function applyKick(state: State, p: Proposal<"room.kick">): Outcome<Answer<"kick">> {
  const { id: by, person: actor } = sessionIn(state, p.session);
  const { at, minutes } = p;
  const room = memberRoom(state, actor, p.room, "kick from");
  checkKeepsOrder(state, room, actor, `kick ${quote(p.nickname)}`);
  const target = minutes > 0
    ? personOf(state, room, actor, p.nickname)
    : memberOf(state, room, actor, p.nickname, "kick");
  if (isOverGuestsOnly(state, room, actor)) checkIsGuest(room, actor, target);
  checkMinutes(room, actor, target, minutes, "kick");
  if (!target.inside) return keepOut(state, room, actor, target, { at, minutes });
  const event = tellRoom(state, room, {
    ...{ kind: "kicked", at, subject: target.id, nickname: target.nickname, by: actor.nickname },
    minutes: minutes > 0 ? minutes : null,
    detail: { room: room.name, ...reasonOf(p) },
  }, actor);
  if (minutes > 0) impose(state, "bans", banOf(state, room, target, actor, { at, minutes }));
  const consequences = noConsequences();
  endMembership(state, room, target.id, at, consequences);
  return {
    reply: {},
    tell: [
      { ...event, by },
      { to: { person: target.id }, event: event.event, by },
      ...consequences.tell,
    ],
    gone: consequences.gone,
  };
}

/**
 * Keeps out somebody who is not there. Nobody is told, as there is nobody to see go; whoever was invited is not any more. Who
 * is kept out already can be so for another time by those who could let them in, so that no shorter one takes its place.
 */
function keepOut(
  state: State,
  room: Room,
  actor: Person,
  target: Target,
  { at, minutes }: { at: number; minutes: number },
): Outcome<Answer<"kick">> {
  const before = state.bans.named(room.id, nameKey(target.nickname), at);
  if (before) checkMayLift(state, room, actor, before);
  impose(state, "bans", banOf(state, room, target, actor, { at, minutes }));
  return { reply: {}, tell: endInvite(state, room, target.id, at) };
}

/** Lets somebody not speak for a time, or speak again. */
export function mute(core: Core, caller: Caller, asked: Command<"mute">): Prepared<Answer<"mute">> {
  const { id: session } = sessionOf(caller);
  const { room, nickname, minutes } = asked;
  return { proposal: { kind: "room.mute", at: core.clock(), session, room, nickname, minutes } };
}

/** @throws unknown_room not_member forbidden bad_request unknown_nickname */
export function applyMute(state: State, p: Proposal<"room.mute">): Outcome<Answer<"mute">> {
  const { id: by, person: actor } = sessionIn(state, p.session);
  const { at, minutes } = p;
  const room = memberRoom(state, actor, p.room, "mute anybody in");
  checkRight(state, room, actor, "mute", `mute ${quote(p.nickname)}`);
  const told = { kind: "muted", at, by: actor.nickname, minutes: null } as const;
  if (minutes === 0) {
    const ban = banNamed(state, "mutes", room, p.nickname, at);
    lift(state, "mutes", ban);
    const event = { ...told, subject: ban.person, nickname: ban.nickname, detail: { until: null } };
    return { reply: {}, tell: [{ ...tellRoom(state, room, event, actor), by }] };
  }
  const target = memberOf(state, room, actor, p.nickname, "mute");
  checkMinutes(room, actor, target, minutes, "mute");
  const ban = banOf(state, room, target, actor, { at, minutes });
  impose(state, "mutes", ban);
  const event = { ...told, subject: target.id, nickname: target.nickname, detail: { until: ban.until } };
  return { reply: {}, tell: [{ ...tellRoom(state, room, event, actor), by }] };
}

/** Whether somebody may put others out: so may whom an open room falls to that has nobody else for it. @throws not_owner */
function checkKeepsOrder(state: State, room: Room, actor: Person, action: string): void {
  if (mayIn(state, room, actor, "kick") || isHeir(state, room, actor)) return;
  throw new Fault(
    "not_owner",
    `Cannot ${action}: only the owner of ${quote(room.name)} may, and its moderators`,
  );
}

/** @throws not_member bad_request forbidden */
function memberOf(state: State, room: Room, actor: Person, nickname: string, action: string): Target {
  const target = memberNamed(state, room, nickname);
  if (target) return checkedBelow(state, room, actor, target, action);
  throw new Fault(
    "not_member",
    `Cannot ${action} ${quote(nickname)}: nobody of this name is in ${quote(room.name)}`,
  );
}

/** @throws unknown_nickname bad_request forbidden */
function personOf(state: State, room: Room, actor: Person, nickname: string): Target {
  const target = personNamed(state, room, nickname);
  if (target) return checkedBelow(state, room, actor, target, "kick");
  throw new Fault("unknown_nickname", `Cannot kick ${quote(nickname)}: nobody is called so`);
}

/** @throws bad_request forbidden */
function checkedBelow(state: State, room: Room, actor: Person, target: Target, action: string): Target {
  if (target.id === actor.id) {
    throw new Fault("bad_request", `Cannot ${action} yourself: "leave" takes you out of a room`, {
      reason: "yourself",
      way: "leave",
    });
  }
  if (isBelow(state, room, actor, target)) return target;
  throw new Fault(
    "forbidden",
    `Cannot ${action} ${quote(target.nickname)}: their place in ${quote(room.name)} is no less than yours`,
    { reason: "same_place" },
  );
}

/** Whether somebody's place is less; an administrator stands above all others in an open room. */
function isBelow(state: State, room: Room, actor: Person, target: Target): boolean {
  if (!isAtLeast(target.role, roleOf(state, room, actor))) return true;
  if (room.settings.private) return false;
  if (isAdministrator(state, actor)) return !isAdministrator(state, target);
  return target.role === "member" && isHeir(state, room, actor);
}

/** Whom an open room has fallen to. */
function isHeir(state: State, room: Room, actor: Person): boolean {
  return room.owner === actor && !hasKeepers(state, room);
}

/** Somebody in a room, or a member with an account who is not online. */
export function memberNamed(state: State, room: Room, nickname: string): Target | undefined {
  const person = personNamed(state, room, nickname);
  return person?.inside ? person : undefined;
}

/** Whoever is called so: somebody online, or with an account. */
function personNamed(state: State, room: Room, nickname: string): Target | undefined {
  const key = nameKey(nickname);
  const online = state.presence.byNickname(key);
  const account = state.store.accountWithNickname(key);
  const person = online ?? (account && { ...account, guest: false });
  if (!person) return undefined;
  const { id, guest } = person;
  const inside = online !== undefined && room.members.has(online) ||
    !guest && state.store.memberOf(room.id, id) !== undefined;
  return { id, nickname: person.nickname, guest, inside, role: roleOf(state, room, person) };
}

/** Whether whom the lobby fell to can put out guests only: accounts are for whoever runs the server, if there is one. */
function isOverGuestsOnly(state: State, room: Room, actor: Person): boolean {
  if (!isLobby(room) || mayIn(state, room, actor, "kick")) return false;
  return actor.guest || state.store.administrators().length > 0;
}

/** @throws account_needed forbidden */
function checkIsGuest(room: Room, actor: Person, target: Target): void {
  if (target.guest) return;
  const action = `Cannot kick ${quote(target.nickname)} from ${quote(room.name)}`;
  throw actor.guest
    ? new Fault("account_needed", `${action}: a guest can put out guests only`)
    : new Fault("forbidden", `${action}: you can put out guests only; an administrator can put out others`, {
      reason: "guests_only",
    });
}

/** @throws bad_request */
function checkMinutes(room: Room, actor: Person, target: Target, minutes: number, action: string): void {
  const max = isLobby(room) && actor.guest ? LIMITS.guestKickMinutesMax : LIMITS.kickMinutesMax;
  if (minutes >= 0 && minutes <= max) return;
  throw new Fault(
    "bad_request",
    `Cannot ${action} ${quote(target.nickname)} for ${minutes} minutes: 0 to ${max} are possible`,
    { reason: minutes < 0 ? "too_short" : "too_long" },
  );
}

function banOf(
  state: State,
  room: Room,
  target: Target,
  by: Person,
  { at, minutes }: { at: number; minutes: number },
): Ban {
  const address = target.guest ? state.store.tokensOf(target.id)[0]?.address ?? null : null;
  const until = at + minutes * 60_000;
  return {
    room: room.id,
    person: target.id,
    nickname: target.nickname,
    until,
    by: by.nickname,
    byGuest: by.guest,
    network: address === null ? null : state.networkOf(address),
    networkUntil: Math.min(until, at + LIMITS.kickedNetworkMs),
  };
}

function impose(state: State, of: BanKind, ban: Ban): void {
  state.store.write({ kind: "ban.add", of, ban });
  state[of].add(ban);
}

/** Who may not come into a room, or not speak there, the one whose time is longest first. @throws unknown_room not_member not_owner */
export function kicks(core: Core, caller: Caller, asked: Command<"kicks">): Answered<Answer<"kicks">> {
  const { person } = sessionOf(caller);
  const room = memberRoom(core, person, asked.room, "see who was kicked from");
  checkKeepsOrder(core, room, person, `see who was kicked from ${quote(room.name)}`);
  return { reply: { kicks: listed(core, "bans", room), mutes: listed(core, "mutes", room) } };
}

/** The bans of a room as those see them who keep order in it. */
export function listed(core: Core, of: BanKind, room: Room): Answer<"kicks">["kicks"] {
  return core[of].of(room.id, core.clock()).slice(0, LIMITS.kicksListedMax)
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

/** @throws unknown_room not_member not_owner unknown_nickname account_needed forbidden */
export function applyLift(state: State, p: Proposal<"room.lift">): Outcome<Answer<"kick.lift">> {
  const { person } = sessionIn(state, p.session);
  const room = memberRoom(state, person, p.room, "let anybody in again to");
  checkKeepsOrder(state, room, person, `let anybody in again to ${quote(room.name)}`);
  const ban = banNamed(state, "bans", room, p.nickname, p.at);
  checkMayLift(state, room, person, ban);
  lift(state, "bans", ban);
  return { reply: {} };
}

/** @throws account_needed forbidden */
function checkMayLift(state: State, room: Room, actor: Person, ban: Ban): void {
  if (isLobby(room) && actor.guest && !ban.byGuest) {
    throw new Fault(
      "account_needed",
      `Cannot let ${quote(ban.nickname)} in again: somebody with an account put them out of ${
        quote(room.name)
      }`,
    );
  }
  const isGuests = ban.person !== null && state.store.accountById(ban.person) === undefined;
  if (isOverGuestsOnly(state, room, actor) && !isGuests) {
    throw new Fault(
      "forbidden",
      `Cannot let ${quote(ban.nickname)} in again to ${quote(room.name)}: only an administrator can`,
      { reason: "administrators_only" },
    );
  }
}

/** The ban of somebody in a room. @throws unknown_nickname */
export function banNamed(state: State, of: BanKind, room: Room, nickname: string, now: number): Ban {
  const ban = state[of].named(room.id, nameKey(nickname), now);
  if (ban) return ban;
  const what = of === "bans" ? "is kept out of" : "is mute in";
  throw new Fault(
    "unknown_nickname",
    `Cannot lift it for ${quote(nickname)}: nobody of this name ${what} ${quote(room.name)}`,
  );
}

/** Lifts a ban. */
export function lift(state: State, of: BanKind, { room, nickname }: Ban): void {
  state.store.write({ kind: "ban.remove", of, room, nickname: nameKey(nickname) });
  state[of].lift(room, nameKey(nickname));
}
