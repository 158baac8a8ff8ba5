/**
 * What becomes of a message later: edited and taken back by its author, reacted to by those who read it. Each change
 * has its own number in the one order, and is told to everybody who was told the message.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import { idsOf } from "../files/file_access.ts";
import type { Delivery, Outcome } from "../outcome.ts";
import { isBlocked } from "../people/blocks.ts";
import type { Proposal } from "../proposals.ts";
import { givenReason, reasonOf } from "../rooms/reasons.ts";
import { checkMayWrite, mayIn, mayWrite } from "../rooms/rights.ts";
import type { Person, Session } from "../state/presence.ts";
import type { Room } from "../state/rooms.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { isEmoji } from "../shared/emoji.ts";
import type { Event } from "../shared/events.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import type { StoredChange, StoredMessage } from "../store/store.ts";
import { conversationMessage, findConversation } from "./reading.ts";
import { checkText, oneOrMany, readableMessage } from "./messages.ts";

type ChangeEvent = Event<"edited" | "recalled" | "reacted">;

/** Puts other words into one's own message. @throws bad_text */
export function edit(core: Core, caller: Caller, asked: Command<"edit">): Prepared<Answer<"edit">> {
  const { id: session } = sessionOf(caller);
  const { message, text } = asked;
  checkText(text, "edit");
  return { proposal: { kind: "edit", at: core.clock(), session, message, text } };
}

/** @throws unknown_message not_yours recalled not_member */
export function applyEdit(state: State, p: Proposal<"edit">): Outcome<Answer<"edit">> {
  const session = sessionIn(state, p.session);
  const message = ownMessage(state, session.person, p.message, "edit");
  const room = message.room === null ? undefined : state.rooms.byId(message.room);
  if (room) {
    checkIsIn(session.person, room);
    checkMayWrite(state, room, session.person, p.at, "edit in");
  }
  const change = changeOf(state, session.person, message, p.at);
  state.store.write({ kind: "message.edit", change, text: p.text });
  return changed(state, session, change, { event: "edited", ...aboutOf(state, change), text: p.text });
}

/** Takes a message back, one's own or as a moderator: its text is gone everywhere, and its file. @throws bad_text */
export function recall(core: Core, caller: Caller, asked: Command<"recall">): Prepared<Answer<"recall">> {
  const { id: session } = sessionOf(caller);
  const { message, in: where } = asked;
  const why = givenReason(asked, "recall");
  const proposal = { kind: "recall", at: core.clock(), session, message, ...why } as const;
  return { proposal: where === undefined ? proposal : { ...proposal, in: where } };
}

/** @throws unknown_message not_yours recalled unknown_room not_member unknown_nickname bad_request */
export function applyRecall(state: State, p: Proposal<"recall">): Outcome<Answer<"recall">> {
  const session = sessionIn(state, p.session);
  const { person } = session;
  checkIsThere(state, person, p, "recall", "from");
  const message = removableMessage(state, person, p.message);
  const room = message.room === null ? undefined : state.rooms.byId(message.room);
  const why = room && person.rooms.has(room) && mayWrite(state, room, person, p.at) && reasonOf(p);
  return takeBack(state, message, { ...identityOf(person), session: session.id, at: p.at, ...why });
}

/** Whether a message is where it is said to be. @throws unknown_room not_member unknown_nickname unknown_message bad_request */
function checkIsThere(
  state: State,
  person: Person,
  { message, in: where }: Pick<Proposal<"recall" | "react">, "message" | "in">,
  action: string,
  preposition: string,
): void {
  if (!where) return;
  const conversation = findConversation(state, person, where, `${action} ${preposition}`);
  conversationMessage(state, person, conversation, message, action);
}

/** Who takes a message back, and when. */
interface Taker {
  readonly id: string;
  readonly nickname: string;
  /** The session whose doing it is. */
  readonly session: string | undefined;
  readonly at: number;
  readonly reason?: string;
}

/** Who somebody is, for what is kept of what they do. */
export function identityOf({ id, nickname }: Person) {
  return { id, nickname };
}

/** A message's text is gone, and its file. */
export function takeBack(state: State, message: StoredMessage, by: Taker): Outcome<Answer<"recall">> {
  const change = changeOf(state, by, message, by.at);
  state.store.write({ kind: "message.recall", change });
  const event = { event: "recalled", ...aboutOf(state, change), ...reasonOf(by) } as const;
  const outcome = { reply: { seq: change.seq }, tell: deliveriesOf(state, by.session, message, event) };
  const file = message.file === null ? undefined : state.store.files.find(message.file);
  if (!file) return outcome;
  const gone = idsOf(state, file);
  state.store.write({ kind: "file.gone", id: file.id });
  return { ...outcome, gone };
}

/** Adds or removes a reaction. @throws bad_emoji */
export function react(core: Core, caller: Caller, asked: Command<"react">): Prepared<Answer<"react">> {
  const { id: session } = sessionOf(caller);
  const { message, emoji, on, in: where } = asked;
  if (!isEmoji(emoji)) {
    throw new Fault("bad_emoji", `Cannot react with ${quote(emoji)}: one emoji is wanted`, {
      reason: "one_emoji",
    });
  }
  const proposal = { kind: "react", at: core.clock(), session, message, emoji, on } as const;
  return { proposal: where === undefined ? proposal : { ...proposal, in: where } };
}

