/**
 * Reading: history, search, and the marks that say how far somebody has read. What nobody has been told yet is
 * not in history either, so that a page of history and the events after it never overlap.
 */
import type { Answer, Command, ConversationName } from "../shared/commands.ts";
import { isFormer, nicknameLeadsTo } from "./conversations.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision, Delivery } from "../decision.ts";
import { Fault, quote } from "../shared/faults.ts";
import type { Message } from "../shared/events.ts";
import { LIMITS } from "../shared/limits.ts";
import { partners, readableMessage } from "./messages.ts";
import { nameKey } from "../shared/names.ts";
import { pageOf, pageSize } from "../sessions/paging.ts";
import type { Person } from "../sessions/presence.ts";
import { memberRoom, type Room } from "../rooms/rooms.ts";
import type { StoredMessage } from "../store.ts";

/** A conversation found: a room, or the private one with somebody. */
type Conversation = { room: Room } | { peer: string; nickname: string };

/** A page of a conversation, oldest first. @throws bad_request unknown_room not_member unknown_nickname unknown_message */
export function history(core: Core, caller: Caller, asked: Command<"history">): Decision<Answer<"history">> {
  const { person } = sessionOf(caller);
  if ([asked.before, asked.after, asked.around].filter((each) => each !== undefined).length > 1) {
    throw new Fault("bad_request", 'Cannot page: give one of "before", "after" and "around"');
  }
  return {
    settle() {
      const conversation = findConversation(core, person, asked, "read the history of");
      const marks = marksOf(core, person, conversation);
      if (asked.around !== undefined) {
        return {
          reply: { ...around(core, person, conversation, asked.around, pageSize(asked.limit)), ...marks },
        };
      }
      const before = asked.before === undefined
        ? {}
        : { before: readableMessage(core, person, asked.before, "page before").seq };
      const after = asked.after === undefined
        ? {}
        : { after: readableMessage(core, person, asked.after, "page after").seq };
      const place = placeOf(person, conversation);
      const limit = pageSize(asked.limit);
      const page = core.store.page(
        { ...place, ...before, ...after, limit, upTo: core.sequence.settled },
        person.id,
      );
      const shown = pageOf(page, asked.after === undefined ? "newest" : "oldest");
      const isNewest = asked.before === undefined && asked.after === undefined;
      const first = isNewest ? firstUnread(core, person, conversation) : undefined;
      return { reply: { ...shown, ...marks, ...(first && { first_unread: first }) } };
    },
  };
}

/** What others said first since one's mark; in a room without one, since one entered. */
function firstUnread(core: Core, person: Person, conversation: Conversation) {
  const mark = core.store.mark(person.id, markName(conversation))?.seq;
  const bounds = { reader: person.id, upTo: core.sequence.settled, max: LIMITS.unreadSoughtMax };
  if (!("room" in conversation)) {
    return core.store.conversations.firstUnread({ ...bounds, peer: conversation.peer, after: mark ?? 0 });
  }
  const { id: room } = conversation.room;
  const after = mark ?? core.store.placesOf(person.id).find((each) => each.room === room)?.since;
  return core.store.conversations.firstUnread({ ...bounds, room, after: after ?? bounds.upTo });
}

/** A message with what was said before and after it, each half of the page. */
function around(core: Core, person: Person, conversation: Conversation, id: string, limit: number) {
  const { seq } = conversationMessage(core, person, conversation, id, "page around");
  const place = { ...placeOf(person, conversation), upTo: core.sequence.settled };
  const half = Math.ceil(limit / 2);
  const older = core.store.page({ ...place, before: seq + 1, limit: half }, person.id);
  // One more than is shown, so that there is always something to ask for.
  const later = core.store.page({ ...place, after: seq, limit: limit - half + 1 }, person.id);
  const next = {
    messages: later.messages.slice(0, limit - half),
    more: later.messages.length > limit - half,
  };
  const bytes = LIMITS.textBytesAtOnceMax / 2;
  const [before, after] = [pageOf(older, "newest", bytes), pageOf(next, "oldest", bytes)];
  return { messages: [...before.messages, ...after.messages], more: before.more, newer: after.more };
}

/** The newest matches in what the asker may read, oldest first. @throws bad_request unknown_room not_member unknown_nickname busy */
export function search(core: Core, caller: Caller, asked: Command<"search">): Decision<Answer<"search">> {
  const { person } = sessionOf(caller);
  if (asked.text.trim() === "" || asked.text.length > LIMITS.searchCharsMax) {
    throw new Fault("bad_request", `Cannot search: write 1 to ${LIMITS.searchCharsMax} characters`);
  }
  return {
    settle() {
      const everywhere = [asked.room, asked.with, asked.person].every((each) => each === undefined);
      const conversation = everywhere ? undefined : findConversation(core, person, asked, "search");
      const inRoom = conversation && "room" in conversation ? conversation.room : undefined;
      const rooms = everywhere ? Array.from(person.rooms, (room) => room.id) : inRoom ? [inRoom.id] : [];
      const before = asked.before === undefined
        ? {}
        : { before: readableMessage(core, person, asked.before, "page before").seq };
      const finding = core.store.search({
        text: asked.text,
        person: person.id,
        rooms,
        private: !inRoom,
        ...(conversation && "peer" in conversation && { peer: conversation.peer }),
        ...before,
        limit: pageSize(asked.limit),
        upTo: core.sequence.settled,
      });
      const later = finding.then((found) => {
        const { messages, more } = pageOf(stillReadable(core, person, found), "newest");
        return { messages: messages.map((each) => withFormer(core, person, each)), more };
      });
      return { reply: { messages: [], more: false }, later };
    },
  };
}

