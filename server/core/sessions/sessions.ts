/**
 * Coming and going: signing in as a guest or with a token (with a password: login.ts), being told what was missed, signing
 * out. A nickname arrives with its first session and goes with its last, and is told once each.
 */
import { checkGuestsMayCome } from "../accounts/admission.ts";
import { looksOf } from "../accounts/look_alike.ts";
import { checkNickname, checkNotReserved } from "../accounts/names.ts";
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Delivery, Outcome } from "../outcome.ts";
import { type Manner, type Opening, type Proposal, tokenFor } from "../proposals.ts";
import { checkNotBanned, inheritedBans } from "../rooms/ban_rules.ts";
import { joinRemembered, noConsequences } from "../rooms/membership.ts";
import { isAdministrator, mayInvite } from "../accounts/administrators.ts";
import { LOBBY } from "../state/rooms.ts";
import type { Answer, Command, SignedIn } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";
import type { StoredToken } from "../store/store.ts";
import { deliverOffline, fallBehind, replay } from "./catch_up.ts";
import { placeOfDevice } from "./device_places.ts";
import { everybody, giveUp, signOff, vanish } from "./leaving.ts";
import type { Session } from "../state/presence.ts";
import { badToken, livingTokenHashed, newToken, tokenOf } from "./tokens.ts";

/** What signing in answers, without the secret, which only the node knows that made it. */
export type Admitted = Omit<SignedIn, "token">;

/** Comes in under a nickname alone. @throws guests_off bad_nickname */
export function guest(core: Core, caller: Caller, asked: Command<"guest">): Prepared<Answer<"guest">> {
  checkGuestsMayCome(core);
  checkNotReserved(asked.nickname, "nickname");
  const nickname = checkNickname(asked.nickname);
  const { secret, token } = tokenForNow(core, caller);
  const { rename = false, outside = false, offline = false } = asked;
  const { credential } = caller;
  return {
    proposal: {
      kind: "guest",
      at: core.clock(),
      ...opening(core),
      person: core.newId(),
      nickname,
      ...{ rename, outside, offline, lobby: asked.lobby === true },
      token,
      ...(credential !== undefined && { credential: core.secrets.digest(credential) }),
    },
    answer: withSecret(core, secret),
  };
}

/** @throws guests_off bad_nickname nickname_taken kicked */
export function applyGuest(state: State, p: Proposal<"guest">): Outcome<Admitted> {
  checkGuestsMayCome(state);
  const nickname = p.rename ? freeName(state, p.nickname) : p.nickname;
  checkGuestName(state, nickname);
  const newcomer = { person: p.person, nickname, guest: true, at: p.at };
  const { credential, token: { address }, at: now } = p;
  const inherited = (["bans", "mutes"] as const).flatMap((of) =>
    inheritedBans(state, of, { ...newcomer, credential, address, now }).map((ban) => ({ of, ban }))
  );
  for (const { of, ban } of inherited) state[of].add(ban);
  const admitted = admit(state, p, tokenFor(p.token, newcomer), p.outside);
  for (const { of, ban } of inherited) state.store.write({ kind: "ban.add", of, ban });
  return admitted;
}

/** Comes back with a token and is told what was missed, if that is still possible. @throws bad_token */
export function resume(core: Core, caller: Caller, asked: Command<"resume">): Prepared<Answer<"resume">> {
  const { hash } = tokenOf(core, asked.token ?? caller.credential);
  const { epoch, since, device, portions = false } = asked;
  return {
    proposal: {
      kind: "resume",
      at: core.clock(),
      ...opening(core),
      ...(epoch !== undefined && { epoch }),
      ...(since !== undefined && { since }),
      ...(device !== undefined && { device }),
      portions,
      token: newToken(caller, hash),
    },
    answer: (reply: Answer<"resume">) => ({ ...reply, ...nodesOf(core) }),
  };
}

