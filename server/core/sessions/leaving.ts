/**
 * Leaving: a connection is lost, a place is kept for it for a moment and then given up, or a session is ended for good. A
 * nickname goes with its last session, and is told once.
 */
import type { Core } from "../core.ts";
import type { Delivery, Ending, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { depart, noConsequences } from "../rooms/membership.ts";
import type { ByeCode } from "../shared/events.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import type { Person, Session } from "../state/presence.ts";

/** What it means for others that somebody goes. */
type Leaving = Required<Pick<Outcome, "tell" | "gone">>;

const NOBODY: Leaving = { tell: [], gone: [] };

/** A connection is gone: nothing is given back, and the token brings everything back. */
export function applyLost(state: State, p: Proposal<"session.lost">): Outcome {
  const session = state.presence.session(p.session);
  if (!session) return {};
  const keepAt = p.returns && !session.signedOff ? p.at : undefined;
  return vanish(state, session, p.at, keepAt);
}

/**
 * A node is gone, and no connection of it with a word of its own. Everybody's place is kept, as when a connection is lost
 * that comes back by itself: the fault is not theirs, they come back through another node, and till then nobody loses a
 * room to somebody else and no room ends. Should the node live after all, its connections end.
 */
export function applyNodeLost(state: State, { node, at }: Proposal<"node.lost">): Outcome {
  const message = "This server was cut off from the others. Connect again.";
  const lost = state.presence.loseNode(node);
  const left = lost.map((session) => ({
    ...vanish(state, session, at, session.signedOff ? undefined : at),
    end: { session: session.id, bye: { event: "bye", code: "shutting_down", message } } as const,
  }));
  for (const { id: person } of unreached(state, lost)) {
    state.store.write({ kind: "waiting.since", person, at, latest: LIMITS.waitingMessagesMax });
  }
  return {
    tell: left.flatMap(({ tell }) => tell),
    gone: left.flatMap(({ gone }) => gone),
    end: left.map(({ end }) => end),
  };
}

/**
 * Those with an account who are told nothing any more, and whose programs can't say, when they sign in anew, how far they were
 * told: what they were sent since their node was last heard waits for them. Others catch up.
 */
function unreached({ store }: State, lost: readonly Session[]): Person[] {
  const byPerson = Map.groupBy(lost, ({ person }) => person);
  return Array.from(byPerson).filter(([{ id, guest, hears }, sessions]) => {
    if (guest || hears) return false;
    const brief = new Set(store.tokensOf(id).filter((token) => token.brief).map(({ hash }) => hash));
    return sessions.every(({ tokenHash }) => brief.has(tokenHash));
  }).map(([person]) => person);
}

/** Those whose place was kept long enough. */
export function lostForLong(core: Core, now: number): Proposal<"person.gone">[] {
  const lostBefore = now - LIMITS.absenceMs;
  return core.presence.lostBefore(lostBefore)
    .map(({ id: person }) => ({ kind: "person.gone", at: now, person, lostBefore }));
}

/** Unless they have come back, or were lost once more since. */
export function applyGone(state: State, p: Proposal<"person.gone">): Outcome {
  const person = state.presence.byId(p.person);
  if (person?.lostAt === undefined || person.lostAt > p.lostBefore) return {};
  return giveUp(state, person, p.at);
}

/** Ends some sessions of a person: none of them comes back. */
export function signOff(
  state: State,
  sessions: Iterable<Session>,
  code: ByeCode,
  message: string,
): Ending[] {
  return Array.from(sessions, (session) => {
    state.journal.assign(session, { signedOff: true });
    return { session: session.id, bye: { event: "bye", code, message } };
  });
}

/** A session goes. `keepAt`: its person stays for a while, from then on. */
export function vanish(state: State, session: Session, now: number, keepAt?: number): Leaving {
  return state.presence.detach(session, keepAt) ? leaveAll(state, session.person, now) : NOBODY;
}

/** Keeps somebody's place no longer, if nobody has come back to it. */
export function giveUp(state: State, person: Person, now: number): Leaving {
  return state.presence.giveUp(person) ? leaveAll(state, person, now) : NOBODY;
}

/** Ends every session, and the person's presence with them, whenever their connections close: the name may be free. */
export function closed(
  state: State,
  id: string,
  now: number,
  message: string,
  code: ByeCode = "account_closed",
): Omit<Outcome, "reply"> {
  const person = state.presence.byId(id);
  if (!person) return {};
  const sessions = Array.from(person.sessions);
  const end = signOff(state, sessions, code, message);
  const tell: Delivery[] = [];
  const gone: string[] = [];
  const left = [
    ...sessions.map((session) => () => vanish(state, session, now)),
    () => giveUp(state, person, now),
  ];
  for (const leave of left) {
    const outcome = leave();
    tell.push(...outcome.tell);
    gone.push(...outcome.gone);
  }
  return { end, tell, gone };
}

function leaveAll(state: State, person: Person, now: number): Leaving {
  const { nickname, deed } = person;
  const tell: Delivery[] = [];
  const consequences = noConsequences();
  const kept = new Set(person.guest ? [] : state.store.membershipsOf(person.id).map(({ room }) => room));
  for (const room of Array.from(person.rooms)) {
    depart(state, room, person, now, consequences);
    const member = kept.has(room.id) && { member: true as const };
    const left = { event: "left", room: room.name, nickname, ...member, ends: () => true, ...deed } as const;
    tell.push({ to: { room: room.id }, event: left });
  }
  tell.push({ to: { everyone: true }, event: { event: "offline", nickname, ...everybody(state), ...deed } });
  return { tell: [...tell, ...consequences.tell], gone: consequences.gone };
}

/** Who is online, for the dialects that tell it with each who comes and goes. */
export function everybody({ presence }: Pick<State, "presence">): { everybody: () => string[] } {
  return { everybody: () => Array.from(presence.all(), (person) => person.nickname) };
}
