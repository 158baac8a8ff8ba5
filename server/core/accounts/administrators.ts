/** Who runs this server together with its operator. */
import type { Delivery } from "../outcome.ts";
import type { Person } from "../state/presence.ts";
import type { State } from "../state/state.ts";

type Someone = Pick<Person, "id" | "guest">;

/** Whether somebody runs this server together with its operator. */
export function isAdministrator(
  { store }: Pick<State, "store">,
  { id, guest }: Someone,
): boolean {
  return !guest && store.accountById(id)?.role === "admin";
}

/** Whether somebody may make invitations by link. */
export function mayInvite(state: Pick<State, "store" | "settings">, person: Someone): boolean {
  if (person.guest) return false;
  return state.settings.get("invitations") === "members" || isAdministrator(state, person);
}

/** Tells somebody who is here what they may do from now on. */
export function privilegesTold(state: State, person: Someone): Delivery {
  const privileges = { admin: isAdministrator(state, person), invites: mayInvite(state, person) };
  return { to: { person: person.id }, event: { event: "privileges", ...privileges } };
}
