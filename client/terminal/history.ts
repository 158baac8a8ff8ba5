/** What was said before: when a window is first shown, after a gap, and when somebody asks for more. */
import type { Answer } from "../../server/core/shared/commands.ts";
import type { Message } from "../../server/core/shared/events.ts";
import { RequestError } from "../connection/request_error.ts";
import type { Chat } from "./chat.ts";
import { errorText } from "./wording.ts";
import { conversationName, type Window } from "./windows.ts";

/** Messages of a window that is shown for the first time. */
const FIRST = 20;
/** Messages after a gap; what is more stays a gap, and is said to be one. */
const GAP_MAX = 200;

/**
 * Makes a window the current one and loads what it lacks. What is entered from now on is meant for it; what is half typed as
 * well, unless `along` is false.
 */
export async function activate(chat: Chat, window: Window, along = true): Promise<void> {
  const { ui, connection } = chat;
  ui.switchTo(window, along);
  if (!ui.screen.interactive) return;
  // Without a connection it is shown as it is.
  if (connection.state === "online") {
    await loadMissing(chat, window).catch((error) => ui.showError(errorText(error)));
  }
  if (ui.windows.current !== window) return;
  ui.showWindow(window);
  chat.readCursors.update();
}

/** Gets what a window lacks. After a failure it is tried again the next time. @throws RequestError */
export async function loadMissing(chat: Chat, window: Window): Promise<void> {
  const { state } = window;
  if (state === "ready" || state === "filling") return;
  window.state = "filling";
  try {
    if (state === "new") await loadNewest(chat, window);
    else await loadGap(chat, window);
    window.state = "ready";
  } catch (error) {
    // A guest who has gone is nobody any more: what they said is what is there.
    const isGone = error instanceof RequestError && error.code === "unknown_nickname";
    window.state = isGone ? "ready" : state;
    if (!isGone) throw error;
  }
}

/** Shows so many messages before the oldest one that the window has. Says whether there were any. */
export async function showEarlier(chat: Chat, window: Window, limit: number): Promise<boolean> {
  const { oldest } = window;
  const before = oldest === undefined ? {} : { before: oldest };
  const asked = chat.connection.ask("history", { ...conversationName(window.target), ...before, limit });
  const page = await asked.catch(nothingIfGone);
  if (page.person !== undefined) window.person = page.person;
  if (page.messages.length === 0) return false;
  window.oldest = page.messages[0]!.id;
  window.newest ??= page.messages.at(-1)!.id;
  chat.ui.showEarlier(page.messages.map((message) => known(chat, message)), window);
  return true;
}

async function loadNewest(chat: Chat, window: Window): Promise<void> {
  const target = conversationName(window.target);
  const before = window.oldest === undefined ? {} : { before: window.oldest };
  const limit = Math.min(GAP_MAX, Math.max(FIRST, chat.ui.unreadBefore));
  const { messages, person } = await chat.connection.ask("history", { ...target, ...before, limit });
  if (person !== undefined) window.person = person;
  // Entries that came by themselves meanwhile are later.
  const earlier = messages.filter(({ id }) => chat.isNew(id));
  window.entries.unshift(...earlier.map((message) => known(chat, message)));
  window.oldest = messages[0]?.id ?? window.oldest;
  window.newest ??= messages.at(-1)?.id;
}

async function loadGap(chat: Chat, window: Window): Promise<void> {
  if (window.newest === undefined) return await loadNewest(chat, window);
  const target = conversationName(window.target);
  const asked = chat.connection.ask("history", { ...target, after: window.newest, limit: GAP_MAX });
  // What was said last here is kept no longer: then neither is what it was followed by, but for the newest.
  const { messages, more } = await asked.catch((error) =>
    isGone(error) ? chat.connection.ask("history", { ...target, limit: GAP_MAX }) : Promise.reject(error)
  );
  for (const message of messages) chat.take(message);
  if (more) chat.ui.showNote("more was said meanwhile: /search finds it, or read it in the page");
}

/** What was said before a message that is kept no longer is kept no longer either. @throws what else went wrong */
function nothingIfGone(error: unknown): Answer<"history"> {
  if (isGone(error)) return { messages: [], more: false, read: null };
  throw error;
}

function isGone(error: unknown): boolean {
  return error instanceof RequestError && error.code === "unknown_message";
}

function known(chat: Chat, message: Message): ReturnType<Chat["entryOf"]> {
  chat.numbers.message(message);
  return chat.entryOf(message);
}
