/**
 * What becomes of a message later: edited and taken back by its author, reacted to by those who read it. Each change
 * has its own number in the one order, and is told to everybody who was told the message.
 */
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision, Delivery } from "../decision.ts";
import { idsOf } from "../files/downloads.ts";
import type { Event } from "../shared/events.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { checkText, oneOrMany, readableMessage } from "./messages.ts";
import type { Person, Session } from "../sessions/presence.ts";
import { memberRoom } from "../rooms/rooms.ts";
import { Conflict, type StoredChange, type StoredMessage, type Write } from "../store.ts";

const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?)$/v;
const encoder = new TextEncoder();

/** Puts other words into one's own message. @throws bad_text unknown_message not_yours recalled not_member */
export function edit(core: Core, caller: Caller, asked: Command<"edit">): Decision<Answer<"edit">> {
  const session = sessionOf(caller);
  checkText(asked.text, "edit");
  const message = ownMessage(core, session.person, asked.message, "edit");
  const room = message.room === null ? undefined : core.rooms.byId(message.room);
  if (room) memberRoom(core, session.person, room.name, "edit in");
  const change = changeOf(core, session.person, message);
  const told = { event: "edited", ...placeOf(core, change), text: asked.text } as const;
  return changed(core, session, change, { kind: "message.edit", change, text: asked.text }, told);
}

/** Takes one's own message back: its text is gone everywhere, and its file. @throws unknown_message not_yours recalled */
export function recall(core: Core, caller: Caller, asked: Command<"recall">): Decision<Answer<"recall">> {
  const session = sessionOf(caller);
  const message = ownMessage(core, session.person, asked.message, "recall");
  const change = changeOf(core, session.person, message);
  const decision = changed(core, session, change, { kind: "message.recall", change }, {
    event: "recalled",
    ...placeOf(core, change),
  });
  const file = message.file === null ? undefined : core.store.files.find(message.file);
  if (!file) return decision;
  const bytes = idsOf(core, file);
  return {
    ...decision,
    writes: [...decision.writes ?? [], { kind: "file.gone", id: file.id }],
    settle() {
      void core.blobs.remove(bytes);
      return decision.settle();
    },
  };
}

/** Adds or removes a reaction; what is so already is told to nobody. @throws bad_emoji unknown_message recalled */
export function react(core: Core, caller: Caller, asked: Command<"react">): Decision<Answer<"react">> {
  const session = sessionOf(caller);
  const { emoji, on } = asked;
  if (encoder.encode(emoji).length > LIMITS.emojiBytesMax || !EMOJI.test(emoji)) {
    throw new Fault("bad_emoji", `Cannot react with ${quote(emoji)}: one emoji is wanted`);
  }
  const message = readableMessage(core, session.person, asked.message, "react to");
  if (message.recalled !== null) throw recalledFault("react to", asked.message);
  const present = core.store.reactionsOn(message.seq);
  if (reacted(present, session.person, emoji) === on) return asItIs(core, session.person, message, emoji, on);
  if (on) checkRoomFor(emoji, present);
  const change = changeOf(core, session.person, message);
  const told = { event: "reacted", ...placeOf(core, change), emoji, on } as const;
  return changed(core, session, change, { kind: "message.react", change, emoji, on }, told);
}

type Reactions = ReturnType<Core["store"]["reactionsOn"]>;

function reacted(present: Reactions, person: Person, emoji: string): boolean {
  return present.some((reaction) => reaction.emoji === emoji && reaction.person === person.id);
}

/** Says yes to a reaction that is there, or gone, already. */
function asItIs(
  core: Core,
  person: Person,
  message: StoredMessage,
  emoji: string,
  on: boolean,
): Decision<{ seq: number }> {
  return {
    settle() {
      if (reacted(core.store.reactionsOn(message.seq), person, emoji) !== on) {
        throw new Conflict("another connection of the same person was faster");
      }
      return { reply: { seq: core.sequence.settled } };
    },
  };
}

function checkRoomFor(emoji: string, present: Reactions): void {
  const kinds = new Set(present.map((reaction) => reaction.emoji));
  if (!kinds.has(emoji) && kinds.size >= LIMITS.reactionKindsMax) {
    throw new Fault(
      "bad_emoji",
      `Cannot react: this message has ${kinds.size} different reactions already, choose one of them`,
    );
  }
  if (present.length >= LIMITS.reactionsPerMessageMax) {
    throw new Fault("bad_emoji", `Cannot react: this message has ${present.length} reactions already`);
  }
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

function recalledFault(action: string, id: string): Fault {
  return new Fault("recalled", `Cannot ${action} message ${quote(id)}: it was recalled`);
}
