/**
 * Reading: history, search, and the marks that say how far somebody has read. What nobody has been told yet is
 * not in history either, so that a page of history and the events after it never overlap.
 */
import type { Answer, Command, ConversationName } from "../shared/commands.ts";
import { isFormer, nicknameLeadsTo } from "./conversations.ts";
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { State } from "../state/state.ts";
import { Fault, quote } from "../shared/faults.ts";
import type { Message, StoredEvent } from "../shared/events.ts";
import { LIMITS } from "../shared/limits.ts";
import { isBlocked } from "../people/blocks.ts";
import { partners, readableMessage } from "./messages.ts";
import { holderOf } from "./recipients.ts";
import { nameKey } from "../shared/names.ts";
import { pageOf, pageSize } from "../sessions/paging.ts";
import type { Person } from "../state/presence.ts";
import { checkMayWrite, visibleFrom } from "../rooms/rights.ts";
import { memberRoom } from "../rooms/rooms.ts";
import type { Room } from "../state/rooms.ts";
import type { StoredMessage } from "../store/store.ts";

/** A conversation found: a room, or the private one with somebody. */
type Conversation = { room: Room } | { peer: string; nickname: string };

/** A page of a conversation, oldest first. @throws bad_request unknown_room not_member unknown_nickname unknown_message */
export function history(core: Core, caller: Caller, asked: Command<"history">): Answered<Answer<"history">> {
  const { person } = sessionOf(caller);
  const { before, after, around: middle, between } = asked;
  if ([before, after, middle, between].filter((each) => each !== undefined).length > 1) {
    throw new Fault("bad_request", 'Cannot page: give one of "before", "after", "around" and "between"');
  }
  const conversation = findConversation(core, person, asked, "read the history of");
  const marks = readCursors(core, person, conversation);
  const limit = pageSize(asked.limit);
  if (middle !== undefined) {
    return { reply: { ...around(core, person, conversation, middle, limit), ...marks } };
  }
  const edges = (when: string | number, action: string) => edgesOf(core, person, conversation, when, action);
  const range = between
    ? rangeBetween(edges(between[0], "page between"), edges(between[1], "page between"))
    : {
      from: 0,
      ...(before !== undefined && { before: edges(before, "page before").before }),
      ...(after !== undefined && { after: edges(after, "page after").after }),
    };
  const place = { from: 0, ...placeOf(core, person, conversation) };
  const bounds = { ...range, from: Math.max(place.from, range.from) };
  const page = core.store.page({ ...place, ...bounds, limit, upTo: core.sequence.last }, person.id);
  const isForward = range.after !== undefined;
  const shown = pageOf(page, isForward ? "oldest" : "newest");
  const events = asked.events && "room" in conversation
    ? { events: eventsWith(core, conversation.room, shown, { ...bounds, isForward }) }
    : {};
  const isNewest = before === undefined && after === undefined && !between;
  const first = isNewest ? firstUnread(core, person, conversation) : undefined;
  const newer = between && range.after !== undefined && { newer: shown.more };
  return { reply: { ...shown, ...newer, ...events, ...marks, ...(first && { first_unread: first }) } };
}

/** What happened to a room from where a page begins up to where the next one does. */
function eventsWith(
  { store, sequence }: Core,
  room: Room,
  { messages, more }: { messages: readonly Message[]; more: boolean },
  { from, after = 0, before, isForward }: {
    from: number;
    after?: number;
    before?: number;
    isForward: boolean;
  },
): StoredEvent[] {
  const start = more && !isForward ? messages[0]!.seq : Math.max(from, after);
  const end = more && isForward ? messages.at(-1)!.seq : before === undefined ? sequence.last : before - 1;
  return store.roomEvents({ room: room.id, after: start, upTo: end, limit: LIMITS.historyMax });
}

/** Where a message or a moment is: what is older comes before `before`, what is later after `after`. */
interface Edges {
  readonly before: number;
  readonly after: number;
}

/** Finds it in a conversation. @throws unknown_message bad_request */
function edgesOf(
  state: State,
  person: Person,
  conversation: Conversation,
  when: string | number,
  action: string,
): Edges {
  if (typeof when === "number") {
    return { before: state.store.seqBefore(when) + 1, after: state.store.seqBefore(when + 1) };
  }
  const { seq } = conversationMessage(state, person, conversation, when, action);
  return { before: seq, after: seq };
}

/** What is between two of them: from the first on, or back from it where the second is earlier. */
function rangeBetween(one: Edges, other: Edges): { before: number; after?: number; from: number } {
  if (one.after <= other.after) return { after: one.after, before: other.before, from: 0 };
  return { from: other.after, before: one.before };
}

/** What others said first since one's mark; in a room without one, since one entered. */
function firstUnread(state: State, person: Person, conversation: Conversation) {
  const mark = state.store.readCursor(person.id, cursorName(conversation))?.seq;
  const bounds = { reader: person.id, upTo: state.sequence.last, max: LIMITS.unreadSoughtMax };
  if (!("room" in conversation)) {
    return state.store.conversations.firstUnread({ ...bounds, peer: conversation.peer, after: mark ?? 0 });
  }
  const { id: room } = conversation.room;
  const after = mark ?? state.store.membershipIn(room, person.id)?.since;
  return state.store.conversations.firstUnread({ ...bounds, room, after: after ?? bounds.upTo });
}

