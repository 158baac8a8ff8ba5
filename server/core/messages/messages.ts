/**
 * Messages: who may say what to whom, and who may read it. Each has one number, and everybody in a conversation
 * sees the numbers in one order, which is history's too. What becomes of a message later: changes.ts.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import { fileInfo, openFile } from "../files/file_access.ts";
import { isDeposit, type StoredFile } from "../store/stored_files.ts";
import type { Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { checkMayWrite, visibleFrom } from "../rooms/rights.ts";
import { memberRoom } from "../rooms/rooms.ts";
import type { Room } from "../state/rooms.ts";
import type { Person, Session } from "../state/presence.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import type { Event, MessageKind } from "../shared/events.ts";
import { Fault, type FaultReason, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import type { Recipient, StoredMessage } from "../store/store.ts";
import { isBlocked } from "../people/blocks.ts";
import { checkMailbox, findRecipients } from "./recipients.ts";

const encoder = new TextEncoder();

/** What is said, whoever it is for. */
interface Content {
  readonly id: string;
  readonly at: number;
  readonly text: string;
  readonly file?: StoredFile;
  readonly reply: string | null;
  readonly key: string | null;
  readonly notice?: true | undefined;
}

type Sent = Answer<"send">;

/** Says something to a room, to a nickname or to several. @throws bad_text bad_request */
export function send(core: Core, caller: Caller, asked: Command<"send">): Prepared<Sent> {
  const { id: session } = sessionOf(caller);
  const { text = "", room, to, file, otherwise, reply, key, uncheckedReply, notice } = asked;
  if (asked.text === undefined && file === undefined) {
    throw new Fault("bad_request", 'Cannot send: "text" is missing, or a "file"');
  }
  if (file === undefined || text !== "") checkText(text, "send");
  if (otherwise !== undefined) checkText(otherwise, "send");
  if ((room === undefined) === (to === undefined)) {
    throw new Fault("bad_request", 'Cannot send: name either a "room" or somebody in "to"');
  }
  if (key !== undefined && (key.length === 0 || key.length > LIMITS.keyCharsMax)) {
    throw new Fault("bad_request", `Cannot send: "key" has 1 to ${LIMITS.keyCharsMax} characters`);
  }
  const at = core.clock();
  const more = {
    ...(otherwise !== undefined && { otherwise }),
    ...(uncheckedReply && { uncheckedReply }),
    ...(notice && { notice }),
  };
  return {
    proposal: { kind: "send", at, session, id: core.newId(), text, room, to, file, reply, key, ...more },
  };
}

/** @throws unknown_room not_member unknown_nickname unknown_message unknown_file file_gone mailbox_full bad_request */
export function applySend(state: State, p: Proposal<"send">): Outcome<Sent> {
  const session = sessionIn(state, p.session);
  const { person } = session;
  const before = p.key === undefined ? undefined : state.store.messageWithKey(person.id, p.key);
  if (before && before.at > p.at - LIMITS.keyLifeMs) {
    return { reply: { id: before.id, at: before.at, seq: before.seq } };
  }
  const target = p.room !== undefined
    ? memberRoom(state, person, p.room, "send to")
    : findRecipients(state, p.to!, person);
  const { id, at, key = null } = p;
  if (!Array.isArray(target)) checkMayWrite(state, target, person, at, "send to");
  const reply = replyIn(state, person, p, target);
  const said = saidIn(state, person, p, target);
  const content = { id, at, reply, key, ...said, notice: p.notice };
  if (content.file) place(state, content.file);
  // The same key may be used again after a day.
  if (before) state.store.write({ kind: "key.clear", seq: before.seq });
  return deliver(state, session, content, target);
}

/**
 * A file that has arrived whole becomes a message in its room, or an offer to its receiver, with what is said about it.
 * @throws not_member unknown_room unknown_message bad_request mailbox_full
 */
export function appear(
  state: State,
  session: Session,
  file: StoredFile,
  { id, at, text = "", reply = null }: { id: string; at: number; text?: string; reply?: string | null },
): () => Outcome<Sent> {
  const { person } = session;
  const target = file.room === null ? [peerOf(state, person, file)] : roomOf(state, person, file.room);
  if (!Array.isArray(target)) checkMayWrite(state, target, person, at, "send to");
  const offered: StoredFile = file.room === null ? { ...file, offer: "waiting" } : file;
  checkReply(state, person, reply, target);
  return () => deliver(state, session, { id, at, text, file: offered, reply, key: null }, target);
}

