/**
 * Private files wait for their receiver's word: accepted, they can be fetched; refused, they are gone for good. What is
 * still being sent anywhere, its sender may refuse.
 */
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision, Delivery } from "../decision.ts";
import { Fault, quote } from "../shared/faults.ts";
import { fileInfo, idsOf, openFile } from "./downloads.ts";
import { LIMITS } from "../shared/limits.ts";
import type { StoredFile } from "./stored_files.ts";

/** What waits for one's answer, the oldest first. */
export function offers(core: Core, caller: Caller): Decision<Answer<"offers">> {
  const { person } = sessionOf(caller);
  return {
    settle() {
      const waiting = core.store.files.offeredTo(person.id, LIMITS.filesListedMax);
      return { reply: { offers: waiting.map((file) => ({ file: fileInfo(file), from: file.ownerName })) } };
    },
  };
}

/** Takes a private file that was offered. @throws unknown_file file_gone already_answered */
export function accept(core: Core, caller: Caller, asked: Command<"accept">): Decision<Answer<"accept">> {
  return answerOffer(core, caller, asked.file, true);
}

/** Declines it, or gives up what one is sending oneself: its bytes go at once. @throws unknown_file file_gone already_answered */
export function refuse(core: Core, caller: Caller, asked: Command<"refuse">): Decision<Answer<"refuse">> {
  const { person } = sessionOf(caller);
  const file = core.store.files.find(asked.file);
  if (file?.state === "partial" && file.owner === person.id) return giveUp(core, file);
  return answerOffer(core, caller, asked.file, false);
}

/** Nobody else knew of it, so nobody is told. */
function giveUp(core: Core, file: StoredFile): Decision<Answer<"refuse">> {
  const bytes = idsOf(core, file);
  return {
    writes: [{ kind: "file.remove", id: file.id }],
    settle() {
      void core.uploads.drop(core, bytes);
      return { reply: { seq: core.sequence.settled } };
    },
  };
}

function answerOffer(core: Core, caller: Caller, id: string, accepted: boolean): Decision<{ seq: number }> {
  const session = sessionOf(caller);
  const { person } = session;
  const file = openFile(core, person.id, id, "answer");
  const message = core.store.messageOfFile(id);
  if (file.peer !== person.id || file.folder !== null || !message) {
    throw new Fault("unknown_file", `Cannot answer ${quote(id)}: no file of this id was offered to you`);
  }
  if (file.offer !== "waiting") {
    throw new Fault("already_answered", `Cannot answer ${quote(file.name)}: you have ${file.offer} it`);
  }
  const seq = core.sequence.next();
  const at = core.clock();
  const gone = accepted ? [] : idsOf(core, file);
  return {
    seq,
    writes: [{
      kind: "offer.answer",
      file: id,
      seq,
      at,
      from: person.nickname,
      message: message.seq,
      accepted,
    }],
    settle() {
      void core.blobs.remove(gone);
      const told = { id: message.id, file: id, seq, at, from: person.nickname, to: file.ownerName };
      const event = accepted
        ? { event: "accepted", ...told } as const
        : { event: "refused", ...told } as const;
      const tell: Delivery[] = [{ to: { person }, event, by: session }];
      const sender = core.presence.byId(file.owner);
      if (sender) tell.push({ to: { person: sender }, event, by: session });
      return { reply: { seq }, tell };
    },
  };
}