/** A message with what was said before and after it, each half of the page, or more where there is less of the other. */
function around(
  state: State,
  person: Person,
  conversation: Conversation,
  when: string | number,
  limit: number,
) {
  const { after: seq } = edgesOf(state, person, conversation, when, "page around");
  const place = { ...placeOf(state, person, conversation), upTo: state.sequence.last };
  const older = state.store.page({ ...place, before: seq + 1, limit }, person.id);
  const later = state.store.page({ ...place, after: seq, limit }, person.id);
  const [earlier, all] = [older.messages.length, older.messages.length + later.messages.length];
  const first = Math.max(0, Math.min(earlier - Math.ceil(limit / 2), all - limit));
  const end = first + limit - earlier;
  const previous = {
    messages: older.messages.slice(first),
    more: older.more || first > 0,
  };
  const next = {
    messages: later.messages.slice(0, end),
    more: later.more || later.messages.length > end,
  };
  const bytes = LIMITS.textBytesAtOnceMax / 2;
  const [before, after] = [pageOf(previous, "newest", bytes), pageOf(next, "oldest", bytes)];
  return { messages: [...before.messages, ...after.messages], more: before.more, newer: after.more };
}

/** The newest matches in what the asker may read, oldest first. @throws bad_request unknown_room not_member unknown_nickname busy */
export function search(core: Core, caller: Caller, asked: Command<"search">): Answered<Answer<"search">> {
  const { person } = sessionOf(caller);
  if (asked.text.trim() === "" || asked.text.length > LIMITS.searchCharsMax) {
    throw new Fault("bad_request", `Cannot search: write 1 to ${LIMITS.searchCharsMax} characters`);
  }
  const everywhere = [asked.room, asked.with, asked.person].every((each) => each === undefined);
  const conversation = everywhere ? undefined : findConversation(core, person, asked, "search");
  const inRoom = conversation && "room" in conversation ? conversation.room : undefined;
  const rooms = everywhere ? Array.from(person.rooms, (room) => room.id) : inRoom ? [inRoom.id] : [];
  const before = asked.before === undefined
    ? {}
    : { before: readableMessage(core, person, asked.before, "page before").seq };
  const query = {
    text: asked.text,
    person: person.id,
    rooms,
    from: Object.fromEntries(
      Array.from(person.rooms).filter(({ settings }) => settings.history === "joined")
        .map((room) => [room.id, visibleFrom(core, room, person.id)]),
    ),
    private: !inRoom,
    ...(conversation && "peer" in conversation && { peer: conversation.peer }),
    ...before,
    limit: pageSize(asked.limit),
    upTo: core.sequence.last,
  };
  return {
    reply: { messages: [], more: false },
    async later() {
      const found = await core.store.search(query);
      const { messages, more } = pageOf(stillReadable(core, person, found), "newest");
      return { messages: messages.map((each) => withFormer(core, person, each)), more };
    },
  };
}

/** What was found without what was taken back meanwhile, and without the rooms that were left or lost. */
function stillReadable(state: State, person: Person, { messages, more }: Answer<"search">): Answer<"search"> {
  const rooms = new Set(Array.from(person.rooms, ({ name }) => name));
  const kept = messages.filter(({ id, room }) =>
    state.store.message(id)?.recalled === null && (room === undefined || rooms.has(room))
  );
  return { messages: kept, more };
}

/** A private message found, with whom it is where their nickname would not lead there. */
function withFormer(state: State, reader: Person, message: Message): Message & { person?: string } {
  const stored = message.room === undefined ? state.store.message(message.id) : undefined;
  const other = stored && partnerIn(state, reader, stored);
  return other && isFormer(state, reader, other) ? { ...message, person: other.peer } : message;
}

/** With whom a private message is, and what they were called in it: of several receivers the first. */
function partnerIn(
  { store }: State,
  reader: Person,
  { author, from, to, seq }: StoredMessage,
): { peer: string; nickname: string } | undefined {
  if (author !== reader.id) return { peer: author, nickname: from };
  const first = store.recipientsOf(seq).find(({ nickname }) => nickname === to?.[0]);
  return first && { peer: first.person, nickname: first.nickname };
}

/** Where a message is now. @throws unknown_message */
export function locate(core: Core, caller: Caller, asked: Command<"locate">): Answered<Answer<"locate">> {
  const { person } = sessionOf(caller);
  const message = readableMessage(core, person, asked.message, "find");
  const room = message.room === null ? undefined : core.rooms.byId(message.room);
  if (room) return { reply: { room: room.name } };
  const { peer, nickname } = partnerIn(core, person, message)!;
  const named = { peer, nickname: core.store.conversations.withPeer(person.id, peer)?.nickname ?? nickname };
  const former = isFormer(core, person, named) && { person: peer };
  return { reply: { with: named.nickname, ...former } };
}

