/**
 * Messages: who may say what to whom, and who may read it. Each has one number, and everybody in a conversation
 * sees the numbers in one order, which is history's too. What becomes of a message later: changes.ts.
 */
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision, Delivery } from "../decision.ts";
import type { Event, MessageKind } from "../shared/events.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { Person, Session } from "../sessions/presence.ts";
import { fileInfo, openFile } from "../files/downloads.ts";
import { checkMailbox, findRecipients } from "./recipients.ts";
import { memberRoom, type Room } from "../rooms/rooms.ts";
import type { Recipient, StoredMessage, Write } from "../store.ts";
import type { StoredFile } from "../files/stored_files.ts";

const encoder = new TextEncoder();

/** What is said, whoever it is for. */
interface Said {
  readonly text: string;
  readonly file?: StoredFile;
  readonly reply: string | null;
  readonly key: string | null;
}

/** What sending comes to, before it is on disk. */
interface Sending extends Decision<Answer<"send">> {
  readonly seq: number;
  readonly writes: readonly Write[];
}

/**
 * Says something to a room, to a nickname or to several.
 * @throws bad_text bad_request unknown_room not_member unknown_nickname unknown_message unknown_file mailbox_full
 */
export function send(core: Core, caller: Caller, asked: Command<"send">): Decision<Answer<"send">> {
  const session = sessionOf(caller);
  const { text = "", room, to } = asked;
  if (asked.text === undefined && asked.file === undefined) {
    throw new Fault("bad_request", 'Cannot send: "text" is missing, or a "file"');
  }
  if (asked.file === undefined || text !== "") checkText(text, "send");
  if ((room === undefined) === (to === undefined)) {
    throw new Fault("bad_request", 'Cannot send: name either a "room" or somebody in "to"');
  }
  const again = asked.key === undefined ? undefined : sentBefore(core, session.person, asked.key);
  if (again && !("kind" in again)) return { settle: () => ({ reply: again }) };
  const clear = again ? [again] : [];
  const said = { text, reply: asked.reply ?? null, key: asked.key ?? null };
  const place = room !== undefined
    ? memberRoom(core, session.person, room, "send to")
    : findRecipients(core, to!, session.person);
  const withFile = { ...said, ...fileOf(core, session.person, asked.file, place) };
  const decision = Array.isArray(place)
    ? sendInPrivate(core, session, withFile, place)
    : sendToRoom(core, session, withFile, place);
  return { ...decision, writes: [...clear, ...decision.writes] };
}

/**
 * A file that has arrived whole becomes a message in its room, or an offer to its receiver, with what is said about it.
 * @throws not_member unknown_room unknown_message bad_request mailbox_full
 */
