/** Whose doing a proposal is. */
import { Fault } from "../shared/faults.ts";
import type { State } from "../state/state.ts";
import type { Session } from "../state/presence.ts";

/** The session that proposes something. @throws not_signed_in when it has ended meanwhile */
export function sessionIn({ presence }: State, id: string): Session {
  const session = presence.session(id);
  if (session) return session;
  throw new Fault("not_signed_in", "Cannot do this: you were signed out meanwhile");
}