function roomOf(state: State, person: Person, id: string): Room {
  const room = state.rooms.byId(id);
  if (room && person.rooms.has(room)) return room;
  throw new Fault("not_member", "Cannot send to the room: you are not in it any more");
}

function peerOf(state: State, sender: Person, { peer, peerName }: StoredFile): Recipient {
  const here = state.presence.byId(peer ?? "")?.hears ?? false;
  const hidden = isBlocked(state, peer ?? "", sender.id);
  const recipient: Recipient = {
    ...{ person: peer ?? "", nickname: peerName ?? "", waiting: !here },
    ...(hidden && { hidden }),
  };
  if (!here) checkMailbox(state, { id: recipient.person, nickname: recipient.nickname }, sender);
  return recipient;
}

/** A message that the person may read. @throws unknown_message */
export function readableMessage(state: State, person: Person, id: string, action: string): StoredMessage {
  const message = state.store.message(id);
  if (message && mayRead(state, person, message)) return message;
  throw new Fault("unknown_message", `Cannot ${action} message ${quote(id)}: you can see no such message`);
}

/** Whether a person may read a message: they are in its room, or it is theirs or to them. */
function mayRead(state: State, person: Person, message: StoredMessage): boolean {
  if (message.room !== null) {
    const room = state.rooms.byId(message.room);
    return room !== undefined && person.rooms.has(room) && message.seq > visibleFrom(state, room, person.id);
  }
  return message.author === person.id ||
    state.store.recipientsOf(message.seq).some((each) => each.person === person.id && !each.hidden);
}

/** The ids of those with whom a reader of a private message has it, as the reader sees it; of a room's: nobody. */
export function partners({ store }: State, reader: Person, message: StoredMessage): string[] {
  if (message.room !== null) return [];
  if (message.author !== reader.id) return [message.author];
  return store.recipientsOf(message.seq).map((recipient) => recipient.person);
}

function deliver(
  state: State,
  session: Session,
  content: Content,
  target: Room | Recipient[],
): Outcome<Sent> {
  return Array.isArray(target)
    ? deliverInPrivate(state, session, content, target)
    : deliverToRoom(state, session, content, target);
}

function deliverToRoom(state: State, session: Session, content: Content, room: Room): Outcome<Sent> {
  const { person } = session;
  const message = keep(state, person, content, room, []);
  if (!room.spoken) state.journal.assign(room, { spoken: true });
  if (!room.lasting && !person.guest) {
    state.journal.assign(room, { lasting: true });
    state.store.write({ kind: "room.lasts", room: room.id });
  }
  const event: Event<"message"> = {
    event: "message",
    ...eventFields(message),
    room: room.name,
    ...contentFields(message, content),
  };
  return { reply: sent(message), tell: [{ to: { room: room.id }, event, by: session.id }] };
}

function deliverInPrivate(
  state: State,
  session: Session,
  content: Content,
  recipients: Recipient[],
): Outcome<Sent> {
  const { person } = session;
  const message = keep(state, person, content, null, recipients);
  const event = {
    event: content.file?.offer === "waiting" ? "offer" : "message",
    ...eventFields(message),
    ...contentFields(message, content),
  } as const;
  const own = { ...event, to: oneOrMany(message.to ?? []) };
  const tell: Delivery[] = [{ to: { person: person.id }, event: own, by: session.id }];
  for (const { person: receiver, nickname, hidden } of recipients) {
    if (receiver !== person.id && !hidden && state.presence.byId(receiver)) {
      tell.push({ to: { person: receiver }, event: { ...event, to: nickname } });
    }
  }
  return { reply: sent(message), tell };
}

function sent({ id, at, seq }: StoredMessage): Sent {
  return { id, at, seq };
}

function eventFields({ id, seq, at, from, guest }: StoredMessage) {
  return { id, seq, at, from, ...(guest && { guest: true as const }) };
}

function contentFields({ text, kind, reply, notice }: StoredMessage, { file }: Content) {
  return {
    ...{ text, kind },
    ...(reply !== null && { reply }),
    ...(file && { file: fileInfo(file) }),
    ...(notice && { notice: true as const }),
  };
}

function keep(
  state: State,
  author: Person,
  { id, at, text, file, reply, key, notice }: Content,
  room: Room | null,
  recipients: Recipient[],
): StoredMessage {
  const message: StoredMessage = {
    seq: state.sequence.next(),
    id,
    at,
    author: author.id,
    from: author.nickname,
    guest: author.guest,
    room: room?.id ?? null,
    to: room ? null : recipients.map((recipient) => recipient.nickname),
    text,
    kind: file ? kindOf(file.type) : "text",
    reply,
    key,
    notice: notice ?? false,
    edited: null,
    recalled: null,
    removedBy: null,
    file: file?.id ?? null,
  };
  state.store.write({ kind: "message.add", message, recipients });
  return message;
}