/** @throws bad_token nickname_taken too_many_sessions */
export function applyResume(state: State, p: Proposal<"resume">): Outcome<Answer<"resume">> {
  const { hash, address, client } = p.token;
  const token = livingTokenHashed(state, hash, p.at);
  if (!token) throw badToken();
  // What coming back brings about itself is told as it happens, and not once more as something missed.
  const upTo = state.sequence.last;
  const arrived = arrive(state, p, token, p.at);
  state.store.write({ kind: "token.used", hash, at: p.at, address, client });
  const { session } = arrived;
  const isDevice = p.device !== undefined;
  const sameBooks = isDevice || p.epoch === state.store.epoch;
  const since = p.device === undefined ? p.since : placeOfDevice(state, token.person, p.device);
  const missed = sameBooks ? replay(state, session, { after: since, upTo, readable: isDevice }) : undefined;
  const more = missed === undefined && sameBooks && p.portions && fallBehind(state, session, since, isDevice);
  const told = missed ?? (more ? [] : deliverOffline(state, session));
  const recovered = missed !== undefined || more;
  return {
    session: session.id,
    reply: { ...signedIn(state, session), recovered, ...(more && { more }) },
    tell: [...told.map((event) => ({ to: { session: session.id }, event })), ...arrived.tell],
    gone: arrived.gone,
  };
}

/**
 * Gives the token back and ends its other connections; with a guest's last session gone, the rooms are left for good. An
 * account stays a member. @throws not_signed_in bad_token
 */
export function logout(core: Core, caller: Caller): Prepared<Answer<"logout">> {
  const { session } = caller;
  if (!session && caller.credential === undefined) sessionOf(caller);
  const hash = session?.tokenHash ?? tokenOf(core, caller.credential).hash;
  return {
    proposal: { kind: "logout", at: core.clock(), hash, ...(session && { session: session.id }) },
  };
}

/** The token is taken back. */
export function applyLogout(state: State, p: Proposal<"logout">): Outcome<Answer<"logout">> {
  const session = p.session === undefined ? undefined : state.presence.session(p.session);
  const id = session?.person.id ?? state.store.token(p.hash)?.person;
  if (id === undefined) return { reply: {}, session: null };
  const person = state.presence.byId(id);
  const sessions = Array.from(person?.sessions ?? []);
  state.store.write({ kind: "token.remove", hash: p.hash });
  const isAccount = state.store.accountById(id) !== undefined;
  if (!isAccount && sessions.every((other) => other.tokenHash === p.hash)) {
    state.store.write({ kind: "membership.clear", person: id });
  }
  const shared = sessions.filter((other) => other !== session && other.tokenHash === p.hash);
  const end = signOff(state, shared, "logged_out", "You signed out in another window.");
  const left = session ? vanish(state, session, p.at) : person && giveUp(state, person, p.at);
  return { reply: {}, session: null, end, ...left };
}

/** Everybody online, the longest-present first. */
export function who(core: Core): Answered<Answer<"who">> {
  const guests = Array.from(core.presence.all()).filter(({ guest }) => guest);
  return { reply: { online: everybody(core).everybody(), guests: guests.map(({ nickname }) => nickname) } };
}

/** A session that is to open here. */
export function opening({ newId, node }: Core): Opening {
  return { session: newId(), node };
}

/** A new token for whoever asks, and its secret. */
export function tokenForNow(core: Core, caller: Caller) {
  const secret = core.secrets.token();
  return { secret, token: newToken(caller, core.secrets.digest(secret)) };
}

/** The answer to whoever has signed in: what only this node knows stands in it, too. */
export function withSecret(core: Core, token: string): (reply: Admitted) => SignedIn {
  return (reply) => ({ ...reply, token, ...nodesOf(core) });
}

function nodesOf({ otherNodes }: Core): Pick<SignedIn, "nodes" | "other_nodes"> {
  const { urls: nodes, count } = otherNodes();
  return { ...(nodes.length > 0 && { nodes }), ...(count > 0 && { other_nodes: count }) };
}

/** Lets somebody in, who has shown who they are. @throws too_many_sessions nickname_taken kicked */
export function admit(
  state: State,
  { at, offline, lobby, ...opening }: Manner & Opening & { at: number },
  token: StoredToken,
  outside = false,
): Outcome<Admitted> {
  const keep = (): void => keepToken(state, token);
  if (offline) {
    checkSessions(state, token.person, token.nickname);
    keep();
    const { nickname } = token;
    return { reply: { nickname, epoch: state.store.epoch, last: state.sequence.last, rooms: [] } };
  }
  if (lobby) {
    const subject = { id: token.person, key: nameKey(token.nickname) };
    checkNotBanned(state, state.rooms.named(nameKey(LOBBY))!, subject, { action: "sign in", now: at });
  }
  const arrived = arrive(state, opening, token, at, outside);
  keep();
  const { session } = arrived;
  const waiting = deliverOffline(state, session).map((event): Delivery => ({
    to: { session: session.id },
    event,
  }));
  return {
    session: session.id,
    reply: signedIn(state, session),
    tell: [...waiting, ...arrived.tell],
    gone: arrived.gone,
  };
}

