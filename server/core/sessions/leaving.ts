/**
 * Parting: a connection is lost, a place is kept for it for a moment and then given up, or a session is ended for good. A
 * nickname goes with its last session, and is told once.
 */
import type { Core } from "../core.ts";
import type { Decision, Delivery, Settled } from "../decision.ts";
import type { ByeCode, Event } from "../shared/events.ts";
import { LIMITS } from "../shared/limits.ts";
import { depart } from "../rooms/membership.ts";
import type { Person, Session } from "./presence.ts";

/** What it means for others that somebody goes. */
export type Parting = Pick<Settled<unknown>, "tell" | "then">;

/**
 * A connection is gone: nothing is given back, and the token brings everything back. `returns`: that comes by itself,
 * so for a moment nobody is told.
 */
export function gone(core: Core, session: Session, returns: boolean): Decision<undefined> {
  return {
    settle() {
      const keepAt = returns && !session.signedOff ? core.clock() : undefined;
      return { reply: undefined, ...vanish(core, session, keepAt) };
    },
  };
}

/** Those whose place was kept long enough. */
export function settleLost(core: Core): Decision[] {
  const lost = core.presence.lostBefore(core.clock() - LIMITS.absenceMs);
  return lost.map((person) => ({ settle: () => ({ reply: undefined, ...giveUp(core, person) }) }));
}

/** What a decision says of a session that ends with it; in `settle` only. */
export function signOff(
  session: Session,
  code: ByeCode,
  message: string,
): { session: Session; bye: Event<"bye"> } {
  session.signedOff = true;
  return { session, bye: { event: "bye", code, message } };
}

/** A session goes; in `settle` only. `keepAt`: its person stays for a while, from then on. */
export function vanish(core: Core, session: Session, keepAt?: number): Parting {
  return core.presence.detach(session, keepAt) ? part(core, session.person) : {};
}

/** Keeps somebody's place no longer, if nobody has come back to it; in `settle` only. */
export function giveUp(core: Core, person: Person): Parting {
  return core.presence.giveUp(person) ? part(core, person) : {};
}

function part(core: Core, person: Person): Parting {
  const then: Decision[] = [];
  const tell: Delivery[] = [];
  for (const room of Array.from(person.rooms)) {
    then.push(...depart(core, room, person));
    tell.push({ to: { room }, event: { event: "left", room: room.name, nickname: person.nickname } });
  }
  tell.push({
    to: { everyone: true },
    event: { event: "offline", nickname: person.nickname, ...everybody(core) },
  });
  return { tell, then };
}

/** Who is online, for the dialects that tell it with each who comes and goes. */
export function everybody(core: Core): { everybody: () => string[] } {
  return { everybody: () => Array.from(core.presence.all(), (person) => person.nickname) };
}
