/** How many are in a room: all of its members, and how many of them are here. */
import type { RoomState } from "../../../server/core/shared/commands.ts";
import { words } from "../words.ts";

/** Such as `12 members, 3 online`, or `3 members` where all of them are. */
export function membersInWords({ members, absent = [], more_absent: more = 0 }: RoomState): string {
  const all = members.length + absent.length + more;
  return all === members.length ? words.memberCount(all) : words.membersOnline(all, members.length);
}