/** Keeps a token. Brief ones take no other's place: of those that nobody is connected with some say where somebody was. */
function keepToken(state: State, token: StoredToken): void {
  if (token.brief) {
    const connected = new Set(
      Array.from(state.presence.byId(token.person)?.sessions ?? [], ({ tokenHash }) => tokenHash),
    );
    const over = state.store.tokensOf(token.person).filter(({ brief, hash }) => brief && !connected.has(hash))
      .slice(LIMITS.connectionsPerNicknameMax);
    for (const { hash } of over) state.store.write({ kind: "token.remove", hash });
  }
  state.store.write({ kind: "token.add", token, keep: LIMITS.tokensPerAccountMax });
}

function arrive(
  state: State,
  opening: Opening,
  token: StoredToken,
  now: number,
  outside = false,
): { session: Session; tell: Delivery[]; gone: string[] } {
  const { person: personId, nickname } = token;
  if (state.presence.hasLost(opening.node)) {
    throw new Fault("shutting_down", "Cannot sign in here: this server was cut off, connect again");
  }
  checkSessions(state, personId, nickname);
  const key = nameKey(nickname);
  const holder = state.presence.byNickname(key);
  const taken = (holder && holder.id !== personId) ||
    (token.guest && state.store.accountWithNickname(key));
  if (taken || (token.guest && !state.presence.byId(personId) && alike(state, nickname) !== undefined)) {
    throw nicknameTaken(nickname);
  }
  const { session, arrived } = state.presence.attach(opening, token);
  if (!arrived) return { session, tell: [], gone: [] };
  const { person } = session;
  const consequences = noConsequences();
  const entered = outside ? [] : joinRemembered(state, person, now, consequences);
  const online: Delivery = {
    to: { everyone: true },
    event: { event: "online", nickname, person: personId, ...person.mark, ...everybody(state) },
  };
  const own = [online, ...entered].map((delivery) => ({ ...delivery, by: session.id }));
  return { session, tell: [...own, ...consequences.tell], gone: consequences.gone };
}

function signedIn(state: State, { person }: Session): Admitted {
  const { nickname, rooms } = person;
  return {
    nickname,
    epoch: state.store.epoch,
    last: state.sequence.last,
    rooms: Array.from(rooms, (room) => room.name),
    ...(isAdministrator(state, person) && { admin: true }),
    ...(mayInvite(state, person) && { invites: true }),
  };
}

/** Whether one more connection is possible. @throws too_many_sessions */
export function checkSessions({ presence }: State, person: string, nickname: string): void {
  const sessions = presence.byId(person)?.sessions.size ?? 0;
  if (sessions < LIMITS.connectionsPerNicknameMax) return;
  throw new Fault(
    "too_many_sessions",
    `Cannot sign in: ${quote(nickname)} has ${sessions} connections open, close one first`,
  );
}

function checkGuestName(state: State, nickname: string): void {
  const key = nameKey(nickname);
  if (state.presence.byNickname(key) || state.store.accountNamed(key)) throw nicknameTaken(nickname);
  const other = alike(state, nickname);
  if (other !== undefined) {
    throw new Fault(
      "nickname_taken",
      `Cannot sign in: the nickname ${quote(nickname)} looks like ${quote(other)}, choose another`,
    );
  }
}

/** A name of somebody online or registered that this one looks like. */
function alike({ presence, store }: State, nickname: string): string | undefined {
  const looks = looksOf(nickname);
  const [online] = presence.looking(looks);
  return online?.nickname ?? store.accountLooking(looks)?.nickname;
}

/** The name wanted, with as many "#" as it takes. @throws bad_nickname */
function freeName({ presence, store }: State, wanted: string): string {
  let name = wanted;
  const taken = (key: NameKey) => presence.byNickname(key) || store.accountNamed(key);
  while (taken(nameKey(name))) name = checkNickname(`${name}#`);
  return name;
}

function nicknameTaken(nickname: string): Fault {
  return new Fault(
    "nickname_taken",
    `Cannot sign in: the nickname ${quote(nickname)} is taken, choose another`,
  );
}
