/**
 * Invitations by link: so many people may make an account with one, and come into the rooms that it names, until it
 * expires. Only its hash is kept. It is worth what its maker may do when it is used: not more than they themselves could.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { mayIn } from "../rooms/rights.ts";
import { memberRoom } from "../rooms/rooms.ts";
import { pageSize } from "../sessions/paging.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command, InvitationSummary, MadeInvitation } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { DAY_MS, LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { Person } from "../state/presence.ts";
import type { Room } from "../state/rooms.ts";
import type { State } from "../state/state.ts";
import type { StoredInvitation } from "../store/stored_invitations.ts";
import { isAdministrator, mayInvite } from "./administrators.ts";

/** Makes one. @throws not_signed_in bad_request */
export function makeInvitation(
  core: Core,
  caller: Caller,
  asked: Command<"invitation.make">,
): Prepared<Answer<"invitation.make">> {
  return preparedInvitation(core, asked, sessionOf(caller).id);
}

/** `session`: of whoever makes it; without one it is whoever runs the server. @throws bad_request */
export function preparedInvitation(
  core: Core,
  asked: Pick<Command<"invitation.make">, "rooms" | "uses" | "days">,
  session?: string,
): Prepared<MadeInvitation> {
  const { rooms = [], uses = 1, days = LIMITS.invitationDays } = asked;
  const check = (what: string, value: number, max: number) => {
    if (value >= 1 && value <= max) return;
    throw new Fault("bad_request", `Cannot make an invitation: ${what} must be from 1 to ${max}`);
  };
  check("its uses", uses, LIMITS.invitationUsesMax);
  check("its days", days, LIMITS.invitationDaysMax);
  if (rooms.length > LIMITS.invitationRoomsMax) {
    throw new Fault(
      "bad_request",
      `Cannot make an invitation: it names more than ${LIMITS.invitationRoomsMax} rooms`,
    );
  }
  const { code, link, hash } = newCode(core);
  const at = core.clock();
  const invitation = { id: core.newId(), hash, uses, expiresAt: at + days * DAY_MS };
  return {
    proposal: {
      kind: "invitation.make",
      at,
      ...(session !== undefined && { session }),
      rooms: [...rooms],
      ...invitation,
    },
    answer: (reply: InvitationSummary) => ({ ...reply, code, link }),
  };
}

/** @throws account_needed invitations_closed forbidden bad_request unknown_room not_member */
export function applyInvitationMake(
  state: State,
  { at, session, rooms: names, id, hash, uses, expiresAt }: Proposal<"invitation.make">,
): Outcome<InvitationSummary> {
  const person = session === undefined ? null : sessionIn(state, session).person;
  if (person) checkMayInvite(state, person);
  const { invitations } = state.store;
  const ownMax = LIMITS.invitationsPerPersonMax;
  if (person && invitations.count(at, person.id) >= ownMax) {
    throw new Fault("bad_request", `Cannot make an invitation: you have ${ownMax}, revoke one first`, {
      reason: "own_limit",
    });
  }
  if (invitations.count(at) >= LIMITS.invitationsMax) {
    throw new Fault("bad_request", "Cannot make an invitation: this server has as many as it may", {
      reason: "server_limit",
    });
  }
  const rooms = Array.from(new Set(names.map((name) => roomFor(state, person, name).id)));
  const maker = person?.id ?? null;
  const invitation = {
    id,
    hash,
    maker,
    role: "member",
    rooms,
    uses,
    used: 0,
    createdAt: at,
    expiresAt,
  } as const;
  state.store.write({ kind: "invitation.add", invitation });
  return { reply: summaryOf(state, invitation, person) };
}

