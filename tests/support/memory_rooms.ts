/** Who is a member of which room, in memory; part of memory_store.ts. */
import type { StoredMember } from "../../server/core/store/store.ts";
import type { MemoryState } from "./memory_state.ts";

/** Members with accounts, the longest there first. */
export function membersIn({ places, accounts }: MemoryState, room: string): StoredMember[] {
  const found = places.flatMap(({ person, room: where, role, since }) => {
    const account = where === room ? accounts.find(({ id }) => id === person) : undefined;
    return account ? [{ person, nickname: account.nickname, role, since }] : [];
  });
  return found.toSorted((a, b) => a.since - b.since || (a.person < b.person ? -1 : 1));
}

/** Who is next to own a room. */
export function heirIn(state: MemoryState, room: string): StoredMember | undefined {
  const last = ({ role }: StoredMember) => role === "moderator" ? 0 : 1;
  const isEnabled = (person: string) => state.accounts.find(({ id }) => id === person)?.disabledAt === null;
  return membersIn(state, room).filter(({ person }) => isEnabled(person)).toSorted((a, b) =>
    last(a) - last(b) || a.since - b.since || (a.person < b.person ? -1 : 1)
  )[0];
}
