/**
 * Coming and going: signing in as a guest or with a token (with a password: login.ts), being told what was missed, signing
 * out, being cut off. A nickname arrives with its first session and goes with its last, and is told once each.
 */
import { checkNotBanned, inheritedBans } from "../rooms/bans.ts";
import type { Answer, Command, SignedIn } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision, Delivery } from "../decision.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { looksOf } from "../accounts/look_alike.ts";
import { checkNickname, checkNotReserved } from "../accounts/names.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import { joinRemembered } from "../rooms/membership.ts";
import { fallBehind, handOver, replay } from "./catch_up.ts";
import { everybody, giveUp, signOff, vanish } from "./leaving.ts";
import type { Session } from "./presence.ts";
import { LOBBY } from "../rooms/rooms.ts";
import { Conflict, type StoredToken, type Write } from "../store.ts";

/** Comes in under a nickname alone. @throws bad_nickname nickname_taken kicked */
export function guest(core: Core, caller: Caller, asked: Command<"guest">): Decision<Answer<"guest">> {
  checkNotReserved(asked.nickname, "nickname");
  const nickname = asked.rename ? freeName(core, asked.nickname) : checkNickname(asked.nickname);
  checkGuestName(core, nickname);
  const newcomer = { person: core.newId(), nickname, guest: true };
  const bans = inheritedBans(core, caller, newcomer);
  const admitted = admit(core, caller, newcomer, asked);
  return {
    writes: [...admitted.writes ?? [], ...bans.map((ban): Write => ({ kind: "ban.add", ban }))],
    settle() {
      for (const ban of bans) core.bans.add(ban);
      return admitted.settle();
    },
  };
}

/**
 * Comes back with a token and is told what was missed, if that is still possible.
 * @throws bad_token nickname_taken too_many_sessions
 */
export function resume(core: Core, caller: Caller, asked: Command<"resume">): Decision<Answer<"resume">> {
  const token = tokenOf(core, asked.token ?? caller.credential);
  checkSessions(core, token.person, token.nickname);
  return {
    writes: [{ kind: "token.used", hash: token.hash, at: core.clock(), ...origin(caller) }],
    settle() {
      const arrived = arrive(core, token);
      const { session } = arrived;
      const sameBooks = asked.epoch === core.store.epoch;
      const missed = sameBooks ? replay(core, session, asked.since) : undefined;
      const more = missed === undefined && sameBooks && asked.portions === true &&
        fallBehind(core, session, asked.since);
      const handed = missed ?? (more ? [] : handOver(core, session));
      const recovered = missed !== undefined || more;
      return {
        ...arrived,
        reply: { ...signedIn(core, session), recovered, ...(more && { more }) },
        tell: [...handed.map((event) => ({ to: { session }, event })), ...arrived.tell],
      };
    },
  };
}

/** Whose token this is, without signing in. @throws bad_token */
export function tokenOf(core: Core, secret: string | undefined): StoredToken {
  const token = secret === undefined ? undefined : livingToken(core, secret);
  if (token) return token;
  throw new Fault("bad_token", "Cannot resume: the token is unknown or too old; sign in again");
}

/** The token of which this is the secret, if there is one that is still good. */
export function livingToken(core: Core, secret: string): StoredToken | undefined {
  const token = core.store.token(core.secrets.digest(secret));
  return token && isAlive(core, token) ? token : undefined;
}

function isAlive(core: Core, token: StoredToken): boolean {
  return token.usedAt > core.clock() - lifeOf(token);
}

/** How long a token lasts from its last use; milliseconds. */
export function lifeOf({ guest }: Pick<StoredToken, "guest">): number {
  return guest ? LIMITS.guestTokenLifeMs : LIMITS.tokenLifeMs;
}

/** The id of whoever asks, signed in or by the token that came along. @throws not_signed_in bad_token */
export function personIdOf(core: Core, caller: Caller): string {
  if (caller.session || caller.credential === undefined) return sessionOf(caller).person.id;
  return tokenOf(core, caller.credential).person;
}

/**
 * Gives the token back and ends its other connections; with a nickname's last session gone, its rooms are left
 * for good. @throws not_signed_in bad_token
 */
export function logout(core: Core, caller: Caller): Decision<Answer<"logout">> {
  const { session } = caller;
  if (!session && caller.credential === undefined) sessionOf(caller);
  const hash = session?.tokenHash ?? tokenOf(core, caller.credential).hash;
  const id = session?.person.id ?? core.store.token(hash)!.person;
  const sessions = () => Array.from(core.presence.byId(id)?.sessions ?? []);
  const writes: Write[] = [{ kind: "token.remove", hash }];
  if (sessions().every((other) => other.tokenHash === hash)) writes.push({ kind: "place.clear", person: id });
  return {
    writes,
    settle() {
      const shared = sessions().filter((other) => other !== session && other.tokenHash === hash);
      const message = "You signed out in another window.";
      const end = shared.map((other) => signOff(other, "logged_out", message));
      const kept = core.presence.byId(id);
      const parted = session ? vanish(core, session) : kept && giveUp(core, kept);
      return { reply: {}, session: null, end, ...parted };
    },
  };
}

