/**
 * Messages: said, changed, taken back, reacted to. Each has one number, and everybody in a conversation sees the
 * numbers in one order, which is history's too.
 */
import type { Answer, Command } from "./commands.ts";
import type { Caller, Core } from "./core.ts";
import { sessionOf } from "./core.ts";
import type { Decision, Delivery } from "./decision.ts";
import type { Event } from "./events.ts";
import { Fault, quote } from "./faults.ts";
import { LIMITS } from "./limits.ts";
import { nameKey } from "./names.ts";
import type { Person, Session } from "./presence.ts";
import { memberRoom, type Room } from "./rooms.ts";
import type { Recipient, StoredChange, StoredMessage, Write } from "./store.ts";

const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?)$/v;
const encoder = new TextEncoder();

/**
 * Says something to a room, to a nickname or to several.
 * @throws bad_text bad_request unknown_room not_member unknown_nickname unknown_message mailbox_full
 */
export function send(core: Core, caller: Caller, asked: Command<"send">): Decision<Answer<"send">> {
  const session = sessionOf(caller);
  checkText(asked.text, "send");
  if ((asked.room === undefined) === (asked.to === undefined)) {
    throw new Fault("bad_request", 'Cannot send: name either a "room" or somebody in "to"');
  }
  const again = asked.key === undefined ? undefined : sentBefore(core, session.person, asked.key);
  if (again && !("kind" in again)) return { settle: () => ({ reply: again }) };
  const clear = again ? [again] : [];
  const decision = asked.room !== undefined
    ? sendToRoom(core, session, asked, memberRoom(core, session.person, asked.room, "send to"))
    : sendInPrivate(core, session, asked, findRecipients(core, asked.to!));
  return { ...decision, writes: [...clear, ...decision.writes] };
}

/** Puts other words into one's own message. @throws bad_text unknown_message not_yours recalled not_member */
export function edit(core: Core, caller: Caller, asked: Command<"edit">): Decision<Answer<"edit">> {
  const session = sessionOf(caller);
  checkText(asked.text, "edit");
  const message = ownMessage(core, session.person, asked.id, "edit");
  const change = changeOf(core, session.person, message);
  const told = { event: "edited", ...placeOf(core, change), text: asked.text } as const;
  return changed(core, session, change, { kind: "message.edit", change, text: asked.text }, told);
}

/** Takes one's own message back: its text is gone everywhere. @throws unknown_message not_yours recalled */
export function recall(core: Core, caller: Caller, asked: Command<"recall">): Decision<Answer<"recall">> {
  const session = sessionOf(caller);
  const message = ownMessage(core, session.person, asked.id, "recall");
  const change = changeOf(core, session.person, message);
  return changed(core, session, change, { kind: "message.recall", change }, {
    event: "recalled",
    ...placeOf(core, change),
  });
}

/** Adds or removes a reaction. @throws bad_emoji unknown_message recalled */
export function react(core: Core, caller: Caller, asked: Command<"react">): Decision<Answer<"react">> {
  const session = sessionOf(caller);
  const { emoji, on } = asked;
  if (encoder.encode(emoji).length > LIMITS.emojiBytesMax || !EMOJI.test(emoji)) {
    throw new Fault("bad_emoji", `Cannot react with ${quote(emoji)}: one emoji is wanted`);
  }
  const message = readableMessage(core, session.person, asked.id, "react to");
  if (message.recalled !== null) throw recalledFault("react to", asked.id);
  const present = core.store.reactionsOn(message.seq);
  const kinds = new Set(present.map((reaction) => reaction.emoji));
  if (on && !kinds.has(emoji) && kinds.size >= LIMITS.reactionsPerMessageMax) {
    throw new Fault(
      "bad_emoji",
      `Cannot react: this message has ${kinds.size} different reactions already, choose one of them`,
    );
  }
  const change = changeOf(core, session.person, message);
  const told = { event: "reacted", ...placeOf(core, change), emoji, on } as const;
  return changed(core, session, change, { kind: "message.react", change, emoji, on }, told);
}