/** The room that somebody may put into an invitation. @throws unknown_room not_member forbidden */
function roomFor(state: State, person: Person | null, name: string): Room {
  const action = "make an invitation into";
  if (person) {
    const room = memberRoom(state, person, name, action);
    if (!room.settings.private || mayIn(state, room, person, "invite")) return room;
    throw new Fault("forbidden", `Cannot ${action} ${quote(name)}: only its moderators and owners may`, {
      reason: "moderators_only",
    });
  }
  const room = state.rooms.named(nameKey(name));
  if (room) return room;
  throw new Fault("unknown_room", `Cannot ${action} ${quote(name)}: there is no such open room`);
}

/** One's own, or as an administrator everybody's; the newest first. @throws not_signed_in account_needed */
export function listInvitations(
  core: Core,
  caller: Caller,
  asked: Command<"invitations">,
): Answered<Answer<"invitations">> {
  const { person } = sessionOf(caller);
  checkHasAccount(person, "see invitations");
  return invitationsPage(core, asked, person);
}

/** A page of what somebody may see of them; `null`: whoever runs the server. */
export function invitationsPage(
  core: Core,
  asked: Pick<Command<"invitations">, "before" | "limit">,
  reader: Person | null,
): Answered<Answer<"invitations">> {
  const maker = reader === null || isAdministrator(core, reader) ? undefined : reader.id;
  const limit = pageSize(asked.limit ?? LIMITS.invitationsListedMax, LIMITS.invitationsListedMax);
  const found = core.store.invitations.list({
    ...(maker !== undefined && { maker }),
    ...(asked.before !== undefined && { before: asked.before }),
    now: core.clock(),
    limit: limit + 1,
  });
  const invitations = found.slice(0, limit).map((each) => summaryOf(core, each, reader));
  return { reply: { invitations, more: found.length > limit } };
}

/** Takes one back: nobody comes in with it any more. */
export function revokeInvitation(
  core: Core,
  caller: Caller,
  { invitation }: Command<"invitation.revoke">,
): Prepared<Answer<"invitation.revoke">> {
  const { id: session } = sessionOf(caller);
  return { proposal: { kind: "invitation.revoke", at: core.clock(), session, invitation } };
}

/** @throws bad_invitation */
export function applyInvitationRevoke(
  state: State,
  { session, invitation: id }: Proposal<"invitation.revoke">,
): Outcome<Answer<"invitation.revoke">> {
  const person = session === undefined ? null : sessionIn(state, session).person;
  const invitation = state.store.invitations.withId(id);
  const may = person === null || invitation?.maker === person.id || isAdministrator(state, person);
  if (!invitation || !may) {
    throw new Fault("bad_invitation", `Cannot revoke ${quote(id)}: you have no such invitation`);
  }
  state.store.write({ kind: "invitation.remove", id });
  return { reply: {} };
}

/** What an invitation leads to, for whoever has its code. @throws bad_invitation */
export function lookAtInvitation(
  core: Core,
  _caller: Caller,
  asked: Command<"invitation">,
): Answered<Answer<"invitation">> {
  const invitation = livingInvitation(core, hashOf(core, asked.code), core.clock());
  if (!invitation) throw badInvitation();
  const { by, until, admin } = summaryOf(core, invitation, null);
  const rooms = roomsOf(core, invitation).map(({ name }) => name);
  return { reply: { by, rooms, until, ...(admin && { admin }) } };
}

/** What a code, or a link with it, is kept as. */
export function hashOf(core: Core, typed: string): string {
  const code = typed.trim().split("/").at(-1)!.replace(/[\s-]/g, "").toUpperCase();
  return core.secrets.digest(code);
}

/** The invitation of a code, if somebody may come in with it now. */
export function livingInvitation(state: State, hash: string, now: number): StoredInvitation | undefined {
  const invitation = state.store.invitations.withHash(hash);
  if (!invitation || invitation.expiresAt <= now || invitation.used >= invitation.uses) return undefined;
  if (invitation.role === "admin" && state.store.administrators().length > 0) return undefined;
  if (invitation.maker === null) return invitation;
  const maker = state.store.accountById(invitation.maker);
  const may = maker?.disabledAt === null &&
    (maker.role === "admin" || state.settings.get("invitations") === "members");
  return may ? invitation : undefined;
}

