/** Coming into rooms with an invitation by link: at once for whoever is here, at the first sign-in for a new account. */
import { badInvitation, hashOf, livingInvitation, roomsOf } from "../accounts/invitations.ts";
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { asFault, Fault } from "../shared/faults.ts";
import type { State } from "../state/state.ts";
import type { StoredInvitation } from "../store/stored_invitations.ts";
import { checkMayEnter, checkMayHaveMore, enterRoom } from "./membership.ts";

/** Uses an invitation as somebody who has an account. */
export function comeInto(
  core: Core,
  caller: Caller,
  asked: Command<"invitation.use">,
): Prepared<Answer<"invitation.use">> {
  const { id: session } = sessionOf(caller);
  return {
    proposal: { kind: "invitation.use", at: core.clock(), session, hash: hashOf(core, asked.code) },
  };
}

/** Who is in all of its rooms has not used it. @throws account_needed bad_invitation kicked room_full too_many_rooms */
export function applyInvitationUse(
  state: State,
  { session: id, hash, at }: Proposal<"invitation.use">,
): Outcome<Answer<"invitation.use">> {
  const session = sessionIn(state, id);
  const { person } = session;
  if (person.guest) {
    throw new Fault("account_needed", "Cannot use an invitation: it is for an account, make one with it");
  }
  const invitation = livingInvitation(state, hash, at);
  if (!invitation || invitation.role === "admin") throw badInvitation();
  const rooms = roomsOf(state, invitation);
  const tell: Delivery[] = [];
  const gone: string[] = [];
  const refused: Fault[] = [];
  let entered = false;
  for (const room of rooms.filter((each) => !person.rooms.has(each))) {
    try {
      checkMayEnter(state, room, person, at);
      checkMayHaveMore(person, room.name);
    } catch (error) {
      // Who was put out of a private room is not to find whether it is still there.
      if (!room.settings.private) refused.push(asFault(error));
      continue;
    }
    const outcome = enterRoom(state, session, room, at);
    tell.push(...outcome.tell ?? []);
    gone.push(...outcome.gone ?? []);
    entered = true;
  }
  const [first] = refused;
  if (first && !entered) throw first;
  if (entered) state.store.write({ kind: "invitation.use", id: invitation.id });
  const inside = rooms.filter((room) => person.rooms.has(room)).map(({ name }) => name);
  return { reply: { rooms: inside }, tell, gone };
}

/** A new account has used it, and is a member of its rooms before it comes in. */
export function remember(state: State, invitation: StoredInvitation, account: string): string[] {
  state.store.write({ kind: "invitation.use", id: invitation.id });
  const rooms = roomsOf(state, invitation);
  for (const room of rooms) {
    state.store.write({ kind: "membership.add", person: account, room: room.id, since: state.sequence.last });
  }
  return rooms.map(({ name }) => name);
}
