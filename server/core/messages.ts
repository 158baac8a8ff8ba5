/**
 * Messages: who may say what to whom, and who may read it. Each has one number, and everybody in a conversation
 * sees the numbers in one order, which is history's too. What becomes of a message later: changes.ts.
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
import type { Recipient, StoredMessage, Write } from "./store.ts";

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

/** The ids of those with whom a reader of a private message has it, as the reader sees it; of a room's: nobody. */
export function partners(core: Core, reader: Person, message: StoredMessage): string[] {
  if (message.room !== null) return [];
  if (message.author !== reader.id) return [message.author];
  return core.store.recipientsOf(message.seq).map((recipient) => recipient.person);
}

function sendToRoom(core: Core, session: Session, asked: Command<"send">, room: Room) {
  const message = newMessage(core, session.person, asked, room, []);
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
  const message = newMessage(core, person, asked, null, recipients);
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
        event: { ...base, to: oneOrMany(message.to ?? []), ...reply },
        by: session,
      }];
      for (const recipient of recipients) {
        const receiver = core.presence.byId(recipient.person);
        if (!receiver || receiver === person) continue;
        tell.push({ to: { person: receiver }, event: { ...base, to: recipient.nickname, ...reply } });
      }
      const left = recipients.filter((recipient) => hasLeft(core, recipient));
      return { reply: { id, at, seq }, tell, then: left.map((recipient) => keepFor(recipient, seq)) };
    },
  };
}

/** Whether somebody with an account was here when a message was decided and is not when it is told. */
function hasLeft(core: Core, { person, waiting }: Recipient): boolean {
  return !waiting && !core.presence.byId(person) && core.store.accountById(person) !== undefined;
}

function keepFor({ person }: Recipient, seq: number): Decision {
  return { writes: [{ kind: "waiting.add", person, seq }], settle: () => ({ reply: undefined }) };
}

function newMessage(
  core: Core,
  author: Person,
  asked: Command<"send">,
  room: Room | null,
  recipients: readonly Recipient[],
): StoredMessage {
  if (asked.reply !== undefined) {
    const answered = readableMessage(core, author, asked.reply, "reply to");
    const others = partners(core, author, answered);
    const same = room ? answered.room === room.id : recipients.every(({ person }) => others.includes(person));
    if (!same) {
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
    to: room ? null : recipients.map((recipient) => recipient.nickname),
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
  return { kind: "key.clear", seq: before.seq };
}

/** Whether this may be said. @throws bad_text */
export function checkText(text: string, action: string): void {
  const refuse = (why: string) => new Fault("bad_text", `Cannot ${action}: ${why}`);
  if (text.length === 0) throw refuse("the text is empty");
  if (!text.isWellFormed()) throw refuse("the text contains half a character (a lone surrogate)");
  if (text.length * 3 <= LIMITS.textBytesMax) return;
  const bytes = text.length > LIMITS.textBytesMax ? text.length : encoder.encode(text).length;
  if (bytes > LIMITS.textBytesMax) throw refuse(`the text is longer than ${LIMITS.textBytesMax / 1024} KiB`);
}

/** Receivers as `to` shows them. */
export function oneOrMany(names: string[]): string | string[] {
  return names.length === 1 ? names[0]! : names;
}
