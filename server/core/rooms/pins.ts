/** Messages that a room's moderators want to be found. */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import { readableMessage } from "../messages/messages.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import { tellRoom } from "./membership.ts";
import { checkRight, visibleFrom } from "./rights.ts";
import { memberRoom } from "./rooms.ts";

/** Pins a message of a room, or takes the pin away. */
export function pin(core: Core, caller: Caller, asked: Command<"pin">): Prepared<Answer<"pin">> {
  const { id: session } = sessionOf(caller);
  return { proposal: { kind: "pin", at: core.clock(), session, message: asked.message, on: asked.on } };
}

/** @throws unknown_message bad_request forbidden recalled */
export function applyPin(state: State, p: Proposal<"pin">): Outcome<Answer<"pin">> {
  const { id: by, person } = sessionIn(state, p.session);
  const { at, on, message: id } = p;
  const message = readableMessage(state, person, id, "pin");
  const room = message.room === null ? undefined : state.rooms.byId(message.room);
  if (!room) throw new Fault("bad_request", `Cannot pin message ${quote(id)}: it is private`);
  checkRight(state, room, person, "pin", `pin messages in ${quote(room.name)}`);
  if (message.recalled !== null) {
    throw new Fault("recalled", `Cannot pin message ${quote(id)}: it was recalled`);
  }
  const pins = state.store.pins(room.id);
  if (pins.some(({ seq }) => seq === message.seq) === on) return { reply: {} };
  if (on && pins.length >= LIMITS.pinsPerRoomMax) {
    throw new Fault(
      "bad_request",
      `Cannot pin: ${quote(room.name)} has ${pins.length} pins already, take one away`,
      { reason: "place_limit" },
    );
  }
  if (on) {
    state.store.write({ kind: "pin.add", room: room.id, pin: { seq: message.seq, by: person.nickname, at } });
  } else state.store.write({ kind: "pin.remove", seq: message.seq });
  const event = tellRoom(state, room, {
    ...{ kind: "pinned", at, subject: null, nickname: null, by: person.nickname, minutes: null },
    detail: { id, on },
  }, person);
  return { reply: {}, tell: [{ ...event, by }] };
}

/** What is pinned in a room, the newest pin first. @throws unknown_room not_member */
export function pins(core: Core, caller: Caller, asked: Command<"pins">): Answered<Answer<"pins">> {
  const { person } = sessionOf(caller);
  const room = memberRoom(core, person, asked.room, "see what is pinned in");
  const from = visibleFrom(core, room, person.id);
  const all = core.store.pins(room.id).filter(({ seq }) => seq > from);
  const messages = new Map(
    core.store.messagesAt(all.map(({ seq }) => seq), person.id).map((each) => [each.seq, each]),
  );
  return {
    reply: {
      pins: all.flatMap(({ seq, by, at }) => {
        const message = messages.get(seq);
        return message ? [{ message, by, at }] : [];
      }),
    },
  };
}