/** Everybody online, the longest-present first. */
export function who(core: Core): Decision<Answer<"who">> {
  return {
    settle() {
      const guests = Array.from(core.presence.all()).filter(({ guest }) => guest);
      return {
        reply: { online: everybody(core).everybody(), guests: guests.map(({ nickname }) => nickname) },
      };
    },
  };
}

interface Newcomer {
  person: string;
  nickname: string;
  guest: boolean;
}

/** How somebody signs in. */
interface Manner {
  /** A token for later only. */
  offline?: boolean;
  /** A name that is taken meanwhile is chosen anew. */
  rename?: boolean;
  /** Into no room. */
  outside?: boolean;
  /** Into the lobby, or not at all. */
  lobby?: true;
}

/** Lets somebody in, who has shown who they are. */
export function admit(
  core: Core,
  caller: Caller,
  newcomer: Newcomer,
  manner: Manner,
): Decision<SignedIn> {
  const secret = core.secrets.token();
  const now = core.clock();
  const hash = core.secrets.digest(secret);
  const token: StoredToken = { ...newcomer, hash, createdAt: now, usedAt: now, ...origin(caller) };
  return {
    writes: [{ kind: "token.add", token, keep: LIMITS.tokensPerAccountMax }],
    settle() {
      if (manner.offline) {
        const { nickname } = newcomer;
        return {
          reply: { nickname, token: secret, epoch: core.store.epoch, last: core.sequence.settled, rooms: [] },
        };
      }
      const arrived = arrive(core, token, manner);
      const waiting = handOver(core, arrived.session).map((event): Delivery => ({
        to: { session: arrived.session },
        event,
      }));
      return {
        ...arrived,
        reply: { ...signedIn(core, arrived.session), token: secret },
        tell: [...waiting, ...arrived.tell],
      };
    },
  };
}

function arrive(
  core: Core,
  token: StoredToken,
  manner: Manner = {},
): { session: Session; tell: Delivery[]; then: Decision[] } {
  checkSessions(core, token.person, token.nickname); // others may have come since this was decided
  const key = nameKey(token.nickname);
  const holder = core.presence.byNickname(key);
  const taken = (holder && holder.id !== token.person) ||
    (token.guest && core.store.accountWithNickname(key));
  if (taken || (token.guest && !core.presence.byId(token.person) && alike(core, token.nickname))) {
    throw manner.rename ? new Conflict("the nickname was taken meanwhile") : nicknameTaken(token.nickname);
  }
  if (manner.lobby) {
    checkNotBanned(core, core.rooms.named(nameKey(LOBBY))!, { id: token.person, key }, "sign in");
  }
  const { session, arrived } = core.presence.attach(token.person, token.nickname, token.guest, token.hash);
  if (!arrived) return { session, tell: [], then: [] };
  const { tell, then } = manner.outside ? { tell: [], then: [] } : joinRemembered(core, session.person);
  const online: Delivery = {
    to: { everyone: true },
    event: {
      event: "online",
      nickname: token.nickname,
      person: token.person,
      ...session.person.mark,
      ...everybody(core),
    },
  };
  return { session, tell: [online, ...tell].map((delivery) => ({ ...delivery, by: session })), then };
}

function signedIn(core: Core, session: Session): Omit<SignedIn, "token"> {
  const { nickname, rooms } = session.person;
  return {
    nickname,
    epoch: core.store.epoch,
    last: core.sequence.settled,
    rooms: Array.from(rooms, (room) => room.name),
  };
}

/** Where a caller comes from, as it is kept with their token. */
function origin({ address, client }: Caller): Pick<StoredToken, "client"> & { address: string } {
  return { address, client: client?.slice(0, LIMITS.clientCharsMax) ?? null };
}

/** Whether one more connection is possible. @throws too_many_sessions */
export function checkSessions(core: Core, person: string, nickname: string): void {
  const sessions = core.presence.byId(person)?.sessions.size ?? 0;
  if (sessions < LIMITS.connectionsPerNicknameMax) return;
  throw new Fault(
    "too_many_sessions",
    `Cannot sign in: ${quote(nickname)} has ${sessions} connections open, close one first`,
  );
}

function checkGuestName(core: Core, nickname: string): void {
  const key = nameKey(nickname);
  if (core.presence.byNickname(key) || core.store.accountNamed(key)) throw nicknameTaken(nickname);
  const other = alike(core, nickname);
  if (other !== undefined) {
    throw new Fault(
      "nickname_taken",
      `Cannot sign in: the nickname ${quote(nickname)} looks like ${quote(other)}, choose another`,
    );
  }
}

/** A name of somebody online or registered that this one looks like. */
function alike(core: Core, nickname: string): string | undefined {
  const looks = looksOf(nickname);
  const [online] = core.presence.looking(looks);
  return online?.nickname ?? core.store.accountLooking(looks)?.nickname;
}

/** The name wanted, with as many "#" as it takes. @throws bad_nickname */
function freeName(core: Core, wanted: string): string {
  let name = checkNickname(wanted);
  const taken = (key: NameKey) => core.presence.byNickname(key) || core.store.accountNamed(key);
  while (taken(nameKey(name))) name = checkNickname(`${name}#`);
  return name;
}

function nicknameTaken(nickname: string): Fault {
  return new Fault(
    "nickname_taken",
    `Cannot sign in: the nickname ${quote(nickname)} is taken, choose another`,
  );
}
