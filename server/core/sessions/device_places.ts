/**
 * How far each of somebody's devices has been told what happened, where its program does not remember that itself: then it is told the
 * rest when it comes back. A device is what its owner calls it.
 */
import { accountSession, type Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import { sessionIn } from "./session_in.ts";

/** Notes how far a device has been told everything, or says how far everything is. @throws account_needed bad_request */
export function notePlace(core: Core, caller: Caller, asked: Command<"place">): Prepared<Answer<"place">> {
  const { id: session } = accountSession(caller, "note the place of a device");
  const { device, seq } = asked;
  if (device === "" || device.length > LIMITS.deviceCharsMax) {
    const why = `it has 1 to ${LIMITS.deviceCharsMax} characters`;
    throw new Fault("bad_request", `Cannot note the place of device ${quote(device)}: ${why}`);
  }
  if (seq === undefined) return { ask: () => ({ reply: { last: core.sequence.last } }) };
  return { proposal: { kind: "device.place", at: core.clock(), session, device, seq } };
}

/** A place never goes back: an older answer of the same device says less. @throws not_signed_in */
export function applyPlace(state: State, p: Proposal<"device.place">): Outcome<Answer<"place">> {
  const { person } = sessionIn(state, p.session);
  const { last } = state.sequence;
  const seq = Math.min(p.seq, last);
  if (seq > (placeOfDevice(state, person.id, p.device) ?? -1)) {
    const keep = LIMITS.devicesPerPersonMax;
    state.store.write({ kind: "device.set", person: person.id, device: p.device, seq, keep });
  }
  return { reply: { last } };
}

/** The number up to which a device was told everything; undefined: it is new. */
export function placeOfDevice({ store }: State, person: string, device: string): number | undefined {
  return store.deviceSeq(person, device);
}
