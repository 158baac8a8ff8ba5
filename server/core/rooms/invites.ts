/**
 * Being let into a room: by nickname, online or not. It waits until whoever was invited enters or declines. For the private
 * rooms it is the only way in besides a link.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, type FaultReason, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { Room } from "../state/rooms.ts";
import type { State } from "../state/state.ts";
import type { Account } from "../store/store.ts";
import { isBlocked } from "../people/blocks.ts";
import { memberNamed } from "./kicks.ts";
import { endInvite, invitedEvent, markOf } from "./invitees.ts";
import { checkRight, mayIn } from "./rights.ts";
import { memberRoom } from "./rooms.ts";

/** Invites somebody with an account into a room. */
export function invite(core: Core, caller: Caller, asked: Command<"invite">): Prepared<Answer<"invite">> {
  const { id: session } = sessionOf(caller);
  return {
    proposal: {
      kind: "room.invite",
      at: core.clock(),
      session,
      ...{ room: asked.room, nickname: asked.nickname, on: asked.on ?? true },
    },
  };
}

/** Who is invited already stays so. @throws unknown_room not_member forbidden unknown_nickname account_needed bad_request mailbox_full */
export function applyInvite(state: State, p: Proposal<"room.invite">): Outcome<Answer<"invite">> {
  const { person } = sessionIn(state, p.session);
  const { at } = p;
  const room = memberRoom(state, person, p.room, "invite into");
  checkRight(state, room, person, "invite", `invite ${quote(p.nickname)}`);
  const key = nameKey(p.nickname);
  const account = state.store.accountWithNickname(key);
  if (!account) {
    const isGuest = state.presence.byNickname(key) !== undefined;
    throw isGuest
      ? new Fault("account_needed", `Cannot invite ${quote(p.nickname)}: guests have no account`)
      : new Fault(
        "unknown_nickname",
        `Cannot invite ${quote(p.nickname)}: nobody with an account is called so`,
      );
  }
  if (!p.on) return { reply: {}, tell: endInvite(state, room, account.id, at) };
  checkIsOutside(state, room, account, at);
  // Whoever is blocked by them, and everybody else who may invite, is to find no difference.
  const told = inviteeTold(state, room, { account, by: person.nickname, at, session: p.session });
  const before = room.invited.get(account.id);
  const hidden = isBlocked(state, account.id, person.id);
  if (before && (hidden || !before.hidden)) return { reply: {}, tell: told };
  if (!before && room.invited.size >= LIMITS.invitesPerRoomMax) {
    throw new Fault(
      "bad_request",
      `Cannot invite ${quote(account.nickname)}: ${room.invited.size} people are invited into ${
        quote(room.name)
      } already and have not come; take one back first`,
      { reason: "place_limit" },
    );
  }
  // What a block keeps from them counts for whoever sent it, as it would without the block.
  const waiting = state.store.invitesOf(account.id)
    .filter((each) => !each.hidden || each.byId === person.id);
  if (waiting.length >= LIMITS.invitesPerPersonMax) {
    throw new Fault(
      "mailbox_full",
      `Cannot invite ${quote(account.nickname)}: too many invitations wait for them`,
    );
  }
  const stored = { room: room.id, person: account.id, byId: person.id, by: person.nickname, at, hidden };
  state.store.write({ kind: "invite.add", invite: stored });
  state.rooms.invite(room, stored);
  if (hidden) return { reply: {}, tell: told };
  const invited: Delivery = { to: { person: account.id }, event: invitedEvent(room, stored, at, true) };
  return { reply: {}, tell: [invited, ...told] };
}

/** That somebody is invited, to those who are in the room and may invite there too. */
function inviteeTold(
  state: State,
  room: Room,
  { account, by, at, session }: { account: Account; by: string; at: number; session: string },
): Delivery[] {
  const { nickname } = account;
  const event = { event: "invitee", room: room.name, ...markOf(room), nickname, by, at } as const;
  const placed = [
    ...room.roles.keys(),
    ...state.store.administrators(),
    ...room.maker === null ? [] : [room.maker],
  ];
  return Array.from(new Set(placed), (id) => state.presence.byId(id))
    .filter((each) => each !== undefined && room.members.has(each) && mayIn(state, room, each, "invite"))
    .map((each) => ({ to: { person: each!.id }, event, by: session }));
}

/** Whether it is of any use to invite somebody. @throws bad_request */
function checkIsOutside(state: State, room: Room, { id, nickname }: Account, at: number): void {
  const refuse = (reason: FaultReason, why: string) =>
    new Fault("bad_request", `Cannot invite ${quote(nickname)}: ${why}`, { reason });
  if (memberNamed(state, room, nickname)) {
    throw refuse("member_already", `they are a member of ${quote(room.name)} already`);
  }
  const until = state.bans.until(room.id, { id, key: nameKey(nickname) }, at);
  if (until === undefined) return;
  const minutes = Math.ceil((until - at) / 60_000);
  const why = `they are kept out of ${quote(room.name)} for ${minutes} min more; let them in again first`;
  throw refuse("kept_out", why);
}

/** The rooms one is invited to, the newest first. */
export function invites(core: Core, caller: Caller): Answered<Answer<"invites">> {
  const { person } = sessionOf(caller);
  const all = core.store.invitesOf(person.id).flatMap(({ room, by, at, hidden }) => {
    const found = core.rooms.byId(room);
    return found && !hidden ? [{ room: found.name, ...markOf(found), by, at }] : [];
  });
  return { reply: { invites: all.reverse() } };
}

/** Does not come. */
export function declineInvite(
  core: Core,
  caller: Caller,
  asked: Command<"invite.decline">,
): Prepared<Answer<"invite.decline">> {
  const { id: session } = sessionOf(caller);
  return { proposal: { kind: "room.decline", at: core.clock(), session, room: asked.room } };
}

/** @throws unknown_room */
export function applyDecline(state: State, p: Proposal<"room.decline">): Outcome<Answer<"invite.decline">> {
  const { id: by, person } = sessionIn(state, p.session);
  const room = state.rooms.invitedTo(nameKey(p.room), person.id);
  const found = room?.invited.get(person.id);
  if (!room || !found) {
    throw new Fault(
      "unknown_room",
      `Cannot decline ${quote(p.room)}: you are not invited to a room of this name`,
    );
  }
  const tell = endInvite(state, room, person.id, p.at).map((each) => ({ ...each, by }));
  return { reply: {}, tell };
}