/** What was found without what was taken back meanwhile, and without the rooms that were left or lost. */
function stillReadable(core: Core, person: Person, { messages, more }: Answer<"search">): Answer<"search"> {
  const rooms = new Set(Array.from(person.rooms, ({ name }) => name));
  const kept = messages.filter(({ id, room }) =>
    core.store.message(id)?.recalled === null && (room === undefined || rooms.has(room))
  );
  return { messages: kept, more };
}

/** A private message found, with whom it is where their nickname would not lead there: of several receivers the first. */
function withFormer(core: Core, reader: Person, message: Message): Message & { person?: string } {
  const stored = message.room === undefined ? core.store.message(message.id) : undefined;
  if (!stored) return message;
  const nickname = stored.author === reader.id ? stored.to?.[0] : stored.from;
  const peer = stored.author === reader.id
    ? core.store.recipientsOf(stored.seq).find((each) => each.nickname === nickname)?.person
    : stored.author;
  if (nickname === undefined || peer === undefined || !isFormer(core, reader, { peer, nickname })) {
    return message;
  }
  return { ...message, person: peer };
}

/** Says that one is writing; nothing of it is kept. @throws bad_request unknown_room not_member */
export function typing(core: Core, caller: Caller, asked: Command<"typing">): Decision<Answer<"typing">> {
  const session = sessionOf(caller);
  const { person } = session;
  if ((asked.room === undefined) === (asked.to === undefined)) {
    throw new Fault("bad_request", 'Cannot show typing: name either a "room" or somebody in "to"');
  }
  if (asked.room !== undefined) {
    const room = memberRoom(core, person, asked.room, "write in");
    return {
      settle: () => ({
        reply: {},
        tell: [{
          to: { room },
          event: { event: "typing", from: person.nickname, ...person.mark, room: room.name },
          by: session,
        }],
      }),
    };
  }
  const key = nameKey(asked.to!);
  return {
    settle() {
      const reader = core.presence.byNickname(key);
      if (!reader || reader === person) return { reply: {} };
      const event = { event: "typing", from: person.nickname, ...person.mark, to: reader.nickname } as const;
      return { reply: {}, tell: [{ to: { person: reader }, event, by: session }] };
    },
  };
}

/**
 * Notes how far one has read: one mark for each conversation, told to one's own other sessions and, in private,
 * to the other person.
 * @throws bad_request unknown_room not_member unknown_nickname unknown_message
 */
export function read(core: Core, caller: Caller, asked: Command<"read">): Decision<Answer<"read">> {
  const session = sessionOf(caller);
  const { person } = session;
  const conversation = findConversation(core, person, asked, "mark");
  const { message: id } = asked;
  const message = conversationMessage(core, person, conversation, id, "mark");
  return {
    writes: [{ kind: "mark.set", person: person.id, conversation: markName(conversation), seq: message.seq }],
    settle() {
      if ("room" in conversation) {
        const event = { event: "read", from: person.nickname, room: conversation.room.name, id } as const;
        return { reply: {}, tell: [{ to: { person }, event, by: session }] };
      }
      const told = { event: "read", from: person.nickname, id } as const;
      const own = {
        ...told,
        with: conversation.nickname,
        ...(isFormer(core, person, conversation) && { person: conversation.peer }),
      };
      const tell: Delivery[] = [{ to: { person }, event: own, by: session }];
      const peer = core.presence.byId(conversation.peer);
      if (peer && peer !== person) {
        tell.push({ to: { person: peer }, event: { ...told, with: person.nickname }, by: session });
      }
      return { reply: {}, tell };
    },
  };
}

/** The conversation that a request names. @throws bad_request unknown_room not_member unknown_nickname */
export function findConversation(
  core: Core,
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
  if (asked.room !== undefined) return { room: memberRoom(core, person, asked.room, action) };
  if (asked.person !== undefined) {
    const kept = core.store.conversations.withPeer(person.id, asked.person);
    if (kept) return { peer: kept.peer, nickname: kept.nickname };
    throw new Fault(
      "unknown_nickname",
      `Cannot ${action} the conversation with person ${quote(asked.person)}: you have none with them`,
    );
  }
  const name = asked.with!;
  const found = nicknameLeadsTo(core, person, nameKey(name));
  if (found) return { peer: found.peer, nickname: found.nickname };
  throw new Fault(
    "unknown_nickname",
    `Cannot ${action} the conversation with ${quote(name)}: nobody has this nickname`,
  );
}

/** A message of this conversation. @throws bad_request unknown_message */
function conversationMessage(
  core: Core,
  person: Person,
  conversation: Conversation,
  id: string,
  action: string,
): StoredMessage {
  const message = readableMessage(core, person, id, action);
  const here = "room" in conversation
    ? message.room === conversation.room.id
    : partners(core, person, message).includes(conversation.peer);
  if (here) return message;
  throw new Fault("bad_request", `Cannot ${action} message ${quote(id)}: it is in another conversation`);
}

function placeOf(person: Person, conversation: Conversation) {
  return "room" in conversation
    ? { room: conversation.room.id }
    : { between: [person.id, conversation.peer] as const };
}

/** How far one has read oneself, and in private how far the other has. */
function marksOf(core: Core, person: Person, conversation: Conversation) {
  const read = core.store.mark(person.id, markName(conversation))?.id ?? null;
  if ("room" in conversation) return { read };
  return { read, seen: core.store.mark(conversation.peer, person.id)?.id ?? null, person: conversation.peer };
}

function markName(conversation: Conversation): string {
  return "room" in conversation ? conversation.room.id : conversation.peer;
}
