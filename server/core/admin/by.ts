/** Who gives an operator's command: the operator, on the machine itself, or an administrator in a session of theirs. */
import { isAdministrator } from "../accounts/administrators.ts";
import { sessionIn } from "../sessions/session_in.ts";
import { Fault } from "../shared/faults.ts";
import type { Person } from "../state/presence.ts";
import type { State } from "../state/state.ts";

/** An administrator; undefined: the operator, who may do everything. */
export type By = Person | undefined;

/** @throws forbidden */
export function checkAdministrator(state: Pick<State, "store">, person: Person): void {
  if (isAdministrator(state, person)) return;
  throw new Fault("forbidden", "Cannot do this: it takes an administrator of this server", {
    reason: "administrators_only",
  });
}

/** Whoever proposed something in the operator's name is still an administrator. @throws forbidden not_signed_in */
export function checkBy(state: State, by: string | undefined): void {
  if (by !== undefined) checkAdministrator(state, sessionIn(state, by).person);
}