/** What is so already is told to nobody. @throws bad_emoji unknown_message recalled unknown_room not_member unknown_nickname bad_request */
export function applyReact(state: State, p: Proposal<"react">): Outcome<Answer<"react">> {
  const session = sessionIn(state, p.session);
  const { person } = session;
  const { emoji, on } = p;
  checkIsThere(state, person, p, "react", "in");
  const message = readableMessage(state, person, p.message, "react to");
  if (message.recalled !== null) throw recalledFault("react to", p.message);
  const room = message.room === null ? undefined : state.rooms.byId(message.room);
  if (room && on) checkMayWrite(state, room, person, p.at, "react in");
  const present = state.store.reactionsOn(message.seq);
  const isThere = present.some((reaction) => reaction.emoji === emoji && reaction.person === person.id);
  if (isThere === on) return { reply: { seq: state.sequence.last } };
  if (on) checkRoomFor(emoji, present);
  const change = changeOf(state, person, message, p.at);
  state.store.write({ kind: "message.react", change, emoji, on });
  return changed(state, session, change, { event: "reacted", ...aboutOf(state, change), emoji, on });
}

function checkRoomFor(emoji: string, present: ReturnType<State["store"]["reactionsOn"]>): void {
  const kinds = new Set(present.map((reaction) => reaction.emoji));
  if (!kinds.has(emoji) && kinds.size >= LIMITS.reactionKindsMax) {
    throw new Fault(
      "bad_emoji",
      `Cannot react: this message has ${kinds.size} different reactions already, choose one of them`,
      { reason: "place_limit" },
    );
  }
  if (present.length >= LIMITS.reactionsPerMessageMax) {
    throw new Fault("bad_emoji", `Cannot react: this message has ${present.length} reactions already`, {
      reason: "place_limit",
    });
  }
}

function ownMessage(state: State, person: Person, id: string, action: string): StoredMessage {
  const message = state.store.message(id);
  if (message?.author !== person.id || isHidden(state, person, message)) {
    readableMessage(state, person, id, action);
    throw new Fault("not_yours", `Cannot ${action} message ${quote(id)}: somebody else wrote it`);
  }
  if (message.recalled !== null) throw recalledFault(action, id);
  return message;
}

/** One's own message, or another's in a room where one keeps order. */
function removableMessage(state: State, person: Person, id: string): StoredMessage {
  const message = state.store.message(id);
  const room = message?.room === null ? undefined : state.rooms.byId(message?.room ?? "");
  const isIn = room !== undefined && person.rooms.has(room);
  if (!message || !isIn || message.author === person.id || !mayIn(state, room, person, "remove")) {
    return ownMessage(state, person, id, "recall");
  }
  const readable = readableMessage(state, person, id, "recall");
  if (readable.recalled !== null) throw recalledFault("recall", id);
  return readable;
}

/** @throws not_member */
function checkIsIn(person: Person, room: Room): void {
  if (person.rooms.has(room)) return;
  throw new Fault("not_member", "Cannot edit the message: you are not in its room any more");
}

/** Whether a message is in a private room that somebody is not in any more: not even whether it is still there is theirs to know. */
function isHidden(state: State, person: Person, { room: id }: StoredMessage): boolean {
  const room = id === null ? undefined : state.rooms.byId(id);
  return room?.settings.private === true && !person.rooms.has(room);
}

function changeOf(
  state: State,
  person: Pick<Person, "id" | "nickname">,
  message: StoredMessage,
  at: number,
): StoredChange {
  return { seq: state.sequence.next(), at, author: person.id, from: person.nickname, message };
}

/** What every event about a change says. */
function aboutOf(state: State, { message, seq, at, from, author }: StoredChange) {
  const room = message.room === null ? undefined : state.rooms.byId(message.room)?.name;
  const where = message.room === null
    ? { to: oneOrMany(message.to ?? []), author: () => authorNow(state, message) }
    : { room: room ?? "" };
  const ofAccount = () => state.store.accountById(author) !== undefined;
  return { id: message.id, seq, at, from, ...where, ofAccount };
}

/** What a message's author is called now. */
export function authorNow({ presence, store }: State, { author, from }: StoredMessage): string {
  return (presence.byId(author) ?? store.accountById(author))?.nickname ?? from;
}

function changed(
  state: State,
  session: Session,
  { seq, message }: StoredChange,
  event: ChangeEvent,
): Outcome<{ seq: number }> {
  return { reply: { seq }, tell: deliveriesOf(state, session.id, message, event) };
}

/** Who is told what became of a message. `session`: in which it was done. */
function deliveriesOf(
  state: State,
  session: string | undefined,
  message: StoredMessage,
  event: ChangeEvent,
): Delivery[] {
  const own = session === undefined ? {} : { by: session };
  const room = message.room === null ? undefined : state.rooms.byId(message.room);
  // Where newcomers don't see what was before, they are not told what becomes of it either.
  if (room?.settings.history === "joined") {
    const readers = state.store.whoCameBefore(room.id, message.seq);
    return Array.from(room.members).filter(({ id }) => readers.has(id))
      .map(({ id }) => ({ to: { person: id }, event, ...own }));
  }
  if (message.room !== null) return [{ to: { room: message.room }, event, ...own }];
  const { author } = message;
  // Else whoever is blocked could go on speaking in what they said before.
  const isSilent = (person: string) => event.event === "edited" && isBlocked(state, person, author);
  const tell: Delivery[] = [{ to: { person: author }, event, ...own }];
  for (const { person, nickname, hidden } of state.store.recipientsOf(message.seq)) {
    if (person !== author && !hidden && !isSilent(person)) {
      tell.push({ to: { person }, event: { ...event, to: nickname }, ...own });
    }
  }
  return tell;
}

/** What says that a message was taken back. */
export function recalledFault(action: string, id: string): Fault {
  return new Fault("recalled", `Cannot ${action} message ${quote(id)}: it was recalled`);
}
