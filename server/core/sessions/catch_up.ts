/**
 * What somebody was not there for: private messages that waited, and all that was said since they were last seen. What
 * goes in one go is told at once; more than that comes in portions, and until the last of them nothing else is told,
 * so that everything keeps its order.
 */
import type { Answer, Command } from "../shared/commands.ts";
import { type Caller, type Core, sessionOf } from "../core.ts";
import type { Decision } from "../decision.ts";
import type { StoredEvent } from "../shared/events.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { portionOf } from "./paging.ts";
import type { Session } from "./presence.ts";

/** The private messages that waited, a portion at a time: the next command brings the next. */
export function handOver(
  core: Core,
  session: Session,
  restUpTo: number = core.sequence.settled,
): StoredEvent[] {
  if (session.person.guest) return [];
  const waiting = core.store.waiting(session.person.id, restUpTo);
  const portion = portionOf(waiting);
  // What was decided before the sign-in and settles after it waits on disk as well, but is told as it settles.
  session.handedOver = portion.length === waiting.length
    ? { upTo: core.sequence.taken }
    : { upTo: portion.at(-1)!.seq, restUpTo };
  return portion;
}

/** Notes that what was handed over at sign-in has arrived: the peer has gone on. */
export function confirmHandOver(core: Core, session: Session): Decision<undefined> | undefined {
  const { handedOver } = session;
  if (!handedOver) return undefined;
  session.handedOver = undefined;
  const { upTo, restUpTo } = handedOver;
  return {
    writes: [{ kind: "waiting.clear", person: session.person.id, upTo }],
    settle() {
      const rest = restUpTo === undefined ? [] : handOver(core, session, restUpTo);
      return { reply: undefined, tell: rest.map((event) => ({ to: { session }, event })) };
    },
  };
}

/** What was stored for this person after `since`; undefined when that can't be told in one go, or not without a gap. */
export function replay(core: Core, session: Session, since: number | undefined): StoredEvent[] | undefined {
  if (!isPast(core, since)) return undefined;
  const missed = between(core, session, { after: since, upTo: core.sequence.settled });
  if (!missed) return undefined;
  const all = [...waitedUpTo(core, session, since), ...missed];
  if (portionOf(all).length < all.length) return undefined;
  if (!session.person.guest) session.handedOver = { upTo: core.sequence.taken };
  return all;
}

/** Has a session ask for what it missed, where that is not too much; gives whether it is to. */
export function fallBehind(core: Core, session: Session, since: number | undefined): boolean {
  if (!isPast(core, since) || core.sequence.settled - since > LIMITS.missedEventsMax) return false;
  session.behind = { since, waitedUpTo: 0, after: since };
  return true;
}

/** The next portion of what was missed; with the last one the session is told again what happens. @throws bad_request */
export function missed(core: Core, caller: Caller, _asked: Command<"missed">): Decision<Answer<"missed">> {
  const session = sessionOf(caller);
  return {
    settle() {
      const { behind } = session;
      if (!behind) {
        throw new Fault(
          "bad_request",
          'Cannot tell what was missed: "resume" did not say that there is more',
        );
      }
      const waiting = waitedUpTo(core, session, behind.since).filter(({ seq }) => seq > behind.waitedUpTo);
      if (waiting.length > 0) {
        const events = portionOf(waiting);
        behind.waitedUpTo = events.at(-1)!.seq;
        return { reply: { events, more: true } };
      }
      const { events, upTo } = nextPortion(core, session, behind.after);
      behind.after = upTo;
      const more = upTo < core.sequence.settled;
      if (!more) session.behind = undefined;
      if (!more && !session.person.guest) session.handedOver = { upTo: core.sequence.taken };
      return { reply: { events, more } };
    },
  };
}

/** As much as goes in one go, and up to where that is everything. */
function nextPortion(core: Core, session: Session, after: number): { events: StoredEvent[]; upTo: number } {
  const { settled } = core.sequence;
  const events: StoredEvent[] = [];
  let upTo = after;
  while (upTo < settled && events.length < LIMITS.missedAtOnceMax) {
    const window = { after: upTo, upTo: Math.min(settled, upTo + LIMITS.missedAtOnceMax) };
    events.push(...between(core, session, window) ?? []);
    upTo = window.upTo;
    const portion = portionOf(events);
    if (portion.length < events.length) return { events: portion, upTo: portion.at(-1)!.seq };
  }
  return { events, upTo };
}

function isPast(core: Core, since: number | undefined): since is number {
  return since !== undefined && Number.isSafeInteger(since) && since >= 0 && since <= core.sequence.settled;
}

function between(
  core: Core,
  { person }: Session,
  range: { after: number; upTo: number },
): StoredEvent[] | undefined {
  const present = new Set(Array.from(person.rooms, (room) => room.id));
  const rooms = core.store.placesOf(person.id).filter((place) => present.has(place.room));
  return core.store.replay({ person: person.id, rooms, ...range, limit: LIMITS.replayEventsMax });
}

function waitedUpTo(core: Core, { person }: Session, upTo: number): StoredEvent[] {
  return person.guest ? [] : core.store.waiting(person.id, upTo);
}
