/** What is unread: which windows have something new at sign-in, and telling the server how far one has read. */
import type { Chat } from "./chat.ts";
import { sanitizedLine } from "./sanitize.ts";
import { conversationName, type Window } from "./windows.ts";

const CONVERSATIONS = 100;

/** Sets what is unread in each window, and opens those of people who wrote. @throws RequestError */
export async function loadUnread(chat: Chat): Promise<void> {
  const { ui, connection } = chat;
  const asked = await connection.ask("conversations", { limit: CONVERSATIONS });
  const rooms = asked.rooms.map(({ room, unread }) => ({ target: { room }, unread }));
  const people = asked.private.filter(({ former }) => !former)
    .map(({ with: to, person, unread }) => ({ target: { to }, person, unread }));
  for (const { target, unread, ...who } of [...rooms, ...people]) {
    const window = unread > 0 ? ui.windows.open(target) : ui.windows.find(target);
    if (window) Object.assign(window, who);
    // It counts what has come by itself since signing in, too.
    if (window && window !== ui.windows.current) window.unread = unread;
  }
  for (const { with: nickname, former, unread } of asked.private) {
    if (!former || unread === 0) continue;
    ui.showNote(
      `${unread} unread of a former ${
        sanitizedLine(nickname)
      }, whose name is another's now: /search finds them`,
    );
  }
  ui.showPrompt();
}

const EVERY_MS = 1_000;

/** The read cursors of one chat: how far its windows were read. */
export class ReadCursors {
  readonly #told = new WeakMap<Window, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly chat: Chat) {}

  /** Something new may be on the screen: the cursor of the current window moves soon. Without a person nothing is read. */
  update(): void {
    if (!this.chat.ui.screen.interactive) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, EVERY_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tell(): void {
    const { connection, ui } = this.chat;
    const window = ui.windows.current;
    const id = window?.newest;
    if (!window || id === undefined || this.#told.get(window) === id || connection.state !== "online") return;
    this.#told.set(window, id);
    // Nobody waits for it: the next message tells it anew.
    connection.ask("read", { ...conversationName(window.target), message: id }).catch(() => {});
  }
}