/** Refuses a code. */
export function badInvitation(): Fault {
  return new Fault(
    "bad_invitation",
    "Cannot use this invitation: it is wrong, used up, revoked or too old; ask for another",
  );
}

/** The rooms that an invitation still leads to: of private ones its maker has to have the right there. */
export function roomsOf(state: State, { rooms, maker }: StoredInvitation): Room[] {
  return rooms.flatMap((id) => {
    const room = state.rooms.byId(id);
    if (!room) return [];
    return !room.settings.private || (maker !== null && room.roles.has(maker)) ? [room] : [];
  });
}

/**
 * The link with which the first account is made, and is an administrator's; undefined: there are accounts. `others`: or
 * another node has given one, which counts.
 */
export async function firstAdministrator(
  core: Core,
  others: boolean,
): Promise<{ link: string; expiresAt: number } | undefined> {
  if (core.store.accounts("", 1).length > 0) return undefined;
  if (others && firstsOf(core.store, core.clock()).length > 0) return undefined;
  const { link, hash } = newCode(core);
  const at = core.clock();
  const expiresAt = at + LIMITS.firstAdministratorLifeMs;
  const id = core.newId();
  // Of nodes that begin at once, one makes it.
  const proposal = { kind: "invitation.first", at, id, hash, expiresAt } as const;
  await core.propose(others ? { ...proposal, yields: true } : proposal);
  return firstsOf(core.store, at).includes(id) ? { link, expiresAt } : undefined;
}

/** There is only one of them. */
export function applyInvitationFirst(
  { store }: State,
  { at, id, hash, expiresAt, yields }: Proposal<"invitation.first">,
): Outcome {
  const before = firstsOf(store, at);
  if (yields && before.length > 0) return {};
  for (const id of before) store.write({ kind: "invitation.remove", id });
  const made = { id, hash, maker: null, role: "admin", rooms: [], uses: 1, used: 0 } as const;
  store.write({ kind: "invitation.add", invitation: { ...made, rooms: [], createdAt: at, expiresAt } });
  return {};
}

function firstsOf(store: State["store"], now: number): string[] {
  const all = store.invitations.list({ now, limit: LIMITS.invitationsMax });
  return all.filter(({ role }) => role === "admin").map(({ id }) => id);
}

function newCode({ secrets, pageUrl }: Core): { code: string; link: string; hash: string } {
  const code = secrets.code();
  return { code, link: `${pageUrl()}/#/invitation/${code}`, hash: secrets.digest(code) };
}

function checkHasAccount(person: Person, action: string): void {
  if (!person.guest) return;
  throw new Fault("account_needed", `Cannot ${action}: guests have none; "register" makes an account`, {
    way: "register",
  });
}

/** @throws account_needed invitations_closed */
function checkMayInvite(state: State, person: Person): void {
  checkHasAccount(person, "make an invitation");
  if (mayInvite(state, person)) return;
  throw new Fault(
    "invitations_closed",
    "Cannot make an invitation: only administrators make invitations on this server",
  );
}

/** As somebody sees it: not with private rooms that they are not in. */
function summaryOf(state: State, invitation: StoredInvitation, reader: Person | null): InvitationSummary {
  const { id, maker, uses, used, createdAt: at, expiresAt: until } = invitation;
  const by = maker === null ? null : state.store.accountById(maker)?.nickname ?? null;
  const rooms = roomsOf(state, invitation)
    .filter((room) => !room.settings.private || reader?.rooms.has(room)).map(({ name }) => name);
  return {
    id,
    by,
    rooms,
    uses,
    left: uses - used,
    at,
    until,
    ...(invitation.role === "admin" && { admin: true }),
  };
}