/** The message that is answered, if any. @throws unknown_message bad_request */
function replyIn(
  state: State,
  author: Person,
  { reply, uncheckedReply }: Proposal<"send">,
  target: Room | Recipient[],
): string | null {
  if (reply === undefined) return null;
  try {
    checkReply(state, author, reply, target);
    return reply;
  } catch (error) {
    if (uncheckedReply && error instanceof Fault) return null;
    throw error;
  }
}

/** What is answered stands in the same conversation. @throws unknown_message bad_request */
function checkReply(state: State, author: Person, reply: string | null, target: Room | Recipient[]): void {
  if (reply === null) return;
  const answered = readableMessage(state, author, reply, "reply to");
  const others = partners(state, author, answered);
  const same = Array.isArray(target)
    ? target.every(({ person }) => others.includes(person))
    : answered.room === target.id;
  if (same) return;
  throw new Fault("bad_request", `Cannot reply to ${quote(reply)}: it is in another conversation`);
}

/** The words and the file, or the words in place of a file that can't be had. @throws unknown_file file_gone bad_request */
function saidIn(
  state: State,
  person: Person,
  { text, file: id, otherwise }: Proposal<"send">,
  target: Room | Recipient[],
): { text: string; file?: StoredFile } {
  if (id === undefined) return { text };
  try {
    return { text, file: fileOf(state, person, id, target) };
  } catch (error) {
    const isMissing = error instanceof Fault && (error.code === "unknown_file" || error.code === "file_gone");
    if (otherwise === undefined || !isMissing) throw error;
    return { text: otherwise };
  }
}

/** One's own file may be said again where it is, with other words; a deposit belongs there from then on. @throws unknown_file file_gone bad_request */
function fileOf(state: State, person: Person, id: string, target: Room | Recipient[]): StoredFile {
  const file = openFile(state, person.id, id, "send");
  if (file.owner === person.id && isDeposit(file)) return placed(file, person, target);
  const same = Array.isArray(target)
    ? target.length === 1 && target[0]!.person === file.peer
    : target.id === file.room;
  if (file.owner === person.id && file.folder === null && same) return file;
  throw new Fault(
    "unknown_file",
    `Cannot send file ${quote(id)}: it is not yours, or in another conversation`,
  );
}

/** A deposit as it is once it belongs to a room, or is offered to somebody. @throws bad_request */
function placed(file: StoredFile, { id: sender }: Person, target: Room | Recipient[]): StoredFile {
  if (!Array.isArray(target)) return { ...file, room: target.id };
  const [receiver, ...others] = target as [Recipient, ...Recipient[]];
  if (others.length > 0) {
    throw new Fault("bad_request", "Cannot send a file to several: it goes to one, or to a room");
  }
  if (receiver.person === sender) {
    throw new Fault("bad_request", "Cannot offer a file to yourself: send it to somebody else or to a room");
  }
  return { ...file, peer: receiver.person, peerName: receiver.nickname, offer: "waiting" };
}

/** Keeps where a file that was a deposit belongs. */
function place({ store }: State, { id, room, peer, peerName }: StoredFile): void {
  const before = store.files.find(id);
  if (before && isDeposit(before)) store.write({ kind: "file.place", id, room, peer, peerName });
}

function kindOf(type: string): MessageKind {
  if (type.startsWith("image/")) return "image";
  return type.startsWith("video/") ? "video" : "file";
}

/** Whether this may be said. @throws bad_text */
export function checkText(text: string, action: string): void {
  const refuse = (reason: FaultReason, why: string) =>
    new Fault("bad_text", `Cannot ${action}: ${why}`, { reason });
  if (text.length === 0) throw refuse("empty", "the text is empty");
  if (!text.isWellFormed()) {
    throw refuse("unseen", "the text contains half a character (a lone surrogate)");
  }
  if (text.length * 3 <= LIMITS.textBytesMax) return;
  const bytes = text.length > LIMITS.textBytesMax ? text.length : encoder.encode(text).length;
  if (bytes > LIMITS.textBytesMax) {
    throw refuse("too_long", `the text is longer than ${LIMITS.textBytesMax / 1024} KiB`);
  }
}

/** Receivers as `to` shows them. */
export function oneOrMany(names: string[]): string | string[] {
  return names.length === 1 ? names[0]! : names;
}
