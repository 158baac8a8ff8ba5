/**
 * Private files wait for their receiver's word: accepted, they can be fetched; refused, they are gone for good. What is
 * still being sent anywhere, its sender may refuse.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import { fileInfo, idsOf, openFile } from "./file_access.ts";

/** What waits for one's answer, the oldest first. */
export function offers(core: Core, caller: Caller): Answered<Answer<"offers">> {
  const { person } = sessionOf(caller);
  const waiting = core.store.files.offeredTo(person.id, LIMITS.filesListedMax);
  return { reply: { offers: waiting.map((file) => ({ file: fileInfo(file), from: file.ownerName })) } };
}

/** Takes a private file that was offered. */
export function accept(core: Core, caller: Caller, asked: Command<"accept">): Prepared<Answer<"accept">> {
  return answerOf(core, caller, asked.file, true);
}

/** Declines it, or gives up what one is sending oneself: its bytes go at once. */
export function refuse(core: Core, caller: Caller, asked: Command<"refuse">): Prepared<Answer<"refuse">> {
  return answerOf(core, caller, asked.file, false);
}

function answerOf(core: Core, caller: Caller, file: string, accepted: boolean): Prepared<{ seq: number }> {
  const { id: session } = sessionOf(caller);
  return { proposal: { kind: "file.answer", at: core.clock(), session, file, accepted } };
}

/** @throws unknown_file file_gone already_answered */
export function applyAnswer(state: State, p: Proposal<"file.answer">): Outcome<{ seq: number }> {
  const { id: by, person } = sessionIn(state, p.session);
  const { at, accepted } = p;
  const own = state.store.files.find(p.file);
  if (!accepted && own?.state === "partial" && own.owner === person.id) {
    // Nobody else knew of it, so nobody is told.
    const gone = idsOf(state, own);
    state.store.write({ kind: "file.remove", id: own.id });
    return { reply: { seq: state.sequence.last }, gone };
  }
  const file = openFile(state, person.id, p.file, "answer");
  const message = state.store.messageOfFile(file.id);
  if (file.peer !== person.id || file.folder !== null || !message) {
    throw new Fault("unknown_file", `Cannot answer ${quote(p.file)}: no file of this id was offered to you`);
  }
  if (file.offer !== "waiting") {
    throw new Fault("already_answered", `Cannot answer ${quote(file.name)}: you have ${file.offer} it`);
  }
  const seq = state.sequence.next();
  const { nickname: from } = person;
  const gone = accepted ? [] : idsOf(state, file);
  state.store.write({ kind: "offer.answer", file: file.id, seq, at, from, message: message.seq, accepted });
  const told = { id: message.id, file: file.id, seq, at, from, to: file.ownerName, ...person.deed };
  const event = { event: accepted ? "accepted" as const : "refused" as const, ...told };
  return {
    reply: { seq },
    tell: [person.id, file.owner].map((each) => ({ to: { person: each }, event, by })),
    gone,
  };
}
