/** What came while one was away, as the server remembers it: which windows have news at sign-in. */
import type { Chat } from "./chat.ts";
import { named } from "./wording.ts";

const CONVERSATIONS = 100;

/** Marks windows with what is unread, and opens those of people who wrote. @throws RequestError */
export async function lookForNews(chat: Chat): Promise<void> {
  const { desk, connection } = chat;
  const asked = await connection.ask("conversations", { limit: CONVERSATIONS });
  const rooms = asked.rooms.map(({ room, unread }) => ({ place: { room }, unread }));
  const people = asked.private.filter(({ former }) => !former)
    .map(({ with: to, person, unread }) => ({ place: { to }, person, unread }));
  for (const { place, unread, ...who } of [...rooms, ...people]) {
    const window = unread > 0 ? desk.windows.open(place) : desk.windows.find(place);
    if (window) Object.assign(window, who);
    // It counts what has come by itself since signing in, too.
    if (window && window !== desk.windows.current) window.unread = unread;
  }
  for (const { with: nickname, former, unread } of asked.private) {
    if (!former || unread === 0) continue;
    desk.note(
      `${unread} unread of a former ${named(nickname)}, whose name is another's now: /search finds them`,
    );
  }
  desk.showPrompt();
}