/** Says that one is writing; nothing of it is kept. @throws bad_request unknown_room not_member unknown_nickname archived muted forbidden */
export function typing(core: Core, caller: Caller, asked: Command<"typing">): Answered<Answer<"typing">> {
  const { id: by, person } = sessionOf(caller);
  if ((asked.room === undefined) === (asked.to === undefined)) {
    throw new Fault("bad_request", 'Cannot show typing: name either a "room" or somebody in "to"');
  }
  const said = { event: "typing", from: person.nickname, ...person.mark } as const;
  if (asked.room !== undefined) {
    const room = memberRoom(core, person, asked.room, "write in");
    checkMayWrite(core, room, person, core.clock(), "write in");
    return { reply: {}, tell: [{ to: { room: room.id }, event: { ...said, room: room.name }, by }] };
  }
  const holder = holderOf(core, asked.to!, "write to");
  if (!("online" in holder)) return { reply: {} };
  const { online: reader } = holder;
  if (reader === person || isBlocked(core, reader.id, person.id)) return { reply: {} };
  return { reply: {}, tell: [{ to: { person: reader.id }, event: { ...said, to: reader.nickname }, by }] };
}

/** Notes how far one has read. */
export function read(core: Core, caller: Caller, asked: Command<"read">): Prepared<Answer<"read">> {
  const { op: _, ...where } = asked;
  return { proposal: { kind: "read", at: core.clock(), session: sessionOf(caller).id, ...where } };
}

/**
 * One mark for each conversation, told to one's own other sessions and, in private, to the other person.
 * @throws bad_request unknown_room not_member unknown_nickname unknown_message
 */
export function applyRead(state: State, p: Proposal<"read">): Outcome<Answer<"read">> {
  const { id: by, person } = sessionIn(state, p.session);
  const conversation = findConversation(state, person, p, "mark");
  const { id, seq } = conversationMessage(state, person, conversation, p.message, "mark");
  state.store.write({ kind: "cursor.set", person: person.id, conversation: cursorName(conversation), seq });
  const told = { event: "read", from: person.nickname, id } as const;
  if ("room" in conversation) {
    const event = { ...told, room: conversation.room.name };
    return { reply: {}, tell: [{ to: { person: person.id }, event, by }] };
  }
  const { peer, nickname } = conversation;
  const former = isFormer(state, person, conversation) ? { person: peer } : {};
  const tell: Delivery[] = [{ to: { person: person.id }, event: { ...told, with: nickname, ...former }, by }];
  if (peer !== person.id) {
    tell.push({ to: { person: peer }, event: { ...told, with: person.nickname }, by });
  }
  return { reply: {}, tell };
}

/** The conversation that a request names. @throws bad_request unknown_room not_member unknown_nickname */
export function findConversation(
  state: State,
  person: Person,
  asked: ConversationName,
  action: string,
): Conversation {
  if ([asked.room, asked.with, asked.person].filter((each) => each !== undefined).length !== 1) {
    throw new Fault(
      "bad_request",
      `Cannot ${action} a conversation: name either a "room" or somebody in "with" or "person"`,
    );
  }
  if (asked.room !== undefined) return { room: memberRoom(state, person, asked.room, action) };
  if (asked.person !== undefined) {
    const kept = state.store.conversations.withPeer(person.id, asked.person);
    if (kept) return { peer: kept.peer, nickname: kept.nickname };
    throw new Fault(
      "unknown_nickname",
      `Cannot ${action} the conversation with person ${quote(asked.person)}: you have none with them`,
    );
  }
  const name = asked.with!;
  const found = nicknameLeadsTo(state, person, nameKey(name));
  if (found) return { peer: found.peer, nickname: found.nickname };
  throw new Fault(
    "unknown_nickname",
    `Cannot ${action} the conversation with ${quote(name)}: nobody has this nickname`,
  );
}

/** A message of this conversation. @throws bad_request unknown_message */
export function conversationMessage(
  state: State,
  person: Person,
  conversation: Conversation,
  id: string,
  action: string,
): StoredMessage {
  const message = readableMessage(state, person, id, action);
  const here = "room" in conversation
    ? message.room === conversation.room.id
    : partners(state, person, message).includes(conversation.peer);
  if (here) return message;
  throw new Fault("bad_request", `Cannot ${action} message ${quote(id)}: it is in another conversation`);
}

function placeOf(state: State, person: Person, conversation: Conversation) {
  return "room" in conversation
    ? { room: conversation.room.id, from: visibleFrom(state, conversation.room, person.id) }
    : { between: [person.id, conversation.peer] as const };
}

/** How far one has read oneself, and in private how far the other has. */
function readCursors(state: State, person: Person, conversation: Conversation) {
  const read = state.store.readCursor(person.id, cursorName(conversation))?.id ?? null;
  if ("room" in conversation) return { read };
  return {
    read,
    seen: state.store.readCursor(conversation.peer, person.id)?.id ?? null,
    person: conversation.peer,
  };
}

function cursorName(conversation: Conversation): string {
  return "room" in conversation ? conversation.room.id : conversation.peer;
}
