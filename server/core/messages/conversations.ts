/** The conversations that somebody has: their rooms, and whom they talked to in private, with what they have not read. */
import type { Answer, Command, ConversationSummary } from "../shared/commands.ts";
import { type Caller, sessionOf } from "../caller.ts";
import type { Core } from "../core.ts";
import type { Answered } from "../outcome.ts";
import type { State } from "../state/state.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { callOf, mentions } from "../shared/mentions.ts";
import { DELETED_NAME, type NameKey, nameKey } from "../shared/names.ts";
import type { Person } from "../state/presence.ts";
import { pageSize } from "../sessions/paging.ts";
import { mayCall, visibleFrom } from "../rooms/rights.ts";
import { marksOf } from "../rooms/rooms.ts";
import type { Room } from "../state/rooms.ts";
import type { Account, Membership } from "../store/store.ts";
import type { ListPosition, StoredConversation } from "../store/stored_conversations.ts";

/** One's rooms, and a page of one's private conversations, newest first; a further page has no rooms. @throws bad_request */
export function conversations(
  core: Core,
  caller: Caller,
  asked: Command<"conversations">,
): Answered<Answer<"conversations">> {
  const { person } = sessionOf(caller);
  const limit = pageSize(asked.limit, LIMITS.conversationsListedMax);
  const after = asked.after === undefined ? undefined : placeOf(asked.after);
  const kept = core.store.conversations.latest(person.id, after, limit + 1);
  const page = kept.slice(0, limit);
  const last = page.at(-1);
  return {
    reply: {
      rooms: after ? [] : roomSummaries(core, person),
      private: page.map((each) => privateSummary(core, person, each)),
      next: last && kept.length > limit ? `${last.seq}/${last.nickname}` : null,
    },
  };
}

/** Where a page ended. @throws bad_request */
function placeOf(next: string): ListPosition {
  const [, seq, nickname] = /^(\d{1,15})\/(.+)$/s.exec(next) ?? [];
  if (seq !== undefined && nickname !== undefined) return { seq: Number(seq), name: nameKey(nickname) };
  throw new Fault("bad_request", `Cannot page after ${quote(next)}: take "next" of the page before`);
}

/**
 * To whom a nickname leads: whoever has it, or else the last one who had it and talked with the asker. What is
 * private with an earlier holder is found by the person's id alone, so that it never mixes with a later one's.
 */
export function nicknameLeadsTo(
  state: State,
  asker: Person,
  key: NameKey,
): { peer: string; nickname: string } | undefined {
  const holder = state.presence.byNickname(key) ?? state.store.accountWithNickname(key);
  const account = holder ?? formerHolder(state, key);
  if (account) return { peer: account.id, nickname: account.nickname };
  return state.store.conversations.withName(asker.id, key);
}

/** The account that had a nickname until lately, and has another now. */
export function formerHolder({ store }: State, key: NameKey): Account | undefined {
  const id = store.people.formerHolder(key);
  return id === undefined ? undefined : store.accountById(id);
}

/** Whether a nickname does not lead to that person any more. */
export function isFormer(
  state: State,
  asker: Person,
  { peer, nickname }: { peer: string; nickname: string },
) {
  if (nickname === DELETED_NAME) return true;
  return nicknameLeadsTo(state, asker, nameKey(nickname))?.peer !== peer;
}

function privateSummary(state: State, person: Person, { peer, nickname: before }: StoredConversation) {
  const mark = state.store.readCursor(person.id, peer);
  // A guest may be called something else since they last spoke.
  const nickname = state.presence.byId(peer)?.nickname ?? before;
  return {
    with: nickname,
    person: peer,
    ...(isFormer(state, person, { peer, nickname }) && { former: true as const }),
    ...(state.store.accountById(peer) ? {} : { guest: true as const }),
    ...summary(state, person, { between: [person.id, peer] }, mark?.id),
    unread: state.store.conversations.unread({
      reader: person.id,
      peer,
      after: mark?.seq ?? 0,
      upTo: state.sequence.last,
      max: LIMITS.unreadCountedMax,
    }),
  };
}

function roomSummaries(state: State, person: Person) {
  const places = new Map(state.store.membershipsOf(person.id).map((place) => [place.room, place]));
  const upTo = state.sequence.last;
  const rooms = Array.from(person.rooms, (room) => {
    const mark = state.store.readCursor(person.id, room.id);
    const after = mark?.seq ?? places.get(room.id)?.since ?? upTo;
    const max = LIMITS.unreadCountedMax;
    const unread = state.store.conversations.unread({ reader: person.id, room: room.id, after, upTo, max });
    return { room, after, unread, mark };
  });
  const naming = whereNamed(state, person, rooms.filter(({ unread }) => unread > 0));
  return rooms.map(({ room, unread, mark }) => ({
    room: room.name,
    ...summary(state, person, { room: room.id, from: visibleFrom(state, room, person.id) }, mark?.id),
    unread,
    ...notifyOf(places.get(room.id)),
    ...marksOf(room),
    ...(naming.has(room.id) && { mentioned: true as const }),
  }));
}

function notifyOf({ notify = "all" }: Partial<Membership> = {}) {
  return notify === "all" ? {} : { notify };
}

/** The ids of the rooms where somebody mentioned them, under whatever they were called then. */
function whereNamed(state: State, person: Person, rooms: { room: Room; after: number }[]): Set<string> {
  const { id: reader } = person;
  const called = [
    { nickname: person.nickname, seq: state.sequence.last },
    ...(rooms.length > 0 ? state.store.people.formerNicknames(reader) : []),
  ];
  const found = called.flatMap(({ nickname, seq: upTo }) => {
    const asked = rooms.map(({ room, after }) => ({ room: room.id, after }));
    const max = LIMITS.unreadCountedMax;
    const texts = state.store.conversations.named({ reader, nickname, rooms: asked, upTo, max });
    return texts.filter(({ text }) => mentions(text, nickname)).map(({ room }) => room);
  });
  return new Set([...found, ...whereCalled(state, reader, rooms)]);
}

/**
 * The ids of the rooms where somebody who may has called everybody. Whoever asks may not have been here at the time: `@here`
 * is heard, and does not wait.
 */
function whereCalled(state: State, reader: string, rooms: { room: Room; after: number }[]): string[] {
  if (rooms.length === 0) return [];
  const asked = rooms.map(({ room, after }) => ({ room: room.id, after }));
  const [upTo, max] = [state.sequence.last, LIMITS.unreadCountedMax];
  return state.store.conversations.named({ reader, nickname: "room", rooms: asked, upTo, max })
    .filter(({ room, text, author }) => {
      const known = state.rooms.byId(room);
      return callOf(text) === "room" && known !== undefined && mayCall(state, known, author);
    }).map(({ room }) => room);
}

function summary(
  state: State,
  person: Person,
  place: { room: string; from: number } | { between: readonly [string, string] },
  read: string | null | undefined,
): Pick<ConversationSummary, "read" | "last"> {
  const page = state.store.page({ ...place, limit: 1, upTo: state.sequence.last }, person.id);
  const [last] = page.messages;
  if (!last) return { read: read ?? null, last: null };
  const { id, seq, at, from, now, guest, kind, text, recalled, file } = last;
  const begun = Array.from(text.slice(0, 2 * LIMITS.previewCharsMax)).slice(0, LIMITS.previewCharsMax).join(
    "",
  );
  return {
    read: read ?? null,
    last: {
      ...{ id, seq, at, from, kind, text: begun },
      ...(now !== undefined && { now }),
      ...(guest && { guest }),
      ...(recalled && { recalled }),
      ...(file && { file: file.name }),
    },
  };
}