export function appear(
  core: Core,
  session: Session,
  file: StoredFile,
  { text = "", reply }: { text?: string; reply?: string },
): Sending {
  const said: Said = { text, file, reply: reply ?? null, key: null };
  if (file.room !== null) {
    const room = core.rooms.byId(file.room);
    return sendToRoom(core, session, said, memberRoom(core, session.person, room?.name ?? "", "send to"));
  }
  const here = core.presence.byId(file.peer ?? "")?.hears ?? false;
  const recipient: Recipient = { person: file.peer ?? "", nickname: file.peerName ?? "", waiting: !here };
  if (!here) checkMailbox(core, { id: recipient.person, nickname: recipient.nickname }, session.person);
  return sendInPrivate(core, session, { ...said, file: { ...file, offer: "waiting" } }, [recipient]);
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

function sendToRoom(core: Core, session: Session, said: Said, room: Room): Sending {
  const message = newMessage(core, session.person, said, room, []);
  const { seq, id, at } = message;
  const event: Event<"message"> = {
    event: "message",
    id,
    seq,
    at,
    from: message.from,
    ...(message.guest && { guest: true as const }),
    room: room.name,
    text: message.text,
    kind: message.kind,
    ...(message.reply !== null && { reply: message.reply }),
    ...(said.file && { file: fileInfo(said.file) }),
  };
  const write: Write = { kind: "message.add", message, recipients: [] };
  const lasts = room.lasting || session.person.guest ? [] : [{ kind: "room.lasts", room: room.id } as const];
  return {
    seq,
    writes: [write, ...lasts],
    settle() {
      room.spoken = true;
      if (lasts.length > 0) room.lasting = true;
      return { reply: { id, at, seq }, tell: [{ to: { room }, event, by: session }] };
    },
  };
}

function sendInPrivate(core: Core, session: Session, said: Said, recipients: Recipient[]): Sending {
  const { person } = session;
  const message = newMessage(core, person, said, null, recipients);
  const { seq, id, at } = message;
  const base = {
    event: said.file?.offer === "waiting" ? "offer" : "message",
    id,
    seq,
    at,
    from: message.from,
    ...(message.guest && { guest: true as const }),
    text: message.text,
    kind: message.kind,
    ...(message.reply !== null && { reply: message.reply }),
    ...(said.file && { file: fileInfo(said.file) }),
  } as const;
  const write: Write = { kind: "message.add", message, recipients };
  return {
    seq,
    writes: [write],
    settle() {
      const tell: Delivery[] = [{
        to: { person },
        event: { ...base, to: oneOrMany(message.to ?? []) },
        by: session,
      }];
      for (const recipient of recipients) {
        const receiver = core.presence.byId(recipient.person);
        if (!receiver || receiver === person) continue;
        tell.push({ to: { person: receiver }, event: { ...base, to: recipient.nickname } });
      }
      const left = recipients.filter((recipient) => hasLeft(core, recipient));
      return { reply: { id, at, seq }, tell, then: left.map((recipient) => keepFor(recipient, seq)) };
    },
  };
}

/** Whether somebody with an account was here when a message was decided and is not when it is told. */
function hasLeft(core: Core, { person, waiting }: Recipient): boolean {
  return !waiting && !core.presence.byId(person)?.hears && core.store.accountById(person) !== undefined;
}

function keepFor({ person }: Recipient, seq: number): Decision {
  return { writes: [{ kind: "waiting.add", person, seq }], settle: () => ({ reply: undefined }) };
}

function newMessage(
  core: Core,
  author: Person,
  said: Said,
  room: Room | null,
  recipients: readonly Recipient[],
): StoredMessage {
  if (said.reply !== null) {
    const answered = readableMessage(core, author, said.reply, "reply to");
    const others = partners(core, author, answered);
    const same = room ? answered.room === room.id : recipients.every(({ person }) => others.includes(person));
    if (!same) {
      throw new Fault("bad_request", `Cannot reply to ${quote(said.reply)}: it is in another conversation`);
    }
  }
  return {
    seq: core.sequence.next(),
    id: core.newId(),
    at: core.clock(),
    author: author.id,
    from: author.nickname,
    guest: author.guest,
    room: room?.id ?? null,
    to: room ? null : recipients.map((recipient) => recipient.nickname),
    text: said.text,
    kind: said.file ? kindOf(said.file.type) : "text",
    reply: said.reply,
    key: said.key,
    edited: null,
    recalled: null,
    file: said.file?.id ?? null,
  };
}

/** One's own file may be said again where it is, with other words. @throws unknown_file file_gone */
function fileOf(
  core: Core,
  person: Person,
  id: string | undefined,
  place: Room | Recipient[],
): { file?: StoredFile } {
  if (id === undefined) return {};
  const file = openFile(core, person.id, id, "send");
  const same = Array.isArray(place)
    ? place.length === 1 && place[0]!.person === file.peer
    : place.id === file.room;
  if (file.owner === person.id && file.folder === null && same) return { file };
  throw new Fault(
    "unknown_file",
    `Cannot send file ${quote(id)}: it is not yours, or in another conversation`,
  );
}

function kindOf(type: string): MessageKind {
  if (type.startsWith("image/")) return "image";
  return type.startsWith("video/") ? "video" : "file";
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