/** A message that the person may read. @throws unknown_message */
export function readableMessage(core: Core, person: Person, id: string, action: string): StoredMessage {
  const message = core.store.message(id);
  if (message && mayRead(core, person, message)) return message;
  throw new Fault("unknown_message", `Cannot ${action} message ${quote(id)}: you can see no such message`);
}

/** Whether a person may read a message: they are in its room, or it is theirs or to them. */
export function mayRead(core: Core, person: Person, message: StoredMessage): boolean {
  if (message.room !== null) {
    const room = core.rooms.byId(message.room);
    return room !== undefined && person.rooms.has(room);
  }
  return message.author === person.id ||
    core.store.recipientsOf(message.seq).some((recipient) => recipient.person === person.id);
}

function sendToRoom(core: Core, session: Session, asked: Command<"send">, room: Room) {
  const message = newMessage(core, session.person, asked, room, null);
  const { seq, id, at } = message;
  const event: Event<"message"> = {
    event: "message",
    id,
    seq,
    at,
    from: message.from,
    room: room.name,
    text: message.text,
    kind: message.kind,
    ...(message.reply !== null && { reply: message.reply }),
  };
  const write: Write = { kind: "message.add", message, recipients: [] };
  return {
    seq,
    writes: [write],
    settle() {
      room.spoken = true;
      return { reply: { id, at, seq }, tell: [{ to: { room }, event, by: session }] };
    },
  };
}

function sendInPrivate(core: Core, session: Session, asked: Command<"send">, recipients: Recipient[]) {
  const { person } = session;
  const names = recipients.map((recipient) => recipient.nickname);
  const message = newMessage(core, person, asked, null, names);
  const { seq, id, at } = message;
  const base = {
    event: "message",
    id,
    seq,
    at,
    from: message.from,
    text: message.text,
    kind: message.kind,
  } as const;
  const reply = message.reply !== null ? { reply: message.reply } : {};
  const write: Write = { kind: "message.add", message, recipients };
  return {
    seq,
    writes: [write],
    settle() {
      const tell: Delivery[] = [{
        to: { person },
        event: { ...base, to: oneOrMany(names), ...reply },
        by: session,
      }];
      for (const recipient of recipients) {
        const receiver = core.presence.byId(recipient.person);
        if (!receiver || receiver === person) continue;
        tell.push({ to: { person: receiver }, event: { ...base, to: recipient.nickname, ...reply } });
      }
      return { reply: { id, at, seq }, tell };
    },
  };
}

function newMessage(
  core: Core,
  author: Person,
  asked: Command<"send">,
  room: Room | null,
  to: string[] | null,
): StoredMessage {
  if (asked.reply !== undefined) {
    const answered = readableMessage(core, author, asked.reply, "reply to");
    if (answered.room !== (room?.id ?? null)) {
      throw new Fault("bad_request", `Cannot reply to ${quote(asked.reply)}: it is in another conversation`);
    }
  }
  return {
    seq: core.sequence.next(),
    id: core.newId(),
    at: core.clock(),
    author: author.id,
    from: author.nickname,
    room: room?.id ?? null,
    to,
    text: asked.text,
    kind: "text",
    reply: asked.reply ?? null,
    key: asked.key ?? null,
    edited: null,
    recalled: null,
  };
}

function findRecipients(core: Core, to: string | string[]): Recipient[] {
  const names = Array.isArray(to) ? to : [to];
  if (names.length === 0 || names.length > LIMITS.recipientsMax) {
    throw new Fault(
      "bad_request",
      `Cannot send to ${names.length} nicknames: 1 to ${LIMITS.recipientsMax} are possible`,
    );
  }
  const found = new Map<string, Recipient>();
  for (const name of names) {
    const recipient = findRecipient(core, name);
    found.set(recipient.person, recipient);
  }
  return Array.from(found.values());
}

