/**
 * What somebody was not there for: private messages that waited, and all that was said since they were last seen. What
 * goes in one go is told at once; more than that comes in pages, and until the last of them nothing else is told, so that
 * everything keeps its order.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import type { Answer, Command } from "../shared/commands.ts";
import type { StoredEvent } from "../shared/events.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import { authorNow } from "../messages/changes.ts";
import { firstPageOf } from "./paging.ts";
import type { OfflineDelivery, Session } from "../state/presence.ts";

/** The private messages that waited, a page at a time: the next command brings the next. */
export function deliverOffline(
  state: State,
  session: Session,
  restUpTo: number = state.sequence.last,
): StoredEvent[] {
  if (session.person.guest) return [];
  const waiting = state.store.waiting(session.person.id, restUpTo);
  const page = firstPageOf(waiting);
  state.journal.assign(session, {
    delivered: page.length === waiting.length ? { upTo: restUpTo } : { upTo: page.at(-1)!.seq, restUpTo },
  });
  return page;
}

/** Notes that what was delivered at sign-in has arrived: the peer has gone on. */
export function confirmDelivery(
  core: Core,
  { id: session, person: { id: person } }: Session,
  delivered: OfflineDelivery,
): Proposal<"session.delivered"> {
  return { kind: "session.delivered", at: core.clock(), session, person, ...delivered };
}

/** What has arrived waits no longer, and the rest is told. */
export function applyDelivered(state: State, p: Proposal<"session.delivered">): Outcome {
  state.store.write({ kind: "waiting.clear", person: p.person, upTo: p.upTo });
  const session = state.presence.session(p.session);
  if (!session) return {};
  state.journal.assign(session, { delivered: undefined });
  const rest = p.restUpTo === undefined ? [] : deliverOffline(state, session, p.restUpTo);
  return { tell: rest.map((event) => ({ to: { session: session.id }, event })) };
}

/** What is told of the time after one number, up to another. */
interface Range {
  readonly after: number;
  readonly upTo: number;
  /** Also what was said in a room before one came into it, as far as `history` has it: whoever is told this can't ask for that. */
  readonly readable: boolean;
}

/** What was stored for this person in a range; undefined when that can't be told in one go, or not without a gap. */
export function replay(
  state: State,
  session: Session,
  { after: since, ...range }: Omit<Range, "after"> & { after: number | undefined },
): StoredEvent[] | undefined {
  const { upTo } = range;
  if (!isPast(since, upTo)) return undefined;
  const missed = between(state, session, { ...range, after: since });
  if (!missed) return undefined;
  const all = [...waitedUpTo(state, session, since), ...missed];
  if (firstPageOf(all).length < all.length) return undefined;
  if (!session.person.guest) state.journal.assign(session, { delivered: { upTo } });
  return all;
}

/** Has a session ask for what it missed, where that is not too much; gives whether it is to. */
export function fallBehind(
  state: State,
  session: Session,
  since: number | undefined,
  readable: boolean,
): boolean {
  if (!isPast(since, state.sequence.last) || state.sequence.last - since > LIMITS.missedEventsMax) {
    return false;
  }
  state.journal.assign(session, { behind: { since, waitedUpTo: 0, after: since, readable } });
  return true;
}

/**
 * The next page of what was missed; with the last one the session is told again what happens. How far it is belongs to
 * the connection, and nobody else knows of it. @throws bad_request
 */
export function missed(core: Core, caller: Caller, _asked: Command<"missed">): Answered<Answer<"missed">> {
  const session = sessionOf(caller);
  const { behind } = session;
  if (!behind) {
    throw new Fault(
      "bad_request",
      'Cannot tell what was missed: "resume" did not say that there is more',
    );
  }
  const { journal } = core;
  const waiting = waitedUpTo(core, session, behind.since).filter(({ seq }) => seq > behind.waitedUpTo);
  if (waiting.length > 0) {
    const events = firstPageOf(waiting);
    journal.assign(session, { behind: { ...behind, waitedUpTo: events.at(-1)!.seq } });
    return { reply: { events, more: true } };
  }
  const { events, upTo } = nextPage(core, session, behind);
  const last = core.sequence.last;
  const more = upTo < last;
  journal.assign(session, { behind: more ? { ...behind, after: upTo } : undefined });
  if (!more && !session.person.guest) journal.assign(session, { delivered: { upTo: last } });
  return { reply: { events, more } };
}

/** As much as goes in one go, and up to where that is everything. */
function nextPage(
  state: State,
  session: Session,
  { after, readable }: Pick<Range, "after" | "readable">,
): { events: StoredEvent[]; upTo: number } {
  const { last } = state.sequence;
  const events: StoredEvent[] = [];
  let upTo = after;
  while (upTo < last && events.length < LIMITS.missedAtOnceMax) {
    const window = { after: upTo, upTo: Math.min(last, upTo + LIMITS.missedAtOnceMax), readable };
    events.push(...between(state, session, window) ?? []);
    upTo = window.upTo;
    const page = firstPageOf(events);
    if (page.length < events.length) return { events: page, upTo: page.at(-1)!.seq };
  }
  return { events, upTo };
}

function isPast(since: number | undefined, last: number): since is number {
  return since !== undefined && Number.isSafeInteger(since) && since >= 0 && since <= last;
}

function between(
  state: State,
  { person }: Session,
  { readable, ...range }: Range,
): StoredEvent[] | undefined {
  const { store } = state;
  const present = new Map(Array.from(person.rooms, (room) => [room.id, room]));
  const rooms = store.membershipsOf(person.id).flatMap(({ room: id, since }) => {
    const room = present.get(id);
    if (!room) return [];
    const from = room.settings.history === "joined" ? since : 0;
    return [{ room: id, since: readable ? from : since, from }];
  });
  const events = store.replay({ person: person.id, rooms, ...range, limit: LIMITS.replayEventsMax });
  return events?.map((event) => withAuthor(state, event));
}

/** Of a reaction in private it can be asked whose message it is about. */
function withAuthor(state: State, event: StoredEvent): StoredEvent {
  if (event.event !== "reacted" || event.room !== undefined) return event;
  const author = () => {
    const message = state.store.message(event.id);
    return message && authorNow(state, message);
  };
  return { ...event, author };
}

function waitedUpTo({ store }: State, { person }: Session, upTo: number): StoredEvent[] {
  return person.guest ? [] : store.waiting(person.id, upTo);
}
