/**
 * Kicks: putting somebody out of a room that one owns, for a time if need be, seeing who is out, and letting them in
 * again. The lobby is everybody's: a guest only has it lent and can put out guests, not for long.
 */
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision } from "../decision.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { depart } from "./membership.ts";
import type { Person } from "../sessions/presence.ts";
import { isLobby, memberRoom, type Room } from "./rooms.ts";
import { nameKey } from "../shared/names.ts";
import type { Ban, Write } from "../store.ts";

/** Puts somebody else out of a room, which only its owner may. @throws unknown_room not_member not_owner account_needed bad_request */
export function kick(core: Core, caller: Caller, asked: Command<"kick">): Decision<Answer<"kick">> {
  const session = sessionOf(caller);
  const room = memberRoom(core, session.person, asked.room, "kick from");
  if (room.owner !== session.person) {
    throw new Fault(
      "not_owner",
      `Cannot kick ${quote(asked.nickname)}: only the owner of ${quote(room.name)} may`,
    );
  }
  const key = nameKey(asked.nickname);
  const target = core.presence.byNickname(key);
  if (!target || !room.members.has(target)) {
    throw new Fault(
      "not_member",
      `Cannot kick ${quote(asked.nickname)}: nobody of this name is in ${quote(room.name)}`,
    );
  }
  if (target === session.person) {
    throw new Fault("bad_request", 'Cannot kick yourself: "leave" takes you out of a room');
  }
  const minutes = asked.minutes ?? 0;
  checkMayKick(room, session.person, target, minutes);
  const seq = core.sequence.next();
  const at = core.clock();
  const until = at + minutes * 60_000;
  const told = {
    seq,
    at,
    room: room.name,
    nickname: target.nickname,
    by: session.person.nickname,
    ...(minutes > 0 && { minutes }),
  };
  const writes: Write[] = [
    { kind: "place.remove", person: target.id, room: room.id },
    {
      kind: "room.event",
      event: {
        ...told,
        room: room.id,
        kind: "kicked",
        subject: target.id,
        minutes: minutes > 0 ? minutes : null,
      },
    },
  ];
  const ban = minutes > 0 ? banOf(core, room, target, session.person, until) : undefined;
  if (ban) writes.push({ kind: "ban.add", ban });
  return {
    seq,
    writes,
    settle() {
      if (ban) core.bans.add(ban);
      const then = room.members.has(target) ? depart(core, room, target) : [];
      const event = { event: "kicked", ...told } as const;
      return {
        reply: {},
        tell: [{ to: { room }, event, by: session }, { to: { person: target }, event, by: session }],
        then,
      };
    },
  };
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

function banOf(core: Core, room: Room, target: Person, owner: Person, until: number): Ban {
  const address = target.guest ? core.store.tokensOf(target.id)[0]?.address ?? null : null;
  return {
    room: room.id,
    person: target.id,
    nickname: target.nickname,
    until,
    by: owner.nickname,
    byGuest: owner.guest,
    network: address === null ? null : core.networkOf(address),
    networkUntil: Math.min(until, core.clock() + LIMITS.kickedNetworkMs),
  };
}

/** Who may not come into a room that one owns, the one who is out for longest first. @throws unknown_room not_member not_owner */
export function kicks(core: Core, caller: Caller, asked: Command<"kicks">): Decision<Answer<"kicks">> {
  const room = ownRoom(core, caller, asked.room, "see who was kicked from");
  return {
    settle: () => ({ reply: { kicks: listed(core, room) } }),
  };
}

/** The bans of a room as its owner, or an operator, sees them. */
export function listed(core: Core, room: Room): Answer<"kicks">["kicks"] {
  return core.bans.of(room.id, core.clock()).slice(0, LIMITS.kicksListedMax)
    .map(({ nickname, by, until }) => ({ nickname, by, until }));
}

/** Lets somebody in again before their time. @throws unknown_room not_member not_owner unknown_nickname account_needed */
export function liftKick(
  core: Core,
  caller: Caller,
  asked: Command<"kick.lift">,
): Decision<Answer<"kick.lift">> {
  const room = ownRoom(core, caller, asked.room, "let anybody in again to");
  const ban = banNamed(core, room, asked.nickname);
  if (isLobby(room) && sessionOf(caller).person.guest && !ban.byGuest) {
    throw new Fault(
      "account_needed",
      `Cannot let ${quote(ban.nickname)} in again: somebody with an account put them out of ${
        quote(room.name)
      }`,
    );
  }
  return { writes: [liftOf(ban)], settle: () => ({ reply: settleLift(core, ban) }) };
}

/** The ban of somebody in a room. @throws unknown_nickname */
export function banNamed(core: Core, room: Room, nickname: string): Ban {
  const ban = core.bans.named(room.id, nameKey(nickname), core.clock());
  if (ban) return ban;
  throw new Fault(
    "unknown_nickname",
    `Cannot let ${quote(nickname)} in again: nobody of this name is kept out of ${quote(room.name)}`,
  );
}

/** What lifts a ban on disk. */
export function liftOf({ room, nickname }: Ban): Write {
  return { kind: "ban.remove", room, nickname: nameKey(nickname) };
}

/** Lifts a ban; in `settle` only. */
export function settleLift(core: Core, { room, nickname }: Ban): Record<never, never> {
  core.bans.lift(room, nameKey(nickname));
  return {};
}

/** A room of one's own. @throws unknown_room not_member not_owner */
function ownRoom(core: Core, caller: Caller, name: string, action: string): Room {
  const { person } = sessionOf(caller);
  const room = memberRoom(core, person, name, action);
  if (room.owner === person) return room;
  throw new Fault("not_owner", `Cannot ${action} ${quote(room.name)}: only its owner may`);
}
