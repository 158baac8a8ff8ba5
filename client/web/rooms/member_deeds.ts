/** What one may do about somebody in a room, as its menu has it. What the server refuses all the same, it says. */
import type { RoomState } from "../../../server/core/shared/commands.ts";
import { isAtLeast, ROLES } from "../../../server/core/shared/room_settings.ts";
import type { MenuAction } from "../action_menu.tsx";
import { measureAsked } from "../open_dialogs.ts";
import type { Chat } from "../state/chat.ts";
import { placeOf } from "../state/rooms.ts";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";

/** The deeds; none about oneself. */
export function deedsAbout(chat: Chat, state: RoomState, nickname: string): MenuAction[] {
  const { rooms, people, nickname: me } = chat;
  const { room, owner } = state;
  if (nameKey(nickname) === nameKey(me)) return [];
  const role = state.role ?? "member";
  const place = placeOf(state, nickname);
  const gives = role === "owner" && !people.isGuest(nickname);
  const isAbove = role === "owner" || (isAtLeast(role, "moderator") && place === "member");
  // A guest who made an open room may put out others, and has no place in it.
  const kicks = isAbove || (owner !== null && nameKey(owner) === nameKey(me));
  const ask = (measure: "kick" | "mute") => () => measureAsked.value = { measure, room, nickname };
  return [
    ...(gives ? ROLES.filter((each) => each !== place) : []).map((to) => ({
      name: words.makePlace[to],
      icon: "people",
      act: () => void chat.attempt(() => rooms.appoint(room, nickname, to)),
    } as const)),
    ...(isAbove ? [{ name: words.muteOne, icon: "mute", act: ask("mute") } as const] : []),
    ...(kicks ? [{ name: words.kickOne, icon: "kick", danger: true, act: ask("kick") } as const] : []),
  ];
}
