/** Who runs this server together with its operator. */
import type { Person } from "../state/presence.ts";
import type { State } from "../state/state.ts";

/** Whether somebody runs this server together with its operator. */
export function isAdministrator(
  { store }: Pick<State, "store">,
  { id, guest }: Pick<Person, "id" | "guest">,
): boolean {
  return !guest && store.accountById(id)?.role === "admin";
}