function findRecipient(core: Core, name: string): Recipient {
  const key = nameKey(name);
  const online = core.presence.byNickname(key);
  if (online) return { person: online.id, nickname: online.nickname, waiting: false };
  const account = core.store.accountWithNickname(key);
  if (!account) {
    throw new Fault(
      "unknown_nickname",
      `Cannot send to ${quote(name)}: nobody of this nickname is online or has an account`,
    );
  }
  if (core.store.waitingCount(account.id, LIMITS.waitingMessagesMax) >= LIMITS.waitingMessagesMax) {
    throw new Fault(
      "mailbox_full",
      `Cannot send to ${quote(name)}: ${LIMITS.waitingMessagesMax} messages wait for them already`,
    );
  }
  return { person: account.id, nickname: account.nickname, waiting: true };
}

/** What this key was used for within a day, or the write that frees it again. */
function sentBefore(
  core: Core,
  author: Person,
  key: string,
): Answer<"send"> | (Write & { kind: "key.clear" }) | undefined {
  if (key.length === 0 || key.length > LIMITS.keyCharsMax) {
    throw new Fault("bad_request", `Cannot send: "key" has 1 to ${LIMITS.keyCharsMax} characters`);
  }
  const before = core.store.messageWithKey(author.id, key);
  if (!before) return undefined;
  if (before.at > core.clock() - LIMITS.keyLifeMs) return { id: before.id, at: before.at, seq: before.seq };
  return { kind: "key.clear", author: author.id, key };
}

function ownMessage(core: Core, person: Person, id: string, action: string): StoredMessage {
  const message = core.store.message(id);
  if (message?.author !== person.id) {
    readableMessage(core, person, id, action);
    throw new Fault("not_yours", `Cannot ${action} message ${quote(id)}: somebody else wrote it`);
  }
  if (message.recalled !== null) throw recalledFault(action, id);
  return message;
}

function changeOf(core: Core, person: Person, message: StoredMessage): StoredChange {
  return { seq: core.sequence.next(), at: core.clock(), author: person.id, from: person.nickname, message };
}

function placeOf(core: Core, change: StoredChange) {
  const { message } = change;
  const room = message.room === null ? undefined : core.rooms.byId(message.room)?.name;
  const where = message.room === null ? { to: oneOrMany(message.to ?? []) } : { room: room ?? "" };
  return { id: message.id, seq: change.seq, at: change.at, from: change.from, ...where };
}

function changed(
  core: Core,
  session: Session,
  change: StoredChange,
  write: Write,
  event: Event<"edited" | "recalled" | "reacted">,
): Decision<{ seq: number }> {
  return {
    seq: change.seq,
    writes: [write],
    settle: () => ({ reply: { seq: change.seq }, tell: deliveriesOf(core, session, change.message, event) }),
  };
}

function deliveriesOf(
  core: Core,
  session: Session,
  message: StoredMessage,
  event: Event<"edited" | "recalled" | "reacted">,
): Delivery[] {
  if (message.room !== null) {
    const room = core.rooms.byId(message.room);
    return room ? [{ to: { room }, event, by: session }] : [];
  }
  const tell: Delivery[] = [];
  const author = core.presence.byId(message.author);
  if (author) tell.push({ to: { person: author }, event, by: session });
  for (const recipient of core.store.recipientsOf(message.seq)) {
    const receiver = core.presence.byId(recipient.person);
    if (!receiver || receiver === author) continue;
    tell.push({ to: { person: receiver }, event: { ...event, to: recipient.nickname }, by: session });
  }
  return tell;
}

function checkText(text: string, action: string): void {
  const refuse = (why: string) => new Fault("bad_text", `Cannot ${action}: ${why}`);
  if (text.length === 0) throw refuse("the text is empty");
  if (!text.isWellFormed()) throw refuse("the text contains half a character (a lone surrogate)");
  if (text.length * 3 <= LIMITS.textBytesMax) return;
  const bytes = text.length > LIMITS.textBytesMax ? text.length : encoder.encode(text).length;
  if (bytes > LIMITS.textBytesMax) throw refuse(`the text is longer than ${LIMITS.textBytesMax / 1024} KiB`);
}

function recalledFault(action: string, id: string): Fault {
  return new Fault("recalled", `Cannot ${action} message ${quote(id)}: it was recalled`);
}

function oneOrMany(names: string[]): string | string[] {
  return names.length === 1 ? names[0]! : names;
}
